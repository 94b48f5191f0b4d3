"""From an older schema to this one: named functions, run once each, after a copy of the file.

A new field of a run needs no function: its columns are added by what the record declares.
"""

from __future__ import annotations

from collections.abc import Callable

from nbtrack.errors import StoreTooNew
from nbtrack.store import meta
from nbtrack.store.protocol import Cursor
from nbtrack.store.tables import TABLES, creation
from nbtrack.store.views import view_statements

__all__ = [
    "MIGRATIONS",
    "SCHEMA_VERSION",
    "be_born",
    "check_version",
    "create",
    "is_current",
    "migrate",
]

MIGRATIONS: tuple[Callable[[Cursor], None], ...] = ()
"""What leads from version n to n + 1, the first from version 1."""

SCHEMA_VERSION = 1 + len(MIGRATIONS)


def create(cursor: Cursor) -> None:
    """Make the tables and views of an empty store, with the experiment Default."""
    cursor.execute("CREATE SCHEMA core")
    for table in TABLES:
        cursor.execute(creation(table))
    renew_views(cursor)
    meta.put(cursor, "schema_version", SCHEMA_VERSION)
    be_born(cursor)


def be_born(cursor: Cursor) -> None:
    """Give an empty store an id of its own, and the experiment Default as of now."""
    cursor.execute("DELETE FROM core.experiments")
    cursor.execute(
        "INSERT INTO core.experiments VALUES"
        " ('0', 'Default', NULL, 'active', epoch_ms(now()), epoch_ms(now()))"
    )
    cursor.execute("DELETE FROM core.meta WHERE key = 'store_id'")
    cursor.execute("INSERT INTO core.meta SELECT 'store_id', replace(uuid()::VARCHAR, '-', '')")


def renew_views(cursor: Cursor) -> None:
    for statement in view_statements():
        cursor.execute(statement)


def check_version(facts: dict[str, str]) -> None:
    """Raise StoreTooNew for a store with a later schema than this code knows."""
    version = int(facts["schema_version"])
    if version > SCHEMA_VERSION:
        raise StoreTooNew(
            f"the store has schema version {version}, this nbtrack knows versions up to "
            f"{SCHEMA_VERSION}: upgrade nbtrack (pip install -U nbtrack)"
        )


def is_current(cursor: Cursor, facts: dict[str, str], *, checked: bool = False) -> bool:
    """Whether the store has the schema of this code; its columns are looked at once only."""
    if int(facts["schema_version"]) != SCHEMA_VERSION:
        return False
    return checked or not missing_columns(cursor)


def missing_columns(cursor: Cursor) -> list[tuple[str, str, str]]:
    """Columns that the records declare and the store lacks: table, name and type."""
    rows = cursor.execute(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE database_name = current_database() AND schema_name = 'core'"
    ).fetchall()
    there = set(rows)
    return [
        (table.name, name, type_)
        for table in TABLES
        for name, type_ in table.columns.items()
        if (table.name, name) not in there
    ]


def migrate(cursor: Cursor) -> None:
    """Bring an older store to this schema, within a transaction."""
    version = meta.get_number(cursor, "schema_version")
    for migration in MIGRATIONS[version - 1 :]:
        migration(cursor)
    for table in TABLES:
        cursor.execute(creation(table))
    for name, column, type_ in missing_columns(cursor):
        cursor.execute(f'ALTER TABLE core.{name} ADD COLUMN "{column}" {type_}')
    renew_views(cursor)
    meta.put(cursor, "schema_version", SCHEMA_VERSION)
