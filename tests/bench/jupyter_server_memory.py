"""What a store of 100,000 runs adds to the memory of the Jupyter server that is asked for it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from figure import Figure, Row, main
from labs import Lab, lab_at, process_of
from psutil import Process

FIGURE = Figure(
    rows=(
        Row("JupyterLab's server, 100k runs looked at: added", "added", "B", at_most=60e6),
        Row("… of it memory of its own, no code of libraries", "own", "B"),
        Row("… all of the server", "whole", "B"),
        Row("… the server without nbtrack", "bare", "B"),
    ),
    sides=("nbtrack",),
    rounds=1,
    fill="runs-100k",
    note=(
        "resident memory of the server and of all it started, after 60 questions of a sidebar;"
        " DuckDB's code counts (43 MB), though a kernel that tracks maps the same"
    ),
)
RUNS = 100_000
COLUMNS = ["metrics.m0", "metrics.m1", "params.p0", "duration_seconds"]
QUESTIONS: tuple[dict[str, object], ...] = (
    {},
    {"filter": "metrics.m0 > 0.5"},
    {"order_by": ["metrics.m1 DESC"]},
    {"filter": "params.p0 = '3'", "order_by": ["params.p1"]},
)


def measure(side: str, folder: Path) -> dict[str, float]:
    with lab_at(folder, extended=False) as lab:
        lab.ask("api/contents")
        bare = held_by(process_of(lab))  # what Lab itself starts at first is soon gone
    with lab_at(folder) as lab:
        look(lab)
        server = process_of(lab)
        whole = held_by(server, *server.children(recursive=True))
    return {
        "added": whole.all - bare.all,
        "own": whole.own - bare.own,
        "whole": whole.all,
        "bare": bare.all,
    }


class Held(NamedTuple):
    """Bytes in memory, and those among them that stand in no file."""

    all: float
    own: float


def held_by(*processes: Process) -> Held:
    """What processes hold; what is mapped by one alone would depend on who else runs."""
    told = [it.memory_info() for it in processes]
    return Held(sum(it.rss for it in told), sum(it.rss - it.shared for it in told))


def look(lab: Lab) -> None:
    """Scroll, filter, sort and open runs."""
    lab.ask("api/contents")
    for place in range(10):
        seen = []
        for question in QUESTIONS:
            page = {"limit": 200, "offset": place * 1_000, "columns": COLUMNS, **question}
            found = lab.ask("nbtrack/api/runs/search", page)
            assert question.get("filter") or found["total"] == RUNS
            seen += found["runs"][:1]
        for run in seen[:2]:
            lab.ask(f"nbtrack/api/runs/{run['run_id']}")


if __name__ == "__main__":
    main(measure)
