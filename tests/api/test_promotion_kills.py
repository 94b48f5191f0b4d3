"""A process may be killed at any moment of a promotion: all of it is there, or nothing.

Those who were to deliver its events are killed too, and lack the secret that signs them; who comes
later delivers all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys

import nbtrack
from nbtrack.api.session import session
from nbtrack.questions import model_versions, webhooks

KILLS = 8

PROMOTE_UNTIL_KILLED = f"""
import os, random, signal, sys, time
import nbtrack
import nbtrack.store.answers, nbtrack.store.duckdb
from nbtrack.api.promotion.promote import promote

nbtrack.set_tracking_uri(sys.argv[1])
chance = random.Random(3)

def move(told, seed):
    versions = random.Random(seed)
    for _ in range(10_000):
        version = versions.randrange(1, 4)
        promote("churn", version, ("champion", "Production"), ["acc >= 0.5"], note="n")
        os.write(told, b".")

for seed in range({KILLS}):
    reading, told = os.pipe()
    child = os.fork()
    if not child:
        move(told, seed)
        os._exit(1)
    os.close(told)
    os.read(reading, 1)
    began = time.monotonic()
    os.read(reading, 1)
    time.sleep(chance.uniform(0, 1.2 * (time.monotonic() - began)))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
"""


def test_a_promotion_whose_process_is_killed_is_whole_or_never_was(tmp_path, receiver, monkeypatch):
    store = tmp_path / ".nbtrack"
    nbtrack.set_tracking_uri(store)
    client = nbtrack.MlflowClient()
    client.create_registered_model("churn")
    with nbtrack.start_run() as run:
        nbtrack.log_metric("acc", 0.9)
    for _ in range(3):
        client.create_model_version("churn", "somewhere", run.info.run_id)
    client.create_webhook("w", receiver.url, ["model_version.promoted"], secret="s3cret")
    session().store.drain()
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
        command = [sys.executable, "-c", PROMOTE_UNTIL_KILLED, str(store)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr

    here = session()
    moves = model_versions.moves(here.store, "churn", alias="champion")[::-1]
    stages = model_versions.moves(here.store, "churn", stage="Production")
    assert len(moves) >= KILLS
    assert len(stages) >= 1
    before = None
    for move in moves:
        report = json.loads(move.report)
        assert (report["version"], report.get("previous")) == (move.version, move.previous)
        assert (move.previous, report["outcome"]) == (before, "promoted")
        before = move.version
    versions = {it.version: it for it in client.search_model_versions("name = 'churn'")}
    assert client.get_registered_model("churn").aliases == {"champion": before}
    in_production = [it for it in versions if versions[it].current_stage == "Production"]
    assert in_production == [before]
    assert "promoted_at" in versions[before].tags
    lines = here.folder.operations.read_text().splitlines()
    assert sum('"move_alias"' in line for line in lines) == len(moves)

    kept = webhooks.deliveries(here.store)
    assert len(kept) == len(moves)
    receiver.wait(len(moves), seconds=60)
    ids = [headers["X-MLflow-Delivery-Id"] for _, headers, _ in receiver.came]
    assert set(ids) == {it.delivery_id for it in kept}
    assert [body["data"]["version"] for body in receiver.bodies] == [it.version for it in moves]
