"""What observing adds to a small fit of scikit-learn: in a run, and where nothing is asked for."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from figure import Figure, Row, main, median
from trackers import uri_of

FIGURE = Figure(
    rows=(
        Row("a small fit in a run, autolog on: added", "added", "s", not_above=("mlflow", 0.1)),
        Row("… without models, where they would be logged", "bare", "s"),
        Row("… CPU added", "cpu", "s"),
        Row("… observed and measured, with nothing logged", "seen", "s"),
        Row("… the fit itself", "plain", "s"),
        Row("… after autolog(disable=True): added", "after", "s"),
    ),
    sides=("nbtrack", "mlflow"),
    rounds=3,
    note="autolog: LogisticRegression, 100 × 4; both keep the model with its signature",
)
FITS = {"nbtrack": 100, "mlflow": 3}


def measure(side: str, folder: Path) -> dict[str, float]:
    os.environ["OMP_NUM_THREADS"] = "1"  # idle threads of BLAS would be counted as CPU time
    from sklearn.datasets import make_classification
    from sklearn.linear_model import LogisticRegression

    given = make_classification(n_samples=100, n_features=4, random_state=0)
    tracker = importlib.import_module(side)
    tracker.set_tracking_uri(uri_of(side, folder))
    tracker.set_experiment("bench")
    autolog = importlib.import_module(f"{side}.sklearn").autolog

    def fits() -> tuple[float, float]:
        """Wall and CPU seconds of a fit in a run of its own."""
        wall, cpu = [], []
        for _ in range(FITS[side] + 1):
            with tracker.start_run():
                model = LogisticRegression()
                begin = time.perf_counter(), time.process_time()
                model.fit(*given)
                wall.append(time.perf_counter() - begin[0])
                cpu.append(time.process_time() - begin[1])
        return median(wall[1:]), median(cpu[1:])

    plain, plain_cpu = fits()
    seen = observed_only(fits) if side == "nbtrack" else None
    autolog(silent=True)
    observed, observed_cpu = fits()
    autolog(silent=True, log_models=False)
    bare, _ = fits()
    autolog(disable=True)
    after, _ = fits()
    result = {
        "added": observed - plain,
        "bare": bare - plain,
        "cpu": observed_cpu - plain_cpu,
        "plain": plain,
        "after": after - plain,
    }
    return result if seen is None else {**result, "seen": seen - plain}


def observed_only(fits: Callable[[], tuple[float, float]]) -> float:
    """Seconds of a fit that is observed for somebody who does nothing with it."""
    from nbtrack.capture.libraries import observing
    from nbtrack.capture.training import subscribe

    observing.observe("bench", ["sklearn"])
    leave = subscribe(lambda event: None)
    seconds, _ = fits()
    leave()
    observing.ignore("bench", ["sklearn"])
    return seconds


if __name__ == "__main__":
    main(measure)
