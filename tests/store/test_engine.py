"""The warm instance: files are let go whatever happens, and it can be made anew."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from nbtrack.store import engine

STATUS = Path("/proc/self/status")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.duckdb"


def test_a_file_is_made_worked_with_and_let_go(path):
    with engine.attached(path, engine.NEW_FILE) as cursor:
        cursor.execute("create table t as select 42 as a")
    with engine.attached(path, "READ_ONLY") as cursor:
        assert cursor.execute("select a from t").fetchall() == [(42,)]
        with pytest.raises(engine.EngineError):
            cursor.execute("insert into t values (1)")


def test_two_files_are_attached_at_once(path, tmp_path):
    with (
        engine.attached(path, engine.NEW_FILE) as one,
        engine.attached(tmp_path / "b.duckdb", engine.NEW_FILE) as other,
    ):
        one.execute("create table t as select 1 as a")
        other.execute("create table t as select 2 as a")
        assert one.execute("select a from t").fetchall() == [(1,)]


def test_an_open_transaction_is_rolled_back(path):
    with engine.attached(path, engine.NEW_FILE) as cursor:
        cursor.execute("create table t (a int)")

    def fail(cursor):
        cursor.execute("BEGIN")
        cursor.execute("insert into t values (1)")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), engine.attached(path, "READ_WRITE") as cursor:
        fail(cursor)
    with engine.attached(path, "READ_ONLY") as cursor:
        assert cursor.execute("select * from t").fetchall() == []


def test_a_file_that_cannot_be_let_go_goes_with_the_instance(path, caplog):
    with caplog.at_level(logging.WARNING), engine.attached(path, engine.NEW_FILE) as cursor:
        cursor.execute("create table t as select 1 as a")
        name = cursor.execute("select current_database()").fetchone()[0]
        cursor.execute("USE memory")
        cursor.execute(f"DETACH {name}")
    assert "let go without a checkpoint" in caplog.text
    with engine.attached(path, "READ_ONLY") as cursor:
        assert cursor.execute("select a from t").fetchall() == [(1,)]


def test_variables_of_the_caller_are_no_tables(path):
    import pandas as pd

    secret = pd.DataFrame({"a": [1]})
    with (
        engine.attached(path, engine.NEW_FILE) as cursor,
        pytest.raises(engine.EngineError, match="secret"),
    ):
        cursor.execute("select * from secret")
    assert len(secret) == 1


def test_the_kinds_of_statements_are_told():
    assert engine.statements("select 1; delete from t; explain select 1") == [
        "SELECT",
        "DELETE",
        "EXPLAIN",
    ]
    assert engine.statements("") == []


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells it so")
def test_what_an_answer_took_is_given_back_where_that_is_asked(path, monkeypatch):
    with engine.attached(path, engine.NEW_FILE) as cursor:
        cursor.execute("create table t as select range as a from range(1_000_000)")
    free = []
    for gives_back in (False, True):
        monkeypatch.setattr(engine.engine, "gives_back", gives_back)
        before = anonymous_bytes()
        with engine.attached(path, "READ_ONLY") as cursor:
            cursor.execute("select sum(a) from (select a from t order by hash(a))").fetchall()
        free.append(anonymous_bytes() - before)
    assert free[1] < free[0]


def anonymous_bytes():
    """What this process holds that stands in no file."""
    return 1024 * int(STATUS.read_text().partition("RssAnon:")[2].split()[0])
