from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.errors import (
    AlreadyExists,
    InvalidValue,
    ModelError,
    NotFound,
    SchemaMismatch,
    UnknownName,
)
from nbtrack.testing import temporary_store


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model that doubles x and fails where it is negative, in a folder."""
    path = tmp_path_factory.mktemp("model") / "double"

    def double(frame):
        if (frame["x"] < 0).any():
            raise ArithmeticError("x is below zero")
        return frame["x"] * 2

    with temporary_store():
        example = pd.DataFrame({"x": [1.0]})
        nbtrack.pyfunc.save_model(path, python_model=double, input_example=example)
    return path


@pytest.fixture
def double(saved):
    """The same; its files are sealed by another key than this test has."""

    def score(*told, **options):
        return nbtrack.score(saved, *told, allow_pickle=True, **options)

    return score


@pytest.fixture
def customers(tmp_path):
    """A table of 10,000 rows as a frame, CSV and Parquet."""
    frame = pd.DataFrame(
        {
            "customer": [f"{number:05}" for number in range(10_000)],
            "x": np.arange(10_000) / 4,
            "big": np.arange(10_000) + 2**60,
        }
    )
    frame.to_csv(tmp_path / "in.csv", index=False)
    frame.to_parquet(tmp_path / "in.parquet")
    return frame


def test_a_file_is_scored_into_a_file_with_ids(double, customers, tmp_path):
    report = double(tmp_path / "in.csv", tmp_path / "out.csv", id="customer", name="score")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[:3] == ["customer,score", "00000,0.0", "00001,0.5"]
    assert (len(lines), report.rows, report.failed, report.resumed) == (10_001, 10_000, 0, 0)
    assert report.path == tmp_path / "out.csv"
    assert not (tmp_path / "out.csv.parts").exists()
    assert "scored 10,000 rows" in str(report)


def test_parquet_keeps_every_value_and_type_beside_the_predictions(double, customers, tmp_path):
    double(tmp_path / "in.parquet", tmp_path / "out.parquet")
    found = pd.read_parquet(tmp_path / "out.parquet")
    pd.testing.assert_frame_equal(found[list(customers)], customers)
    assert (found["prediction"] == customers["x"] * 2).all()


def test_types_that_a_frame_lacks_come_through(double, tmp_path):
    import duckdb

    duckdb.execute(f"""COPY (SELECT 1.5 AS x, DATE '2024-02-03' AS day, TIME '10:11:12' AS clock,
        12345678901234567890.12::DECIMAL(30, 2) AS amount, [1, 2] AS parts, {{'a': 1}} AS inner_,
        NULL::BIGINT AS gap, uuid() AS id) TO '{tmp_path}/in.parquet'""")
    double(tmp_path / "in.parquet", tmp_path / "out.parquet")
    kept = "SELECT * EXCLUDE (prediction)"
    there = duckdb.sql(f"{kept} FROM '{tmp_path}/out.parquet'")
    before = duckdb.sql(f"FROM '{tmp_path}/in.parquet'")
    assert [str(it) for it in there.types] == [str(it) for it in before.types]
    assert there.fetchall() == before.fetchall()


def test_every_kind_of_data_is_taken(double, customers, tmp_path):
    import duckdb
    import polars as pl
    import pyarrow.parquet

    wanted = double(customers, keep=False).frame
    path = tmp_path / "in.parquet"
    (tmp_path / "folder" / "day=1").mkdir(parents=True)
    customers.to_parquet(tmp_path / "folder" / "day=1" / "a.parquet")
    (tmp_path / "folder" / "_SUCCESS").touch()
    customers.to_json(tmp_path / "in.jsonl", orient="records", lines=True)
    for data in (
        str(path),
        str(tmp_path / "*.parquet"),
        [path],
        tmp_path / "folder",
        tmp_path / "in.jsonl",
        tmp_path / "in.csv",
        f"SELECT * FROM '{path}'",
        duckdb.sql(f"FROM '{path}'"),
        pl.read_parquet(path),
        pyarrow.parquet.read_table(path),
        nbtrack.data.from_pandas(customers),
    ):
        pd.testing.assert_frame_equal(double(data, keep=False).frame, wanted)


def test_a_row_that_fails_ends_it_or_gets_a_null(double, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,x\na,1\nb,-1\nc,\nd,much\ne,3\n")
    with pytest.raises(
        InvalidValue, match=r"row 3 of .*: 'x' is no DOUBLE: 'much'; on_error='null'"
    ):
        double(path, tmp_path / "out.csv")
    report = double(path, tmp_path / "out.csv", id="id", on_error="null")
    assert (tmp_path / "out.csv").read_text() == "id,prediction\na,2.0\nb,\nc,\nd,\ne,6.0\n"
    listed = report.failed_path.read_text().splitlines()
    assert [json.loads(line) for line in listed] == [
        {"row": 1, "id": "b", "error": "ArithmeticError", "message": "x is below zero"},
        {"row": 3, "id": "d", "error": "InvalidValue", "message": "'x' is no DOUBLE: 'much'"},
    ]
    path.write_text("id,x\na,1\nb,-1\n")
    with pytest.raises(ModelError, match=r"rows 0 to 1: the model failed with ArithmeticError"):
        double(path)
    path.write_text("id,x\na,1\n")
    double(path, tmp_path / "out.csv", on_error="null")
    assert not report.failed_path.exists()


def test_text_that_turns_up_late_is_kept_as_it_stands_and_a_wrong_one_is_named(double, tmp_path):
    ids = [*range(40_000), "007", "", 9, "+1", 2**70]
    frame = pd.DataFrame({"id": ids, "x": [it / 3 for it in range(len(ids))]}, dtype=object)
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    frame.to_csv(path, index=False)
    double(path, out, id="id", batch_rows=3000)
    found = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert found["id"].tolist() == list(map(str, ids))
    assert list(map(float, found["prediction"])) == [it * 2 for it in frame["x"]]
    with path.open("a") as file:
        file.write("8,NA\n9,1\n10,much\n")
    with pytest.raises(InvalidValue, match=r"row 40,007 of .*: 'x' is no DOUBLE: 'much'"):
        double(path, out, id="id")
    report = double(path, out, id="id", on_error="null")
    assert (report.rows, report.failed) == (40_008, 1)
    assert out.read_text().splitlines()[-3:] == ["8,", "9,2.0", "10,"]
    path.write_text(f"id,x,note\n1,2,{'a' * 5_000_000}\n")
    double(path, out, id="id")
    assert out.read_text() == "id,prediction\n1,4.0\n"


def test_whole_numbers_are_read_exactly_and_a_fraction_is_none(tmp_path):
    numbers = ["1", str(2**62 + 1), "+3", "04", "5.0"]
    path = tmp_path / "in.csv"
    path.write_text("\n".join(["x", *numbers, ""]))
    with temporary_store():
        info = nbtrack.pyfunc.log_model(
            name="same", python_model=lambda it: it["x"], input_example=pd.DataFrame({"x": [1]})
        )
        found = nbtrack.score(info.model_uri, path, keep=False).frame["prediction"].tolist()
        path.write_text("x\n1\n2.5\n")
        with pytest.raises(InvalidValue, match=r"row 1 of .*: 'x' is no BIGINT: '2.5'"):
            nbtrack.score(info.model_uri, path)
    assert found == [1, 2**62 + 1, 3, 4, 5]


def test_many_rows_that_fail_are_a_fault_of_the_whole(double):
    data = pd.DataFrame({"x": np.full(100, -1.0)})
    report = double(data, on_error="null")
    assert (report.failed, report.frame["prediction"].isna().all()) == (100, True)
    with pytest.raises(ModelError, match="more than 5 rows of one batch fail"):
        double(data, on_error="null", most_failed=5)


def test_what_does_not_fit_is_told_before_a_row_is_scored(double, customers, tmp_path):
    wrong = customers.rename(columns={"x": "xx"})
    with pytest.raises(SchemaMismatch, match=r"lacks 'x', .*did you mean 'xx'"):
        double(wrong)
    with pytest.raises(UnknownName, match="did you mean 'customer'"):
        double(customers, id="custommer")
    with pytest.raises(NotFound, match="no file"):
        double(tmp_path / "none.csv")
    with pytest.raises(InvalidValue, match="no ending that is known"):
        double(__file__)
    with pytest.raises(InvalidValue, match=r"would replace the data in .*in\.csv"):
        double(tmp_path / "in.csv", tmp_path / "in.csv", keep=True)
    before = double(tmp_path / "in.csv", f"{tmp_path}/before/", keep=True).path
    with pytest.raises(InvalidValue, match=r"would replace the data in .*before"):
        double(f"{before}/*.parquet", f"{before}/", keep=True)
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InvalidValue, match=r"empty\.csv is empty"):
        double(tmp_path / "empty.csv")
    with pytest.raises(InvalidValue, match=r"files of one format"):
        double([tmp_path / "in.csv", tmp_path / "in.parquet"])
    with pytest.raises(InvalidValue, match="data is a int"):
        double(3)
    with pytest.raises(InvalidValue, match=r"ends in \.parquet, \.csv or \.jsonl"):
        double(customers, tmp_path / "out.xlsx")
    with pytest.raises(InvalidValue, match=r"a column 'x' as the predictions have"):
        double(customers, name="x")
    with pytest.raises(InvalidValue, match="on_error is"):
        double(customers, on_error="ignore")
    with pytest.raises(InvalidValue, match="names no place to score"):
        double(customers, on="moon")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine.txt").touch()
    with pytest.raises(AlreadyExists, match="has other files in it"):
        double(customers, tmp_path / "folder")
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing")
    with pytest.raises(InvalidValue, match="the data cannot be read"):
        double(broken)


def test_a_file_that_was_there_stays_until_all_is_scored(double, tmp_path):
    data = pd.DataFrame({"x": [1.0, -1.0]})
    (tmp_path / "out.csv").write_text("before")
    with pytest.raises(ModelError):
        double(data, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "before"
    assert not (tmp_path / "out.csv.parts").exists()
    double(data.abs(), tmp_path / "out.csv", keep=False)
    assert (tmp_path / "out.csv").read_text() == "prediction\n2.0\n2.0\n"


def test_data_without_rows_gives_a_table_without_rows(double, tmp_path):
    (tmp_path / "in.csv").write_text("id,x\n")
    report = double(tmp_path / "in.csv", tmp_path / "out.csv", id="id")
    assert (report.rows, (tmp_path / "out.csv").read_text()) == (0, "id,prediction\n")


def test_a_folder_of_predictions_is_written_and_replaced(double, customers, tmp_path):
    for _ in range(2):
        report = double(customers, tmp_path / "answers", keep=["customer"])
        assert report.path == tmp_path / "answers"
    again = f"SELECT prediction AS x FROM '{tmp_path}/answers/*.parquet'"
    assert (double(again, keep=False).frame["prediction"] == customers["x"] * 4).all()
    assert sorted(it.name for it in tmp_path.iterdir()) == ["answers", "in.csv", "in.parquet"]


def test_a_scoring_is_noted_in_the_active_run_with_its_data_and_model():
    frame = pd.DataFrame({"x": [1.0, 2.0]})
    with temporary_store():
        info = nbtrack.pyfunc.log_model(
            name="same", python_model=lambda it: it["x"], input_example=frame
        )
        with nbtrack.start_run() as run:
            nbtrack.score(info.model_uri, frame)
        found = nbtrack.get_run(run.info.run_id)
        nbtrack.score(info.model_uri, frame)
        assert len(nbtrack.search_runs(output_format="list")) == 1
        nbtrack.score(info.model_uri, frame, log=True)
        assert len(nbtrack.search_runs(output_format="list")) == 2
    assert found.data.metrics["rows_scored"] == 2
    assert found.data.tags["scoring.model_uri"] == info.model_uri
    assert [it.model_id for it in found.inputs.model_inputs] == [info.model_id]
    assert found.inputs.dataset_inputs[0].tags[0].value == "scoring"
