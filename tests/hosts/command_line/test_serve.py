from __future__ import annotations

import http.client
import inspect
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import nbtrack
from nbtrack.api.endpoints.serve import Details
from nbtrack.hosts.command_line.desk import WrongUse
from nbtrack.hosts.command_line.serve import bytes_of, canary_of, serve, shares_of


def ones(model_input):
    """As many ones as rows."""
    return [1] * len(model_input)


@pytest.fixture
def registered(tmp_path, monkeypatch):
    """A store with a registered model; its folder."""
    monkeypatch.setenv("NBTRACK_TRACKING_URI", str(tmp_path / ".nbtrack"))
    nbtrack.pyfunc.log_model(
        name="model",
        python_model=ones,
        input_example=pd.DataFrame({"x": [1.0]}),
        registered_model_name="churn",
    )
    return tmp_path / ".nbtrack"


def test_a_model_is_served_in_the_foreground_until_ctrl_c(registered, command):
    words = "models serve -m models:/churn/1 -p 0 -h 127.0.0.1 -w 1 --no-conda -t 30"
    words += " --key x --salt pepper --log-columns x,y --most-waiting 7 --drain-seconds 9"
    process = subprocess.Popen(
        [sys.executable, "-m", "nbtrack", *words.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    first = process.stdout.readline()
    assert first.startswith("churn: churn version 1 at http://127.0.0.1:"), process.stderr.read()
    netloc = first.strip().rpartition("/")[2]
    connection = http.client.HTTPConnection(netloc, timeout=30)
    body = json.dumps({"dataframe_records": [{"x": 1.0}, {"x": 2.0}]})
    connection.request("POST", "/invocations", body, {"Content-Type": "application/json"})
    assert json.loads(connection.getresponse().read()) == {"predictions": [1, 1]}
    connection.close()
    (listed,) = command("endpoints", "list", "--json").json
    assert (listed["name"], listed["status"], listed["pid"]) == ("churn", "HEALTHY", process.pid)
    told = {"log_columns": ["x", "y"], "most_waiting": 7, "drain_seconds": 9, "timeout_seconds": 30}
    assert told.items() <= listed["plan"]["options"].items()
    assert listed["plan"]["traffic"] == {"key": "x", "salt": "pepper"}
    assert "churn version 1" in command("endpoints", "show", "churn").out
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    with process.stdout, process.stderr:
        out, err = process.stdout.read(), process.stderr.read()
    assert err == "info: stops: asked to stop\n"
    assert re.search(r"curl http://127.0.0.1:\d+/invocations", out)
    assert out.endswith("Ctrl-C stops it\n")
    after_the_end(command)


def after_the_end(command):
    """What is said of an endpoint that was stopped."""
    assert command("endpoints", "stop", "churn").out == "churn does not run: it is STOPPED\n"
    assert "STOPPED" in command("endpoints", "list").out
    log = command("endpoints", "logs", "churn").out
    assert "healthy; the model was loaded in" in log
    assert command("endpoints", "logs", "churn", "--json").json[0]["event"] == "started"
    done = command("endpoints", "reload", "churn")
    assert (done.code, done.err) == (
        1,
        "error: the endpoint 'churn' does not run: restart() starts it\n",
    )


def test_a_folder_is_served_without_a_store_and_goes_on_by_itself(command, tmp_path):
    nbtrack.pyfunc.save_model(tmp_path / "model", python_model=ones)
    done = command("models", "serve", tmp_path / "model", "-p", 0, "--keep", "--allow-pickle")
    assert done.code == 0, done.err
    assert re.match(r"model: .*/model at http://127.0.0.1:\d+\n", done.out)
    assert not Path(".nbtrack").exists()
    stopped = command("endpoints", "stop", "model")
    assert stopped.out == "stopped model; start it with: nbtrack endpoints restart model\n"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("models:/churn/9", "version"),
        ("models:/churn/1 --max-body much", "write a size such as 64MB"),
        ("models:/churn/1 --max-body 0", "write a size such as 64MB"),
        ("churn/1 --canary churn/9=0.1", "(name=churn, version=9) not found"),
        ("churn/1 --bandit nobody/2", "nor a registered model 'nobody'; there are churn"),
        ("models:/churn/1 --split models:/churn/1", "write URI=SHARE"),
        ("models:/churn/1 --env-manager docker", "there are local (the packages"),
        ("models:/churn/1 --workers -1", "workers is a whole number"),
        ("models:/churn/1 --workers 0", "workers is a whole number"),
        ("models:/churn/1 --most-waiting 0", "most_waiting is a whole number"),
        ("models:/churn/1 --drain-seconds -1", "drain_seconds is a time in seconds"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_line(words, problem, registered, command):
    done = command("models", "serve", *words.split())
    assert done.code in {1, 2}
    assert problem in done.err
    assert len(done.err.splitlines()) == 1
    assert command("endpoints", "list", "--json").json == []


def test_an_environment_that_cannot_be_made_is_why_an_endpoint_failed(registered, command):
    folder = nbtrack.artifacts.download_artifacts("models:/churn/1", dst_path="model")
    Path(folder, "python_env.yaml").write_text("python: 3.2.1\n")
    done = command("models", "serve", folder, "--env-manager", "conda")
    assert "no python3.2 here" in done.err
    (failed,) = command("endpoints", "list", "--json").json
    assert (failed["status"], "no python3.2 here" in failed["reason"]) == ("FAILED", True)


def test_all_that_python_says_of_an_endpoint_can_be_said_here():
    other = {"model_uri": "uri", "cache_seconds": "cache_ttl", "most_bytes": "max_body"}
    other |= {"python": "env_manager", "wait": "keep"}  # it waits, in the foreground or until kept
    known = inspect.signature(nbtrack.serve).parameters.keys() - {"details"}
    known |= Details.__annotations__.keys()
    assert [it for it in Details.__annotations__ if f"`{it}`" not in nbtrack.serve.__doc__] == []
    assert {other.get(it, it) for it in known} <= inspect.signature(serve).parameters.keys()


@pytest.mark.parametrize(
    ("text", "size"), [("64MB", 64 * 1024**2), ("500k", 512000), ("1.5 GiB", 1610612736), ("7", 7)]
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert bytes_of(text) == size


def test_shares_stand_behind_the_last_equals_sign():
    assert shares_of(["models:/a@b=0.1", "s3://x?y=1=0.2"], "--split") == {
        "models:/a@b": 0.1,
        "s3://x?y=1": 0.2,
    }
    assert canary_of("models:/a/2") == "models:/a/2"
    assert canary_of("models:/a/2=0.5") == {"models:/a/2": 0.5}
    with pytest.raises(WrongUse):
        shares_of(["models:/a/2=many"], "--split")
