"""Bytes a point on disk, when everything is taken in and cleaned up."""

from __future__ import annotations

from pathlib import Path

from figure import Figure, Row, main
from trackers import count

FIGURE = Figure(
    rows=(Row("bytes a point on disk, 1M points", "bytes", "B", at_most=40),),
    sides=("nbtrack", "mlflow"),
    rounds=1,
    fill="history-1m",
)


def measure(side: str, folder: Path) -> dict[str, float]:
    assert count(side, folder) == 1_000_000
    files = [path for path in folder.rglob("*") if path.is_file() and "artifacts" not in path.parts]
    return {"bytes": sum(path.stat().st_blocks * 512 for path in files) / 1_000_000}


if __name__ == "__main__":
    main(measure)
