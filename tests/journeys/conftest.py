"""A kernel in a process and a home of its own, for tests that break what they are given."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from nbtrack.journal.folder import StoreFolder

PATIENCE_SECONDS = 90


class Seen(NamedTuple):
    """What a person sees of an execution of a cell."""

    text: str
    errors: str
    """What stands below the cell in red: warnings, and what is written to stderr."""
    result: str
    shown: list[dict[str, str]]
    error: str
    seconds: float


class Kernel:
    """A kernel that has loaded the extension, unless that is not wanted."""

    def __init__(self, start, home: Path, *, loads: bool = True, **environment: str):
        self.home, self.work = home, home / "work"
        self.work.mkdir(parents=True)
        self.folder = StoreFolder(self.work / ".nbtrack")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NBTRACK_", "MLFLOW_", "XDG_", "GIT_"))
        }
        told = {"HOME": str(home), "NBTRACK_QUIET": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        self.manager, self.client = start(cwd=str(self.work), env=kept | told | environment)
        if loads:
            loaded = self.run("%load_ext nbtrack")
            assert (loaded.error, loaded.errors) == ("", "")

    def run(self, source: str, cell_id: str | None = None) -> Seen:
        """Run a cell; what came of it."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "allow_stdin": False,
            "stop_on_error": True,
            "user_expressions": {},
        }
        metadata = {"cellId": cell_id} if cell_id else {}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        begun = time.perf_counter()
        self.client.shell_channel.send(message)
        message_id = message["header"]["msg_id"]
        streams, result, shown, error = {"stdout": "", "stderr": ""}, "", [], ""
        while True:
            got = self.client.get_iopub_msg(timeout=PATIENCE_SECONDS)
            if got["parent_header"].get("msg_id") != message_id:
                continue
            match got:
                case {"msg_type": "stream", "content": {"name": name, "text": text}}:
                    streams[name] += text
                case {"msg_type": "execute_result", "content": {"data": data}}:
                    result = data["text/plain"]
                case {"msg_type": "display_data", "content": {"data": data}}:
                    shown.append(data)
                case {"msg_type": "error", "content": {"ename": name}}:
                    error = name
                case {"msg_type": "status", "content": {"execution_state": "idle"}}:
                    break
        seconds = time.perf_counter() - begun
        self.reply(message_id)
        return Seen(streams["stdout"], streams["stderr"], result, shown, error, seconds)

    def reply(self, message_id: str) -> dict:
        """The kernel's reply to a request."""
        while True:
            got = self.client.get_shell_msg(timeout=PATIENCE_SECONDS)
            if got["parent_header"].get("msg_id") == message_id:
                return got["content"]

    def value(self, expression: str):
        """The value of an expression in the kernel, read without an execution of its own."""
        content = {"code": "", "silent": True, "store_history": False}
        message = self.client.session.msg(
            "execute_request", content | {"user_expressions": {"it": expression}}
        )
        self.client.shell_channel.send(message)
        found = self.reply(message["header"]["msg_id"])["user_expressions"]["it"]
        assert found["status"] == "ok", found
        return ast.literal_eval(found["data"]["text/plain"])

    def end(self) -> None:
        """Shut it down, as closing a notebook does."""
        self.client.shutdown()
        deadline = time.monotonic() + 10
        while self.manager.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        from jupyter_core.utils import ensure_event_loop

        ensure_event_loop().close()  # Jupyter's clients leave theirs open


@pytest.fixture(scope="module")
def start_kernel(tmp_path_factory, new_kernel):
    """Start kernels; those that still run are ended with the module."""
    started = []

    def start_kernel(*, loads: bool = True, **environment: str) -> Kernel:
        home = tmp_path_factory.mktemp("kernel")
        started.append(Kernel(new_kernel, home, loads=loads, **environment))
        return started[-1]

    yield start_kernel
    for one in started:
        if one.manager.has_kernel:
            one.end()
