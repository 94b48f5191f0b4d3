"""Checks of real HTTP servers: one that is well, slow, failing, silent, or not there."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

import nbtrack
from nbtrack.errors import InvalidValue, NotFound


class Handler(BaseHTTPRequestHandler):
    """Answers by its path, as MLflow's server would."""

    def do_GET(self):
        self.reply(200 if self.path == "/ping" else 404, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, body, self.headers.get("Authorization")))
        if b"slow" in body:
            time.sleep(0.1)
        if b"hang" in body:
            time.sleep(0.6)
        failing = b"bad" in body or (b"once" in body and len(self.server.asked) == 2)
        told = b'{"error_code": "BAD_REQUEST", "message": "no such column"}'
        self.reply(400 if failing else 200, told if failing else b'{"predictions": [1]}')

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def nothing_asked(server):
    server.asked = []


def test_an_endpoint_that_is_well_is_asked_as_often_as_wanted(server):
    told = []
    url = f"{server.url}/invocations"
    check = nbtrack.check_endpoint(url, {"inputs": [[1]]}, times=3, token="t", alert=told.append)
    assert (check.url, check.status, check.status_code) == (server.url, "healthy", 200)
    assert check.is_healthy
    assert 0 < check.response_time <= check.slowest
    assert (check.failures, check.times, told, check.alerts) == (0, 3, [], ())
    assert server.asked == [("/invocations", b'{"inputs": [[1]]}', "Bearer t")] * 3


def test_without_data_it_is_asked_for_its_ping(server):
    assert nbtrack.check_endpoint(server.url, times=1).is_healthy
    assert server.asked == []


def test_a_slow_one_is_told_of(server):
    told = []
    body = {"inputs": ["slow"]}
    check = nbtrack.check_endpoint(server.url, body, times=1, slow_seconds=0.05, alert=told.append)
    assert (check.status, check.is_healthy) == ("slow", False)
    assert len(told) == 1
    assert "s for an answer, more than 0.05 s" in told[0]


def test_a_failing_one_is_told_of_with_its_own_words(server):
    check = nbtrack.check_endpoint(server.url, {"inputs": ["once"]}, times=3)
    assert (check.status, check.failures, check.status_code) == ("unhealthy", 1, 200)
    assert check.alerts == (f"{server.url} answers 400: no such column (1 of 3 requests)",)


def test_a_silent_one_is_not_waited_for(server):
    check = nbtrack.check_endpoint(server.url, {"inputs": ["hang"]}, times=1, timeout=0.2)
    assert (check.status, check.status_code, check.response_time) == ("error", None, None)
    assert "timed out" in check.message


def test_a_check_is_logged_to_a_run_of_its_own_or_to_the_active_one(server):
    nbtrack.check_endpoint(server.url, {"inputs": ["bad"]}, times=1, log=True)
    run = nbtrack.last_active_run()
    assert run.info.run_name == f"check 127.0.0.1:{server.server_port}"
    assert run.data.metrics["status_code"] == 400
    assert run.data.metrics["healthy"] == 0
    assert run.data.tags["endpoint_status"] == "unhealthy"
    assert run.data.tags["error_message"] == "answers 400: no such column"
    with nbtrack.start_run() as active:
        for _ in range(2):
            nbtrack.check_endpoint(server.url, times=1, log=True)
    assert len(nbtrack.get_metric_history(active.info.run_id, "response_time")) == 2


def test_an_endpoint_itself_is_asked_with_its_own_example(server, tmp_path):
    place = {"url": server.url, "token": "own", "model_folder": tmp_path}
    endpoint = SimpleNamespace(**place, inputs=lambda: None)
    (tmp_path / "MLmodel").write_text("flavors: {}\n")
    (tmp_path / "serving_input_example.json").write_text('{"inputs": [[7]]}')
    assert nbtrack.check_endpoint(endpoint, times=1).is_healthy
    assert server.asked == [("/invocations", b'{"inputs": [[7]]}', "Bearer own")]


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(InvalidValue, match="is no URL of an endpoint"):
        nbtrack.check_endpoint("ftp://127.0.0.1")
    with pytest.raises(InvalidValue, match="times is a whole number from 1 on, not 0"):
        nbtrack.check_endpoint("http://127.0.0.1:9", times=0)
    with pytest.raises(NotFound):
        nbtrack.check_endpoint("nobody")
