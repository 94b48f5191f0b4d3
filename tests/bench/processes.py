"""Many processes that log into one store at once, while readers poll it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from figure import Figure, Row, main
from trackers import count, opened

WRITERS, READERS = 8, 2
POINTS = {"nbtrack": 20_000, "trackio": 20_000, "mlflow": 100}

FIGURE = Figure(
    rows=(
        Row("8 processes at once: points/s", "rate", "/s"),
        Row("… points lost", "lost", "", at_most=0, worst=True),
        Row("… points doubled", "doubled", "", at_most=0, worst=True),
        Row("… processes that saw an error", "errors", "", at_most=0, worst=True),
        Row("… points/s, as times those of 1 process", "ratio", "×"),
    ),
    sides=("nbtrack", "mlflow", "trackio"),
    rounds=2,
    note="20,000 metrics a process (mlflow 100), 2 readers; from the first start to the last exit",
)


def measure(side: str, folder: Path) -> dict[str, float]:
    alone = folder / "alone"
    alone.mkdir()
    single = together(side, alone, writers=1)
    many = together(side, folder, writers=WRITERS)
    return {**many, "ratio": many["rate"] / single["rate"]}


def together(side: str, folder: Path, writers: int) -> dict[str, float]:
    opened(side, folder)
    readers = [started(side, folder, "read") for _ in range(READERS)]
    processes = [started(side, folder, f"writer-{number}") for number in range(writers)]
    for process in (*readers, *processes):
        process.stdout.readline()  # imported and warm
    begin = time.perf_counter()
    for process in processes:
        tell(process, "go")
    failed = sum(process.wait() != 0 for process in processes)
    seconds = time.perf_counter() - begin
    for reader in readers:
        tell(reader, "stop")
    failed += sum(reader.wait() != 0 for reader in readers)
    wanted = writers * POINTS[side]
    found = count(side, folder)
    return {
        "rate": wanted / seconds,
        "lost": max(0, wanted - found),
        "doubled": max(0, found - wanted),
        "errors": failed,
    }


def started(side: str, folder: Path, role: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, __file__, side, str(folder), role]
    environment = {**os.environ, "TRACKIO_DIR": str(folder / "trackio")}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=quiet, text=True, env=environment
    )


def tell(process: subprocess.Popen[str], word: str) -> None:
    try:
        process.stdin.write(word + "\n")
        process.stdin.close()
    except BrokenPipeError:
        return  # it died before; its exit code is counted


def write(side: str, folder: Path, name: str) -> None:
    tracker = opened(side, folder)
    print("ready", flush=True)
    sys.stdin.readline()
    tracker.start(name)
    log = tracker.log
    for step in range(POINTS[side]):
        log("loss", float(step), step)
    tracker.end()


def read(side: str, folder: Path) -> None:
    """Poll until told to stop; what is seen never shrinks."""
    import select

    seen = count(side, folder)
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        now = count(side, folder)
        assert now >= seen, (now, seen)
        seen = now


if __name__ == "__main__":
    if len(sys.argv) > 3:
        side, place, role = sys.argv[1:]
        if role == "read":
            read(side, Path(place))
        else:
            write(side, Path(place), role)
    else:
        main(measure)
