"""What a request to a served model costs: CPU time of all processes of the server, one worker."""

from __future__ import annotations

import statistics
from pathlib import Path

from figure import Figure, Row, main
from serving_server import Server, body_of, echo_serving, serving
from trained import data, forest, logged, logistic, module_of, told_of_trees

FIGURE = Figure(
    rows=(
        Row("CPU a request: 1 row, 1 connection", "one", "s", not_above=("mlflow", 1 / 10)),
        Row("… 1 row, 16 connections", "sixteen", "s", not_above=("mlflow", 1 / 25)),
        Row("… 1,000 rows, 1 connection", "many", "s", not_above=("mlflow", 1 / 4)),
        Row(
            "… forest of 100 trees, 1 row, 16 connections",
            "forest",
            "s",
            not_above=("mlflow", 1 / 15),
        ),
        Row("requests/s: 1 row, 16 connections", "rate", "/s"),
        Row("… as a part of an empty uvicorn's", "part", "", at_least=0.35),
    ),
    sides=("nbtrack", "mlflow"),
    note="models serve, 1 worker: LogisticRegression of 10 columns, dataframe_split, keep-alive",
)
SECONDS = 3.0
TURNS = 5
TURN_SECONDS = 1.0


def measure(side: str, folder: Path) -> dict[str, float]:
    module = module_of(side, folder)
    frame, target = data()
    small, large = logistic(frame, target), forest(frame, target)
    with module.start_run():
        infos = [logged(module, it, frame, **told_of_trees(side)) for it in (small, large)]
    one, many = body_of(frame.head(1)), body_of(frame)
    with serving(side, folder, infos[0].model_uri) as server:
        assert server.predictions(many) == small.predict(frame).tolist()
        told = {
            "one": server.load(one, 1, SECONDS).cpu_per_request,
            "sixteen": server.load(one, 16, SECONDS).cpu_per_request,
            "many": server.load(many, 1, SECONDS).cpu_per_request,
            **(beside_an_echo(server, one, folder) if side == "nbtrack" else {}),
        }
        told.setdefault("rate", server.load(one, 16, TURN_SECONDS).rate)
    with serving(side, folder, infos[1].model_uri) as server:
        assert server.predictions(many) == large.predict(frame).tolist()
        return {**told, "forest": server.load(one, 16, SECONDS).cpu_per_request}


def beside_an_echo(server: Server, body: bytes, folder: Path) -> dict[str, float]:
    """Requests per second, and their part of those of an application that does nothing."""
    rates, parts = [], []
    with echo_serving(folder) as echo:
        for _ in range(TURNS):
            ours = server.load(body, 16, TURN_SECONDS).rate
            theirs = echo.load(body, 16, TURN_SECONDS).rate
            rates.append(ours)
            parts.append(ours / theirs)
    return {"rate": statistics.median(rates), "part": statistics.median(parts)}


if __name__ == "__main__":
    main(measure)
