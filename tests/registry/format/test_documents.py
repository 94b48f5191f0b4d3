from __future__ import annotations

import pytest

from nbtrack.errors import ModelError
from nbtrack.registry.format.documents import yaml_text


def test_what_stands_in_two_places_is_written_twice():
    labels = {"app": "churn"}
    told = "metadata:\n  app: churn\nselector:\n  app: churn\n"
    assert yaml_text({"metadata": labels, "selector": labels}) == told


def test_what_holds_itself_is_refused():
    held: list[object] = []
    held.append(held)
    with pytest.raises(ModelError, match="holds itself"):
        yaml_text({"it": held})
