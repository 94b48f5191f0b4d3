"""Values of a notebook, looked at before and after something happens to them."""

from __future__ import annotations

import pytest

from nbtrack.capture.objects.scan import scan


@pytest.fixture
def notebook():
    """Run a cell's source as `__main__` would; its names are what is asked for."""

    def run(source):
        names = {"__name__": "__main__"}
        exec(source, names)
        return names

    return run


@pytest.fixture
def changed():
    """The identities whose own state an act changed, and whether the digest did."""

    def compare(value, act):
        before = scan(value)
        act()
        after = scan(value)
        shared = before.parts.keys() & after.parts.keys()
        parts = {it for it in shared if before.parts[it] != after.parts[it]}
        return parts, before.digest != after.digest

    return compare
