"""The command line as a test uses it: in this process, in another one, in a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import struct
import subprocess
import sys
import termios
from typing import NamedTuple

import pytest

import nbtrack
from nbtrack.api import session
from nbtrack.capture import redaction
from nbtrack.hosts.command_line import run


@pytest.fixture(autouse=True)
def no_columns(monkeypatch):
    """pytest-xdist tells its workers how wide the terminal is; a command would heed it."""
    monkeypatch.delenv("COLUMNS", raising=False)


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def command(capsys):
    """Run a command in this process."""

    def do(*arguments):
        capsys.readouterr()
        code = run([str(it) for it in arguments])
        return Done(code, *capsys.readouterr())

    return do


@pytest.fixture
def process():
    """Run a command in a process of its own."""

    def do(*arguments, stdin="", **environment):
        done = subprocess.run(
            [sys.executable, "-m", "nbtrack", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            input=stdin,
            env=os.environ | environment,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return do


@pytest.fixture
def terminal():
    """Run a command in a terminal of some width; both streams come out together."""

    def do(*arguments, columns=80, typed=""):
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        child = subprocess.Popen(
            [sys.executable, "-m", "nbtrack", *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=os.environ | {"TERM": "xterm-256color"},
        )
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = b""
        while chunk := read(ours):
            shown += chunk
        os.close(ours)
        return Done(child.wait(), shown.decode().replace("\r\n", "\n"), "")

    return do


def read(descriptor):
    """What a terminal shows next; nothing at its end, which Linux tells by an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


@pytest.fixture
def store(tmp_path):
    """An empty store that this process and its commands use."""
    place = tmp_path / "store"
    nbtrack.set_tracking_uri(place)
    return place


@pytest.fixture(scope="session")
def copied(new_folder):
    """Have a store as it was made once, and what was told of it: `copied(make, store)`.

    The user's key comes with it, by which models are their own.
    """
    made = {}

    def copied(make, place):
        if make in made:
            folder, key, found = made[make]
            shutil.copytree(folder, place, dirs_exist_ok=True)
            path = redaction.key_path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(key)
            redaction.hash_key.cache_clear()
        else:
            found = make()
            session.reset()
            nbtrack.set_tracking_uri(place)
            nbtrack.search_runs(output_format="list")  # takes in what the journal holds
            folder = shutil.copytree(place, new_folder(make.__name__), dirs_exist_ok=True)
            made[make] = folder, redaction.hash_key(), found
        return dict(found)

    return copied


@pytest.fixture
def logged(store, copied):
    """A store with three runs of two experiments, by name."""
    return copied(three_runs, store)


@pytest.fixture
def churn(store, copied):
    """A store with two versions of `churn`, lines with slopes 1 and 2, by their numbers."""
    return copied(two_versions, store)


def three_runs():
    """Log them; their ids by name."""
    nbtrack.set_experiment("iris")
    with nbtrack.start_run(run_name="first") as one:
        nbtrack.log_params({"lr": 0.1, "model": "tree", "seed": 1})
        nbtrack.log_metric("loss", [0.9, 0.5, 0.3])
        nbtrack.log_metric("acc", 0.8)
        nbtrack.set_tag("stage", "dev")
        nbtrack.log_text("hello", "notes/readme.txt")
        nbtrack.log_dict({"a": 1}, "config.json")
    with nbtrack.start_run(run_name="second") as two:
        nbtrack.log_params({"lr": 0.01, "model": "tree", "seed": 1})
        nbtrack.log_metric("acc", 0.9)
    nbtrack.set_experiment("churn")
    with nbtrack.start_run(run_name="third") as three:
        nbtrack.log_param("lr", 0.5)
        nbtrack.log_metric("acc", float("nan"))
    return {it.info.run_name: it.info.run_id for it in (one, two, three)}


def two_versions():
    """Log and register them; the ids of their runs and models by number."""
    import pandas as pd

    found = {}
    nbtrack.set_experiment("lines")
    for slope, accuracy in ((1.0, 0.8), (2.0, 0.9)):
        with nbtrack.start_run(run_name=f"slope-{slope:g}") as run:
            nbtrack.log_param("slope", slope)
            nbtrack.log_metric("accuracy", accuracy)
            info = nbtrack.pyfunc.log_model(
                name="line",
                python_model=line(slope),
                input_example=pd.DataFrame({"x": [1.0, 2.0]}),
                registered_model_name="churn",
            )
        found[len(found) + 1] = (run.info.run_id, info.model_id)
    return found


def line(slope):
    """A model that multiplies the column x."""

    def predict(model_input):
        return model_input["x"] * slope

    return predict
