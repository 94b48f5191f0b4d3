"""Points of metrics as they are sent."""

from __future__ import annotations

import math

import nbtrack


def test_each_metric_of_each_run_is_a_curve(root, ask):
    with nbtrack.start_run() as one:
        nbtrack.log_metric("loss", [3.0, math.nan, math.inf])
    with nbtrack.start_run() as other:
        nbtrack.log_metric("acc", 0.5, step=7)
    run_ids = [other.info.run_id, "nobody", one.info.run_id]
    asked = {"run_ids": run_ids, "keys": ["loss", "acc", "nothing"]}
    first, second = ask("POST", "runs", "curves", sent=asked).told["curves"]
    assert (first["run_id"], first["key"], first["steps"], first["values"]) == (
        other.info.run_id,
        "acc",
        [7],
        [0.5],
    )
    assert (second["key"], second["values"]) == ("loss", [3.0, "NaN", "Infinity"])
    assert len(second["timestamps"]) == 3


def test_a_curve_is_thinned(root, ask):
    with nbtrack.start_run() as run:
        nbtrack.log_metric("loss", [float(it) for it in range(1000)])
    asked = {"run_ids": [run.info.run_id], "keys": ["loss"], "points": 1}
    (curve,) = ask("POST", "runs", "curves", sent=asked).told["curves"]
    assert curve["steps"] == [0, 999]


def test_too_many_runs_are_refused(root, ask):
    with nbtrack.start_run():
        pass
    asked = {"run_ids": [str(it) for it in range(1001)], "keys": ["loss"]}
    assert ask("POST", "runs", "curves", sent=asked).status == 400
