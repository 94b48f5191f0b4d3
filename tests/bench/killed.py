"""What kill -9 costs: points whose call had returned, and that nobody can read afterwards."""

from __future__ import annotations

import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

from figure import Figure, Row, main
from trackers import count, opened

FIGURE = Figure(
    rows=(
        Row("kill -9: points lost", "lost", "", at_most=0, worst=True),
        Row("… % of those logged one after the other", "hurried", "%"),
        Row("… % of those logged one a millisecond", "paced", "%"),
    ),
    sides=("nbtrack", "mlflow", "trackio"),
    rounds=1,
    note=(
        "kill -9 at a random moment of the first 1.5 s, 20 times (nbtrack), 8 (trackio), 4 (mlflow)"
        "; every other time with a call each millisecond, else with one after the other"
    ),
)
TRIALS = {"nbtrack": 20, "trackio": 8, "mlflow": 4}


def measure(side: str, folder: Path) -> dict[str, float]:
    chance = random.Random(1)
    returned, lost = [0, 0], [0, 0]
    for number in range(TRIALS[side]):
        place = folder / str(number)
        place.mkdir()
        logged = killed_after(side, place, chance.uniform(0, 1.5), pause=number % 2 / 1000)
        returned[number % 2] += logged
        lost[number % 2] += max(0, logged - count(side, place))
    hurried, paced = (100 * one / all_ for one, all_ in zip(lost, returned, strict=True))
    return {"lost": sum(lost), "hurried": hurried, "paced": paced}


def killed_after(side: str, place: Path, seconds: float, pause: float) -> int:
    """Kill a process some time after its first call returned; how many calls had."""
    shared = place / "returned"
    shared.write_bytes(bytes(8))
    environment = {**os.environ, "TRACKIO_DIR": str(place / "trackio")}
    command = [sys.executable, __file__, side, str(place), str(pause)]
    with shared.open("r+b") as file, mmap.mmap(file.fileno(), 8) as counter:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        while struct.unpack("q", counter[:8])[0] == 0:
            assert process.poll() is None, "the process that logs has ended by itself"
            time.sleep(0.0005)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        return int(struct.unpack("q", counter[:8])[0])


def log_forever(side: str, place: Path, pause: float) -> None:
    tracker = opened(side, place)
    tracker.start("killed")
    log = tracker.log
    with (place / "returned").open("r+b") as file, mmap.mmap(file.fileno(), 8) as counter:
        step = 0
        while True:
            log("loss", float(step), step)
            step += 1
            struct.pack_into("q", counter, 0, step)
            if pause:
                time.sleep(pause)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        log_forever(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
    else:
        main(measure)
