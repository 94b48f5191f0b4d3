"""Runs, tables of runs, curves, counts and SQL, as a notebook reads them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.capture.guard import TrackingWarning
from nbtrack.entities import ViewType
from nbtrack.errors import FilterSyntax, InvalidValue, NotFound, StoreError, UnknownKey, UnknownName


@pytest.fixture
def runs():
    """Three runs, best last, of which each lacks something."""
    made = []
    for number in range(3):
        with nbtrack.start_run(run_name=f"run {number}") as run:
            nbtrack.log_param("lr", 10.0**-number)
            nbtrack.log_metric("acc", [0.1 * number, 0.2 * number])
            if number:
                nbtrack.set_tag("kind", "later")
        made.append(run.info.run_id)
    return made


def test_runs_are_found_as_a_frame(runs):
    found = nbtrack.search_runs(order_by=["metrics.acc DESC"])
    assert found["run_id"].tolist() == runs[::-1]
    assert list(found.columns[:6]) == [
        *("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
    ]
    assert found["metrics.acc"].tolist() == pytest.approx([0.4, 0.2, 0.0])
    assert found["params.lr"].tolist() == ["0.01", "0.1", "1.0"]
    assert found["start_time"].dtype.kind == "M"
    assert (found["end_time"] >= found["start_time"]).all()
    assert pd.isna(found["tags.kind"].iloc[2])


def test_runs_are_found_as_objects(runs):
    found = nbtrack.search_runs(
        filter_string="acc > 0.1 and (params.lr < 0.05 or tags.kind = 'none')", output_format="list"
    )
    assert [run.info.run_id for run in found] == [runs[2]]
    assert found[0].data.metrics == {"acc": 0.4}
    assert found[0].info.run_name == "run 2"


def test_only_chosen_columns_are_read(runs):
    found = nbtrack.search_runs(columns=["run_id", "metrics.acc"], max_results=2)
    assert list(found.columns) == ["run_id", "metrics.acc"]
    assert len(found) == 2


def test_runs_are_counted(runs):
    assert nbtrack.count_runs() == 3
    assert nbtrack.count_runs(filter_string="metrics.acc > 0.1") == 2
    assert nbtrack.count_runs(["7"]) == 0


def test_a_search_looks_where_it_is_told(runs):
    nbtrack.set_experiment("other")
    with nbtrack.start_run():
        pass
    assert len(nbtrack.search_runs()) == 1
    assert len(nbtrack.search_runs(["0"])) == 3
    assert len(nbtrack.search_runs(search_all_experiments=True)) == 4
    assert len(nbtrack.search_runs(experiment_names=["Default", "other"])) == 4
    with pytest.warns(TrackingWarning, match="no experiment 'absent'"):
        assert len(nbtrack.search_runs(experiment_names=["Default", "absent"])) == 3
    with pytest.raises(InvalidValue, match="only one of"):
        nbtrack.search_runs(["0"], search_all_experiments=True)


def test_deleted_runs_are_out_of_view_until_restored(runs):
    nbtrack.delete_run(runs[0])
    assert nbtrack.count_runs() == 2
    deleted = nbtrack.search_runs(run_view_type=ViewType.DELETED_ONLY)
    assert deleted["run_id"].tolist() == [runs[0]]
    assert nbtrack.get_run(runs[0]).info.lifecycle_stage == "deleted"
    with pytest.raises(InvalidValue, match="deleted"):
        nbtrack.log_params({"a": 1}, run_id=runs[0])
    nbtrack.restore_run(runs[0])
    nbtrack.log_params({"a": 1}, run_id=runs[0])
    assert nbtrack.get_run(runs[0]).data.params["a"] == "1"
    nbtrack.purge_run(runs[0])
    with pytest.raises(NotFound):
        nbtrack.get_run(runs[0])


@pytest.mark.parametrize("act", ["get_run", "delete_run", "restore_run", "purge_run"])
def test_a_run_that_is_not_there_is_named(act):
    with pytest.raises(NotFound, match="Run with id=nothing not found"):
        getattr(nbtrack, act)("nothing")


def test_a_search_that_cannot_be_read_says_why(runs):
    with pytest.raises(FilterSyntax, match="position"):
        nbtrack.search_runs(filter_string="metrics.acc >")
    with pytest.warns(UnknownKey, match="did you mean"):
        assert len(nbtrack.search_runs(filter_string="metrics.ac > 1")) == 0
    with pytest.raises(UnknownName, match="did you mean"):
        nbtrack.search_runs(filter_string="attributes.statu = 'FINISHED'")
    with pytest.raises(InvalidValue, match="'pandas' or 'list'"):
        nbtrack.search_runs(output_format="polars")
    for limit in (0, -1, 1.5):
        with pytest.raises(InvalidValue, match="max_results"):
            nbtrack.search_runs(max_results=limit)


def test_a_search_of_an_empty_store_is_an_empty_frame():
    found = nbtrack.search_runs()
    assert len(found) == 0
    assert "run_id" in found.columns
    assert nbtrack.search_runs(output_format="list") == []


def test_a_run_knows_its_parent():
    with nbtrack.start_run() as parent, nbtrack.start_run(nested=True) as child:
        pass
    assert nbtrack.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    assert nbtrack.get_parent_run(parent.info.run_id) is None


def test_the_history_of_a_metric_is_read():
    with nbtrack.start_run() as run:
        for step, value in enumerate([1.0, math.nan, -math.inf]):
            nbtrack.log_metric("loss", value, step=step, timestamp=1000 + step)
    history = nbtrack.get_metric_history(run.info.run_id, "loss")
    assert [(it.step, it.timestamp, str(it.value)) for it in history] == [
        (0, 1000, "1.0"),
        (1, 1001, "nan"),
        (2, 1002, "-inf"),
    ]
    assert nbtrack.get_metric_history(run.info.run_id, "absent") == []
    with pytest.raises(NotFound):
        nbtrack.get_metric_history("nothing", "loss")


def test_curves_are_read_as_a_frame():
    ids = []
    for factor in (1.0, 2.0):
        with nbtrack.start_run() as run:
            nbtrack.log_metric("loss", np.linspace(0, factor, 5000))
        ids.append(run.info.run_id)
    one = nbtrack.metric_history(ids[0], "loss")
    assert list(one.columns) == ["run_id", "step", "timestamp", "value"]
    assert len(one) == 5000
    assert one["value"].iloc[-1] == 1.0
    both = nbtrack.metric_history(ids, "loss")
    assert both.groupby("run_id", observed=True)["value"].max().to_dict() == {
        ids[0]: 1.0,
        ids[1]: 2.0,
    }
    thin = nbtrack.metric_history(ids, "loss", points=100)
    assert 100 <= len(thin) <= 200
    assert set(thin.groupby("run_id", observed=True)["value"].max()) == {1.0, 2.0}
    assert len(nbtrack.metric_history(ids[0], "absent")) == 0
    with pytest.raises(NotFound):
        nbtrack.metric_history("nothing", "loss")


def test_sql_reads_the_documented_views(runs):
    found = nbtrack.sql(
        "select r.run_name, m.value from runs r join latest_metrics m using (run_id)"
        " where m.key = 'acc' order by m.value desc limit 1"
    )
    assert found.to_dict("records") == [{"run_name": "run 2", "value": 0.4}]


@pytest.mark.parametrize(
    "text",
    [
        "delete from runs",
        "create table x (a int)",
        "copy runs to 'stolen.csv'",
        "select * from read_csv('/etc/passwd')",
        "attach 'other.duckdb'",
        "select 1; drop table core.runs",
    ],
)
def test_sql_writes_nothing_and_reads_nothing_else(runs, text, tmp_path):
    with pytest.raises((InvalidValue, StoreError)):
        nbtrack.sql(text)
    assert nbtrack.count_runs() == 3
