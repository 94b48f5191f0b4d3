"""A worker process: what it loads, and how it goes on answering while it is replaced."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading

import msgspec

from nbtrack.serving.protocol import Drain, FromWorker

LOADED = """
import sys
from nbtrack.serving import worker
from nbtrack.serving.scoring import app, connections, models, service, trial
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_worker_loads_no_database_no_notebook_and_no_frames_by_itself():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert not loaded & {"duckdb", "pandas", "IPython", "rich", "typer", "sklearn", "pyarrow"}


def test_a_worker_is_replaced_without_a_failed_request(start_worker, plan, faulty):
    first = start_worker(plan(faulty))
    told = {"dataframe_records": [{"what": "0"}]}
    ended, failed, answered = threading.Event(), [], []

    def ask():
        while not ended.is_set():
            try:
                answered.append(first.invoke(told).status)
            except OSError as error:
                failed.append(error)

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    second = start_worker(plan(faulty), at=socket.socket(fileno=os.dup(first.listening.fileno())))
    first.tell(Drain())
    assert first.process.wait(20) == 0
    before = second.stats().requests
    while second.stats().requests < before + 20:
        pass
    ended.set()
    for client in clients:
        client.join()
    assert failed == []
    assert set(answered) == {200}


WITHOUT = """
import os, sys
sys.modules["orjson"] = None
from nbtrack.serving.worker import main
sys.exit(main())
"""


def test_a_worker_without_the_extra_says_what_to_install(plan, faulty):
    pipe, its_pipe = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT],
            input=msgspec.json.encode(plan(faulty)) + b"\n",
            capture_output=True,
            pass_fds=(listening.fileno(), its_pipe),
            env={
                **os.environ,
                "NBTRACK_WORKER_SOCKET": str(listening.fileno()),
                "NBTRACK_WORKER_PIPE": str(its_pipe),
            },
            check=False,
        )
    os.close(its_pipe)
    with os.fdopen(pipe, "rb") as said:
        message = msgspec.json.decode(said.readline(), type=FromWorker).message
    assert (done.returncode, "pip install 'nbtrack[serve]'" in message) == (1, True)
