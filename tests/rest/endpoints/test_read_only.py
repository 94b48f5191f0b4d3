"""A store that this process may only read: an ordinary user before a folder of somebody else's."""

from __future__ import annotations

import os
import subprocess
import sys

import nbtrack

WITHOUT_RIGHTS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
"""Root may write anywhere, unless it is without its capabilities."""

ASK = """
import json, sys
from pathlib import Path
from nbtrack.rest.known_stores import KnownStores
from nbtrack.rest.routes import ROUTES
from nbtrack.rest.routing import Request, answer, find

def ask(method, path, sent=None):
    found = find(ROUTES, method, path)
    return answer(found, Request(KnownStores(Path(sys.argv[1]))), json.dumps(sent or {}).encode())

(run,) = json.loads(ask("POST", "runs/search").content)["runs"]
renamed = ask("PATCH", f"runs/{run['run_id']}", {"run_name": "other"})
print(run["run_name"], int(renamed.status), json.loads(renamed.content)["error_code"])
"""


def test_runs_are_read_and_changes_are_refused(ask, root):
    with nbtrack.start_run(run_name="mine"):
        nbtrack.log_metric("acc", 0.9)
    assert ask("POST", "runs", "search", sent={}).status == 200
    for path in root.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = subprocess.run(
        [*WITHOUT_RIGHTS, sys.executable, "-c", ASK, str(root)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "mine 403 PERMISSION_DENIED"
