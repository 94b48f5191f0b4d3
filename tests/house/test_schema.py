"""What is on disk was agreed on: golden schemas, and fields that never go away."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def golden(project):
    """Run the generator of golden schemas."""

    def run(*arguments):
        script = project / "tests" / "house" / "golden.py"
        command = [sys.executable, script, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def copied(project, tmp_path):
    """A copy of the golden files that a test may spoil."""
    return shutil.copytree(project / "tests" / "house" / "golden", tmp_path / "golden")


def test_the_schemas_are_those_agreed_on(golden):
    done = golden("--check")
    assert done.returncode == 0, done.stdout + done.stderr


def spoil(path, change):
    """Change a golden JSON file in place, as if an earlier version had had it so."""
    schema = json.loads(path.read_text())
    change(schema)
    path.write_text(json.dumps(schema))


def test_a_field_that_went_away_is_refused(golden, copied):
    spoil(copied / "records.json", lambda it: it["$defs"]["Param"]["properties"].update(gone={}))
    before = (copied / "records.json").read_text()
    done = golden("--golden", copied)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "Param.gone is gone")
    assert (copied / "records.json").read_text() == before


def test_a_field_of_another_type_is_refused(golden, copied):
    fields = {"type": "integer"}
    spoil(
        copied / "records.json",
        lambda it: it["$defs"]["Param"]["properties"].update(value=fields),
    )
    assert "Param.value was" in golden("--golden", copied).stdout


def test_a_column_of_a_view_that_went_away_is_refused(golden, copied):
    spoil(copied / "views.json", lambda it: it["runs"].update(gone="VARCHAR"))
    assert "runs.gone is gone" in golden("--golden", copied).stdout


def test_a_new_field_is_written_down(golden, copied):
    def without_key(schema):
        del schema["$defs"]["Param"]["properties"]["key"]

    spoil(copied / "records.json", without_key)
    assert golden("--golden", copied, "--check").returncode == 1
    assert golden("--golden", copied).stdout == "wrote records.json\n"
    assert golden("--golden", copied, "--check").returncode == 0
