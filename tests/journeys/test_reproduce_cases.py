"""Some of the recorded results, made again in fresh kernels; the runner has all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("reproduce_cases.py")
CHOSEN = ("a cell in between", "run again with another value")


def test_results_of_notebooks_are_made_again_equal():
    done = subprocess.run(
        [sys.executable, SCRIPT, "--json", *CHOSEN],
        env=os.environ | {"PYTHONPATH": str(SCRIPT.parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    results = json.loads(done.stdout.splitlines()[-1])
    assert len(results) == 4
    assert results == dict.fromkeys(results, True)
    assert done.returncode == 0, done.stderr
