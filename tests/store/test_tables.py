"""The tables follow from the records, and each view says what it shows."""

from __future__ import annotations

from nbtrack.records.field import columns_of
from nbtrack.records.run import RunInfo
from nbtrack.store import blank
from nbtrack.store.tables import TABLES
from nbtrack.store.views import VIEWS


def test_each_field_of_a_run_is_a_column_with_the_time_it_was_written(core):
    found = dict(
        core(
            "select column_name, data_type from duckdb_columns()"
            " where schema_name = 'core' and table_name = 'runs'"
        )
    )
    for column in columns_of(RunInfo):
        assert found[column.name] == column.type
        assert found[f"{column.name}_time"] == "BIGINT"


def test_each_view_and_each_of_its_columns_has_a_sentence(core):
    views = dict(
        core(
            "select view_name, comment from duckdb_views()"
            " where schema_name = 'main' and database_name = current_database() and not internal"
        )
    )
    assert views == {view.name: view.doc for view in VIEWS}
    assert all(text.endswith((".", "?")) for text in views.values())
    columns = core(
        "select table_name, column_name, comment from duckdb_columns()"
        " where schema_name = 'main' and database_name = current_database() and not internal"
    )
    documented = [(view.name, name, doc) for view in VIEWS for name, doc in view.columns.items()]
    assert sorted(columns) == sorted(documented)


def test_large_tables_have_no_index_and_small_ones_a_key(core):
    keyed = core(
        "select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
    )
    assert {name for (name,) in keyed} == {table.name for table in TABLES if table.key}
    assert not {table.name for table in TABLES if table.key and table.order}
    assert core("select count(*) from duckdb_indexes()") == [(0,)]


def test_an_empty_store_is_small(folder, store, monkeypatch):
    monkeypatch.setattr(blank.Template, "content", None)  # it is the first of its process
    store.drain()
    assert folder.database.stat().st_size < 500_000


def test_a_store_opens_in_any_duckdb_tool(folder, store, start, python):
    run_id = start()
    store.drain()
    program = (
        "import duckdb, sys\n"
        "connection = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(connection.execute('select run_id from runs').fetchone()[0])"
    )
    assert python(program, folder.database).strip() == run_id
