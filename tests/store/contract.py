"""What every store keeps to; the tests of each store inherit these.

They need fixtures `store`, `writer`, `start` and `rows` (see conftest.py).
"""

from __future__ import annotations

import math

import pytest

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.query.tree import Executions
from nbtrack.records.artifact import Artifact
from nbtrack.records.dataset import Input
from nbtrack.records.execution import Execution
from nbtrack.records.ids import next_time, now_ms, uuid7
from nbtrack.records.metric import Metric, Series
from nbtrack.records.operation import (
    CorrectParam,
    CreateExperiment,
    Purge,
    RenameExperiment,
    SetExperimentTag,
    SetLifecycle,
)
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag


def deleted(noun, name):
    return SetLifecycle(noun=noun, id=name, stage="deleted")


def restored(noun, name):
    return SetLifecycle(noun=noun, id=name, stage="active")


class StoreContract:
    """Reading gives what was written."""

    def test_a_fresh_store_has_the_default_experiment(self, rows):
        found = rows("select experiment_id, name, lifecycle_stage from experiments")
        assert found == [("0", "Default", "active")]

    def test_a_run_reads_as_it_was_written(self, start, writer, rows):
        run_id = start(run_name="first", user_id="ada", start_time=5)
        writer.write(RunInfo(run_id, status="FINISHED", end_time=1005, time=next_time()))
        columns = (
            "run_name, user_id, status, start_time, end_time, experiment_name, duration_seconds"
        )
        assert rows(f"select {columns} from runs") == [
            ("first", "ada", "FINISHED", 5, 1005, "Default", 1.0)
        ]

    def test_a_running_run_has_no_end(self, start, rows):
        start(end_time=7)
        assert rows("select status, end_time from runs") == [("RUNNING", None)]

    def test_names_and_values_are_kept_whatever_they_hold(self, start, writer, rows):
        run_id = start()
        strange = [
            'it\'s "quoted"',
            "new\nline",
            "🦆",
            "tab\t",
            "\x00",
            "a" * 10_000,
            "",
            "%s {} \\",
        ]
        for text in strange:
            writer.write(Param(f"p{text}", text, run_id, next_time()))
            writer.write(RunTag(f"t{text}", text, run_id, next_time()))
        for table, letter in (("params", "p"), ("tags", "t")):
            found = rows(f"select key, value from {table}")
            assert sorted(found) == sorted((f"{letter}{text}", text) for text in strange)

    def test_points_keep_nan_and_infinities(self, start, writer, rows):
        run_id = start()
        for step, value in enumerate([1.5, math.inf, -math.inf, math.nan]):
            writer.write(Metric("m", value, 7, step, run_id=run_id))
        found = rows("select value from metrics order by step")
        assert [repr(float(value)) for (value,) in found] == ["1.5", "inf", "-inf", "nan"]

    def test_a_curve_is_so_many_points(self, start, writer, rows):
        run_id = start()
        writer.write(Series(run_id, "m", [1.0, math.nan, math.inf], [0, 1, 2], [10, 11, 12]))
        writer.write(Metric("m", 4.0, 13, 3, run_id=run_id))
        found = rows("select step, timestamp from metrics order by step")
        assert found == [(0, 10), (1, 11), (2, 12), (3, 13)]
        assert rows("select step, value, min, max, n from latest_metrics") == [
            (3, 4.0, 1.0, math.inf, 4)
        ]

    def test_the_latest_point_has_the_greatest_step_time_and_value(self, start, writer, rows):
        run_id = start()
        for step, time, value in [(2, 5, 1.0), (2, 6, 0.5), (2, 6, 0.7), (1, 9, 9.0), (2, 6, 0.6)]:
            writer.write(Metric("m", value, time, step, run_id=run_id))
        assert rows("select step, timestamp, value, min, max, n from latest_metrics") == [
            (2, 6, 0.7, 0.5, 9.0, 5)
        ]

    @pytest.mark.parametrize(("other", "latest"), [(-1.0, "nan"), (1.0, "1.0"), (0.0, "0.0")])
    def test_a_nan_counts_as_zero_among_points_of_one_moment(
        self, start, writer, rows, other, latest
    ):
        run_id = start()
        for value in (other, math.nan):
            writer.write(Metric("m", value, 1, 1, run_id=run_id))
        ((value, low, high),) = rows("select value, min, max from latest_metrics")
        assert (repr(float(value)), low, high) == (latest, other, other)

    def test_a_tag_that_was_taken_away_is_gone(self, start, writer, rows):
        run_id = start()
        writer.write(RunTag("a", "1", run_id, next_time()))
        writer.write(RunTag("b", "1", run_id, next_time()))
        writer.write(RunTag("a", None, run_id, next_time()))
        assert rows("select key, value from tags") == [("b", "1")]

    def test_the_first_value_of_a_param_stays_and_the_second_is_listed(self, start, writer, rows):
        run_id = start()
        for value in ("1", "2", "1"):
            writer.write(Param("p", value, run_id, next_time()))
        assert rows("select key, value from params") == [("p", "1")]
        assert rows("select key, kept, refused from param_conflicts") == [("p", "1", "2")]

    def test_artifacts_and_datasets_belong_to_their_run(self, start, writer, rows):
        run_id = start()
        writer.write(Artifact(run_id, "a/b.txt", "d1", 3, next_time()))
        writer.write(Artifact(run_id, "gone", "d2", 3, next_time()))
        writer.write(Artifact(run_id, "gone", None, 0, next_time()))
        context = {"mlflow.data.context": "train"}
        writer.write(Input(run_id, "iris", "d3", profile='{"n": 1}', tags=context, time=1))
        writer.write(Input(run_id, "iris", "d3", tags={}, time=2))
        assert rows("select path, digest, file_size from artifacts") == [("a/b.txt", "d1", 3)]
        assert rows("select name, digest, context, source, profile from datasets") == [
            ("iris", "d3", "train", "{}", '{"n": 1}')
        ]

    def test_an_execution_reads_as_its_start_and_end_tell(self, store, writer):
        start = Execution("e", session_id="s", number=1, status="running", time=next_time())
        end = Execution(
            "e", status="finished", uses=["d"], reads={"x": "1"}, shows=False, time=next_time()
        )
        for record in (end, start):
            writer.write(record)
        told = {"session_id": "s", "number": 1, "status": "finished", "uses": ["d"]}
        told |= {"execution_id": "e", "reads": '{"x":"1"}', "shows": False, "time": end.time}
        columns = store.fetch(Executions(session_id="s")).columns
        assert {name: it for name, (it,) in columns.items() if it is not None} == told

    def test_records_given_to_append_are_rows_at_once(self, store, rows):
        run_id = uuid7()
        info = RunInfo(run_id, experiment_id="0", status="FINISHED", time=next_time())
        point = Metric("m", math.nan, now_ms(), run_id=run_id)
        created = CreateExperiment(name="e")
        assert store.append([info, created, point]) == [None, "1", None]
        assert rows("select run_id, status from runs") == [(run_id, "FINISHED")]
        assert rows("select key, n from latest_metrics") == [("m", 1)]

    # Operations

    def test_experiments_are_numbered_and_have_tags(self, store, rows):
        ops = [
            CreateExperiment(name="a", tags={"k": "v"}, artifact_location="s3://x", time=7_000),
            CreateExperiment(name="a/b"),
        ]
        assert store.append(ops) == ["1", "2"]
        assert rows(
            "select name, artifact_location, creation_time from experiments"
            " where experiment_id = '1'"
        ) == [("a", "s3://x", 7)]
        assert rows("select * from experiment_tags") == [("1", "k", "v")]

    def test_a_name_that_is_taken_is_refused(self, store):
        store.append([CreateExperiment(name="a")])
        with pytest.raises(AlreadyExists, match=r"^Experiment\(name=a\) already exists$"):
            store.append([CreateExperiment(name="a")])

    def test_operations_are_all_done_or_none(self, store, rows):
        with pytest.raises(NotFound):
            store.append([CreateExperiment(name="a"), deleted("run", "nosuch")])
        assert rows("select name from experiments") == [("Default",)]
        assert store.append([CreateExperiment(name="a")]) == ["1"]

    def test_the_name_of_a_deleted_experiment_can_be_used_again(self, store, rows):
        store.append([CreateExperiment(name="a"), deleted("experiment", "1")])
        assert store.append([CreateExperiment(name="a")]) == ["2"]
        with pytest.raises(AlreadyExists, match="experiment 2 has taken the name"):
            store.append([restored("experiment", "1")])
        store.append([RenameExperiment(experiment_id="2", name="b"), restored("experiment", "1")])
        found = rows("select name, lifecycle_stage from experiments where name <> 'Default'")
        assert sorted(found) == [("a", "active"), ("b", "active")]

    @pytest.mark.parametrize("name", ["", "  ", "a" * 501])
    def test_a_name_of_no_use_is_refused(self, store, name):
        with pytest.raises(InvalidValue):
            store.append([CreateExperiment(name=name)])

    def test_renaming_keeps_to_the_rules_of_names(self, store):
        store.append([CreateExperiment(name="a"), CreateExperiment(name="b")])
        with pytest.raises(AlreadyExists):
            store.append([RenameExperiment(experiment_id="1", name="b")])
        store.append([RenameExperiment(experiment_id="1", name="a")])
        store.append([deleted("experiment", "1")])
        with pytest.raises(InvalidValue, match="it is deleted"):
            store.append([RenameExperiment(experiment_id="1", name="c")])

    @pytest.mark.parametrize(
        "op",
        [
            RenameExperiment(experiment_id="9", name="x"),
            SetExperimentTag(experiment_id="9", key="k", value="v"),
            SetExperimentTag(experiment_id="0", key="nosuch", value=None),
            deleted("experiment", "9"),
            restored("experiment", "0"),
            Purge(noun="experiment", id="9"),
            deleted("run", "9"),
            Purge(noun="run", id="9"),
            CorrectParam(run_id="9", key="k", value="v"),
        ],
    )
    def test_what_is_not_there_cannot_be_changed(self, store, op):
        with pytest.raises(NotFound):
            store.append([op])

    def test_tags_of_experiments_are_set_and_taken_away(self, store, rows):
        for value in ("1", "2"):
            store.append([SetExperimentTag(experiment_id="0", key="k", value=value)])
        assert rows("select key, value from experiment_tags") == [("k", "2")]
        store.append([SetExperimentTag(experiment_id="0", key="k", value=None)])
        assert rows("select * from experiment_tags") == []

    def test_runs_follow_their_experiment(self, store, start, rows):
        store.append([CreateExperiment(name="a")])
        one, other = start(experiment_id="1"), start(experiment_id="1")
        store.append([deleted("run", one)])
        query = "select lifecycle_stage from runs order by run_id"
        assert rows(query) == [("deleted",), ("active",)]
        store.append([deleted("experiment", "1")])
        late = start(experiment_id="1")
        assert rows(query) == [("deleted",)] * 3
        with pytest.raises(InvalidValue, match="belongs to the deleted experiment 'a'"):
            store.append([restored("run", one)])
        store.append([restored("experiment", "1")])
        assert rows(query) == [("deleted",), ("active",), ("active",)]
        store.append([restored("run", one)])
        assert rows(query) == [("active",)] * 3
        assert one < other < late

    def test_what_is_deleted_for_good_does_not_come_back(self, store, start, writer, rows):
        store.append([CreateExperiment(name="a")])
        alone, inside = start(), start(experiment_id="1")
        for run_id in (alone, inside):
            writer.write(Param("p", "1", run_id, next_time()))
            writer.write(Metric("m", 1.0, now_ms(), run_id=run_id))
        store.append([Purge(noun="run", id=alone), Purge(noun="experiment", id="1")])
        for run_id in (alone, inside):
            writer.write(Metric("m", 1.0, now_ms(), run_id=run_id))
            writer.write(RunInfo(run_id, status="FINISHED", time=next_time()))
        start(experiment_id="1")
        for table in ("runs", "params", "metrics", "latest_metrics"):
            assert rows(f"select * from {table}") == []
        assert rows("select name from experiments") == [("Default",)]
        with pytest.raises(NotFound):
            store.append([Purge(noun="run", id=alone)])

    def test_default_stays(self, store):
        with pytest.raises(InvalidValue, match="Default"):
            store.append([Purge(noun="experiment", id="0")])

    def test_a_param_can_be_corrected(self, store, start, writer, rows):
        run_id = start()
        writer.write(Param("p", "1", run_id, next_time()))
        for value in ("2", "3"):
            op = CorrectParam(run_id=run_id, key="p", value=value, reason="a slip")
            store.append([op])
        assert rows("select key, value from params") == [("p", "3")]
        with pytest.raises(NotFound, match="no param 'q'"):
            store.append([CorrectParam(run_id=run_id, key="q", value="1")])

    # Reading by SQL

    @pytest.mark.parametrize(
        "text",
        [
            "delete from runs",
            "insert into runs select * from runs",
            "create table x (a int)",
            "select 1; select 2",
            "with a as (select 1) insert into runs select * from a",
            "copy runs to 'x.csv'",
            "attach 'x.db'",
            "set threads = 1",
            "",
            "selec 1",
            "select * from nosuch",
            "select * from read_csv('/etc/passwd')",
            "select * from '/etc/passwd'",
        ],
    )
    def test_only_one_select_is_answered(self, store, text):
        with pytest.raises(InvalidValue, match="SELECT"):
            self.sql(store, text)

    def sql(self, store, text):
        from nbtrack.query.tree import Sql

        return store.fetch(Sql(text))

    def test_sql_gives_columns_with_none_where_nothing_is(self, store, start):
        start(run_name="a", end_time=None)
        columns = self.sql(store, "select run_name, end_time, 1 as one, 2 as one from runs").columns
        assert {name: list(column) for name, column in columns.items()} == {
            "run_name": ["a"],
            "end_time": [None],
            "one": [1],
            "one_1": [2],
        }

    # Files

    def test_bytes_are_kept_under_their_digest(self, store, tmp_path):
        path = tmp_path / "file"
        path.write_bytes(b"some bytes")
        digest = store.put_blob(path)
        assert store.put_blob(b"some bytes") == digest
        with store.open_blob(digest) as file:
            assert file.read() == b"some bytes"
        with pytest.raises(NotFound):
            store.open_blob("0" * 64)
