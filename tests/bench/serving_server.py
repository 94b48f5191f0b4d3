"""A side's own `models serve` with one worker, and what its processes use together."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from trackers import uri_of

__all__ = ["Load", "Server", "body_of", "echo_serving", "free_port", "serving"]

HERE = Path(__file__).parent
START_SECONDS = 180


class Load(NamedTuple):
    """What a load generator saw, and what the server used meanwhile."""

    requests: int
    seconds: float
    cpu_seconds: float

    @property
    def cpu_per_request(self) -> float:
        return self.cpu_seconds / self.requests

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


class Server:
    """A server's processes, from the one that was started down."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.port, self.log = port, log
        bin_folder = Path(sys.executable).parent
        with log.open("w") as out:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def tree(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """What all processes have used, ended ones too."""
        total = 0.0
        for one in self.tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += sum(one.cpu_times()[:4])  # its own and of children that ended
        return total

    def memory_bytes(self) -> float:
        """What all processes hold, shared pages divided among those that share them."""
        return float(sum(one.memory_full_info().pss for one in self.tree()))

    def wait(self) -> None:
        """Until it answers pings."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if self.ask("GET", "/ping")[0] == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{self.process.args} does not serve:\n{self.log.read_text()[-3000:]}")

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()

    def predictions(self, body: bytes) -> Any:
        status, answer = self.ask("POST", "/invocations", body)
        assert status == 200, (status, answer)
        return json.loads(answer)["predictions"]

    def load(
        self, body: bytes, connections: int, seconds: float, path: str = "/invocations"
    ) -> Load:
        """Send a body over some connections, each again once it was answered."""
        command = [sys.executable, str(HERE / "serving_load.py")]
        told = [str(self.port), path, str(connections)]
        warm = [*command, *told, "0.3"]
        subprocess.run(warm, input=body, check=True, capture_output=True)
        before = self.cpu_seconds()
        done = subprocess.run(
            [*command, *told, str(seconds)], input=body, check=True, capture_output=True
        )
        counted, lasted = json.loads(done.stdout)
        return Load(counted, lasted, self.cpu_seconds() - before)

    def end(self) -> None:
        for one in self.tree() if self.process.poll() is None else ():
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(side: str, folder: Path, uri: str, *more: str) -> Iterator[Server]:
    """A model served by a side as a person does it."""
    os.environ[f"{side.upper()}_TRACKING_URI"] = uri_of(side, folder)
    port = free_port()
    command = [str(Path(sys.executable).with_name(side)), "models", "serve", "-m", uri]
    command += ["-p", str(port), "-w", "1", "--env-manager", "local", *more]
    server = Server(command, port, folder / f"server-{port}.log")
    try:
        server.wait()
        yield server
    finally:
        server.end()


@contextlib.contextmanager
def echo_serving(folder: Path) -> Iterator[Server]:
    """An application that reads a body and answers with a word: what HTTP alone costs."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "serving_echo:app", "--app-dir", str(HERE)]
    command += ["--port", str(port), "--http", "httptools", "--loop", "uvloop"]
    command += ["--no-access-log", "--log-level", "warning"]
    server = Server(command, port, folder / "echo.log")
    try:
        server.wait()
        yield server
    finally:
        server.end()


def body_of(frame: Any) -> bytes:
    """A frame as a request."""
    told = frame.to_dict(orient="split", index=False)
    return json.dumps({"dataframe_split": told}).encode()
