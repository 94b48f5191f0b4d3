from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pandas as pd
import pytest

import nbtrack
from nbtrack.api.shipping.service import generate_fastapi
from nbtrack.errors import InvalidValue


@pytest.fixture
def registered(tmp_path):
    """A classifier in a registry, with a column whose name Python cannot have."""
    from sklearn.linear_model import LogisticRegression

    nbtrack.set_tracking_uri(tmp_path / "store")
    frame = pd.DataFrame({"age": [1.0, 2.0, 3.0, 4.0], "credit limit": [4.0, 3.0, 2.0, 1.0]})
    model = LogisticRegression().fit(frame, [0, 0, 1, 1])
    nbtrack.sklearn.log_model(
        model, name="churn", input_example=frame, registered_model_name="churn"
    )
    return "models:/churn/1"


def asked(url, body=None):
    """The status and the answer of a request."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_a_service_with_typed_requests_predicts_and_tells_its_version(registered, tmp_path):
    pytest.importorskip("fastapi")
    folder = generate_fastapi(registered, tmp_path / "service")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "app:app", f"--port={port}", "--log-level=warning"]
    child = subprocess.Popen(command, cwd=folder, env=os.environ)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 180
        while True:
            try:
                status, health = asked(f"{url}/health")
                break
            except urllib.error.URLError:
                assert child.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert (status, health["status"], health["version"]) == (200, "healthy", "v1")
        status, answer = asked(f"{url}/predict", {"age": 4.0, "credit limit": 1.0})
        assert (status, answer["prediction"], answer["model_version"]) == (200, 1, "v1")
        assert 0.5 < answer["probability"] < 1
        assert asked(f"{url}/predict", {"age": "much", "credit limit": 1.0})[0] == 422
        assert asked(f"{url}/predict", {"age": 4.0})[0] == 422
    finally:
        child.terminate()
        child.wait(30)


def test_a_model_without_named_columns_has_no_typed_requests(tmp_path):
    nbtrack.pyfunc.save_model(tmp_path / "model", python_model=lambda it: it)
    with pytest.raises(InvalidValue, match="names no columns"):
        generate_fastapi(tmp_path / "model", tmp_path / "service")
