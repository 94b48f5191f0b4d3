"""Cases of provenance in real kernels, and the oracle that says what their answers are."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "provenance"

TRACKED = [
    "an edited cell run again with those below",
    "executions out of order",
    "an alias of a list",
    "a NumPy slice is a view",
    "loc writes after the use",
    "a counter in a closure",
    "a global that changes after the call",
    "a class attribute changed after its use",
    "a use after the value",
    "a file overwritten",
    "a failing cell that changed state first",
    "%%capture",
]

CHECKED = [*TRACKED, "a scaler that two cells share", "exec of code that is built"]


def run(*arguments):
    """What the runner prints, as data."""
    done = subprocess.run(
        [sys.executable, FOLDER / "runner.py", "--json", *arguments],
        env=os.environ | {"PYTHONPATH": str(FOLDER.parents[2])},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def all_cases():
    """Every case, by name."""
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("provenance_cases", FOLDER / "cases.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER))
    return module.ALL


@pytest.fixture(scope="session")
def judged():
    """What nbtrack said of the cases, judged by the oracle."""
    return run("--names", json.dumps(TRACKED))


@pytest.mark.parametrize("name", TRACKED)
def test_the_executions_behind_a_value_are_found(judged, name):
    found = judged[name]
    assert {key: found.get(key) for key in ("problem", "is_sound", "is_exact")} == {
        "problem": None,
        "is_sound": True,
        "is_exact": True,
    }


@pytest.mark.parametrize("name", TRACKED)
def test_what_is_out_of_date_is_told_and_nothing_else(judged, name):
    found = judged[name]
    assert (found.get("missed"), found.get("false")) == ([], [])


def test_the_cases_are_right_by_themselves():
    assert run("--oracle", "--names", json.dumps(CHECKED)) == {name: [] for name in CHECKED}


def test_the_oracle_finds_what_is_missing_and_what_is_needless(all_cases, tmp_path):
    script = tmp_path / "wrong.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(FOLDER)!r})\n"
        "import oracle\n"
        "from case import case\n"
        "shell = oracle.load()\n"
        "print(oracle.check(shell, case('', 't', '1', 'a = 1', 't = a + 1')))\n"
        "print(oracle.check(shell, case('', 't', '0 1', 'a = 1', 't = 2')))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "['[1] give another value']",
        "[\"0 is not needed: 'a = 1'\"]",
    ]


def test_names_of_cases_are_said_once(all_cases):
    names = [case.name for case in all_cases]
    assert len(names) == len(set(names)) > 90
    assert set(CHECKED) <= set(names)
