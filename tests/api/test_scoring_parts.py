from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import nbtrack
from nbtrack.api.scoring.parts import Parts, target_called
from nbtrack.errors import Conflict, StoreBusy

SLOW = """
import sys
import nbtrack
from nbtrack.api.scoring import parts as scoring_parts

scoring_parts.PART_BYTES = 1000
nbtrack.score(sys.argv[1], sys.argv[2], sys.argv[3], id="id", batch_rows=100, allow_pickle=True)
"""


@pytest.fixture
def model(tmp_path):
    """A model that counts in a file how many rows it was asked with."""
    counted = tmp_path / "counted"

    def predict(frame):
        import time

        with counted.open("a") as file:
            file.write(f"{len(frame)}\n")
        time.sleep(0.02)
        return frame["x"] + 1

    nbtrack.pyfunc.save_model(tmp_path / "model", python_model=predict)
    return counted


def test_a_scoring_that_was_killed_goes_on_and_scores_no_row_of_a_part_again(model, tmp_path):
    table = pd.DataFrame({"id": range(4_000), "x": [number / 2 for number in range(4_000)]})
    table.to_csv(tmp_path / "in.csv", index=False)
    out, parts = tmp_path / "out.csv", tmp_path / "out.csv.parts"
    command = [sys.executable, "-c", SLOW, tmp_path / "model", tmp_path / "in.csv", out]
    child = subprocess.Popen(list(map(str, command)))
    deadline = time.monotonic() + 60
    while len(list(parts.glob("part-*.csv"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert not out.exists()
    model.unlink()
    report = nbtrack.score(tmp_path / "model", tmp_path / "in.csv", out, id="id", batch_rows=100)
    assert 200 <= report.resumed < 4_000
    assert sum(map(int, model.read_text().split())) == 4_000 - report.resumed
    found = pd.read_csv(out)
    assert (found["id"].tolist(), found["prediction"].tolist()) == (
        table["id"].tolist(),
        (table["x"] + 1).tolist(),
    )
    assert not parts.exists()


@pytest.fixture
def target(tmp_path):
    return target_called(tmp_path / "out.parquet")


def begun(target, identity="one"):
    """A scoring that stopped after a part of two rows."""
    identity = {"data": identity, "model": "m", "options": "o"}
    return Parts(target, identity, {}, is_new=False)


def test_an_unfinished_scoring_of_other_data_is_not_gone_on_with(target):
    parts = begun(target)
    parts.take(pd.DataFrame({"p": [1, 2]}), ())
    parts.write()
    parts.leave()
    with pytest.raises(Conflict, match=r"the data changed; resume=False begins anew"):
        begun(target, "two")
    again = begun(target)
    assert (again.done, again.columns) == (2, ("p",))
    again.leave()
    anew = Parts(target, {"data": "two", "model": "m", "options": "o"}, {}, is_new=True)
    assert (anew.done, [it.name for it in anew.folder.glob("part-*")]) == (0, [])
    anew.leave()


def test_a_scoring_that_wrote_nothing_leaves_nothing(target):
    parts = begun(target)
    assert parts.folder.is_dir()
    parts.leave()
    assert not parts.folder.exists()


def test_two_processes_do_not_score_into_one_place(target):
    parts = begun(target)
    with pytest.raises(StoreBusy, match="another process is scoring into"):
        begun(target)
    parts.leave()


def test_a_part_whose_note_was_torn_or_whose_file_is_gone_is_scored_again(target):
    parts = begun(target)
    for number in range(3):
        parts.take(pd.DataFrame({"p": [number, number]}), ({"row": number},))
        parts.write()
    parts.leave()
    (parts.folder / "part-00002.parquet").unlink()
    with (parts.folder / "parts.jsonl").open("ab") as listed:
        listed.write(b'{"name":"part-0')
    again = begun(target)
    assert (again.done, again.failed) == (4, 2)
    again.take(pd.DataFrame({"p": [9.5]}), ())
    again.finish()
    assert pd.read_parquet(target.path)["p"].tolist() == [0, 0, 1, 1, 9.5]
    assert target.failed_path.read_text() == '{"row":0}\n{"row":1}\n'


def test_files_of_a_folder_have_the_same_types(tmp_path):
    import pyarrow.parquet

    target = target_called(f"{tmp_path}/out/")
    parts = begun(target)
    for value in (1, 2.5):
        parts.take(pd.DataFrame({"id": ["a"], "p": [value]}), ())
        parts.write()
    parts.finish()
    schemas = [pyarrow.parquet.read_schema(it) for it in sorted(target.path.glob("*.parquet"))]
    assert [str(it.field("p").type) for it in schemas] == ["double", "double"]


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.jsonl", "out.jsonl.gz"])
def test_parts_of_text_become_one_file(tmp_path, name):
    target = target_called(tmp_path / name)
    parts = begun(target)
    for value in (1, 2):
        parts.take(pd.DataFrame({'i"d\n': ["é,"], "p": [value]}), ())
        parts.write()
    parts.finish()
    read = pd.read_csv if "csv" in name else lambda path: pd.read_json(path, lines=True)
    frame = read(target.path)
    assert (list(frame), frame["p"].tolist()) == (['i"d\n', "p"], [1, 2])
