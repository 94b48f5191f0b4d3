"""What `import` costs: time, memory, and the modules it brings along."""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

from figure import Figure, Row, main, memory

FIGURE = Figure(
    rows=(
        Row("import", "seconds", "s", at_most=0.150, not_above=("mlflow", 1 / 10)),
        Row("import and touch the verbs", "used", "s", at_most=0.150, not_above=("mlflow", 1 / 10)),
        Row("… memory it takes", "bytes", "B"),
        Row("… modules it loads", "modules", ""),
    ),
    sides=("nbtrack", "mlflow", "trackio"),
    rounds=7,
    note="nbtrack loads a verb at its first use: the second row loads those of a usual script",
)
VERBS = ("start_run", "log_params", "log_metric", "log_artifact", "set_tag", "end_run")
FINDING = ("set_experiment", "search_runs", "MlflowClient")


def measure(side: str, folder: Path) -> dict[str, float]:
    sys.path.pop(0)
    known = len(sys.modules)
    before = memory()
    start = time.perf_counter()
    module = importlib.import_module(side)
    seconds = time.perf_counter() - start
    for name in {"trackio": ("init", "log", "finish")}.get(side, VERBS + FINDING):
        getattr(module, name)
    return {
        "seconds": seconds,
        "used": time.perf_counter() - start,
        "bytes": memory() - before,
        "modules": len(sys.modules) - known,
    }


if __name__ == "__main__":
    main(measure)
