"""Starts and ends of executions become one row each, whatever order their journals are read in."""

from __future__ import annotations

import random

import duckdb
import pytest

from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.reader import segments
from nbtrack.query.tree import Executions
from nbtrack.records.codec import encode
from nbtrack.records.event import JournalHeader
from nbtrack.records.execution import Execution
from nbtrack.records.ids import next_time, uuid7
from nbtrack.records.operation import Purge
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.store import staging, views
from nbtrack.store.duckdb import DuckDBStore

EVERYTHING = "select * from core.executions order by execution_id"


def put_segment(folder, lines):
    """A segment whose owner is gone."""
    name = uuid7()
    head = encode(JournalHeader("a" * 32, "host", "boot", 1, 0))
    (folder.journal / f"{name}.jsonl").write_bytes(head + lines)
    return name


def begun(execution_id="e", **fields):
    told = {"session_id": "s", "number": 1, "source": "x = 1", "status": "running"}
    return Execution(execution_id, **told | {"start_time": 1000, "time": next_time()} | fields)


def ended(execution_id="e", **fields):
    told = {"status": "finished", "end_time": 3500, "uses": ["d"], "reads": {"y": "1"}}
    return Execution(execution_id, **told | {"writes": {}, "time": next_time()} | fields)


def test_a_start_and_an_end_are_one_execution(writer, rows):
    writer.write(begun(cell_id="c", notebook="a.ipynb", cell_run="r", code_hash="h"))
    writer.write(ended(is_exact=False, doubts="y is large", shows=True, error="no"))
    columns = ", ".join(next(view for view in views.VIEWS if view.name == "executions").columns)
    ((*found, started, _, seconds),) = rows(f"select {columns} from executions")
    assert found[:6] == ["e", "s", 1, "c", "a.ipynb", "x = 1"]
    assert found[6:] == [
        "h",
        "finished",
        1000,
        3500,
        None,
        False,
        "y is large",
        "r",
        "no",
        True,
        ["d"],
        '{"y":"1"}',
        "{}",
    ]
    assert (str(started), seconds) == ("1970-01-01T00:00:01.000000", 2.5)


def records(chance):
    """What contradicting writers might say of four executions."""
    made = []
    clock = iter(range(10**15, 10**15 + 10**6))
    for _ in range(100):
        time, word = next(clock) if chance.random() < 0.8 else 10**15, chance.choice("xyz")
        told = {
            "session_id": word,
            "number": chance.randrange(3),
            "source": word,
            "status": chance.choice(["running", "finished", "failed"]),
            "end_time": chance.randrange(3),
            "uses": chance.sample("abc", chance.randrange(3)),
            "reads": {word: "1"},
            "is_exact": chance.random() < 0.5,
            "cell_run": word,
        }
        kept = {name: value for name, value in told.items() if chance.random() < 0.4}
        made.append(Execution(chance.choice("1234"), time=time, **kept))
        made.append(Param("p", word, "r", time))
    return made


@pytest.mark.parametrize("seed", range(2))
def test_journals_may_be_drained_in_any_order_and_in_any_parts(tmp_path, seed):
    chance = random.Random(seed)
    facts = records(chance)
    states = []
    for attempt in range(3):
        folder = StoreFolder(tmp_path / f"{attempt}")
        folder.prepare()
        store = DuckDBStore(folder)
        rest = list(facts)
        if attempt:
            chance.shuffle(rest)
        while rest:
            part = [rest.pop() for _ in range(min(len(rest), chance.randrange(1, 150)))]
            put_segment(folder, b"".join(map(encode, part)))
            if chance.random() < 0.7:
                store.drain()
        states.append(store.ask(lambda cursor: cursor.execute(EVERYTHING).fetchall()))
    assert len(states[0]) == 4
    assert states[0] == states[1] == states[2]


def test_an_end_may_come_long_before_its_start(folder, store, core):
    start, end = begun(), ended()
    for record in (end, start):
        put_segment(folder, encode(record))
        store.drain()
    query = "select source, status, uses, time from core.executions"
    assert core(query) == [("x = 1", "finished", ["d"], end.time)]


def test_a_record_that_is_read_twice_changes_nothing(folder, store, core):
    lines = encode(begun()) + encode(ended())
    put_segment(folder, lines)
    store.drain()
    before = core(EVERYTHING)
    put_segment(folder, lines)
    assert core(EVERYTHING) == before


def test_records_given_to_append_are_rows_at_once(store, rows):
    assert store.append([begun(), ended()]) == [None, None]
    assert rows("select execution_id, status from executions") == [("e", "finished")]
    assert rows("select * from runs") == []


# What is seen only when it is read


def test_an_execution_is_interrupted_when_its_process_is_gone(writer, make_writer, rows):
    writer.write(begun(owner=writer.owner))
    query = "select status, end_time, duration_seconds, source from executions"
    assert rows(query) == [("running", None, None, "x = 1")]
    writer.close()
    assert rows(query) == [("interrupted", None, None, "x = 1")]
    make_writer().write(ended())
    assert rows(query) == [("finished", 3500, 2.5, "x = 1")]


def test_an_end_outlives_its_process(writer, rows):
    writer.write(begun(owner=writer.owner))
    writer.write(ended(status="failed"))
    writer.close()
    assert rows("select status from executions") == [("failed",)]


def test_a_torn_end_leaves_the_start(folder, store, rows):
    put_segment(folder, encode(begun(owner="a" * 32)) + encode(ended())[:40])
    assert store.drain().quarantined == 1
    assert rows("select status, source from executions") == [("interrupted", "x = 1")]


def test_a_run_that_was_deleted_for_good_is_not_named_any_more(store, writer, start, rows):
    run_id = start()
    writer.write(begun(cell_run=run_id))
    assert rows("select execution_id, run_id from executions") == [("e", run_id)]
    store.append([Purge(noun="run", id=run_id)])
    writer.write(ended(cell_run=run_id))
    assert rows("select execution_id, run_id, status from executions") == [("e", None, "finished")]
    assert store.fetch(Executions(run_id=run_id)).columns["execution_id"] == []


# Bad lines


BAD = [
    b'{"type":"execution","number":1}',
    b'{"type":"execution","execution_id":""}',
    b'{"type":"execution","execution_id":"b","uses":["a",null]}',
    b'{"type":"execution","execution_id":"b","reads":"a"}',
    b'{"type":"execution","execution_id":"b","reads":["a"]}',
    b'{"type":"execution","execution_id":"b","writes":{"a":1}}',
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_line_is_put_aside_and_the_others_are_taken_in(folder, store, rows, bad):
    good = begun(source='é "quoted"\n\tüber', reads={"it's": "{}"}, is_exact=False)
    name = put_segment(folder, encode(good) + bad + b"\n" + encode(Param("p", "1", "r", 1)))
    assert store.drain().quarantined == 1
    put_aside = staging.quarantined(folder.quarantine / f"{name}.jsonl")
    assert [it.line for it in put_aside] == [bad]
    assert rows("select source, is_exact, reads from executions") == [
        ('é "quoted"\n\tüber', False, '{"it\'s":"{}"}')
    ]
    assert rows("select key from params") == [("p",)]


@pytest.mark.parametrize(
    "field", ['"number":"first"', '"number":99999999999999999999', '"uses":"a"', '"shows":"yes?"']
)
def test_a_field_of_another_kind_says_nothing(folder, store, rows, field):
    line = f'{{"type":"execution","execution_id":"e",{field},"session_id":"s","time":1}}\n'
    put_segment(folder, line.encode())
    assert store.drain().quarantined == 0
    query = "select session_id, number, uses, shows from executions"
    assert rows(query) == [("s", None, None, None)]


def test_an_execution_of_later_code_is_read_as_far_as_it_is_known(folder, store, rows):
    put_segment(folder, b'{"type":"execution","execution_id":"e","number":2,"mood":"good"}\n')
    assert store.drain().quarantined == 0
    assert rows("select execution_id, number from executions") == [("e", 2)]


# Older stores


def test_an_older_store_gets_the_table_and_its_view(folder, store, writer, rows):
    writer.write(RunInfo("r", experiment_id="0", run_name="old", time=1))
    store.drain()
    with duckdb.connect(str(folder.database)) as database:
        database.execute("drop view main.executions")
        database.execute("drop view core.execution_view")
        database.execute("drop table core.executions")
    writer.write(begun(cell_run="r"))
    new = DuckDBStore(folder)
    query = "select run_name, source from runs join executions using (run_id)"
    assert rows(query, of=new) == [("old", "x = 1")]
    assert len(segments(folder)) == 1
