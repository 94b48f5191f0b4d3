"""Journals become rows exactly once, in any order, and bad lines are put aside."""

from __future__ import annotations

import fcntl
import json
import random

import pytest

from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.reader import segments
from nbtrack.records.artifact import Artifact
from nbtrack.records.codec import encode
from nbtrack.records.dataset import Input
from nbtrack.records.event import JournalHeader
from nbtrack.records.experiment import Experiment
from nbtrack.records.ids import next_time, now_ms, uuid7
from nbtrack.records.metric import Metric, Series
from nbtrack.records.operation import CreateExperiment, Purge
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag
from nbtrack.store import ingest, staged, staging
from nbtrack.store.duckdb import DuckDBStore


def header(owner="a" * 32, **fields):
    return encode(JournalHeader(owner, "host", "boot", 1, 0, **fields))


def put_segment(folder, name, lines):
    """A segment whose owner is gone."""
    path = folder.journal / f"{name}.jsonl"
    path.write_bytes(lines)
    return path


def append_to(folder, data):
    """Add bytes to the only segment, as its owner would."""
    (segment,) = segments(folder)
    with segment.path.open("ab") as file:
        file.write(data)


@pytest.fixture
def quarantined(folder):
    def quarantined(name):
        return [bad.line for bad in staging.quarantined(folder.quarantine / f"{name}.jsonl")]

    return quarantined


# Any order, any split


def records(random):
    """Facts of three runs that contradict each other in each way there is."""
    runs = [f"{number}" * 32 for number in range(3)]
    made = []
    clock = iter(range(10**15, 10**15 + 10**6))
    for _ in range(120):
        run_id, time = random.choice(runs), next(clock)
        key, number = random.choice("ab"), random.randrange(3)
        value = random.choice([0.0, 1.0, -1.0, float("nan"), float("inf"), 2.5])
        made += random.choices(
            [
                RunInfo(run_id, status=random.choice(["RUNNING", "FAILED"]), time=time),
                RunInfo(run_id, experiment_id="0", user_id=f"u{number}", time=time),
                RunInfo(run_id, run_name=f"n{number}", start_time=number, time=time),
                Metric(key, value, number, random.randrange(2), run_id=run_id),
                Series(run_id, key, [value, 1.0], [number, 1], [5, number]),
                Param(key, f"v{number}", run_id, time),
                RunTag(key, random.choice([None, "x", "y"]), run_id, time),
                Artifact(run_id, key, random.choice([None, "d1", "d2"]), number, time),
                Input(run_id, key, "d", source=f"s{number}", tags={"k": key}, time=time),
            ]
        )
    return made


FACTS = {
    "runs": "select * exclude (run_seq, updated_seq) from core.runs",
    **{
        table: f"select run_id, {table}.* exclude (run_seq)"
        f" from core.{table} join core.runs using (run_seq)"
        for table in (
            "params",
            "param_conflicts",
            "tags",
            "metrics",
            "latest",
            "artifacts",
            "inputs",
        )
    },
}


def state_of(store):
    """All that is known of runs, as texts, because NaN is not itself."""
    return {
        name: sorted(map(repr, store.ask(lambda c, query=query: c.execute(query).fetchall())))
        for name, query in FACTS.items()
    }


@pytest.mark.parametrize("seed", range(3))
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
            part = [rest.pop() for _ in range(min(len(rest), chance.randrange(1, 200)))]
            put_segment(folder, uuid7(), header() + b"".join(map(encode, part)))
            if chance.random() < 0.7:
                store.drain()
        states.append(state_of(store))
    assert states[0] == states[1] == states[2]
    assert all(states[0].values())


def test_ties_in_one_moment_do_not_depend_on_the_order_either(tmp_path):
    tags = [RunTag("k", value, "r", 5) for value in ("a", None, "b")]
    params = [Param("k", value, "r", 5) for value in ("b", "a")]
    infos = [RunInfo("r", run_name=name, user_id=name, time=5) for name in ("x", "y")]
    states = []
    for attempt, order in enumerate((1, -1)):
        folder = StoreFolder(tmp_path / f"{attempt}")
        folder.prepare()
        store = DuckDBStore(folder)
        for record in (tags + params + infos)[::order]:
            put_segment(folder, uuid7(), header() + encode(record))
            store.drain()
        states.append(state_of(store))
    assert states[0] == states[1]


def test_large_backlogs_are_taken_in_by_several_transactions(
    folder, store, *, start, writer, core, monkeypatch
):
    monkeypatch.setattr(ingest, "CHUNK_BYTES", 20_000)
    monkeypatch.setattr(staging, "READ_BYTES", 5_000)
    run_id = start()
    writer.write_all([Metric("m", 1.0, 1, step, run_id=run_id) for step in range(2_000)])
    report = store.drain()
    assert report.bytes == sum(segment.size for segment in segments(folder))
    assert core("select count(*), count(distinct step) from core.metrics") == [(2_000, 2_000)]
    assert core("select value::int > 5 from core.meta where key = 'updated_seq'") == [(True,)]


def test_a_line_longer_than_a_part_is_taken_in_whole(store, start, writer, rows, monkeypatch):
    monkeypatch.setattr(staging, "READ_BYTES", 5_000)
    run_id = start()
    writer.write(Series(run_id, "m", [0.5] * 30_000, list(range(30_000)), [7] * 30_000))
    writer.write(Param("p", "x" * 100_000, run_id, next_time()))
    store.drain()
    assert rows("select n from latest_metrics") == [(30_000,)]
    assert rows("select len(value) from params") == [(100_000,)]


# Exactly once


def test_a_second_drain_finds_nothing_new(store, start, writer):
    run_id = start()
    writer.write(Metric("m", 1.0, 1, run_id=run_id))
    assert store.drain().lines == 3
    assert store.drain().lines == 0
    assert store.backlog_bytes() == 0
    writer.write(Metric("m", 1.0, 1, run_id=run_id))
    assert store.backlog_bytes() > 0
    assert store.drain().lines == 1


def test_what_a_failed_drain_did_is_undone(folder, store, *, start, writer, core, monkeypatch):
    run_id = start()
    writer.write(Metric("m", 1.0, 1, run_id=run_id))
    with monkeypatch.context() as broken:
        broken.setattr(ingest, "advance", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.drain()
    assert not (folder.path / "staged.jsonl").exists()
    assert core("select count(*) from core.metrics") == [(1,)]


def test_a_segment_goes_when_its_owner_is_gone_and_all_is_stored(
    folder, store, start, writer, rows
):
    start()
    assert store.drain().deleted_segments == 0
    assert len(segments(folder)) == 1
    writer.close()
    assert store.drain().deleted_segments == 1
    assert segments(folder) == []
    assert rows("select count(*) from runs") == [(1,)]


def test_a_segment_that_comes_back_is_not_taken_in_twice(folder, store, writer, start, core):
    run_id = start()
    writer.write(Metric("m", 1.0, 1, run_id=run_id))
    writer.close()
    (segment,) = segments(folder)
    content = segment.path.read_bytes()
    store.drain()
    segment.path.write_bytes(content)  # as `rsync` without --delete does
    store.drain()
    assert core("select count(*) from core.metrics") == [(1,)]
    assert segments(folder) == []


def test_a_segment_that_somebody_deleted_has_no_owner_that_lives(
    folder, store, start, writer, rows
):
    start(owner=writer.owner)
    assert rows("select status from runs") == [("RUNNING",)]
    (segment,) = segments(folder)
    writer.close()  # one that goes on makes it again
    segment.path.unlink()
    assert store.drain().lines == 0
    assert rows("select status from runs") == [("KILLED",)]


# Runs whose owner is gone


def test_a_run_shows_as_killed_when_its_owner_is_gone(store, start, writer, make_writer, rows):
    run_id = start(owner=writer.owner, start_time=1_000)
    writer.write(Metric("m", 1.0, now_ms() + 5_000, run_id=run_id))
    ((last,),) = store.ask(lambda c: c.execute("select last_time from core.runs").fetchall())
    assert rows("select status, end_time from runs") == [("RUNNING", None)]
    writer.close()
    assert rows("select status, end_time from runs") == [("KILLED", last // 1000)]
    other = make_writer()
    other.write(RunInfo(run_id, status="FINISHED", end_time=9_000, time=next_time()))
    assert rows("select status, end_time from runs") == [("FINISHED", 9_000)]


def test_a_run_without_an_owner_outlives_its_process(start, writer, rows):
    start()
    writer.close()
    assert rows("select status from runs") == [("RUNNING",)]


def test_a_resumed_run_lives_with_its_new_owner(start, writer, make_writer, rows):
    run_id = start(owner=writer.owner)
    writer.close()
    other = make_writer()
    other.write(RunInfo(run_id, status="RUNNING", owner=other.owner, time=next_time()))
    assert rows("select status from runs") == [("RUNNING",)]
    other.close()
    assert rows("select status from runs") == [("KILLED",)]


def test_a_rotated_journal_keeps_its_owner_alive(folder, store, rows):
    owner = "b" * 32
    info = RunInfo("r", experiment_id="0", status="RUNNING", owner=owner, time=1)
    put_segment(folder, "a", header(owner) + encode(info))
    with put_segment(folder, "b", header(owner)).open("ab") as second:
        fcntl.flock(second, fcntl.LOCK_EX)
        assert rows("select status from runs") == [("RUNNING",)]
        assert [segment.name for segment in segments(folder)] == ["b.jsonl"]
    assert rows("select status from runs") == [("KILLED",)]


def test_a_time_out_of_the_calendar_breaks_nothing(start, writer, rows):
    run_id = start(start_time=10**18, end_time=10**18)
    writer.write(Metric("m", 1.0, 2**62, run_id=run_id))
    writer.write(RunInfo(run_id, status="FINISHED", time=next_time()))
    assert rows("select started, ended, start_time from runs") == [(None, None, 10**18)]


# Bad lines


BAD = [
    b"garbage",
    b'{"type":"metric","key":"m","value":1,"timestamp":1,"run_id":"r"',
    b'{"type":"metric","key":"m","timestamp":1,"run_id":"r"}',
    b'{"type":"metric","key":"m","value":"much","timestamp":1,"run_id":"r"}',
    b'{"type":"metric","key":"m","value":1,"timestamp":1}',
    b'{"type":"metric","key":"m","value":1,"timestamp":99999999999999999999,"run_id":"r"}',
    b'{"type":"series","key":"m","values":[1,2],"steps":[1],"timestamps":[1,2],"run_id":"r"}',
    b'{"type":"series","key":"m","values":[1,null],"steps":[1,2],"timestamps":[1,2],"run_id":"r"}',
    b'{"type":"nosuch","run_id":"r"}',
    b'{"run_id":"r"}',
    b"[1,2]",
    b"null",
    b"\xff\xfe\x00",
    b'{"type":"param","key":"p","value":"\xff","run_id":"r"}',
    b'{"type":"param","key":"p","value":"a","run_id":"r"} {"type":"x"}',
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_line_is_put_aside_and_the_others_are_taken_in(folder, store, rows, quarantined, bad):
    good = encode(Param("p", "1", "r", 1))
    more = encode(Param("q", "1", "r", 1))
    put_segment(folder, "a", header() + good + bad + b"\n\n" + more)
    report = store.drain()
    assert report.quarantined == 1
    assert rows("select key, value from params order by key") == [("p", "1"), ("q", "1")]
    assert quarantined("a") == [bad]
    assert rows("select count(*) from latest_metrics") == [(0,)]


def test_a_line_that_is_put_aside_twice_stands_there_once(folder, store, quarantined):
    bad = staging.Bad("a.jsonl", 10, "no record", b"garbage")
    staging.put_aside(folder, [bad])
    staging.put_aside(folder, [bad, bad._replace(offset=20, line=b"\xff")])
    with (folder.quarantine / "a.jsonl").open("ab") as file:
        file.write(b'{"offset": 30, "pro')
    assert quarantined("a") == [b"garbage", b"\xff"]
    assert quarantined("nosuch") == []


def test_a_record_of_later_code_is_read_as_far_as_it_is_known(folder, store, rows):
    line = b'{"type":"param","key":"p","value":"1","run_id":"r","colour":"red"}\n'
    put_segment(folder, "a", header() + line)
    assert store.drain().quarantined == 0
    assert rows("select key, value from params") == [("p", "1")]


def test_numbers_are_read_as_the_text_they_were_written_as(folder, store, rows):
    line = b'{"type":"param","key":"p","value":"0.10","run_id":"r"}\n'
    put_segment(folder, "a", header() + line + b"garbage\n")
    store.drain()
    assert rows("select value from params") == [("0.10",)]


def test_a_segment_of_a_newer_format_is_left_alone(folder, store, rows):
    path = put_segment(folder, "a", header(format=99) + encode(Param("p", "1", "r", 1)))
    put_segment(folder, "b", header() + encode(Param("q", "1", "r", 1)))
    store.drain()
    assert path.exists()
    assert rows("select key from params") == [("q",)]


def test_a_segment_without_a_header_is_taken_in(folder, store, rows, quarantined):
    put_segment(folder, "a", b"torn head\n" + encode(Param("p", "1", "r", 1)))
    store.drain()
    assert rows("select key from params") == [("p",)]
    assert quarantined("a") == [b"torn head"]


def test_a_torn_last_line_waits_while_its_owner_lives(folder, store, start, rows):
    line = encode(Param("p", "1", start(), 1))
    append_to(folder, line[:20])
    store.drain()
    assert rows("select key from params") == []
    append_to(folder, line[20:])
    assert rows("select key from params") == [("p",)]


@pytest.mark.parametrize(("cut", "kept"), [(20, []), (-1, [("p",)])])
def test_a_torn_last_line_is_judged_when_its_owner_is_gone(
    folder, store, *, rows, quarantined, cut, kept
):
    line = encode(Param("p", "1", "r", 1))
    path = put_segment(folder, "a", header() + line[:cut])
    store.drain()
    assert rows("select key from params") == kept
    assert quarantined("a") == ([] if kept else [line[:cut]])
    assert not path.exists()


def test_a_very_long_line_is_put_aside(folder, store, rows, monkeypatch):
    monkeypatch.setattr(staging, "LONGEST_LINE", 1_000)
    monkeypatch.setattr(staging, "READ_BYTES", 1_000)
    monkeypatch.setattr(staging, "LONGEST_READ", 1_000)
    line = encode(Param("p", "x" * 2_000, "r", 1))
    put_segment(folder, "a", header() + line + encode(Param("q", "1", "r", 1)))
    assert store.drain().quarantined == 1
    assert rows("select key from params") == [("q",)]


def test_a_segment_that_is_complete_is_read_where_it_is(folder, store, writer, rows, monkeypatch):
    read = []
    stage = staged.stage
    monkeypatch.setattr(
        staged,
        "stage",
        lambda cursor, files, *more: read.append(files) or stage(cursor, files, *more),
    )
    writer.write(Param("alive", "1", "r", 1))
    put_segment(folder, "a", header() + encode(Param("whole", "1", "r", 1)))
    put_segment(folder, "b", header() + encode(Param("torn", "1", "r", 1))[:-1])
    store.drain()
    (files,) = read
    assert [it.name for it in files] == ["staged.jsonl", "a.jsonl"]
    assert rows("select key from params order by key") == [("alive",), ("torn",), ("whole",)]
    put_segment(folder, "c", header() + b"{}\n" + encode(Param("after", "1", "r", 1)))
    assert store.drain().quarantined == 1
    assert len(rows("select key from params")) == 4


def test_what_a_segment_gets_while_it_is_read_waits_for_the_next_time(
    folder, store, rows, monkeypatch
):
    path = put_segment(folder, "a", header() + encode(Param("first", "1", "r", 1)))
    stage = staged.stage

    def grown(cursor, files, *more):
        if not more:  # the first reading
            with path.open("ab") as file:
                file.write(encode(Param("second", "1", "r", 1)))
        return stage(cursor, files, *more)

    with monkeypatch.context() as patched:
        patched.setattr(staged, "stage", grown)
        assert store.drain().lines == 2
    assert store.drain().lines == 1
    assert rows("select key, count(*) from params group by key order by key") == [
        ("first", 1),
        ("second", 1),
    ]


# Provisional experiments


def test_a_provisional_experiment_becomes_one(store, start, writer, rows):
    made = Experiment("123456789012345678", "a", tags={"k": "v"}, creation_time=7)
    run_id = start(experiment_id=made.experiment_id)
    writer.write(made)
    assert rows("select run_id, experiment_name from runs") == [(run_id, "a")]
    assert rows("select * from experiment_tags") == [(made.experiment_id, "k", "v")]
    assert store.append([CreateExperiment(name="b")]) == ["1"]


def test_a_provisional_experiment_of_a_known_name_is_merged(store, start, writer, rows, core):
    store.append([CreateExperiment(name="a")])
    early = start(experiment_id="123456789012345678")
    store.drain()
    writer.write(Experiment("123456789012345678", "a"))
    writer.write(Experiment("123456789012345678", "a"))
    late = start(experiment_id="123456789012345678")
    found = rows("select run_id, experiment_id, experiment_name from runs order by run_id")
    assert found == [(early, "1", "a"), (late, "1", "a")]
    assert core("select * from core.experiment_aliases") == [("123456789012345678", "1")]


def test_a_provisional_experiment_that_was_deleted_for_good_stays_away(store, writer, start, rows):
    made = Experiment("123456789012345678", "a")
    writer.write(made)
    store.drain()
    store.append([Purge(noun="experiment", id=made.experiment_id)])
    writer.write(made)
    start(experiment_id=made.experiment_id)
    assert rows("select name from experiments") == [("Default",)]
    assert rows("select * from runs") == []


# Reading what is there already


def test_readers_see_what_another_store_took_in(folder, store, start, writer, rows):
    run_id = start()
    assert rows("select count(*) from runs") == [(1,)]
    writer.write(Param("p", "1", run_id, next_time()))
    DuckDBStore(folder).drain()
    assert rows("select key from params") == [("p",)]


def test_a_reader_writes_nothing_where_nothing_is_new(folder, store, start, rows):
    start()
    rows("select * from runs")
    before = folder.database.stat().st_mtime_ns
    for _ in range(3):
        assert rows("select count(*) from runs") == [(1,)]
    assert folder.database.stat().st_mtime_ns == before


def test_a_record_without_a_start_makes_a_run_that_waits_for_it(folder, store, rows):
    put_segment(folder, "a", header() + encode(Param("p", "1", "r", 5)))
    store.drain()
    assert rows("select run_id, status from runs") == [("r", None)]
    info = RunInfo("r", experiment_id="0", status="RUNNING", time=1)
    put_segment(folder, "b", header() + encode(info))
    store.drain()
    assert rows("select run_id, status, experiment_id from runs") == [("r", "RUNNING", "0")]


def test_the_quarantine_says_where_a_line_stood(folder, store):
    put_segment(folder, "a", header() + b"garbage\n")
    store.drain()
    (line,) = (folder.quarantine / "a.jsonl").read_text().splitlines()
    entry = json.loads(line)
    assert (entry["offset"], entry["line"]) == (len(header()), "garbage")
    assert entry["problem"]
