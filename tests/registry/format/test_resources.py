"""What serving a model needs."""

from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.registry.format.resources import Resource, ResourceType


def test_a_resource_is_written_and_read():
    table = Resource(ResourceType.TABLE, "sales")
    assert Resource.from_dict(table.to_dict()) == table
    assert Resource("table", "sales") == table
    assert repr(table) == "Resource('table', 'sales')"


def test_an_unknown_kind_is_told_with_those_there_are():
    with pytest.raises(InvalidValue, match=r"no resource is of the kind 'tabel'; there are"):
        Resource("tabel", "sales")
