"""A notebook run from top to bottom in a kernel and with a store of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.errors import MissingPackage

__all__ = ["Failure", "Outcome", "Watch", "clean_environment", "run_notebook"]

Watch = Callable[[int, int], None]
"""Is told how many cells were begun, of how many; several times a second."""

PAUSE_SECONDS = 0.2
PATIENCE_SECONDS = 10
"""For a kernel to end that was stopped."""

OURS = ("NBTRACK_", "MLFLOW_")
SECRET = "NBTRACK_SECRET_"  # noqa: S105 - the beginning of a variable's name
URI = "NBTRACK_TRACKING_URI"


class Failure(NamedTuple):
    """Why a notebook did not run to its end."""

    cell: int
    """The place of the cell; -1 if the kernel itself failed."""
    error: str


class Outcome(NamedTuple):
    """A notebook with its outputs, and why it stopped early, if it did."""

    notebook: dict[str, Any]
    failure: Failure | None


def clean_environment(store: Path | None) -> dict[str, str]:
    """The environment for a kernel that tracks into a store; None is the one that is set here.

    Which run and experiment this process goes on with is not the kernel's concern.
    """
    if store is None:
        return dict(os.environ)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) or name.startswith(SECRET)
    }
    return kept | {URI: str(store)}


def run_notebook(
    notebook: Mapping[str, Any],
    folder: Path,
    environment: Mapping[str, str],
    timeout_seconds: float | None = None,
    watch: Watch | None = None,
) -> Outcome:
    """Run a notebook in a fresh kernel of this Python, until a cell fails that is not meant to.

    An interrupt ends the kernel.

    Args:
        notebook: As nbformat 4 has it; it stays as it is.
        folder: The working directory.
        environment: The kernel's environment variables.
        timeout_seconds: How long each cell may take.
        watch: Is told how far it is.

    Raises:
        MissingPackage: nbclient or ipykernel is not installed.
    """
    try:
        import nbclient
        import nbformat
    except ImportError as problem:
        raise MissingPackage("nbclient", "to run a notebook", "notebook") from problem
    read: Any = nbformat.reads
    made = read(json.dumps(notebook), as_version=4)
    with kernel_manager() as manager:
        client = nbclient.NotebookClient(
            made,
            km=manager,
            timeout=timeout_seconds,
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            finish(NotebookThread(client, environment), watch, len(made["cells"]))
        except nbclient.exceptions.CellExecutionError as problem:
            return Outcome(made, failure_of(made, f"{problem.ename}: {problem.evalue}"))
        except nbclient.exceptions.CellTimeoutError:
            told = f"it took more than {timeout_seconds:g} seconds"
            return Outcome(made, failure_of(made, told))
        except (nbclient.exceptions.DeadKernelError, RuntimeError) as problem:
            return Outcome(made, failure_of(made, f"the kernel died: {problem}"))
    return Outcome(made, None)


class NotebookThread(threading.Thread):
    """Runs a notebook in a thread and a loop of its own.

    The thread that asks may have a loop that runs, as kernels do; and it stays free to show how
    far it is, and to be interrupted.
    """

    def __init__(self, client: Any, environment: Mapping[str, str]) -> None:
        super().__init__(name="nbtrack-notebook", daemon=True)
        self.client, self.environment = client, dict(environment)
        self.begun = 0
        self.error: BaseException | None = None
        self.ended = threading.Event()  # an interrupt of `join` makes a thread that runs look ended
        self.loop = asyncio.new_event_loop()
        self.task: asyncio.Task[Any] | None = None
        client.on_cell_start = self.begin

    def begin(self, cell_index: int, **_: object) -> None:
        """A cell begins."""
        self.begun = cell_index

    def run(self) -> None:
        """Run it to its end; what went wrong is kept for who waits."""
        asyncio.set_event_loop(self.loop)
        try:
            self.task = self.loop.create_task(self.execute())
            self.loop.run_until_complete(self.task)
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self.error = error
        finally:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()
            self.ended.set()

    async def execute(self) -> None:
        manager = self.client.km
        try:
            await self.client.async_execute(env=self.environment, cleanup_kc=True, **SILENT)
        finally:
            if manager.has_kernel:  # it was stopped while it started
                await manager.shutdown_kernel(now=True)

    def stop(self) -> None:
        """End the kernel, in the middle of a cell."""
        if self.task is not None and not self.ended.is_set():
            self.client.shutdown_kernel = "immediate"
            self.loop.call_soon_threadsafe(self.task.cancel)
            self.ended.wait(PATIENCE_SECONDS)


def finish(work: NotebookThread, watch: Watch | None, total: int) -> None:
    """Wait until a notebook has run, and raise what went wrong."""
    work.start()
    try:
        while not work.ended.wait(PAUSE_SECONDS):
            if watch is not None:
                watch(work.begun, total)
    except BaseException:  # an interrupt, mostly
        work.stop()
        raise
    if work.error is not None:
        raise work.error


@contextmanager
def kernel_manager() -> Iterator[Any]:
    """What starts a kernel of this very Python, whichever kernels are installed for the user."""
    try:
        import ipykernel  # noqa: F401 - the kernel's process needs it
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
    except ImportError as problem:
        raise MissingPackage("ipykernel", "to run a notebook", "notebook") from problem
    with tempfile.TemporaryDirectory(prefix="nbtrack-", ignore_cleanup_errors=True) as place:
        yield AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            connection_file=str(Path(place, "kernel.json")),
            transport=TRANSPORT,
        )


SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
"""What the kernel's process itself says, not its cells: warnings of its own end, mostly."""

TRANSPORT = "tcp" if os.name == "nt" else "ipc"
"""Sockets that are files are this user's alone."""


def failure_of(notebook: Any, error: str) -> Failure:
    """A failure at the last cell that was begun."""
    begun = [
        place
        for place, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and "execution" in cell["metadata"]
    ]
    return Failure(begun[-1] if begun else -1, error)
