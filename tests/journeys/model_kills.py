"""Kills while models are logged, registered and promoted: nothing of them is ever half there.

`python model_kills.py [kills] [processes that register at once]` prints its figures, and fails
where something is half visible. After each kill all that is READY is loaded, digests compared.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

KILLS, PROCESSES = 120, 6
TRIALS_IN_A_STORE = 6
VERSIONS_EACH = 25
PATIENCE_SECONDS = 120

IN_MEMORY = Path("/dev/shm")
"""What a process wrote outlives it there as on a disk, and more is done until a kill."""

NEXT = {"began": "log", "logged": "register", "registered": "promote", "promoted": "log"}
"""What is being done after the last thing that was told."""

ROWS = np.arange(12.0).reshape(4, 3)


class Found(NamedTuple):
    """What a store holds after a kill."""

    wrong: list[str]
    models: dict[str, int]
    """How many by status."""
    versions: int
    moves: int


def model_of(number: int) -> Any:
    """A model that is known by what it predicts."""
    from sklearn.linear_model import LinearRegression

    model = LinearRegression()
    model.coef_, model.intercept_ = np.array([1.0, 2.0, 3.0]), float(number)
    model.n_features_in_ = 3
    return model


def said_by(number: int) -> list[float]:
    return [float(it) for it in model_of(number).predict(ROWS)]


# What is killed


def work(folder: Path, side: Path, first: int) -> None:
    """Log, register and promote until killed, and tell of each that it is done."""
    import nbtrack

    nbtrack.set_tracking_uri(folder)
    told = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(told, b"began\n")
    for number in range(first, first + 10_000):
        with nbtrack.start_run():
            info = nbtrack.sklearn.log_model(
                model_of(number),
                name="model",
                params={"number": number},
                input_example=ROWS,
                pip_requirements=["scikit-learn"],
            )
        os.write(told, f"logged {info.model_id}\n".encode())
        version = nbtrack.register_model(info.model_uri, "m", tags={"number": number})
        os.write(told, f"registered {version.version}\n".encode())
        nbtrack.promote("m", version.version, to="champion", note=str(number))
        os.write(told, f"promoted {version.version}\n".encode())


def lines_of(side: Path) -> list[list[str]]:
    """What was told; a torn last line was not."""
    text = side.read_text() if side.exists() else ""
    return [line.split() for line in text[: text.rfind("\n") + 1].splitlines()]


def child(act: Callable[[], None]) -> int:
    """Do something in a forked process; its id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.environ["NBTRACK_QUIET"] = "1"
        warnings.simplefilter("ignore")
        act()
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def kill_one(folder: Path, side: Path, first: int, chance: random.Random) -> str:
    """Kill a process at a random moment of one of the three acts; what it was doing."""
    pid = child(lambda: work(folder, side, first))
    before = chance.choice(["logged", "registered", "promoted"])
    wanted = len(NEXT) + ["logged", "registered", "promoted"].index(before) + 1
    seen: list[float] = []  # when each thing was told; the first round shows how long each takes
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(seen) < wanted:
        assert time.monotonic() < deadline, f"nothing was done in {folder}"
        seen += [time.monotonic()] * (len(lines_of(side)) - len(seen))
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, seen[wanted - 3] - seen[wanted - 4]))
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"the process of {side} had ended by itself"
    return NEXT[lines_of(side)[-1][0]]


# What is found afterwards


def look(folder: Path, told: list[list[str]]) -> Found:
    """All that the store shows, and what of it is not as it should be."""
    import nbtrack

    nbtrack.set_tracking_uri(folder)
    client = nbtrack.MlflowClient()
    models = nbtrack.search_logged_models(output_format="list", max_results=5_000)
    statuses = {it.model_id: str(getattr(it.status, "value", it.status)) for it in models}
    versions = sorted(
        client.search_model_versions("name = 'm'", max_results=5_000),
        key=lambda it: int(it.version),
    )
    moves, misplaced = history(client, told, versions)
    wrong = wrong_models(models, statuses, told) + wrong_versions(versions, statuses, told)
    return Found(wrong + misplaced, dict(Counter(statuses.values())), len(versions), moves)


def wrong_models(models: Any, statuses: dict[str, str], told: list[list[str]]) -> list[str]:
    """What of logged models is not as it should be: all that were told are READY and load."""
    wrong = []
    for it in models:
        if statuses[it.model_id] == "READY":
            wrong += unlike(f"models:/{it.model_id}", int(it.params["number"]))
        elif statuses[it.model_id] not in {"FAILED", "PENDING"}:
            wrong.append(f"{it.model_id} is {statuses[it.model_id]}")
    ids = [what[0] for word, *what in told if word == "logged"]
    lost = [it for it in ids if statuses.get(it) != "READY"]
    return wrong + [f"{it} was logged, and is {statuses.get(it)}" for it in lost]


def wrong_versions(versions: Any, statuses: dict[str, str], told: list[list[str]]) -> list[str]:
    """What of versions is not as it should be: numbers, models, and the tags of one act."""
    wrong = []
    numbers = [int(it.version) for it in versions]
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append(f"versions are not contiguous: {numbers}")
    for it in versions:
        if it.status != "READY" or statuses.get(it.model_id) != "READY":
            wrong.append(f"version {it.version} is {it.status}, of {statuses.get(it.model_id)}")
        if set(it.tags) not in ({"number"}, {"number", "promoted_at"}):
            wrong.append(f"version {it.version} has the tags {it.tags}")
    known = {int(what[0]) for word, *what in told if word in {"registered", "promoted"}}
    return wrong + [f"version {it} was told, and is not there" for it in known - {*numbers}]


def history(client: Any, told: list[list[str]], versions: Any) -> tuple[int, list[str]]:
    """How often the alias moved, and where its history does not lead to where it points."""
    import nbtrack

    if not versions:
        return 0, []
    wrong = []
    rows = nbtrack.sql(
        "select version, previous, reason from alias_history where alias = 'champion'"
        " order by number"
    ).to_dict("records")
    aliases = client.get_registered_model("m").aliases
    now = int(aliases["champion"]) if "champion" in aliases else None
    promoted = [int(what[0]) for word, *what in told if word == "promoted"]
    registered = [int(what[0]) for word, *what in told if word == "registered"]
    if now not in {*promoted[-1:], *registered[-1:], *(() if promoted else (None,))}:
        wrong.append(f"the alias is at {now}; {promoted[-1:]} was told last")
    places = [int(row["version"]) for row in rows]
    if (places or [None])[-1] != now:
        wrong.append(f"the alias is at {now}, and its history ends at {places[-1:]}")
    before = [None if pd.isna(row["previous"]) else int(row["previous"]) for row in rows]
    if before != [None, *places][: len(before)]:
        wrong.append(f"the history has gaps: {places} after {before}")
    by_number = {int(it.version): it for it in versions}
    for row in rows:
        version = by_number[int(row["version"])]
        if "promoted_at" not in version.tags or row["reason"] != version.tags["number"]:
            wrong.append(f"version {version.version} was promoted by half: {version.tags}")
    if len([it for it in versions if "promoted_at" in it.tags]) != len(rows):
        wrong.append("a version has the tags of a promotion that the history lacks")
    if now is not None:
        wrong += unlike("models:/m@champion", int(by_number[now].tags["number"]))
    return len(rows), wrong


def unlike(uri: str, number: int) -> list[str]:
    """What is wrong with a model that must load, with the digests that were recorded."""
    import nbtrack

    try:
        found = nbtrack.sklearn.load_model(uri).predict(ROWS)
    except nbtrack.errors.NbtrackError as error:
        return [f"{uri} does not load: {error}"]
    return [] if found.tolist() == said_by(number) else [f"{uri} is another model"]


def seen_after(folder: Path, told: list[list[str]], place: Path) -> Found:
    """What a process of its own finds in a store."""
    answer = place / "found.json"

    def ask() -> None:
        answer.write_text(json.dumps(look(folder, told)))

    _, status = os.waitpid(child(ask), 0)
    assert os.waitstatus_to_exitcode(status) == 0, f"{folder} could not be looked at"
    return Found(*json.loads(answer.read_text()))


def killed(kills: int, place: Path) -> list[str]:
    """Kill so many, and print what was found; what is wrong."""
    chance = random.Random(29)
    phases: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    wrong: list[str] = []
    told: list[list[str]] = []
    for trial in range(kills):
        folder = place / str(trial // TRIALS_IN_A_STORE) / ".nbtrack"
        if trial % TRIALS_IN_A_STORE == 0:
            folder.parent.mkdir()
            told = []
        side = place / f"told-{trial}"
        phases[kill_one(folder, side, trial * 1_000, chance)] += 1
        told += lines_of(side)
        found = seen_after(folder, told, place)
        wrong += [f"after kill {trial}: {it}" for it in found.wrong]
        print(f"\r{trial + 1} of {kills}", end="", file=sys.stderr, flush=True)
        if (trial + 1) % TRIALS_IN_A_STORE == 0 or trial == kills - 1:
            totals.update(found.models)
            totals.update(versions=found.versions, moves=found.moves)
    print(file=sys.stderr)
    print(f"{kills} kills: {show(phases)} being done")
    ready, other = totals.pop("READY", 0), totals.pop("FAILED", 0) + totals.pop("PENDING", 0)
    print(
        f"{ready} models READY, all loaded after each kill; {other} not; "
        f"{totals['versions']} versions, {totals['moves']} moves of the alias"
    )
    print(f"{len(wrong)} half visible")
    return wrong


def show(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[it]} {it}" for it in ("log", "register", "promote"))


# Several at once


def register_many(folder: Path, go: Path, side: Path) -> None:
    """Register versions as soon as a file is there; their numbers, a line each."""
    import nbtrack

    nbtrack.set_tracking_uri(folder)
    client = nbtrack.MlflowClient()
    side.touch()
    while not go.exists():
        time.sleep(0.001)
    for _ in range(VERSIONS_EACH):
        version = client.create_model_version("m", "file:///somewhere")
        with side.open("a") as out:
            out.write(f"{version.version}\n")


def at_once(processes: int, place: Path) -> list[str]:
    """Let so many processes register at once, and print how it went; what is wrong."""
    folder, go = place / "at-once" / ".nbtrack", place / "go"
    folder.parent.mkdir()

    def make() -> None:
        import nbtrack

        nbtrack.set_tracking_uri(folder)
        nbtrack.MlflowClient().create_registered_model("m")

    os.waitpid(child(make), 0)
    sides = [place / f"side-{number}" for number in range(processes)]
    pids = [child(lambda it=it: register_many(folder, go, it)) for it in sides]  # type: ignore[misc]
    while not all(it.exists() for it in sides):
        time.sleep(0.01)
    begin = time.monotonic()
    go.touch()
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    seconds = time.monotonic() - begin
    mine = [[int(line) for line in it.read_text().split()] for it in sides]
    numbers = sorted(number for it in mine for number in it)
    count = processes * VERSIONS_EACH
    is_right = numbers == list(range(1, count + 1)) and all(it == sorted(it) for it in mine)
    print(
        f"{processes} processes at once: {count} versions, "
        f"{'contiguous and unique' if is_right else 'NOT contiguous'}, "
        f"{1000 * seconds / count:.0f} ms each"
    )
    return [] if is_right and not any(ends) else [f"numbers {numbers}, ends {ends}"]


def main(kills: int = KILLS, processes: int = PROCESSES) -> int:
    import nbtrack.sklearn  # noqa: F401 - imported once, before processes are forked

    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as place:
        wrong = killed(kills, Path(place))
        wrong += at_once(processes, Path(place))
    for it in wrong[:20]:
        print(it)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
