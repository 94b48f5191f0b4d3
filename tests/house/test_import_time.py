"""Heavy packages are imported where they are used: never by `import nbtrack` alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "IPython",
    "anywidget",
    "duckdb",
    "fsspec",
    "matplotlib",
    "numpy",
    "pandas",
    "plotly",
    "psutil",
    "rich",
    "sqlite3",
    "typer",
}


def loaded_after(code, cwd):
    """The packages a fresh process has loaded after some code, and which files it left."""
    script = f"{code}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=cwd
    )
    return {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_importing_nbtrack_loads_nothing_heavy_and_writes_nothing(tmp_path):
    assert HEAVY & loaded_after("import nbtrack", tmp_path) == set()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_only_logs_loads_no_database(tmp_path):
    code = """
import nbtrack
nbtrack.set_tracking_uri("here")
with nbtrack.start_run():
    nbtrack.log_param("lr", 0.1)
    nbtrack.log_metric("loss", 0.5, step=1)
    import sys, json
    seen = sorted(sys.modules)
print(json.dumps(seen)); sys.stdout.flush()
import os; os._exit(0)
"""
    assert HEAVY & loaded_after(code, tmp_path) - {"psutil"} == set()


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_command_line_greets_without_a_database(option, tmp_path):
    code = f"""
import sys
sys.argv = ["nbtrack", "{option}"]
from nbtrack.hosts.command_line import main
try:
    main()
except SystemExit as error:
    assert not error.code, error
"""
    assert {"duckdb", "pandas", "numpy"} & loaded_after(code, tmp_path) == set()


def test_a_page_of_runs_is_read_without_numpy(tmp_path):
    code = """
import nbtrack
from nbtrack.api.session import session
from nbtrack.query.tree import RunPage
nbtrack.set_tracking_uri("here")
with nbtrack.start_run():
    nbtrack.log_metric("loss", 0.5)
page = session().store.fetch(RunPage(limit=9, columns=("metrics.loss",), curve_points=24))
assert page.columns["values"] == [{"metrics.loss": 0.5}], page
"""
    assert {"pandas", "numpy"} & loaded_after(code, tmp_path) == set()
