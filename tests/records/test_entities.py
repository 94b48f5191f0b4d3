from __future__ import annotations

import json
import math

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.records.entities import (
    Dataset,
    DatasetInput,
    ExperimentTag,
    FileInfo,
    InputTag,
    LifecycleStage,
    Run,
    RunData,
    RunInputs,
    RunOutputs,
    RunStatus,
    SourceType,
    ViewType,
)
from nbtrack.records.metric import Metric
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag


def a_run():
    dataset = Dataset(name="iris", digest="d", source_type="local", source="{}")
    return Run(
        run_info=RunInfo("r", "0", "name", owner="o", time=5),
        run_data=RunData(
            metrics=[Metric("m", 1.5, 10, 2)], params=[Param("p", "1")], tags=[RunTag("t", "x")]
        ),
        run_inputs=RunInputs(
            dataset_inputs=[DatasetInput(dataset=dataset, tags=[InputTag("k", "v")])]
        ),
    )


def test_a_run_has_data_by_key():
    run = a_run()
    assert run.data.metrics == {"m": 1.5}
    assert run.data.params == {"p": "1"}
    assert run.data.tags == {"t": "x"}
    assert dict(run.data) == {"metrics": {"m": 1.5}, "params": {"p": "1"}, "tags": {"t": "x"}}


def test_a_run_becomes_plain_values_without_what_is_internal():
    plain = a_run().to_dictionary()
    assert json.loads(json.dumps(plain)) == {
        "info": {
            "run_id": "r",
            "experiment_id": "0",
            "run_name": "name",
            "user_id": None,
            "status": None,
            "start_time": None,
            "end_time": None,
            "lifecycle_stage": "active",
            "artifact_uri": None,
        },
        "data": {"metrics": {"m": 1.5}, "params": {"p": "1"}, "tags": {"t": "x"}},
        "inputs": {
            "dataset_inputs": [
                {
                    "tags": [{"key": "k", "value": "v"}],
                    "dataset": {
                        "name": "iris",
                        "digest": "d",
                        "source_type": "local",
                        "source": "{}",
                        "schema": None,
                        "profile": None,
                    },
                }
            ],
            "model_inputs": [],
        },
        "outputs": {"model_outputs": []},
    }


def test_a_run_needs_no_more_than_its_info():
    run = Run(RunInfo("r"))
    assert (run.data, run.inputs, run.outputs) == (RunData(), RunInputs(), RunOutputs())


def test_entities_are_equal_by_what_they_hold():
    assert a_run() == a_run()
    assert a_run() != Run(RunInfo("r"))
    assert InputTag("a", "b") != ExperimentTag("a", "b")
    assert len({FileInfo("a", True, None), FileInfo("a", True, None)}) == 1


def test_entities_show_what_they_hold():
    assert repr(FileInfo("a", False, 3)) == "<FileInfo: path='a', is_dir=False, file_size=3>"
    assert (
        repr(RunData(params=[Param("p", "1")]))
        == "<RunData: metrics={}, params={'p': '1'}, tags={}>"
    )


class Printer:
    """What IPython hands to `_repr_pretty_`."""

    def __init__(self):
        self.written = ""

    def text(self, text):
        self.written += text


def test_a_notebook_shows_a_run_in_one_line():
    printer = Printer()
    a_run()._repr_pretty_(printer, False)
    assert printer.written == "<Run: 'name' (r), None, metrics={'m': 1.5}, params={'p': '1'}>"
    a_run()._repr_pretty_(printer, True)
    assert printer.written.endswith("…")


def test_a_tag_without_a_value_is_none():
    assert RunData(tags=[RunTag("t", None)]).tags == {}


def test_a_nan_stays_one():
    assert math.isnan(RunData(metrics=[Metric("m", math.nan, 1)]).metrics["m"])


def test_statuses_are_counted_as_in_mlflow():
    assert RunStatus.from_string("RUNNING") == RunStatus.RUNNING == 1
    assert [RunStatus.to_string(it) for it in RunStatus.all_status()] == [
        "RUNNING",
        "SCHEDULED",
        "FINISHED",
        "FAILED",
        "KILLED",
    ]
    assert RunStatus.is_terminated(RunStatus.FAILED)
    assert RunStatus.is_terminated("KILLED")
    assert not RunStatus.is_terminated("RUNNING")


def test_views_are_counted_as_in_mlflow():
    assert (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL) == (1, 2, 3)
    assert ViewType.to_string(1) == "active_only"
    assert ViewType.from_string("all") == 3
    assert SourceType.from_string("NOTEBOOK") == 1
    assert LifecycleStage.DELETED == "deleted"


def test_an_unknown_number_or_name_is_told_with_those_there_are():
    with pytest.raises(InvalidValue, match=r"RunStatus has no 9; there are 1 \(RUNNING\), 2"):
        RunStatus.to_string(9)
    with pytest.raises(InvalidValue, match="RunStatus has no 'DONE'; there are RUNNING, SCHEDULED"):
        RunStatus.from_string("DONE")
