"""One worker behind a socket, without a supervisor: what the tests of serving ask."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pandas as pd
import pytest

from nbtrack.records.endpoint import EndpointOptions, EndpointPlan, Variant
from nbtrack.registry.signatures.signature import ModelSignature
from nbtrack.serving.protocol import Drain, FromWorker, Ready, Stats, ToWorker, Unable
from nbtrack.types import ColSpec, Schema

PROJECT = Path(__file__).parents[2]
START_SECONDS = 60


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


class RunningWorker:
    """A worker process, its address, and what it says."""

    def __init__(self, plan: EndpointPlan, variables=None, at=None):
        self.plan = plan
        self.listening = at or socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.listening.getsockname()[1]
        pipe, its_pipe = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nbtrack.serving.worker"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(self.listening.fileno(), its_pipe),
            cwd=PROJECT,
            env={
                **os.environ,
                "NBTRACK_WORKER_SOCKET": str(self.listening.fileno()),
                "NBTRACK_WORKER_PIPE": str(its_pipe),
                **(variables or {}),
            },
        )
        os.close(its_pipe)
        self.said: SimpleQueue[Any] = SimpleQueue()
        self.log: list[Any] = []
        self.threads = [
            threading.Thread(target=self.read_pipe, args=(pipe,), daemon=True),
            threading.Thread(target=self.read_log, daemon=True),
        ]
        for thread in self.threads:
            thread.start()
        self.tell_line(msgspec.json.encode(plan))

    def read_pipe(self, pipe):
        with os.fdopen(pipe, "rb") as lines:
            for line in lines:
                self.said.put(msgspec.json.decode(line, type=FromWorker))

    def read_log(self):
        for line in self.process.stderr:
            with contextlib.suppress(ValueError):
                self.log.append(json.loads(line))

    def tell(self, message: ToWorker):
        self.tell_line(msgspec.json.encode(message))

    def tell_line(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def hears(self, kind, seconds=START_SECONDS):
        """The next message of a kind; those before it are passed over."""
        while True:
            try:
                message = self.said.get(timeout=seconds)
            except Empty:
                raise AssertionError(f"no {kind.__name__} came; the log: {self.log}") from None
            if isinstance(message, kind):
                return message
            assert kind is Unable or not isinstance(message, Unable), message

    def stats(self):
        """The figures that it tells next."""
        with contextlib.suppress(Empty):
            while True:
                self.said.get_nowait()
        return self.hears(Stats).stats

    def ask(self, method="GET", path="/ping", body=None, headers=None, timeout=30):
        """One request by a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, told, response.read())

    def invoke(self, body, content_type="application/json", **headers):
        """Ask the model."""
        sent = body if isinstance(body, bytes | str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", "/invocations", sent, {"Content-Type": content_type, **named})

    def end(self):
        """Let it drain, and end it where it does not."""
        self.listening.close()
        if self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.tell(Drain())
                self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        for thread in self.threads:
            thread.join(5)
        self.process.stderr.close()
        with contextlib.suppress(OSError):
            self.process.stdin.close()


def variant_of(folder, name="model", **more) -> Variant:
    """A variant for a model's folder, vouched for."""
    root = Path(folder)
    files = {
        it.relative_to(root).as_posix(): hashlib.sha256(it.read_bytes()).hexdigest()
        for it in root.rglob("*")
        if it.is_file()
    }
    told = {"model_uri": str(root), "folder": str(root), "files": files, "is_vouched": True}
    return Variant(**{"name": name, **told, **more})


def plan_of(*variants, **more) -> EndpointPlan:
    """A plan for variants, or for folders of models."""
    made = [
        it if isinstance(it, Variant) else variant_of(it, f"model{at or ''}")
        for at, it in enumerate(variants)
    ]
    options = {name: more.pop(name) for name in EndpointOptions.__struct_fields__ if name in more}
    told = {"endpoint_id": "1", "name": "tests", "variants": tuple(made)}
    return EndpointPlan(**told, options=EndpointOptions(**options), **more)


@pytest.fixture(scope="session")
def variant():
    """Makes a variant of a folder: `variant(folder, "champion", share=0.5)`."""
    return variant_of


@pytest.fixture(scope="session")
def plan():
    """Makes a plan: `plan(folder, timeout_seconds=1)` or `plan(variant(…), traffic=…)`."""
    return plan_of


@pytest.fixture(scope="module")
def start_worker():
    """Starts workers of plans; they end with the module. `start_worker(plan(folder))`."""
    started: list[RunningWorker] = []

    def start(plan, *, is_ready=True, at=None, **variables):
        worker = RunningWorker(plan, variables, at)
        started.append(worker)
        if is_ready:
            worker.hears(Ready)
        return worker

    yield start
    for worker in started:
        worker.end()


# Models to serve

COLUMNS = ["age", "income", "visits"]


@pytest.fixture(scope="session")
def people():
    """Columns of numbers, and a class."""
    cells = np.random.default_rng(7).normal(size=(80, 3)).round(3)
    return pd.DataFrame(cells, columns=COLUMNS), (cells.sum(axis=1) > 0).astype(int)


@pytest.fixture(scope="session")
def save(tmp_path_factory):
    """Writes a model by a flavor into a folder of its own."""

    def save(flavor, name, **told):
        import nbtrack

        place = tmp_path_factory.mktemp("models") / name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            getattr(nbtrack, flavor).save_model(path=str(place), **told)
        return place

    return save


@pytest.fixture(scope="session")
def classifier(save, people):
    """A logistic regression of three numbers."""
    from sklearn.linear_model import LogisticRegression

    data, target = people
    fitted = LogisticRegression().fit(data, target)
    return save("sklearn", "classifier", sk_model=fitted, input_example=data.head(3))


@pytest.fixture(scope="session")
def faulty(save):
    """A Python model that does what it is told."""
    names = [ColSpec("string", "what"), ColSpec("string", "who", required=False)]
    code = Path(__file__).parent / "scoring" / "faulty_model.py"
    signature = ModelSignature(Schema(names))
    return save("pyfunc", "faulty", python_model=str(code), signature=signature)


@pytest.fixture(scope="session")
def rows_of():
    """The body of a request with rows of the classifier."""

    def rows_of(*rows, columns=COLUMNS):
        return {"dataframe_split": {"columns": columns, "data": [list(it) for it in rows]}}

    return rows_of
