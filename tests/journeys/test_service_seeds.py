"""Services that well-known documents build around a model, as they stand: FastAPI and Redis.

`mlflow` is nbtrack by another name; the port of Redis is exchanged for a free one.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import threading

import numpy as np
import pytest

import nbtrack

pytest.importorskip("sklearn")

from sklearn.linear_model import LogisticRegression

REDIS = shutil.which("redis-server")
NAME = "churn-classifier"
URI = f"models:/{NAME}/Production"
ROWS = np.random.default_rng(0).normal(size=(40, 3))

FASTAPI = """
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
import mlflow
import numpy as np

app = FastAPI()

# Load model at startup
model = mlflow.sklearn.load_model("models:/churn-classifier/Production")

class PredictionRequest(BaseModel):
    features: list[float]

class PredictionResponse(BaseModel):
    prediction: int
    probability: float
    model_version: str

@app.post("/predict", response_model=PredictionResponse)
async def predict(request: PredictionRequest):
    try:
        X = np.array(request.features).reshape(1, -1)
        prediction = model.predict(X)[0]
        probability = model.predict_proba(X)[0].max()

        return PredictionResponse(
            prediction=int(prediction),
            probability=float(probability),
            model_version="v3"
        )
    except Exception as e:
        raise HTTPException(status_code=500, detail=str(e))

@app.get("/health")
async def health():
    return {"status": "healthy", "model_loaded": model is not None}
"""
CACHED = '''
# Implement caching for model serving
import mlflow
import redis
import pickle
from typing import Any

def cache_model_predictions(
    model_uri: str,
    input_data: Any,
    cache_ttl: int = 3600
):
    """Cache model predictions for performance"""

    # Initialize Redis cache
    cache = redis.Redis(host='localhost', port=6379, db=0)

    # Create cache key
    cache_key = f"model:{model_uri}:{hash(str(input_data))}"

    # Check cache
    cached_result = cache.get(cache_key)
    if cached_result:
        return pickle.loads(cached_result)

    # Load model and make prediction
    model = mlflow.pyfunc.load_model(model_uri)
    prediction = model.predict(input_data)

    # Cache result
    cache.setex(cache_key, cache_ttl, pickle.dumps(prediction))

    return prediction
'''


def ran(text, **names):
    """The names of a document's lines after they ran."""
    names["__name__"] = "document"
    exec(compile(text, "document", "exec"), names)
    return names


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with the documents' model in production; the model."""
    place = tmp_path_factory.mktemp("store")
    model = LogisticRegression().fit(ROWS, (ROWS.sum(axis=1) > 0).astype(int))
    nbtrack.set_tracking_uri(place)
    nbtrack.sklearn.log_model(
        model, name="model", registered_model_name=NAME, input_example=ROWS[:2]
    )
    nbtrack.MlflowClient().transition_model_version_stage(NAME, 1, "Production")
    return place, model


@pytest.fixture
def model(store, monkeypatch):
    """The model that documents load by nbtrack under the name that they import."""
    monkeypatch.setitem(sys.modules, "mlflow", nbtrack)
    nbtrack.set_tracking_uri(store[0])
    return store[1]


@contextlib.contextmanager
def serving(app):
    """An application behind a port; its URL."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    listening = socket.create_server(("127.0.0.1", 0))  # requests wait in it until it is ready
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_a_service_of_fastapi_answers_with_the_model_in_production(model):
    import requests

    asked = ROWS[0].tolist()
    with serving(ran(FASTAPI)["app"]) as url, requests.Session() as session:
        health = session.get(f"{url}/health", timeout=60).json()
        told = session.post(f"{url}/predict", json={"features": asked}, timeout=60).json()
        wrong = session.post(f"{url}/predict", json={"features": asked[:2]}, timeout=60)
    assert health == {"status": "healthy", "model_loaded": True}
    assert told == {
        "prediction": int(model.predict([asked])[0]),
        "probability": pytest.approx(model.predict_proba([asked])[0].max()),
        "model_version": "v3",
    }
    assert (wrong.status_code, "3 features" in wrong.json()["detail"]) == (500, True)


@pytest.fixture
def redis_port(tmp_path):
    """The port of a Redis that keeps nothing on the disk."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([*command, "--dir", str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with server:
        assert any("Ready to accept connections" in line for line in server.stdout)
        yield port
        server.terminate()


@pytest.mark.filterwarnings("ignore:Call to deprecated setex")  # the document's own call
@pytest.mark.skipif(REDIS is None, reason="redis-server is not installed")
def test_predictions_that_redis_keeps_need_no_model(model, redis_port, tmp_path):
    import redis

    asked = ran(CACHED.replace("port=6379", f"port={redis_port}"))["cache_model_predictions"]
    expected = model.predict(ROWS).tolist()
    assert asked(URI, ROWS).tolist() == expected
    with redis.Redis(port=redis_port) as kept:
        (key,) = kept.keys(f"model:{URI}:*")
        assert 0 < kept.ttl(key) <= 3600
    nbtrack.set_tracking_uri(tmp_path / "without")  # where no such model is
    assert asked(URI, ROWS).tolist() == expected
