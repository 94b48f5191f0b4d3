"""Processes are killed while they log, register and promote: nothing is half there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn")


def test_what_a_kill_leaves_of_models_is_whole(tmp_path):
    script = Path(__file__).with_name("model_kills.py")
    done = subprocess.run(
        [sys.executable, script, "3", "3"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(
        r"^3 kills: .*^0 half visible$.*^3 processes at once: 75 versions, contiguous and unique",
        done.stdout,
        re.DOTALL | re.MULTILINE,
    ), done.stdout
