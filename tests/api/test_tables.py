"""Tables as artifacts."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.errors import InvalidValue, MissingPackage, NotFound


@pytest.mark.parametrize("name", ["answers.json", "deep/answers.csv"])
def test_rows_are_added_to_a_table_that_is_there(name):
    with nbtrack.start_run():
        nbtrack.log_table({"question": ["1+1"], "score": [0.5]}, name)
        nbtrack.log_table(pd.DataFrame({"question": ["2+2"], "note": ["ü"]}), name)
    table = nbtrack.load_table(name)
    assert table["question"].tolist() == ["1+1", "2+2"]
    assert table["note"].tolist()[1] == "ü"
    assert np.isnan(table["score"].tolist()[1])


def test_a_table_is_written_as_mlflow_writes_it():
    with nbtrack.start_run() as run:
        nbtrack.log_table({"a": [1, 2], "b": [None, 0.1]}, "t.json")
    text = nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/t.json")
    assert text == '{"columns":["a","b"],"data":[[1,null],[2,0.1]]}'


def test_single_values_are_one_row():
    with nbtrack.start_run():
        nbtrack.log_table({"a": 1, "b": "x"}, "t.json")
    assert nbtrack.load_table("t.json").to_dict("records") == [{"a": 1, "b": "x"}]


def test_tables_of_several_runs_are_read_together():
    for number in range(3):
        with nbtrack.start_run(run_name=f"run {number}") as run:
            nbtrack.log_param("number", number)
            if number != 1:
                nbtrack.log_table({"n": [number]}, "t.json")
    table = nbtrack.load_table("t.json", extra_columns=["run_id", "params.number"])
    assert sorted(zip(table["n"], table["params.number"], strict=True)) == [(0, "0"), (2, "2")]
    only = nbtrack.load_table("t.json", [run.info.run_id], ["run_id"])
    assert only.to_dict("records") == [{"n": 2, "run_id": run.info.run_id}]
    with pytest.raises(NotFound, match="none of 3 runs has a table"):
        nbtrack.load_table("other.json")


def test_threads_lose_no_row():
    with nbtrack.start_run(), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: nbtrack.log_table({"n": [n]}, "t.json"), range(12)))
    assert sorted(nbtrack.load_table("t.json")["n"]) == list(range(12))


def test_what_is_no_table_is_refused():
    for data in ([1, 2], {"a": [1, 2], "b": [1]}):
        with pytest.raises(InvalidValue):
            nbtrack.log_table(data, "t.json")
    with pytest.raises(InvalidValue, match=r"kept as \.json, \.csv, \.parquet"):
        nbtrack.log_table({"a": [1]}, "t.xlsx")
    with pytest.raises(InvalidValue, match="leads out"):
        nbtrack.log_table({"a": [1]}, "../t.json")
    assert nbtrack.active_run() is None


def test_parquet_needs_its_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with nbtrack.start_run(), pytest.raises(MissingPackage, match="pip install pyarrow"):
        nbtrack.log_table({"a": [1]}, "t.parquet")


def test_a_table_is_kept_as_parquet():
    with nbtrack.start_run() as run:
        nbtrack.log_table({"a": [1, 2]}, "t.parquet")
    assert nbtrack.load_table("t.parquet", [run.info.run_id])["a"].tolist() == [1, 2]


def test_a_client_reads_and_writes_tables(tmp_path):
    client = nbtrack.MlflowClient(tmp_path)
    run = client.create_run("0")
    client.log_table(run.info.run_id, {"a": [1]}, "t.json")
    client.log_table(run.info.run_id, {"a": [2]}, "t.json")
    assert client.load_table("0", "t.json")["a"].tolist() == [1, 2]
