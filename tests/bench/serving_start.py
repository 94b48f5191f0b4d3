"""What a served model costs before anyone asks it, and what it holds: all processes, one worker."""

from __future__ import annotations

import time
from pathlib import Path

from figure import Figure, Row, main
from serving_server import body_of, serving
from trained import data, logged, logistic, module_of

FIGURE = Figure(
    rows=(
        Row("cold start: CPU until the first answer", "cpu", "s", not_above=("mlflow", 0.35)),
        Row("… seconds", "seconds", "s"),
        Row("memory of the server, asked 100 times", "held", "B", not_above=("mlflow", 0.45)),
        Row("… processes", "processes", ""),
    ),
    sides=("nbtrack", "mlflow"),
    note="models serve, 1 worker, a model of its own store; memory is PSS, shared pages divided",
)
TIMES = 100


def measure(side: str, folder: Path) -> dict[str, float]:
    module = module_of(side, folder)
    frame, target = data()
    with module.start_run():
        info = logged(module, logistic(frame, target), frame)
    body = body_of(frame.head(1))
    begin = time.perf_counter()
    with serving(side, folder, info.model_uri) as server:
        server.predictions(body)
        seconds, cpu = time.perf_counter() - begin, server.cpu_seconds()
        for _ in range(TIMES):
            server.predictions(body)
        held, processes = server.memory_bytes(), len(server.tree())
    return {"cpu": cpu, "seconds": seconds, "held": held, "processes": processes}


if __name__ == "__main__":
    main(measure)
