"""The DuckDB store keeps to the contract, and to its own promises."""

from __future__ import annotations

from contract import StoreContract


class TestDuckDBStore(StoreContract):
    """What every store keeps to."""
