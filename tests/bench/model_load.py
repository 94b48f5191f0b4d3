"""Loading a registered model by its alias; nbtrack compares the SHA-256 of each file on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from figure import Figure, Row, main, median
from trained import data, forest, logged, logistic, module_of, timed, told_of_trees

FIGURE = Figure(
    rows=(
        Row("load a forest by its alias, from skops", "forest", "s", not_above=("mlflow", 1 / 2)),
        Row("… from a pickle", "pickled", "s"),
        Row("load a LogisticRegression by its alias", "logistic", "s", not_above=("mlflow", 1 / 2)),
        Row("… as scikit-learn's own", "native", "s", not_above=("mlflow", 1 / 2)),
        Row("… the first, which takes in what was logged", "first", "s"),
    ),
    sides=("nbtrack", "mlflow"),
    note="load: pyfunc, with digests compared by nbtrack; skops is what both sides keep by default",
)
LOADS = 20
NAMED = {"pip_requirements": ["scikit-learn", "skops", "cloudpickle"]}


def measure(side: str, folder: Path) -> dict[str, float]:
    module = module_of(side, folder)
    frame, target = data()
    large, small = forest(frame, target), logistic(frame, target)
    register(module, "logistic", small, frame)
    register(module, "forest", large, frame, **told_of_trees(side))
    register(module, "pickled", large, frame, serialization_format="cloudpickle")
    first = timed(lambda: module.pyfunc.load_model("models:/logistic@champion"))
    found = {
        name: median([timed(lambda: load(module, name, frame)) for _ in range(LOADS)])  # noqa: B023 - called at once
        for name in ("forest", "pickled", "logistic")
    }
    native = [
        timed(lambda: module.sklearn.load_model("models:/logistic@champion")) for _ in range(LOADS)
    ]
    return {"first": first, "native": median(native), **found}


def register(module: Any, name: str, model: Any, frame: Any, **told: Any) -> None:
    """Make a version of a model, with an alias."""
    with module.start_run():
        logged(module, model, frame, registered_model_name=name, **NAMED, **told)
    module.MlflowClient().set_registered_model_alias(name, "champion", 1)


def load(module: Any, name: str, frame: Any) -> None:
    assert module.pyfunc.load_model(f"models:/{name}@champion").metadata.signature is not None


if __name__ == "__main__":
    main(measure)
