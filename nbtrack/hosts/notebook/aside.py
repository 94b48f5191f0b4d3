"""What a magic of ours does by itself is no doing of the cell it stands in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from nbtrack.capture import audit

__all__ = ["aside"]


@contextmanager
def aside() -> Iterator[None]:
    """Act without being noticed: files are not the cell's, and the user's next random number stays.

    Jupyter draws from `random` where it starts a kernel.
    """
    state = random.getstate()
    try:
        with audit.unheard():
            yield
    finally:
        random.setstate(state)
