"""Models asked and served in environments made of what they were logged with, for real.

    python tests/journeys/environments.py [virtualenv] [uv]

A model is trained and logged. For each manager `predict` makes the environment, `predict` and
`serve` use it again; one that cannot be made is told and leaves nothing. uv is installed into an
environment of its own where there is none. It takes a few minutes, and asks PyPI.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from ship import BODY, START_SECONDS, TRAIN, step

WRONG = "no-such-package-of-anybody==1.0"


def main() -> None:
    managers = sys.argv[1:] or ["virtualenv", "uv"]
    place = Path(tempfile.mkdtemp(prefix="nbtrack-environments-"))
    own = os.environ | {
        "NBTRACK_TRACKING_URI": str(place / "store"),
        "XDG_CACHE_HOME": str(place / "cache"),
    }
    try:
        with step("train and log a model"):
            subprocess.run([sys.executable, "-c", TRAIN], env=own, check=True)
        if "uv" in managers and shutil.which("uv") is None:
            own["PATH"] = f"{uv_of(place)}:{own['PATH']}"
        for manager in managers:
            predict(manager, place, own)
            serve(manager, own)
            fail(manager, place, own)
        refuse_others(own)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def uv_of(place: Path) -> Path:
    """A folder of programs with uv."""
    with step("install uv"):
        subprocess.run([sys.executable, "-m", "venv", place / "uv"], check=True)
        python = place / "uv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "-q", "install", "uv"], check=True)
    return python.parent


def asked(*words: object, env: dict[str, str], text: str = "") -> subprocess.CompletedProcess[str]:
    """A command of `nbtrack models`."""
    command = [sys.executable, "-m", "nbtrack", "models", *map(str, words)]
    return subprocess.run(command, env=env, input=text, capture_output=True, text=True, check=False)


def environments(own: dict[str, str]) -> set[str]:
    """Those that are kept."""
    root = Path(own["XDG_CACHE_HOME"], "nbtrack", "environments")
    return {it.name for it in root.iterdir() if it.is_dir() and it.name != "wheels"}


def predict(manager: str, place: Path, own: dict[str, str]) -> None:
    """Ask by stdin, which makes the environment, and with a table, which uses it again."""
    words = ("predict", "-m", "models:/churn/1", "--env-manager", manager)
    before = environments(own) if (place / "cache").exists() else set()
    with step(f"{manager}: predict, in a new environment"):
        done = asked(*words, env=own, text=json.dumps(BODY))
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {"predictions": [1, 0]}, done.stdout
    made = environments(own)
    assert len(made - before) == 1, made
    (place / "in.csv").write_text("row,a,b,c\n1,0.9,0.1,0.2\n2,0.1,0.5,0.5\n")
    with step(f"{manager}: predict a table, in the same one"):
        files = ("-i", place / "in.csv", "-o", place / f"{manager}.csv", "--id", "row")
        done = asked(*words, *files, env=own)
        assert done.returncode == 0, done.stderr
        found = (place / f"{manager}.csv").read_text().split()
        assert found == ["row,prediction", "1,1", "2,0"], found
    assert environments(own) == made


def serve(manager: str, own: dict[str, str]) -> None:
    """Serve the model with the packages of the environment, and ask it."""
    made = environments(own)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["-m", "models:/churn/1", "--env-manager", manager, "-p", str(port)]
    command = [sys.executable, "-m", "nbtrack", "models", "serve", *words]
    with step(f"{manager}: serve, and POST /invocations"):
        server = subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL)
        try:
            answer = answer_of(server, port)
            assert answer == {"predictions": [1, 0]}, answer
            workers = [Path("/proc", it, "cmdline") for it in children(server.pid)]
            told = [it.read_text().split("\0")[0] for it in workers]
            assert any(own["XDG_CACHE_HOME"] in it for it in told), told
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(45)
    assert environments(own) == made


def children(pid: int) -> list[str]:
    """The processes that a process started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def answer_of(server: subprocess.Popen[bytes], port: int) -> object:
    """What it answers as soon as it does."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/invocations",
        json.dumps(BODY).encode(),
        {"Content-Type": "application/json"},
    )
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.load(reply)
        except OSError:
            assert server.poll() is None, f"it ended with code {server.returncode}"
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.3)


def fail(manager: str, place: Path, own: dict[str, str]) -> None:
    """A model that needs what is not there: the error names it, and nothing is left behind."""
    made = environments(own)
    model = place / f"wrong-{manager}"
    with step(f"{manager}: a need that nobody has"):
        fetched = asked("download", "models:/churn/1", "--to", model, env=own)
        assert fetched.returncode == 0, fetched.stderr
        (model / "requirements.txt").write_text(f"{WRONG}\n")
        done = asked("predict", "-m", model, "--env-manager", manager, env=own, text="{}")
        assert done.returncode == 1, done.stdout
        assert "installing what the model needs failed" in done.stderr, done.stderr
        assert WRONG.partition("=")[0] in done.stderr, done.stderr
    assert environments(own) == made


def refuse_others(own: dict[str, str]) -> None:
    """What makes no environments is refused with what does."""
    with step("another manager is refused"):
        for verb in ("predict", "serve"):
            done = asked(verb, "-m", "models:/churn/1", "--env-manager", "pyenv", env=own)
            assert done.returncode == 1, done.stdout
            assert done.stderr.startswith("error: 'pyenv' makes no environments"), done.stderr
            assert "virtualenv (" in done.stderr, done.stderr


if __name__ == "__main__":
    main()
