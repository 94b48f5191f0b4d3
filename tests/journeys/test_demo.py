"""`make demo` is the first thing a person sees: it runs, and shows what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_demo_trains_compares_and_asks_the_doctor(tmp_path):
    script = Path(__file__).with_name("demo.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path / "demo"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("tanh-4-lr-0.1", "tanh-64-lr-1.0", "accuracy", "points", "$ nbtrack doctor"):
        assert name in done.stdout
    assert (tmp_path / "demo" / ".nbtrack" / "store.duckdb").exists()
