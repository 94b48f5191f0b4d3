"""The calls of well-known documents to served models, as they stand there: shell and Python.

`mlflow` is nbtrack by another name; ports that are taken here are exchanged for free ones.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import nbtrack

pytest.importorskip("sklearn")

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

NBTRACK = Path(sys.executable).with_name("nbtrack")
START_SECONDS = 180

CHURN = """
mlflow models serve \\
    --model-uri models:/CustomerChurnModel@production \\
    --host 0.0.0.0 \\
    --port 5001 \\
    --workers 4
"""
CHURN_CLIENT = """
import requests
import json

url = "http://localhost:5001/invocations"
headers = {"Content-Type": "application/json"}

data = {
    "dataframe_split": {
        "columns": ["feature1", "feature2", "feature3"],
        "data": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    }
}

response = requests.post(url, headers=headers, data=json.dumps(data))
predictions = response.json()
"""
IRIS = """
mlflow models serve \\
    -m "models:/iris_classifier/Production" \\
    -p 8080 \\
    --host 0.0.0.0
"""
IRIS_CLIENT = """
curl -X POST http://localhost:8080/invocations \\
    -H 'Content-Type: application/json' \\
    -d '{
        "dataframe_records": [
            {"sepal_length": 5.1, "sepal_width": 3.5,
             "petal_length": 1.4, "petal_width": 0.2}
        ]
    }'
"""
WINE = """
# Serve the production model on port 5001
mlflow models serve \\
    --model-uri "models:/production_wine_classifier/Production" \\
    --port 5001 \\
    --no-conda
"""
WINE_CLIENT = """
import requests
import json

url = "http://127.0.0.1:5001/invocations"
headers = {"Content-Type": "application/json"}

# Prepare input data
data = {
    "inputs": [[13.2, 2.5, 2.6, 20.0, 100, 2.8, 3.1, 0.3, 2.1, 5.5, 1.0, 3.2, 1100]]
}

# Make prediction
response = requests.post(url, headers=headers, data=json.dumps(data))
predictions = response.json()

print(f"Prediction: {predictions}")
"""
STAGING = """
mlflow models serve -m "models:/staging-model/1" -p 5000
"""
STAGING_CLIENT = """
response = requests.post(
    "http://localhost:5000/invocations",
    json={"dataframe_split": {"data": X[:5].tolist()}}
)
assert response.status_code == 200
"""
IMAGES = """
# Build Docker image
mlflow models build-docker \\
    --model-uri models:/CustomerChurnModel@production \\
    --name customer-churn-model

# Build Docker image for model
mlflow models build-docker \\
    -m "models:/iris_classifier/Production" \\
    -n iris-model-container

# Alternative: Generate Dockerfile
mlflow models generate-dockerfile \\
    -m "models:/iris_classifier/Production" \\
    -d ./model-dockerfile
"""
DOCKER = """#!/bin/sh
echo "$@" >> "$HOME/docker.txt"
"""
MONITOR = '''
import mlflow
import requests
import time
from datetime import datetime

def monitor_model_serving(
    model_endpoint: str,
    test_data: dict,
    expected_response_time: float = 1.0
):
    """Monitor model serving performance"""

    start_time = time.time()

    try:
        # Make request to model endpoint
        response = requests.post(
            model_endpoint,
            json=test_data,
            timeout=10
        )

        response_time = time.time() - start_time

        # Log monitoring results
        with mlflow.start_run() as run:
            mlflow.log_metric("response_time", response_time)
            mlflow.log_metric("status_code", response.status_code)
            mlflow.log_param("endpoint", model_endpoint)
            mlflow.log_param("monitoring_time", datetime.now().isoformat())

            if response.status_code == 200:
                mlflow.log_param("endpoint_status", "healthy")
            else:
                mlflow.log_param("endpoint_status", "unhealthy")

        # Check for performance issues
        if response_time > expected_response_time:
            send_alert(f"Model response time exceeded threshold: {response_time}s")

        if response.status_code != 200:
            send_alert(f"Model endpoint returned error: {response.status_code}")

        return {
            "response_time": response_time,
            "status_code": response.status_code,
            "healthy": response.status_code == 200
        }

    except Exception as e:
        # Log error
        with mlflow.start_run() as run:
            mlflow.log_param("endpoint_status", "error")
            mlflow.log_param("error_message", str(e))

        send_alert(f"Model endpoint error: {str(e)}")
        return {"error": str(e)}
'''
CHURN_MODEL = """
from mlflow.models import set_model

def predict(model_input):
    return (model_input.sum(axis=1) > 10).astype(int)

set_model(predict)
"""
FEATURES = ["feature1", "feature2", "feature3"]
FLOWER = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


class Served(NamedTuple):
    """A document's command that runs, and the port it says with the one it has."""

    process: subprocess.Popen
    said: str
    port: int

    def adapted(self, text):
        return text.replace(f":{self.said}/", f":{self.port}/")


def rows(width, seed):
    cells = np.random.default_rng(seed).normal(size=(40, width))
    return cells, (cells.sum(axis=1) > 0).astype(int)


def fitted():
    """The models of the documents, by their names, with the data that they are asked with."""
    cells, target = rows(4, 0)
    frame = pd.DataFrame(cells, columns=FLOWER)
    yield "iris_classifier", LogisticRegression().fit(frame, target), frame
    cells, target = rows(13, 1)
    yield "production_wine_classifier", LogisticRegression().fit(cells, target), cells
    cells, target = rows(4, 2)
    yield "staging-model", RandomForestClassifier(10, random_state=42).fit(cells, target), cells


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A store in which the documents' models are registered; the models by name."""
    place = str(tmp_path_factory.mktemp("store"))
    nbtrack.set_tracking_uri(place)
    client = nbtrack.MlflowClient()
    found = {}
    # four workers that need no scikit-learn are there in a third of the time
    code = tmp_path_factory.mktemp("code") / "churn.py"
    code.write_text(CHURN_MODEL)
    churn, frame = "CustomerChurnModel", pd.DataFrame([[1.0, 2.0, 3.0]], columns=FEATURES)
    with nbtrack.start_run():
        nbtrack.pyfunc.log_model(
            "model", python_model=str(code), input_example=frame, registered_model_name=churn
        )
    for name, model, data in fitted():
        found[name] = model
        with nbtrack.start_run():
            nbtrack.sklearn.log_model(
                model, "model", registered_model_name=name, input_example=data[:3]
            )
        client.transition_model_version_stage(name, 1, "Production")
    client.set_registered_model_alias(churn, "production", 1)
    return place, found


@pytest.fixture(scope="module")
def around(models, tmp_path_factory):
    """What shells find: nbtrack as `mlflow`, the store, and a docker that only notes its orders."""
    tools = tmp_path_factory.mktemp("tools")
    (tools / "mlflow").symlink_to(NBTRACK)
    (tools / "docker").write_text(DOCKER)
    (tools / "docker").chmod(0o755)
    kept = {
        name: it for name, it in os.environ.items() if not name.startswith(("NBTRACK_", "XDG_"))
    }
    return kept | {
        "HOME": str(tools),
        "PATH": f"{tools}:{os.environ['PATH']}",
        "NBTRACK_TRACKING_URI": models[0],
        "NBTRACK_ALLOW_PICKLE": "true",  # the home, and so the user, is not who logged them
    }


@pytest.fixture(scope="module")
def served(around):
    """The documents' commands, all running at once."""
    tools = Path(around["HOME"])
    texts = {"churn": CHURN, "iris": IRIS, "wine": WINE, "staging": STAGING}
    started = {}
    try:
        for name, text in texts.items():
            taken = {it.port for it in started.values()}
            started[name] = begun(text, taken, tools / f"{name}.log", around)
        for name, it in started.items():
            wait_for(it, tools / f"{name}.log")
        yield started
    finally:
        for it in started.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(it.process.pid, signal.SIGTERM)
        codes = [it.process.wait(30) for it in started.values()]
    assert codes == [0] * len(codes)


def free(port):
    """The port itself, or another where it is taken."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("0.0.0.0", port))
        except OSError:
            tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def begun(text, taken, log, around):
    """A command of a document, which runs on."""
    said = re.search(r"(?:--port|-p) (\d+)", text)[1]
    port = free(0 if int(said) in taken else int(said))
    command = "exec " + re.sub(r"^#.*\n", "", text.strip()).replace(f" {said}", f" {port}")
    with log.open("w") as out:
        process = subprocess.Popen(
            ["sh", "-c", command], stdout=out, stderr=out, env=around, start_new_session=True
        )
    return Served(process, said, port)


def wait_for(it, log):
    """Until it answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and it.process.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", it.port, timeout=5)
            with contextlib.closing(connection):
                connection.request("GET", "/ping")
                if connection.getresponse().status == 200:
                    return
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def ran(text, **names):
    """The names of a document's lines after they ran."""
    exec(compile(text, "document", "exec"), names)
    return names


def test_four_workers_answer_a_split_frame(served):
    names = ran(served["churn"].adapted(CHURN_CLIENT))
    expected = {"predictions": [{"0": 0}, {"0": 1}]}  # a column of pandas is a frame of one
    assert (names["response"].status_code, names["predictions"]) == (200, expected)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_curl_asks_with_records(served, models):
    command = served["iris"].adapted(IRIS_CLIENT)
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    frame = pd.DataFrame([[5.1, 3.5, 1.4, 0.2]], columns=FLOWER)
    expected = models[1]["iris_classifier"].predict(frame).tolist()
    assert json.loads(done.stdout) == {"predictions": expected}


def test_a_model_of_arrays_is_asked_with_inputs(served, models):
    names = ran(served["wine"].adapted(WINE_CLIENT))
    expected = models[1]["production_wine_classifier"].predict(names["data"]["inputs"]).tolist()
    assert (names["response"].status_code, names["predictions"]) == (200, {"predictions": expected})


def test_rows_without_columns_ask_a_model_of_arrays(served, models):
    import requests

    cells, _ = rows(4, 2)
    names = ran(served["staging"].adapted(STAGING_CLIENT), requests=requests, X=cells)
    expected = models[1]["staging-model"].predict(cells[:5]).tolist()
    assert names["response"].json() == {"predictions": expected}


def test_an_endpoint_is_monitored(served, models, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", nbtrack)
    nbtrack.set_tracking_uri(models[0])
    alerts = []
    monitor = ran(MONITOR, send_alert=alerts.append)["monitor_model_serving"]
    url = f"http://localhost:{served['iris'].port}/invocations"
    record = dict(zip(FLOWER, [5.1, 3.5, 1.4, 0.2], strict=True))
    found = monitor(url, {"dataframe_records": [record]}, expected_response_time=10)
    assert (found["status_code"], found["healthy"], alerts) == (200, True, [])
    run = nbtrack.last_active_run()
    assert run.data.params["endpoint_status"] == "healthy"
    assert run.data.metrics["response_time"] == found["response_time"]
    assert monitor(url, {"dataframe_records": [{}]})["healthy"] is False
    assert "error" in monitor("http://localhost:9/invocations", {})
    assert [it.split(":")[0] for it in alerts] == [
        "Model endpoint returned error",
        "Model endpoint error",
    ]


def test_images_are_built(around, tmp_path):
    done = subprocess.run(
        ["sh", "-ec", IMAGES], env=around, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    orders = (Path(around["HOME"]) / "docker.txt").read_text().splitlines()
    names = [re.search(r"(?:-t|--tag)[ =](\S+)", it)[1] for it in orders if "build" in it]
    assert names == ["customer-churn-model", "iris-model-container"]
    assert "EXPOSE 8080" in (tmp_path / "model-dockerfile" / "Dockerfile").read_text()
