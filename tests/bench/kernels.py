"""A real kernel for a figure: cells run in it as a notebook front end would have them run."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any

__all__ = ["Kernel", "kernel"]

PATIENCE = 120
"""Seconds to wait for a cell."""


class Kernel:
    """A kernel that runs one cell after another."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.cells = 0
        self.shown: list[dict[str, Any]] = []
        """What the last cell displayed: data by MIME type."""

    def run(self, source: str, cell_id: str | None = None) -> float:
        """Seconds from sending a cell until the kernel is idle again, its displays included."""
        self.cells += 1
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        message = self.client.session.msg("execute_request", content)
        message["metadata"]["cellId"] = cell_id or f"cell-{self.cells}"
        start = time.perf_counter()
        self.client.shell_channel.send(message)
        self.shown = self.heard(message["header"]["msg_id"])
        seconds = time.perf_counter() - start
        self.client.get_shell_msg(timeout=PATIENCE)
        return seconds

    def heard(self, request: str) -> list[dict[str, Any]]:
        """What a request displays until the kernel is idle."""
        shown = []
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "error":
                raise SystemExit("\n".join(content["traceback"]))
            if kind in {"display_data", "execute_result"}:
                shown.append(content["data"])
            if kind == "stream":
                shown.append({"text/plain": content["text"]})
            if kind == "status" and content["execution_state"] == "idle":
                return shown

    def cpu(self) -> float:
        """CPU seconds of the kernel's process up to now, asked for without running a cell."""
        reply = self.client.execute(
            "",
            silent=True,
            reply=True,
            timeout=PATIENCE,
            user_expressions={"cpu": "__import__('time').process_time()"},
        )
        return float(reply["content"]["user_expressions"]["cpu"]["data"]["text/plain"])


@contextlib.contextmanager
def kernel(*setup: str) -> Iterator[Kernel]:
    """A kernel of this environment's Python, in which the cells of `setup` were run."""
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel()
    try:
        started = Kernel(client)
        for source in setup:
            started.run(source)
        yield started
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
