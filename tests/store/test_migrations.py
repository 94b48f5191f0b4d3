"""An older store becomes one of this code, with a copy of it kept."""

from __future__ import annotations

from typing import Annotated

import duckdb
import msgspec
import pytest

from nbtrack.records.field import column, columns_of
from nbtrack.records.run import RunInfo
from nbtrack.store import migrations, staged, tables, views
from nbtrack.store import rows as rows_module
from nbtrack.store.duckdb import DuckDBStore


@pytest.fixture
def older(folder, store, start):
    """A store that lacks what was declared later: two columns, a table, a view."""
    run_id = start(run_name="old", user_id="ada")
    store.drain()
    with duckdb.connect(str(folder.database)) as database:
        for view in [*(f"main.{view.name}" for view in views.VIEWS), "core.run_view"]:
            database.execute(f"drop view {view}")
        database.execute("alter table core.runs drop column user_id")
        database.execute("alter table core.runs drop column user_id_time")
        database.execute("drop table core.param_conflicts")
    return run_id


def test_a_declared_field_is_a_column_of_an_older_store(folder, older, start, rows, core):
    new = DuckDBStore(folder)
    assert rows("select run_name, user_id from runs", of=new) == [("old", None)]
    start(user_id="grace")
    assert rows("select user_id from runs order by run_id", of=new) == [(None,), ("grace",)]
    assert rows("select * from param_conflicts", of=new) == []
    (copy,) = folder.path.glob("store.duckdb.before-1-*")
    with duckdb.connect(str(copy), read_only=True) as database:
        assert database.execute("select run_name from core.runs").fetchall() == [("old",)]


def test_a_new_field_of_a_run_needs_one_line(folder, store, start, rows, monkeypatch):
    start(run_name="old")
    store.drain()
    declared = msgspec.defstruct(
        "RunInfo",
        [("colour", Annotated[str | None, column("Its colour.", merge="last")], None)],
        bases=(RunInfo,),
        frozen=True,
        tag="run",
    )
    fields = columns_of(declared)
    for module in (tables, views, rows_module):
        monkeypatch.setattr(module, "RUN_COLUMNS", fields)
    monkeypatch.setattr(staged, "COLUMNS", {**staged.COLUMNS, "colour": "VARCHAR"})
    runs = next(table for table in tables.TABLES if table.name == "runs")
    changed = tuple(
        table._replace(columns=tables.runs_columns()) if table is runs else table
        for table in tables.TABLES
    )
    monkeypatch.setattr(migrations, "TABLES", changed)
    line = b'{"type":"run","run_id":"new","colour":"red","time":5}\n'
    (folder.journal / "x.jsonl").write_bytes(line)
    new = DuckDBStore(folder)
    query = "select run_id, colour from core.run_view order by run_name nulls last"
    found = new.ask(lambda cursor: cursor.execute(query).fetchall())
    assert [colour for _, colour in found] == [None, "red"]


def test_named_migrations_run_once_and_in_order(folder, store, start, core, monkeypatch):
    start()
    store.drain()
    done = []

    def add_a_note(cursor):
        done.append("first")
        cursor.execute("INSERT INTO core.meta VALUES ('note', 'made by a migration')")

    def change_the_note(cursor):
        done.append("second")
        cursor.execute("UPDATE core.meta SET value = 'changed' WHERE key = 'note'")

    monkeypatch.setattr(migrations, "MIGRATIONS", (add_a_note, change_the_note))
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", 3)
    query = "select value from core.meta where key in ('note', 'schema_version') order by key"
    for _ in range(2):
        assert core(query, of=DuckDBStore(folder)) == [("changed",), ("3",)]
    assert done == ["first", "second"]


def test_a_migration_that_fails_changes_nothing(folder, store, start, core, monkeypatch):
    start()
    store.drain()

    def fail(cursor):
        cursor.execute("DELETE FROM core.runs")
        raise ZeroDivisionError

    with monkeypatch.context() as later:
        later.setattr(migrations, "MIGRATIONS", (fail,))
        later.setattr(migrations, "SCHEMA_VERSION", 2)
        with pytest.raises(ZeroDivisionError):
            DuckDBStore(folder).drain()
    assert core("select count(*) from core.runs", of=DuckDBStore(folder)) == [(1,)]


def test_a_process_that_is_open_sees_that_the_store_became_newer(folder, store, core, monkeypatch):
    store.drain()
    with duckdb.connect(str(folder.database)) as database:
        database.execute("update core.meta set value = '2' where key = 'schema_version'")
    with pytest.raises(migrations.StoreTooNew):
        store.drain()
