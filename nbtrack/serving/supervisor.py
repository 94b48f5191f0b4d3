"""`python -m nbtrack.serving.supervisor FOLDER`: keeps the endpoint up whose folder it is given.

`nbtrack.serve` starts it, with the folder's lock already taken; `nbtrack models serve` becomes it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbtrack.serving.supervising.place import EndpointFolder
from nbtrack.serving.supervising.supervisor import Supervisor

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Serve what the folder's plan says; the exit code is 1 where it never came up."""
    parser = argparse.ArgumentParser(prog="nbtrack.serving.supervisor", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lock", type=int, help="the descriptor that holds the folder's lock")
    parser.add_argument("--parent", type=int, help="the process to end with")
    parser.add_argument("--foreground", action="store_true", help="say on stderr what happens")
    told = parser.parse_args(arguments)
    folder = EndpointFolder(told.folder)
    lock = folder.seize() if told.lock is None else told.lock
    plan, launch = folder.plan(), folder.launch()
    if lock is None or plan is None or launch is None:
        what = "is served already" if lock is None else "holds no plan"
        sys.stderr.write(f"{folder.path} {what}\n")
        return 1
    supervisor = Supervisor(folder, plan, launch, parent=told.parent, in_foreground=told.foreground)
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main())
