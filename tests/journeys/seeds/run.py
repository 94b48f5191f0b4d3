"""Runs the calls of five well-known documents on nbtrack, and prints a table.

python tests/journeys/seeds/run.py              all of them, each in a process of its own
python tests/journeys/seeds/run.py workflows    one of them, here; the result as JSON
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

DOCUMENTS = (
    *("workflows", "workflows_models", "tutorial", "tutorial_models"),
    *("learning_path", "lifecycle_skill", "best_practices"),
)


def in_own_process(document, folder):
    """What a document gave, run in a fresh process, folder and home."""
    home = Path(folder) / document
    home.mkdir()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NBTRACK_", "MLFLOW_", "XDG_"))
    }
    environment |= {"HOME": str(home), "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(folder)}
    done = subprocess.run(
        [sys.executable, __file__, document],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        return {"snippets": 0, "calls": 0, "names": 0, "later": {}, "failures": {"": done.stderr}}
    return json.loads(done.stdout.splitlines()[-1])


def main():
    """Run all documents; the exit code is the number of those that failed."""
    failed = 0
    print(f"{'document':<18}{'snippets':>9}{'calls':>8}{'kinds':>7}{'later':>7}  passed")
    with tempfile.TemporaryDirectory() as folder:
        for document in DOCUMENTS:
            found = in_own_process(document, folder)
            failed += bool(found["failures"])
            print(
                f"{document:<18}{found['snippets']:>9}{found['calls']:>8}{found['names']:>7}"
                f"{len(found['later']):>7}  {'no' if found['failures'] else 'yes'}"
            )
            for snippet, text in found["failures"].items():
                print(f"  {snippet}\n{text}")
    print("later: calls that belong to later versions and say so by their own name")
    return failed


if __name__ == "__main__":
    if sys.argv[1:]:
        import harness

        harness.report(importlib.import_module(sys.argv[1]))
    else:
        raise SystemExit(main())
