"""Registering versions of a model, and finding the one that an alias points to."""

from __future__ import annotations

import importlib
import logging
import os
import time
from pathlib import Path

from figure import Figure, Row, main, median
from trackers import uri_of

FIGURE = Figure(
    rows=(
        Row("register 500 versions", "register", "s"),
        Row("resolve an alias, median of 1,000", "alias", "s", at_most=0.002),
        Row("resolve an alias just moved", "moved", "s"),
        Row("find 50 of 500 versions by a tag", "search", "s"),
    ),
    sides=("nbtrack", "mlflow"),
    note="create_model_version with a tag, one call each; mlflow's store is SQLite",
)
VERSIONS = 500


def measure(side: str, folder: Path) -> dict[str, float]:
    logging.disable(logging.INFO)
    os.environ["MLFLOW_PRINT_MODEL_URLS_ON_CREATION"] = "false"
    module = importlib.import_module(side)
    module.set_tracking_uri(uri_of(side, folder))
    client = module.MlflowClient()
    client.create_registered_model("m")
    start = time.perf_counter()
    for number in range(VERSIONS):
        client.create_model_version("m", "file:///models/m", tags={"tenth": number % 10})
    registered = time.perf_counter() - start
    client.set_registered_model_alias("m", "champion", 3)

    def resolve() -> None:
        assert client.get_model_version_by_alias("m", "champion").name == "m"

    alias = median([timed(resolve) for _ in range(1000)])
    moved = []
    for number in range(1, 21):
        client.set_registered_model_alias("m", "champion", number)
        moved.append(timed(resolve))

    def search() -> None:
        assert len(client.search_model_versions("name = 'm' and tags.tenth = '3'")) == 50

    found = median([timed(search) for _ in range(10)])
    return {"register": registered, "alias": alias, "moved": median(moved), "search": found}


def timed(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(measure)
