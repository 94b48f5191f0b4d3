"""A notebook's process is killed at random moments: what had begun to run is in the store."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_whatever_had_begun_when_a_kernel_was_killed_is_in_the_store(tmp_path):
    script = Path(__file__).with_name("kill_trials.py")
    done = subprocess.run(
        [sys.executable, script, "6", "2"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.fullmatch(r"6 kills, (\d+) started, 0 lost\n", done.stdout)
    assert told, done.stdout
    assert int(told[1]) >= 6
