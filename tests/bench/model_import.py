"""What the modules cost that log and load models, before any library of models is imported."""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

from figure import Figure, Row, main

FIGURE = Figure(
    rows=(
        Row("import its sklearn and pyfunc", "seconds", "s", not_above=("mlflow", 1 / 5)),
        Row("… modules they load", "modules", ""),
    ),
    sides=("nbtrack", "mlflow"),
    rounds=5,
)


def measure(side: str, folder: Path) -> dict[str, float]:
    sys.path.pop(0)
    known = len(sys.modules)
    start = time.perf_counter()
    for name in ("sklearn", "pyfunc"):
        module = importlib.import_module(f"{side}.{name}")
        assert module.log_model
        assert module.load_model
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "modules": len(sys.modules) - known}


if __name__ == "__main__":
    main(measure)
