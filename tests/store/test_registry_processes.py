"""Many processes over one registry: numbers are contiguous and unique, nothing is half done."""

from __future__ import annotations

import random
import time

import pytest

from nbtrack.records.registry_operation import CreateModelVersion, SetModelAlias

BEGIN = """
import itertools, sys
from pathlib import Path
from nbtrack.errors import Conflict
from nbtrack.journal.folder import StoreFolder
from nbtrack.questions import model_versions
from nbtrack.records.registry_operation import CreateModelVersion, MoveAlias, SetModelAlias
from nbtrack.store.duckdb import DuckDBStore
store = DuckDBStore(StoreFolder(Path(sys.argv[1])))
who = sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
"""

REGISTER = (
    BEGIN
    + """
for _ in range(8):
    op = CreateModelVersion(name="m", create_model=True, tags={"who": who, "twice": who})
    print(*store.append([op]), flush=True)
"""
)

PROMOTE = (
    BEGIN
    + """
won = 0
for version in range(1, 9):
    while True:
        try:
            there = int(model_versions.at_alias(store, "m", "champion").version)
            if there >= version:
                break
            op = MoveAlias(name="m", alias="champion", version=version, expected=version - 1)
            store.append([op])
            won += 1
        except Conflict:
            pass
print(won)
"""
)

FOREVER = (
    BEGIN
    + """
for number in itertools.count():
    op = CreateModelVersion(name="m", create_model=True, tags={"a": who, "b": who})
    (version,) = store.append([op])
    tags = {"promoted": str(version)}
    move = MoveAlias(name="m", alias="champion", version=version, stage="Production",
                     tags=tags, reason=who, report="{}")
    store.append([move])
    print(version, flush=True)
"""
)


@pytest.fixture
def together(folder, spawn):
    """Start a program in some processes at one moment."""

    def together(program, count):
        started = [spawn(program, folder.path, str(number)) for number in range(count)]
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            process.stdin.write("\n")
            process.stdin.flush()
        return started

    return together


def test_six_processes_register_at_once(store, together, rows):
    given = []
    for process in together(REGISTER, 6):
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        mine = [int(line) for line in out.split()]
        assert mine == sorted(mine)
        given += mine
    assert sorted(given) == list(range(1, 49))
    assert rows("select version from model_versions order by 1") == [(n,) for n in range(1, 49)]
    assert rows("select name, last_version from registered_models") == [("m", 48)]
    assert rows("select value, count(*) from model_version_tags group by 1 order by 1") == [
        (str(number), 16) for number in range(6)
    ]


def test_of_those_who_move_an_alias_from_one_place_one_wins(store, together, rows):
    store.append([CreateModelVersion(name="m", create_model=True) for _ in range(8)])
    store.append([SetModelAlias(name="m", alias="champion", version=1)])
    won = [int(process.communicate(timeout=120)[0]) for process in together(PROMOTE, 4)]
    assert sum(won) == 7
    assert rows("select version, previous from alias_history order by number") == [
        (1, None),
        *((number, number - 1) for number in range(2, 9)),
    ]


EVERYTHING = (
    "select * from registered_models",
    "select * from model_versions order by version",
    "select * from model_version_tags order by version, key",
    "select * from model_aliases",
    "select * from alias_history order by number, alias",
    "select * from registry_log order by number",
)

HALF = (
    "select version from model_version_tags group by 1 having count(*) not in (2, 3)",
    "select count(*) from model_versions where current_stage = 'Production' having count(*) > 1",
    # The alias, the stage and the tag of a promotion come together, with both rows of history.
    (
        "select v.version from model_versions v where current_stage = 'Production'"
        " and version not in (select version from model_aliases)"
    ),
    (
        "select a.version from model_aliases a where version not in"
        " (select version from model_version_tags where key = 'promoted')"
    ),
    "select number from alias_history group by 1 having count(*) <> 2",
    (
        "select v.version from model_versions v where current_stage <> 'None'"
        " and version not in (select version from alias_history)"
    ),
)


@pytest.mark.parametrize("trial", range(2))
def test_killed_at_any_moment_nothing_is_half_done(folder, store, *, together, rows, trial):
    """Ten kills each, of two processes that register and promote."""
    chance = random.Random(trial)
    told = 0
    for _ in range(5):
        working = together(FOREVER, 2)
        for process in working:
            deadline = time.monotonic() + chance.random() * 0.25
            while time.monotonic() < deadline:
                assert process.poll() is None, process.stderr.read()
            process.kill()
        lines = [line for process in working for line in process.communicate()[0].split()]
        told = max([told, *map(int, lines)])
        for query in HALF:
            assert rows(query) == [], query
    versions = [version for (version,) in rows("select version from model_versions order by 1")]
    assert versions == list(range(1, len(versions) + 1))
    assert told <= len(versions)
    before = [rows(query) for query in EVERYTHING]
    store.close()
    folder.database.unlink()
    assert [rows(query) for query in EVERYTHING] == before
