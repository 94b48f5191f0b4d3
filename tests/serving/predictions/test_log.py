from __future__ import annotations

import logging
import os
import subprocess
import sys
import time

import msgspec
import numpy as np
import pandas as pd
import pytest

from nbtrack.records.endpoint import EndpointPlan
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.predictions import log as logs
from nbtrack.serving.predictions.log import JournalLog, log_for

NAMES = ["age", "balance"]


def test_rows_of_numbers_are_written_together(log, rows_of_table, read):
    for begin in range(0, 2500, 10):
        at = np.arange(begin, begin + 10)
        asked, said = Table(NAMES, matrix=np.column_stack([at, at / 4])), at % 2
        for row in rows_of_table(asked, said, key="user0"):
            log.offer_row(row)
    log.close()
    frame = read()
    assert (len(frame), log.logged, log.dropped) == (2500, 2500, 0)
    assert frame["inputs.balance"].sum() == sum(range(2500)) / 4
    assert frame["output"].sum() == 1250
    assert frame["output"].dtype == "int64"
    first = frame.sort_values("inputs.age").iloc[0]
    assert first[["endpoint", "variant", "model_name", "version", "model_id"]].tolist() == [
        "churn",
        "champion",
        "churn",
        1,
        "m-1",
    ]
    assert first[["key", "latency", "is_shadow"]].tolist() == ["user0", 0.002, False]


def test_of_rows_that_were_asked_together_each_is_found_whoever_else_is_kept(
    log, rows_of_table, read
):
    first = Table(NAMES, matrix=np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    other = Table(NAMES, matrix=np.array([[7.0, 8.0]]))
    a, _, c = rows_of_table(first, np.array([10, 30, 50]), "abc")
    for row in (c, *rows_of_table(other, np.array([70]), "d"), a):
        log.offer_row(row)
    log.close()
    shown = read()[["prediction_id", "inputs.age", "inputs.balance", "output"]]
    assert sorted(shown.to_numpy().tolist()) == [["a", 1, 2, 10], ["c", 5, 6, 50], ["d", 7, 8, 70]]


def test_a_number_keeps_its_kind_whatever_stands_beside_it(log, scored, rows_of_table, read):
    names = ["x", "y"]
    for asked, said, name in (
        ([[1, 2]], [3], "a"),
        ([[0.5, 2]], [0.5], "b"),
        ([[7, 8]], [[0.5, 0.5]], "d"),
    ):
        (row,) = rows_of_table(Table(names, matrix=np.array(asked)), np.array(said), name)
        log.offer_row(row)
    log.offer(scored(Table(names, matrix=np.array([[1, 2], [3, 4]])), np.array([5, 6]), "c"))
    log.close()
    assert dict(read()[["prediction_id", "output"]].to_numpy()) == {
        "a": 3,
        "b": 0.5,
        "c/0": 5,
        "c/1": 6,
        "d": [0.5, 0.5],
    }


def test_rows_are_told_under_the_plan_that_they_were_answered_by(
    log, plan_for, rows_of_table, read
):
    table = Table(NAMES, matrix=np.array([[1.0, 2.0]] * 3))
    before, after, shadow = rows_of_table(table, np.array([1, 2, 3]), "abs")
    log.ticker.mark = lambda: None
    log.offer_row(before)
    log.apply(plan_for(log_columns=("age",)))
    log.offer_row(after)
    log.offer_row(msgspec.structs.replace(shadow, variant=1, is_shadow=True))
    log.close()
    found = read().set_index("prediction_id")
    assert found["inputs.balance"].dropna().to_dict() == {"a": 2.0}
    assert found["variant"].to_dict() == {"a": "champion", "b": "champion", "s": "challenger"}
    assert found["is_shadow"].to_dict() == {"a": False, "b": False, "s": True}


def test_rows_that_are_not_many_yet_are_written_soon(log, rows_of_table, read):
    table = Table(NAMES, matrix=np.ones((400, 2)))
    for row in rows_of_table(table, np.ones(400)):
        log.offer_row(row)
    until = time.monotonic() + 10
    while log.logged < 400 and time.monotonic() < until:
        time.sleep(0.02)
    assert len(read()) == 400


def test_rows_offered_while_the_thread_writes_are_each_kept_once(log, rows_of_table, read):
    log.ticker.seconds = 0.0
    table, switching = Table(NAMES, matrix=np.ones((50, 2))), sys.getswitchinterval()
    try:
        sys.setswitchinterval(1e-5)
        for begin in range(0, 10_000, 50):
            ids = [f"{at:05d}" for at in range(begin, begin + 50)]
            for row in rows_of_table(table, np.ones(50), ids):
                log.offer_row(row)
    finally:
        sys.setswitchinterval(switching)
    log.close()
    assert sorted(read()["prediction_id"]) == [f"{at:05d}" for at in range(10_000)]
    assert (log.logged, log.dropped, log.offered_bytes) == (10_000, 0, log.taken_bytes)


def test_each_row_of_a_request_has_a_name_of_its_own(log, scored, read):
    people = pd.DataFrame({"age": [31, 55], "city": ["Oslo", None]})
    log.offer(scored(people, [0, 1], "r", params={"threshold": 0.5}, variant=1))
    log.close()
    frame = read()
    shown = frame[["prediction_id", "inputs.age", "inputs.city", "params.threshold", "variant"]]
    assert shown.to_numpy().tolist() == [
        ["r/0", 31, "Oslo", 0.5, "challenger"],
        ["r/1", 55, None, 0.5, "challenger"],
    ]


def test_what_a_model_says_of_the_whole_request_is_one_row(log, scored, read):
    log.offer(scored({"text": ["a", "b"]}, "a summary", "r"))
    log.close()
    row = read().iloc[0]
    assert (row["prediction_id"], row["output"]) == ("r", "a summary")
    assert row["inputs.inputs"] == [{"text": "a"}, {"text": "b"}]


def test_errors_and_shadows_are_told_apart(log, scored, read):
    log.offer(scored({"age": [31]}, None, "r", error="ValueError: too young"))
    log.offer(scored({"age": [31]}, [1], "r", variant=1, is_shadow=True))
    log.close()
    rows = read()[["variant", "is_shadow", "output", "error"]].astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["champion", False, None, "ValueError: too young"],
        ["challenger", True, 1, None],
    ]


def test_labels_may_come_before_their_prediction(log, scored, read):
    log.label(1.0, prediction_id="r", name="reward")
    log.close()
    log.offer(scored({"age": [31]}, [1], "r", key="ada"))
    log.label(True, key="ada", moment=5_000)
    log.label(False, key="ada", moment=4_000)
    log.close()
    row = read().iloc[0]
    assert (row["reward"], row["label"]) == (1.0, True)


def test_the_sample_is_the_same_for_all_who_ask(plan_for):
    ids = [f"{at:032x}" for at in range(20_000)]
    some, same = JournalLog(plan_for(log_rate=0.25)), JournalLog(plan_for(log_rate=0.25))
    chosen = [it for it in ids if some.wants(it)]
    assert chosen == [it for it in ids if same.wants(it)]
    assert abs(len(chosen) / len(ids) - 0.25) < 0.02
    more = JournalLog(plan_for(log_rate=0.5))
    assert all(map(more.wants, chosen))
    assert not any(map(JournalLog(plan_for(log_rate=0.0)).wants, ids))
    assert all(map(JournalLog(plan_for(log_rate=7)).wants, ids))


def test_another_plan_is_gone_by_from_then_on(log, plan_for, scored, read):
    log.offer(scored({"age": [31], "city": ["Oslo"]}, [1]))
    log.apply(plan_for(log_columns=("age",), log_rate=0.0))
    assert not log.wants("r")
    log.offer(scored({"age": [55], "city": ["Rome"]}, [0]))
    log.close()
    assert sorted(read()["inputs.city"].dropna()) == ["Oslo"]
    assert log.logged == 2


def test_it_is_written_soon_without_being_asked(log, scored, read):
    log.offer(scored({"age": [31]}, [1]))
    until = time.monotonic() + 10
    while not log.logged and time.monotonic() < until:
        time.sleep(0.02)
    assert len(read()) == 1


def test_what_cannot_be_kept_takes_nothing_else_along(log, scored, read):
    class Strange:
        nbytes = 8
        ndim = 1

        def tolist(self):
            raise RuntimeError("nobody knows")

    log.ticker.mark = lambda: None
    log.offer(scored(Strange(), [1]))
    log.offer(scored({"age": [31]}, [1]))
    with pytest.warns(UserWarning, match="encoded failed"):
        log.close()
    assert (len(read()), log.logged, log.dropped) == (1, 1, 1)


def test_what_comes_faster_than_it_is_written_is_counted(log, scored, monkeypatch, caplog):
    monkeypatch.setattr(logs, "MOST_WAITING", 3)
    log.ticker.mark = lambda: None
    for _ in range(5):
        log.offer(scored({"age": [31]}, [1]))
    for _ in range(5):
        log.label(1, prediction_id="r")
    assert log.dropped == 4
    log.close()
    assert log.logged == 6
    assert caplog.text.count("drops rows") == 1


def test_large_inputs_are_bounded_while_they_wait(log, scored, monkeypatch):
    monkeypatch.setattr(logs, "MOST_BYTES", 1 << 20)
    log.ticker.mark = lambda: None
    large = np.zeros((1, 100_000))
    for _ in range(5):
        log.offer(scored(large, [1]))
    assert log.dropped == 3
    log.close()
    assert (log.logged, log.offered_bytes - log.taken_bytes) == (2, 0)


def test_rows_of_numbers_are_bounded_while_they_wait(log, rows_of_table, monkeypatch):
    monkeypatch.setattr(logs, "MOST_BYTES", 50_000)
    log.ticker.mark = lambda: None
    wide = Table([f"column {at}" for at in range(100)], matrix=np.ones((1024, 100)) / 3)
    for row in rows_of_table(wide, np.ones(1024)):
        log.offer_row(row)
    assert log.dropped == 1024 - logs.SLICE
    log.close()
    assert (log.logged, log.offered_bytes - log.taken_bytes) == (logs.SLICE, 0)


def test_a_plan_without_a_store_has_no_log():
    assert log_for(EndpointPlan(endpoint_id="1", name="x", variants=())) is None


def test_writing_loads_neither_a_database_nor_pandas(store_folder):
    code = (
        "import sys; from nbtrack.serving.predictions.log import log_for\n"
        "from nbtrack.records.endpoint import EndpointPlan, Variant\n"
        "from nbtrack.serving.protocol import Scored\n"
        f"plan = EndpointPlan(endpoint_id='1', name='x', store={str(store_folder.path)!r},"
        " variants=(Variant(name='a', model_uri='m', folder='f'),))\n"
        "log = log_for(plan); log.offer(Scored('r', 0, 1, 0.1, {'a': [1]}, [1])); log.close()\n"
        "assert log.logged == 1\n"
        "print({'duckdb', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "set()\n"


def test_a_full_disk_holds_nobody_up_and_loses_nothing_within_the_bound(
    log, scored, read, monkeypatch, caplog
):
    caplog.set_level(logging.WARNING, "nbtrack")
    log.offer(scored({"age": [1]}, [1]))
    log.close()
    write = os.write

    def full(descriptor, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    for at in range(50):
        log.offer(scored({"age": [at]}, [1]))
    log.close()
    assert "cannot be written (No space left on device)" in caplog.text
    monkeypatch.setattr(os, "write", write)
    log.offer(scored({"age": [2]}, [1]))
    log.close()
    assert (len(read()), log.logged, log.dropped) == (52, 52, 0)


def test_what_no_memory_holds_is_counted(log, scored, monkeypatch):
    log.offer(scored({"age": [1]}, [1]))
    log.close()
    monkeypatch.setattr("nbtrack.journal.spill.MEMORY_BYTES", 0)

    def full(descriptor, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        log.offer(scored({"age": [2]}, [1]))
        log.close()
    assert (log.logged, log.dropped) == (1, 1)
