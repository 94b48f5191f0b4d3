"""Asking a loaded model: what checking the data costs on top of the model itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from figure import Figure, Row, main, median
from trained import data, forest, logged, logistic, module_of, timed, told_of_trees

FIGURE = Figure(
    rows=(
        Row("predict 1 row, LogisticRegression", "one", "s", not_above=("mlflow", 1 / 5)),
        Row("predict 1,000 rows", "many", "s", not_above=("mlflow", 1 / 2)),
        Row("predict 1 row, columns in another order", "other", "s", not_above=("mlflow", 1 / 5)),
        Row("… 1 row, scikit-learn alone", "alone", "s"),
        Row("… 1,000 rows, scikit-learn alone", "alone_many", "s"),
        Row("predict 1 row, forest of 100 trees", "forest", "s"),
        Row("… scikit-learn alone", "forest_alone", "s"),
    ),
    sides=("nbtrack", "mlflow"),
    note="predict: DataFrames of 10 columns through pyfunc with a signature, a new frame each time",
)


def measure(side: str, folder: Path) -> dict[str, float]:
    module = module_of(side, folder)
    frame, target = data()
    small, large = logistic(frame, target), forest(frame, target)
    with module.start_run():
        infos = [logged(module, it, frame, **told_of_trees(side)) for it in (small, large)]
    asked = [module.pyfunc.load_model(it.model_uri) for it in infos]
    backwards = frame[frame.columns[::-1]]
    return {
        "one": of_rows(asked[0].predict, frame, 1, 500),
        "many": of_rows(asked[0].predict, frame, 1_000, 200),
        "other": of_rows(asked[0].predict, backwards, 1, 500),
        "alone": of_rows(small.predict, frame, 1, 500),
        "alone_many": of_rows(small.predict, frame, 1_000, 200),
        "forest": of_rows(asked[1].predict, frame, 1, 50),
        "forest_alone": of_rows(large.predict, frame, 1, 50),
    }


def of_rows(ask: Callable[[Any], Any], frame: Any, rows: int, times: int) -> float:
    """The median seconds of asking about so many rows, in a frame of its own each time."""
    frames = [frame.iloc[number % 7 :][:rows].copy() for number in range(times + 10)]
    return median([timed(lambda: ask(it)) for it in frames][10:])  # noqa: B023 - called at once


if __name__ == "__main__":
    main(measure)
