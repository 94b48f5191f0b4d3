"""Kills of notebooks at random moments: what had begun to run must be in the store, word for word.

`python kill_trials.py [kills] [of them in real kernels]` prints one line, and fails where one lies.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbtrack
from nbtrack.api.session import session
from nbtrack.questions import executions

KILLS, IN_KERNELS = 200, 30
TRIALS_IN_A_STORE = 10
MOST_CELLS = 400
PATIENCE_SECONDS = 120

IN_MEMORY = Path("/dev/shm")
"""What a process wrote outlives it there as on a disk, and more cells run until a kill."""

SETUP = """\
import os, time
begun = os.open({path!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def mark(number):
    os.write(begun, b"%d\\n" % number)
    os.fsync(begun)"""

BODIES = (
    "x{n} = {n}",
    "time.sleep(0.0{d})\ny = {n}",
    "try:\n    z = {n} / 0\nexcept ZeroDivisionError as error:\n    z = 'ü – \u2028 {n}'",
    "def double_{n}(it):\n    return 2 * it  # {n}\ndouble_{n}({n})",
    "rows = [{{'number': it}} for it in range({n})]\nlen(rows)",
    "%time w = sum(range({n}000))",
    "text = '''\n{n}\n\n'''\nprint(text)",
    "1 / 0",
)
TRACKED = (
    "accuracy = {n} / 1000\naccuracy",
    "import nbtrack\nfor step in range(20):\n    nbtrack.log_metric('loss', step / {n}, step)",
    "time.sleep(0.0{d})\nloss = 1 / {n}",
    "raise ValueError('{n}')",
)


def source_of(trial: int, number: int) -> str:
    """The cell of a number; every third one is tracked."""
    chance = random.Random(trial * MOST_CELLS + number)
    is_tracked = number % 3 == 0
    body = chance.choice(TRACKED if is_tracked else BODIES)
    first = f"%%track cell-{trial}-{number} --quiet\n" if is_tracked else ""
    return f"{first}mark({number})  # of {trial}\n" + body.format(n=number, d=chance.randint(0, 3))


def cells_of(trial: int, side: Path) -> Iterator[str]:
    yield "%load_ext nbtrack"
    yield "%track on"
    yield SETUP.format(path=str(side))
    for number in range(1, MOST_CELLS):
        yield source_of(trial, number)


def numbers_in(side: Path) -> list[int]:
    """The cells that had begun; a torn last line is not one."""
    text = side.read_text() if side.exists() else ""
    return [int(it) for it in text[: text.rfind("\n") + 1].split()]


def wait_for_first(side: Path) -> None:
    """Until the first cell runs."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not numbers_in(side):
        assert time.monotonic() < deadline, f"no cell of {side} began"
        time.sleep(0.001)


# A shell in a process of its own


def run_shell(trial: int, folder: Path, side: Path) -> None:
    """Run the cells in a forked child, which the parent kills."""
    os.chdir(folder)
    silent = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silent, descriptor)
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    for cell in cells_of(trial, side):
        shell.run_cell(cell, store_history=True, cell_id=f"c{trial}-{hash(cell)}")


def kill_shell(trial: int, folder: Path, side: Path, seconds: float) -> None:
    pid = os.fork()
    if not pid:
        try:
            run_shell(trial, folder, side)
        finally:
            os._exit(1)
    wait_for_first(side)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"the shell of {side} had ended by itself"


# A kernel


def start_kernel(folder: Path):
    from jupyter_client.manager import KernelManager

    # over files: a port that was free may be taken before the kernel binds it
    manager = KernelManager(kernel_name="python3", transport="ipc")
    manager.connection_file = f"{tempfile.mkdtemp(dir=folder.parent)}/it.json"
    manager.kernel_spec.argv[0] = sys.executable
    with Path(os.devnull).open("w") as silent:
        manager.start_kernel(cwd=str(folder), stdout=silent, stderr=silent)
    return manager


def kill_kernel(manager, trial: int, side: Path, seconds: float) -> None:
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE_SECONDS)
    for cell in cells_of(trial, side):
        client.execute(cell, stop_on_error=False)
    wait_for_first(side)
    time.sleep(seconds)
    pid = manager.provisioner.pid
    os.kill(pid, signal.SIGKILL)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


# What is found afterwards


def lost_of(trial: int, side: Path) -> list[str]:
    """What the store in use has not kept of a trial as it should, in words."""
    begun = numbers_in(side)
    last = begun[-1]
    by_source = found_sources(trial)
    names = {
        it.info.run_name: it.info.status
        for it in nbtrack.search_runs(output_format="list", max_results=5000)
    }
    lost = []
    for number in begun:
        source = source_of(trial, number)
        statuses = by_source.get(source, [])
        is_well = len(statuses) == 1 and statuses[0] in {"finished", "failed", "interrupted"}
        if not is_well or (statuses == ["interrupted"] and number != last):
            lost.append(f"trial {trial}, cell {number}: {statuses} of {source!r}")
        if number % 3 == 0:
            status = names.get(f"cell-{trial}-{number}")
            ends = {"FINISHED", "FAILED"} | ({"KILLED"} if number == last else set())
            if status not in ends:
                lost.append(f"trial {trial}, run of cell {number}: {status}")
    return lost


def found_sources(trial: int) -> dict[str, list[str | None]]:
    """The statuses of the executions in the store, by their source."""
    found: dict[str, list[str | None]] = {}
    store = session().store
    for one in executions.sessions(store, limit=None):
        for it in executions.of_session(store, one.session_id):
            found.setdefault(it.source or "", []).append(it.status)
    return found


def killed(kills: int, in_kernels: int, place: Path) -> list[tuple[int, Path, Path]]:
    """Kill so many; each trial with its folder and the file of what had begun."""
    trials = []
    for trial in range(kills):
        folder = place / str(trial // TRIALS_IN_A_STORE)
        folder.mkdir(exist_ok=True)
        trials.append((trial, folder, place / f"begun-{trial}"))
    chance = random.Random(13)
    moments = [chance.uniform(0.005, 0.4) for _ in trials]
    in_shells = kills - in_kernels
    for trial, folder, side in trials[:in_shells]:  # forks come before threads
        kill_shell(trial, folder, side, moments[trial])
    with ThreadPoolExecutor(1) as pool:
        coming: deque[Future[Any]] = deque()
        waiting = trials[in_shells:]
        for place_of_trial, (trial, _, side) in enumerate(waiting):
            for _, folder, _ in waiting[place_of_trial + len(coming) : place_of_trial + 2]:
                coming.append(pool.submit(start_kernel, folder))
            kill_kernel(coming.popleft().result(), trial, side, moments[trial])
    return trials


def main(kills: int = KILLS, in_kernels: int = IN_KERNELS) -> int:
    os.environ |= {"NBTRACK_QUIET": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as place:
        trials = killed(kills, in_kernels, Path(place))
        lost: list[str] = []
        for trial, folder, side in trials:
            nbtrack.set_tracking_uri(folder / ".nbtrack")
            lost += lost_of(trial, side)
        started = sum(len(numbers_in(side)) for _, _, side in trials)
    print(f"{kills} kills, {started} started, {len(lost)} lost")
    for it in lost[:20]:
        print(it)
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
