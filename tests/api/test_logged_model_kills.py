"""A process may be killed at any moment: a logged model is READY and whole, or not READY."""

from __future__ import annotations

import mmap
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbtrack
from nbtrack.api.files.model_files import local_folder
from nbtrack.api.session import session
from nbtrack.questions import logged_models
from nbtrack.registry.places import place_of
from nbtrack.store.staging import quarantined

KILLS = 30
FILES = ["MLmodel", "data/model.bin", "data/weights.bin"]

LOG_UNTIL_KILLED = f"""
import os, random, signal, sys, time
from pathlib import Path
import nbtrack
from nbtrack.api.models.logged_models import begin_model, keep_folder
from nbtrack.api.session import session

nbtrack.set_tracking_uri(sys.argv[1])
folder = Path(sys.argv[2])
(folder / "data").mkdir(parents=True)
chance = random.Random(7)
names = {FILES!r}

def log_models(told):
    here = session()
    with nbtrack.start_run() as run:
        for number in range(10_000):
            model = begin_model(here, "clf", run=run.open_run, step=number)
            for name in names:
                (folder / name).write_bytes(os.urandom(chance.randrange(1, 200_000)))
            keep_folder(here, model, folder)
            model.finish()
            os.write(told, b".")

for _ in range({KILLS}):
    reading, told = os.pipe()
    child = os.fork()
    if not child:
        log_models(told)
        os._exit(1)
    os.close(told)
    os.read(reading, 1)
    time.sleep(chance.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
"""


def test_a_model_whose_process_is_killed_is_whole_or_not_ready(tmp_path):
    store = tmp_path / ".nbtrack"
    command = [sys.executable, "-c", LOG_UNTIL_KILLED, str(store), str(tmp_path / "model")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    nbtrack.set_tracking_uri(store)
    here = session()
    found = logged_models.search(here.store, max_results=None)
    states = Counter(it.status.value for it in found)
    assert states["READY"] >= KILLS
    assert states["FAILED"] > KILLS / 4
    assert states["PENDING"] == 0
    for model in found:
        kept = logged_models.files(here.store, model.model_id)
        assert [it.path for it in kept] == (FILES if model.status == "READY" else [])
    for model in found[::7]:
        if model.status == "READY":
            local = local_folder(here, place_of(here.store, model.model_uri))
            assert local.is_own
            assert len([it for it in local.folder.rglob("*") if it.is_file()]) == len(FILES)
    linked = {it.model_id for run in nbtrack.search_runs(output_format="list")
              for it in run.outputs.model_outputs}  # fmt: skip
    assert {it.model_id for it in found if it.status == "READY"} <= linked
    for path in Path(store, "quarantine").iterdir():
        (torn,) = quarantined(path)
        # The kernel ends a write between two pages when its process is killed; it never returned.
        assert torn.problem == "Input data was truncated"
        assert (torn.offset + len(torn.line)) % mmap.PAGESIZE == 0
