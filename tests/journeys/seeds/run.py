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
import traceback
from pathlib import Path

DOCUMENTS = (
    *("workflows", "workflows_models", "tutorial", "tutorial_models"),
    *("learning_path", "lifecycle_skill", "best_practices"),
)


def in_own_processes(documents, folder):
    """What each document gave, run in a process, folder and home of its own."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NBTRACK_", "MLFLOW_", "XDG_"))
    }
    environment |= {"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(folder)}
    done = subprocess.run(
        [sys.executable, __file__, "--in", folder, *documents],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return json.loads(done.stdout.splitlines()[-1])


def in_children(folder, documents):
    """Run documents in processes that share no more than what each of them imports first."""
    import sklearn.ensemble
    import sklearn.model_selection  # noqa: F401

    import nbtrack  # noqa: F401

    return {document: in_child(document, Path(folder) / document) for document in documents}


def in_child(document, home):
    """What a document gave, run in a forked process."""
    home.mkdir()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.environ["HOME"] = str(home)
            os.chdir(home)
            for name, number in (("found.json", 1), ("told.txt", 2)):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
            here(document)
            sys.stdout.flush()
            status = 0
        finally:
            if status:
                traceback.print_exc()
                sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status:
        failures = {"": (home / "told.txt").read_text()}
        return {"snippets": 0, "calls": 0, "names": 0, "later": {}, "failures": failures}
    return json.loads((home / "found.json").read_text().splitlines()[-1])


def here(document):
    """Run a document, and print the result as JSON."""
    import harness

    harness.report(importlib.import_module(document))


def main():
    """Run all documents; the exit code is the number of those that failed."""
    failed = 0
    print(f"{'document':<18}{'snippets':>9}{'calls':>8}{'kinds':>7}{'later':>7}  passed")
    with tempfile.TemporaryDirectory() as folder:
        for document, found in in_own_processes(DOCUMENTS, folder).items():
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
    if sys.argv[1:2] == ["--in"]:
        print(json.dumps(in_children(*sys.argv[2:3], sys.argv[3:])))
    elif sys.argv[1:]:
        here(sys.argv[1])
    else:
        raise SystemExit(main())
