"""What `import` costs: time, memory, and the modules it brings along."""

from __future__ import annotations

import importlib
import resource
import sys
import time
from pathlib import Path

from figure import Figure, Row, main

FIGURE = Figure(
    rows=(
        Row("import", "seconds", "s", at_most=0.150, not_above=("mlflow", 1 / 10)),
        Row("import: memory it takes", "bytes", "B"),
        Row("import: modules it loads", "modules", ""),
    ),
    sides=("nbtrack", "mlflow", "trackio"),
    rounds=7,
)


def measure(side: str, folder: Path) -> dict[str, float]:
    sys.path.pop(0)
    known = len(sys.modules)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    importlib.import_module(side)
    return {
        "seconds": time.perf_counter() - start,
        "bytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) * 1024,
        "modules": len(sys.modules) - known,
    }


if __name__ == "__main__":
    main(measure)
