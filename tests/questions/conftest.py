"""What the tests of questions share: a store, and runs in it."""

from __future__ import annotations

import pytest

from nbtrack.store.duckdb import DuckDBStore


@pytest.fixture
def store(store_folder):
    store = DuckDBStore(store_folder)
    yield store
    store.close()
