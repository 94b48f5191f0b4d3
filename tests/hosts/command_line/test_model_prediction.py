from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pandas as pd
import pytest

from nbtrack.hosts.command_line.model_prediction import folder_name


@pytest.fixture
def table(tmp_path):
    """A file with values of x."""
    path = tmp_path / "in.csv"
    path.write_text("x\n1\n2.5\n")
    return path


def test_a_model_is_asked_with_a_file(churn, command, table, tmp_path):
    done = command("models", "predict", "-m", "models:/churn/2", "-i", table, "-t", "csv")
    assert (done.code, done.json) == (0, {"predictions": [2.0, 5.0]})
    records = tmp_path / "in.json"
    for body in (
        {"dataframe_split": {"columns": ["x"], "data": [[1], [2.5]]}},
        {"dataframe_records": [{"x": 1}, {"x": 2.5}]},
        {"columns": ["x"], "data": [[1], [2.5]]},
        [{"x": 1}, {"x": 2.5}],
    ):
        records.write_text(json.dumps(body))
        done = command("models", "predict", "churn/1", "-i", records)
        assert done.json == {"predictions": [1.0, 2.5]}, body


def test_answers_go_to_a_file(churn, command, table, tmp_path):
    done = command("models", "predict", "churn/2", "-i", table, "-o", tmp_path / "new" / "out.csv")
    assert done.out == f"wrote 2 predictions to {tmp_path}/new/out.csv\n"
    assert (tmp_path / "new" / "out.csv").read_text() == "prediction\n2.0\n5.0\n"
    command("models", "predict", "churn/2", "-i", table, "-o", tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text()) == {"predictions": [2.0, 5.0]}
    assert command("models", "predict", "churn/2", "-i", table, "-o", "-").json["predictions"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_the_answer_to_a_request_is_a_table_if_its_file_is(churn, command, tmp_path, ending):
    (tmp_path / "in.json").write_text('{"inputs": {"x": [1, 3]}}')
    out = tmp_path / f"out.{ending}"
    done = command("models", "predict", "churn/2", "-i", tmp_path / "in.json", "-o", out)
    assert done.out == f"wrote 2 predictions to {out}\n"
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}.get(ending)
    frame = pd.read_json(out, lines=True) if read is None else read(out)
    assert frame.to_dict("list") == {"prediction": [2.0, 6.0]}


def test_what_cannot_be_written_or_meant_is_refused(churn, command, table, tmp_path):
    words = ("models", "predict", "churn/2", "-i", table)
    for more, told in [
        (("-o", tmp_path / "out.xlsx"), "to 'out.xlsx'; the file ends in .json, .jsonl, .ndjson"),
        (("-o", table / "out.json"), "in.csv/out.json cannot be written"),
        (("--id", "x"), "--id: only where a table goes to a table, such as -i customers.csv -o"),
    ]:
        done = command(*words, *more)
        assert (done.code > 0, done.out) == (True, ""), more
        assert told in done.err.replace("\n", " "), more
    assert sorted(tmp_path.glob("out*")) == []


def test_a_model_is_asked_from_stdin_as_mlflow_is(churn, process, store):
    words = ("models", "predict", "-m", "models:/churn/2", "--env-manager", "local")
    # another process has another key here: the tests share a process, and not their homes
    done = process(
        *words, "--allow-pickle", stdin='{"inputs": {"x": [1, 3]}}', NBTRACK_TRACKING_URI=str(store)
    )
    assert done.code == 0, done.err
    assert done.json == {"predictions": [2.0, 6.0]}
    assert done.err == ""


def test_a_model_is_asked_in_an_environment_of_its_own(churn, process, command, store, tmp_path):
    uv = tmp_path / "programs" / "uv"  # it makes an environment out of this Python
    uv.parent.mkdir()
    uv.write_text(
        '#!/bin/sh\ntest "$1" = pip && exit; for place; do :; done; mkdir -p "$place/bin"\n'
        f"printf '#!/bin/sh\\necho elsewhere >&2; exec {sys.executable} \"$@\"' "
        '> "$place/bin/python"; chmod +x "$place/bin/python"\n'
    )
    uv.chmod(0o755)
    around = {
        "NBTRACK_TRACKING_URI": str(store),
        "PATH": f"{uv.parent}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    words = ("models", "predict", "--env-manager=uv", "--allow-pickle", "--", "churn/2")
    done = process(*words, stdin='{"inputs": {"x": [1, 3]}}', **around)
    assert (done.code, done.err) == (0, "elsewhere\n")
    assert done.json == {"predictions": [2.0, 6.0]}
    refused = command("models", "predict", "churn/2", "--env-manager", "pyenv")
    assert (refused.code, refused.out) == (1, "")
    assert "'pyenv' makes no environments here; there are local (the packages" in refused.err


def test_what_does_not_fit_is_told(churn, command, tmp_path):
    path = tmp_path / "in.json"
    for text, said in (
        ('[{"y": 1}]', "column 'x' (double) is missing"),
        ("{", "cannot be read as JSON"),
        ("3", "an object or a list"),
        ('{"rows": 1}', "dataframe_split"),
    ):
        path.write_text(text)
        done = command("models", "predict", "churn/1", "-i", path)
        assert (done.code, done.out) == (1, ""), text
        assert said in done.err, text
    assert "no file" in command("models", "predict", "churn/1", "-i", tmp_path / "none").err
    wrong = command("models", "predict", "churn/1", "-i", path, "-t", "xml")
    assert "'xml' is no type of data" in wrong.err
    assert command("models", "predict", "-i", path).code == 2


def test_a_models_files_are_fetched(churn, command, tmp_path):
    done = command("models", "download", "churn/2")
    assert done.code == 0
    assert Path("churn-2/MLmodel").is_file()
    again = command("models", "download", "churn/2")
    assert (again.code, "--to FOLDER" in again.err) == (2, True)
    told = command("models", "download", churn[1][1], "--to", tmp_path / "there", "--json").json
    assert told["path"] == str(tmp_path / "there")
    assert told["files"] == len([it for it in (tmp_path / "there").iterdir() if it.is_file()])
    one = command("models", "download", "churn/2/MLmodel", "--to", tmp_path / "one", "--json")
    assert (one.json["files"], (tmp_path / "one" / "MLmodel").is_file()) == (1, True)
    assert "did you mean 'churn'" in command("models", "download", "churm/2").err


def test_a_folder_of_others_is_asked_only_by_consent(churn, command, table):
    command("models", "download", "churn/2", "--to", "theirs")
    refused = command("models", "predict", "./theirs", "-i", table)
    assert (refused.code, refused.out) == (1, "")
    assert "not logged by you" in refused.err
    assert "say --allow-pickle, or set NBTRACK_ALLOW_PICKLE" in refused.err
    done = command("models", "predict", "theirs", "-i", table, "--allow-pickle")
    assert done.json == {"predictions": [2.0, 5.0]}


def test_a_folder_needs_no_store_and_makes_none(churn, command, table, tmp_path):
    command("models", "download", "churn/2", "--to", "theirs")
    nowhere = ("--store", tmp_path / "none")
    done = command("models", "predict", "theirs", "-i", table, "--allow-pickle", *nowhere)
    assert (done.json, done.err) == ({"predictions": [2.0, 5.0]}, "")
    assert command("models", "check", "theirs", "--allow-pickle", *nowhere).code == 0
    assert command("models", "download", "./theirs", "--to", "copy", *nowhere).code == 0
    assert not (tmp_path / "none").exists()
    made = command("models", "register", "theirs", "first", *nowhere, "--json").json
    assert (made["name"], made["version"]) == ("first", "1")


def test_a_models_name_becomes_a_harmless_folder():
    assert folder_name("../a:b", 3) == "_a_b-3"
    assert folder_name(None, None) == "model"


def test_a_table_of_any_size_goes_to_a_table_with_what_is_kept(churn, command, tmp_path):
    (tmp_path / "in.csv").write_text("id,x\n007,1\n008,oops\n")
    words = ("models", "predict", "churn/2", "-i", tmp_path / "in.csv")
    out = tmp_path / "new" / "out.csv"
    refused = command(*words, "-o", out)
    assert (refused.code, out.exists()) == (1, False)
    assert "row 1 of" in refused.err
    done = command(*words, "-o", out, "--id", "id", "--on-error", "null", "--name", "p", "--json")
    assert out.read_text() == "id,p\n007,2.0\n008,\n"
    told = done.json
    assert (told["predictions"], told["failed"]) == (2, 1)
    assert Path(told["failed_path"]).read_text().startswith('{"row":1,"id":"008"')
    command(*words, "-o", f"{tmp_path}/folder/", "--keep", "all", "--on-error", "null")
    assert [it.suffix for it in (tmp_path / "folder").glob("part*")] == [".parquet"]
