"""`make binder`: what Binder does with `binder/`, in a clean environment: build, start, run.

    python tests/journeys/binder.py [--keep FOLDER]

A copy of what git has goes to a folder of its own; then an environment of the Python that
`runtime.txt` names, the requirements, `postBuild`, and JupyterLab by `start` on a free port. There
the first notebook is opened and run, and the last one, which serves models.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
NOTEBOOK = "notebooks/1-first-run.ipynb"
SERVING = "notebooks/7-serve-and-compare.ipynb"
RUNS = 60
"""So many the notebook makes in one experiment."""

START_SECONDS = 120


def main() -> None:
    parser = argparse.ArgumentParser(description="Replay what Binder does.")
    parser.add_argument("--keep", metavar="FOLDER", help="build here, and leave it")
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.run:
        run_in_server(*told.run)
        return
    place = Path(told.keep or tempfile.mkdtemp(prefix="nbtrack-binder-")).absolute()
    try:
        replay(place)
    finally:
        if not told.keep:
            shutil.rmtree(place, ignore_errors=True)


def replay(place: Path) -> None:
    """All steps, each with the time it took."""
    repository, environment = place / "repository", place / "environment"
    with step("copy what git has"):
        copy_repository(repository)
    with step("make an environment"):
        version = (repository / "binder" / "runtime.txt").read_text().strip().replace("-", "")
        python = shutil.which(version) or sys.executable
        subprocess.run([python, "-m", "venv", environment], check=True)
    clean = environment_of(place, environment)
    with step("install the requirements"):
        pip = [environment / "bin" / "python", "-m", "pip", "-q", "--disable-pip-version-check"]
        wanted = ["install", "--no-cache-dir", "-r", "binder/requirements.txt"]
        subprocess.run([*pip, *wanted], cwd=repository, env=clean, check=True)
    with step("postBuild"):
        subprocess.run(["binder/postBuild"], cwd=repository, env=clean, check=True)
    with served(repository, clean) as (url, token):
        with step("open the first notebook"):
            page = asked(f"{url}/lab/tree/{NOTEBOOK}", token)
            assert b"JupyterLab" in page, page[:500]
            asked(f"{url}/api/contents/{NOTEBOOK}", token)
        for notebook, what in ((NOTEBOOK, "run it"), (SERVING, "run the one that serves models")):
            with step(what):
                run = [environment / "bin" / "python", __file__, "--run", url, token, notebook]
                subprocess.run(run, env=clean, check=True)
    command = ["nbtrack", "runs", "list", "--experiment", "luck", "--limit", "100", "--json"]
    listed = subprocess.run(
        [environment / "bin" / command[0], *command[1:]],
        cwd=repository / "notebooks",
        env=clean,
        check=True,
        capture_output=True,
        text=True,
    )
    count = len(json.loads(listed.stdout))
    assert count == RUNS, f"the notebook makes {RUNS} runs, the store has {count}"
    print(f"{count} runs of the notebook are in the store")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    begin = time.monotonic()
    yield
    print(f"{time.monotonic() - begin:6.1f} s  {what}", flush=True)


def copy_repository(target: Path) -> None:
    """The files that git has, as they stand here, in a repository of their own."""
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    for name in filter(None, told.stdout.split("\0")):
        source = PROJECT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    subprocess.run(["git", "init", "-q"], cwd=target, check=True)


def environment_of(place: Path, environment: Path) -> dict[str, str]:
    """What a fresh account would have: a home of its own, and this environment first."""
    home = place / "home"
    home.mkdir(exist_ok=True)
    kept = {
        name: it
        for name, it in os.environ.items()
        if not name.startswith(("NBTRACK_", "MLFLOW_", "JUPYTER", "XDG_", "VIRTUAL_ENV", "PYTHON"))
    }
    path = f"{environment / 'bin'}:{os.environ['PATH']}"
    return kept | {"HOME": str(home), "PATH": path, "VIRTUAL_ENV": str(environment)}


@contextmanager
def served(repository: Path, environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """JupyterLab as `start` starts it; its address and token."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *("binder/start", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *(f"--IdentityProvider.token={token}", "--ServerApp.port_retries=0", "--allow-root"),
    ]
    log = repository.parent / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            command, cwd=repository, env=environment, stdout=said, stderr=said, process_group=0
        )
    url = f"http://127.0.0.1:{port}"
    try:
        with step("start JupyterLab"):
            wait_for(f"{url}/api/status", token, server, log)
        yield url, token
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def wait_for(url: str, token: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until there is an answer."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            asked(url, token)
        except (urllib.error.URLError, ConnectionError):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"JupyterLab did not start:\n{log.read_text()[-3000:]}") from None
            time.sleep(0.2)
        else:
            return


def asked(url: str, token: str, body: Any = None) -> bytes:
    """What the server answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        content: bytes = reply.read()
    return content


def run_in_server(url: str, token: str, notebook: str) -> None:
    """Run each cell of a notebook in a kernel of the server; in the environment's own Python."""
    import asyncio

    told = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
    session = json.loads(asked(f"{url}/api/sessions", token, told))
    content = json.loads(asked(f"{url}/api/contents/{notebook}", token))["content"]
    cells = [it for it in content["cells"] if it["cell_type"] == "code"]
    channels = f"{url}/api/kernels/{session['kernel']['id']}/channels?token={token}"
    asyncio.run(run_cells(channels.replace("http", "ws", 1), cells))


async def run_cells(url: str, cells: list[dict[str, Any]]) -> None:
    """Run cells one after the other as a browser does; the first error ends it."""
    from tornado.websocket import websocket_connect

    socket_ = await websocket_connect(url)
    for cell in cells:
        number = secrets.token_hex(8)
        await socket_.write_message(json.dumps(request_of(cell, number)))
        while True:
            told = json.loads(str(await socket_.read_message()))
            is_answer = told["parent_header"].get("msg_id") == number
            if is_answer and told["msg_type"] == "error":
                raise SystemExit(f"cell {cell['id']}: {told['content']['evalue']}")
            if is_answer and told["msg_type"] == "execute_reply":
                break
    socket_.close()


def request_of(cell: dict[str, Any], number: str) -> dict[str, Any]:
    """The message that has a kernel run a cell."""
    header = {
        "msg_id": number,
        "msg_type": "execute_request",
        "username": "visitor",
        "session": "binder",
        "version": "5.3",
        "date": "",
    }
    content = {
        "code": "".join(cell["source"]),
        "silent": False,
        "store_history": True,
        "allow_stdin": False,
        "stop_on_error": True,
    }
    return {
        "header": header,
        "parent_header": {},
        "metadata": {"cellId": cell["id"]},
        "content": content,
        "channel": "shell",
        "buffers": [],
    }


if __name__ == "__main__":
    main()
