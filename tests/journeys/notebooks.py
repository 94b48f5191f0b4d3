"""`make notebooks`: run the example notebooks anew, and keep what they show, as a page can.

    python tests/journeys/notebooks.py [NAME…]      those whose names begin so; all unless told

Each runs in a store and a folder of its own. `test_notebooks.py` compares with what was kept.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "notebooks"
SHOWN = ("text/plain", "text/html", "image/png", "image/svg+xml")
"""What a page can show; the state of a widget is of no use without its kernel."""

SECONDS = 120


def stories() -> list[Path]:
    """The example notebooks, in the order in which one reads them."""
    return sorted(FOLDER.glob("*.ipynb"))


def environment(folder: Path) -> dict[str, str]:
    """What a kernel is told, so that nothing of this machine is in the outputs.

    The store is there before: a new one would be announced with its folder.
    """
    store = folder / ".nbtrack"
    (store / "journal").mkdir(parents=True, exist_ok=True)
    told = {
        name: it for name, it in os.environ.items() if not name.startswith(("NBTRACK_", "JPY_"))
    }
    own = {"NBTRACK_TRACKING_URI": str(store), "NBTRACK_USER": "you"}
    return told | own | {"COLUMNS": "100"}


def run_anew(path: Path) -> float:
    """Run a notebook and write it back with what it showed; the result is how long it took."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, 4)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=environment(Path(folder)))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [cleaned(it) for it in cell.outputs]
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)
    return time.monotonic() - begin


def cleaned(output: Any) -> Any:
    """An output with what a page shows of it."""
    if "data" in output:
        output.data = {kind: it for kind, it in output.data.items() if kind in SHOWN}
    return output


def main(names: list[str]) -> None:
    warnings.simplefilter("ignore")
    for path in stories():
        if not names or path.name.startswith(tuple(names)):
            print(f"{run_anew(path):5.1f} s  {path.name}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
