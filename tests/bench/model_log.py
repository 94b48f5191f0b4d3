"""Logging a forest of 100 trees with its signature and an example."""

from __future__ import annotations

from pathlib import Path

from figure import Figure, Row, main, median
from trained import data, forest, logged, module_of, timed, told_of_trees

FIGURE = Figure(
    rows=(
        Row("log a forest of 100 trees", "log", "s", not_above=("mlflow", 1 / 3)),
        Row("… the first in the process", "first", "s", not_above=("mlflow", 1 / 3)),
        Row("… with its packages named", "named", "s"),
        Row("… pickled, too", "pickled", "s"),
    ),
    sides=("nbtrack", "mlflow"),
    note="log: by skops, which both sides do by default; mlflow finds packages in a process of its "
    "own unless they are named",
)
TIMES = {"nbtrack": 10, "mlflow": 2}
NAMED = {"pip_requirements": ["scikit-learn", "skops", "cloudpickle"]}
PICKLED = {"serialization_format": "cloudpickle"}


def measure(side: str, folder: Path) -> dict[str, float]:
    module = module_of(side, folder)
    frame, target = data()
    model = forest(frame, target)
    times = TIMES[side]

    def several(count: int, **told: object) -> list[float]:
        with module.start_run():
            return [timed(lambda: logged(module, model, frame, **told)) for _ in range(count)]

    trust = told_of_trees(side)
    first, *others = several(1 + times, **trust)
    return {
        "first": first,
        "log": median(others),
        "named": median(several(5, **NAMED, **trust)),
        "pickled": median(several(5, **NAMED, **PICKLED)),
    }


if __name__ == "__main__":
    main(measure)
