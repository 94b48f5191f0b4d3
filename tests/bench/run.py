"""`make bench`: every figure, side by side, as one table with ratios.

    python tests/bench/run.py [search,import]    only figures whose name holds one of these
    python tests/bench/run.py --ours cell        only nbtrack, in this Python

Each side runs in its own environment (.venv, .bench/mlflow, .bench/trackio), in turn within each
round, so that a busy machine slows all of them. Results also go to .bench/results.json.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figure import Figure
from table import show

HERE = Path(__file__).parent
BENCH = HERE.parents[1] / ".bench"
FIGURES = (
    "import_time",
    "metric_call",
    "readable",
    "run_series",
    "search",
    "frame",
    "history",
    "processes",
    "killed",
    "store_size",
    "trivial_cell",
    "training_cell",
    "loop_cell",
    "frame_cell",
    "run_cell",
    "autolog_fit",
    "registry_calls",
    "model_import",
    "model_log",
    "model_load",
    "model_predict",
    "score",
    "serving",
    "serving_start",
    "serving_log",
    "sidebar",
    "sidebar_live",
    "jupyter_server_idle",
    "jupyter_server_memory",
)


def python_of(side: str) -> str:
    if side == "nbtrack":
        return sys.executable
    return str(BENCH / side.removesuffix("-files") / "bin" / "python")


def run(side: str, script: str, folder: Path, *arguments: str) -> str:
    """Run a script in a side's environment, with nothing of the user's around it."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TRACKIO_DIR": str(folder / "trackio"),
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GIT_PYTHON_REFRESH": "quiet",
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(
        [python_of(side), HERE / script, side, folder, *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{script} failed for {side}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def filled(side: str, name: str) -> Path:
    """A large store, made once for this version of the code that makes it."""
    schema = HERE.parent / "house" / "golden" / "tables.sql"
    made_by = (HERE / "filled.py").read_bytes() + (
        schema.read_bytes() if side == "nbtrack" else b""
    )
    folder = BENCH / "data" / f"{side}-{name}-{hashlib.sha256(made_by).hexdigest()[:8]}"
    if not (folder / "complete").exists():
        say(f"filling {side} with {name}")
        for old in folder.parent.glob(f"{side}-{name}-*"):
            shutil.rmtree(old)
        folder.mkdir(parents=True)
        run(side, "filled.py", folder, name)
        (folder / "complete").touch()
    return folder


def say(text: str) -> None:
    """One line that the next one overwrites, where somebody looks."""
    if sys.stderr.isatty():
        print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)


def alone(figure: Figure) -> Figure:
    """A figure without the others."""
    rows = tuple(row._replace(not_above=None) for row in figure.rows)
    return figure._replace(rows=rows, sides=("nbtrack",))


def measured(name: str, figure: Figure) -> dict[str, dict[str, list[float]]]:
    """Side to key to a value for each round; sides change places from round to round."""
    values: dict[str, dict[str, list[float]]] = {side: {} for side in figure.sides}
    places = {side: filled(side, figure.fill) for side in figure.sides} if figure.fill else {}
    for number in range(figure.rounds):
        sides = [side for side in figure.sides if number == 0 or side not in figure.once]
        for side in sides if number % 2 == 0 else sides[::-1]:
            say(f"{name}: round {number + 1} of {figure.rounds}, {side}")
            with tempfile.TemporaryDirectory(dir=BENCH, prefix="work-") as work:
                place = places.get(side, Path(work))
                result = json.loads(run(side, f"{name}.py", place).splitlines()[-1])
            for key, value in result.items():
                values[side].setdefault(key, []).append(value)
    return values


def main() -> int:
    ours = "--ours" in sys.argv
    words = [word for it in sys.argv[1:] if it != "--ours" for word in it.split(",")]
    names = [name for name in FIGURES if not words or any(word in name for word in words)]
    if not names:
        raise SystemExit(f"no figure is called like {words}; there are {', '.join(FIGURES)}")
    BENCH.mkdir(exist_ok=True)
    begin = time.monotonic()
    results = {}
    for name in names:
        figure = importlib.import_module(name).FIGURE
        figure = alone(figure) if ours else figure
        results[name] = (figure, measured(name, figure))
    say("")
    kept = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "seconds": round(time.monotonic() - begin),
        "figures": {name: values for name, (_, values) in results.items()},
    }
    (BENCH / "results.json").write_text(json.dumps(kept, indent=1))
    missed = show(list(results.values()), kept)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
