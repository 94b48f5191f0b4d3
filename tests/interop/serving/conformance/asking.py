"""How a server of a model is started, and asked with a case."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["MLFLOW", "Answer", "answer_of", "mlflow_serving"]

PROJECT = Path(__file__).parents[4]
MLFLOW = PROJECT / ".bench" / "mlflow" / "bin" / "mlflow"
START_SECONDS = 120
ANSWER_SECONDS = 60


class Answer(NamedTuple):
    """What a server answered, as far as two servers are compared."""

    status: int
    told: Any = None
    """The body as JSON where it is an answer of the model."""
    code: str | None = None
    """MLflow's name for the kind of error."""
    body: str = ""

    def kept(self):
        """As a file keeps it, without what may differ in wording."""
        return {name: it for name, it in self._replace(body="")._asdict().items() if it}


def answer_of(port, case):
    """A server's answer, over a connection of its own."""
    headers = {} if case.content_type is None else {"Content-Type": case.content_type}
    with contextlib.closing(
        http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    ) as connection:
        connection.request(case.method, case.path, case.sent, headers)
        response = connection.getresponse()
        body = response.read().decode()
    return Answer(response.status, *parts_of(response.status, case, body), body)


def parts_of(status, case, body):
    """The answer of a model, and the kind of an error."""
    if not case.path.startswith("/invocations"):
        return None, None
    if status == 200:
        return json.loads(body), None
    told = json.loads(body) if body.startswith("{") else {}
    return None, told.get("error_code")


@contextlib.contextmanager
def mlflow_serving(folder):
    """`mlflow models serve` for a model's folder; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [MLFLOW, "models", "serve", "-m", folder, "-p", str(port), "-w", "1"]
    around = {
        **os.environ,
        "PATH": f"{MLFLOW.parent}:{os.environ['PATH']}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/unused.db",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    with (Path(folder) / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--env-manager", "local"],
            env=around,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(server, port, Path(log.name))
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def wait_for(server, port, log):
    """Until it answers pings."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/ping")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"mlflow does not serve: {log.read_text()[-3000:]}")
