"""The routes in a real Jupyter server: who may ask, and what is sent."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
import threading

import pytest

import nbtrack
from nbtrack.errors import NotFound
from nbtrack.rest.routes import ROUTES

pytest.importorskip("jupyter_server")

from .conftest import BASE, TOKEN


def path_of(route):
    """A path that a route answers at."""
    return "/".join("x" if part.startswith("{") else part for part in route.pattern.split("/"))


@pytest.fixture
def run_id(tmp_path):
    """A run in the store of the folder that the server shows."""
    nbtrack.set_tracking_uri(tmp_path / ".nbtrack")
    with nbtrack.start_run(run_name="first") as run:
        nbtrack.log_param("lr", 0.1)
        nbtrack.log_metric("acc", 0.5)
        nbtrack.log_text("<script>alert(1)</script>", "page.html")
        nbtrack.log_text("0123456789", "digits.txt")
    return run.info.run_id


@pytest.fixture
def errors(server):
    """What the server's log says is wrong."""
    found = []
    listener = logging.Handler(logging.ERROR)
    listener.emit = lambda record: found.append(record.getMessage())
    logs = [server.app.log, logging.getLogger("tornado.application")]
    for log in logs:
        log.addHandler(listener)
    yield found
    for log in logs:
        log.removeHandler(listener)


def test_no_route_answers_without_the_token(server):
    for route in ROUTES:
        answered = server.ask(route.method, path_of(route), {}, token=None)
        told = answered.status, answered.json["error_code"]
        assert told == (403, "PERMISSION_DENIED"), route


def test_no_route_answers_whom_the_authoriser_refuses(server, monkeypatch):
    asked = []

    def refuse(_handler, _user, action, resource):
        asked.append((action, resource))
        return False

    monkeypatch.setattr(server.app.authorizer, "is_authorized", refuse)
    for route in ROUTES:
        answered = server.ask(route.method, path_of(route), {})
        assert answered.status == 403, route
    assert asked == [("write" if it.changes else "read", "nbtrack") for it in ROUTES]


def test_a_page_elsewhere_cannot_have_a_user_post(server, run_id):
    """A browser sends its cookies there too; only the page of the server knows the token."""
    cookies = server.log_in()
    told = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    wish = {"run_ids": [run_id]}
    answered = server.ask("POST", "runs/delete", wish, token=None, headers=told)
    assert (answered.status, answered.json["error_code"]) == (403, "PERMISSION_DENIED")
    assert nbtrack.get_run(run_id).info.lifecycle_stage == "active"
    known = {**told, "X-XSRFToken": cookies["_xsrf"]}
    assert server.ask("POST", "runs/delete", wish, token=None, headers=known).status == 200


def test_runs_are_found_below_the_base_url(server, run_id):
    asked = {"columns": ["metrics.acc", "params.lr"]}
    answered = server.ask("POST", "runs/search", asked)
    assert answered.status == 200
    assert answered.headers["Content-Type"].startswith("application/json")
    (row,) = answered.json["runs"]
    assert (row["run_id"], row["run_name"]) == (run_id, "first")
    assert row["values"] == {"metrics.acc": 0.5, "params.lr": "0.1"}


def test_a_filter_that_cannot_be_read_is_a_problem_with_its_place(server, run_id):
    answered = server.ask("POST", "runs/search", {"filter": "metrics.acc >"})
    assert answered.status == 400
    assert answered.json["error_code"] == "INVALID_PARAMETER_VALUE"
    assert answered.json["position"] == 13


def test_what_answers_nowhere_is_a_problem(server):
    answered = server.get("nothing/here")
    assert answered.status == 404
    assert answered.json["error_code"] == "ENDPOINT_NOT_FOUND"
    assert server.ask("PATCH", "stores", {}).status == 405


def test_a_store_that_is_not_there_is_a_problem_and_none_is_made(server, tmp_path):
    answered = server.ask("POST", "runs/search", {})
    assert answered.status == 404
    assert "put %%track" in answered.json["message"]
    assert not (tmp_path / ".nbtrack").exists()


def test_a_slash_in_a_name_is_no_slash_of_the_path(server, run_id):
    answered = server.get("models/a%2Fb")
    assert answered.status == 404
    assert "a/b" in answered.json["message"]


def test_a_page_among_the_files_gets_no_rights(server, run_id):
    answered = server.get(f"runs/{run_id}/artifacts/file", path="page.html")
    assert answered.status == 200
    assert answered.content == b"<script>alert(1)</script>"
    assert "sandbox" in answered.headers["Content-Security-Policy"].split("; ")
    assert answered.headers["X-Content-Type-Options"] == "nosniff"


def test_spaces_around_a_name_belong_to_it(server, tmp_path):
    nbtrack.set_tracking_uri(tmp_path / ".nbtrack")
    with nbtrack.start_run() as run:
        nbtrack.log_text("spaced", " a.txt")
    answered = server.get(f"runs/{run.info.run_id}/artifacts/file", path=" a.txt")
    assert (answered.status, answered.content) == (200, b"spaced")


def test_a_range_of_a_file_is_sent(server, run_id):
    place = f"runs/{run_id}/artifacts/file"
    answered = server.ask("GET", place, headers={"Range": "bytes=2-4"}, path="digits.txt")
    assert (answered.status, answered.content) == (206, b"234")
    assert answered.headers["Content-Range"] == "bytes 2-4/10"
    beyond = server.ask("GET", place, headers={"Range": "bytes=10-"}, path="digits.txt")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, "bytes */10")


def test_a_file_that_a_browser_has_is_not_sent_again(server, run_id):
    place = f"runs/{run_id}/artifacts/file"
    known = server.get(place, path="digits.txt").headers["Etag"]
    answered = server.ask("GET", place, headers={"If-None-Match": known}, path="digits.txt")
    assert (answered.status, answered.content) == (304, b"")


def test_a_file_of_many_blocks_arrives_whole(server, tmp_path):
    content = os.urandom(3_500_000)
    (tmp_path / "large.bin").write_bytes(content)
    nbtrack.set_tracking_uri(tmp_path / ".nbtrack")
    with nbtrack.start_run() as run:
        nbtrack.log_artifact(tmp_path / "large.bin")
    answered = server.get(f"runs/{run.info.run_id}/artifacts/file", path="large.bin", download="1")
    assert answered.content == content
    assert answered.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../b", "%2e%2e/secret"])
def test_no_path_leads_out_of_a_run(server, run_id, path):
    answered = server.get(f"runs/{run_id}/artifacts/file", path=path)
    assert answered.status == 400


def test_what_fails_unforeseen_is_a_problem_without_its_inside(server, run_id, monkeypatch):
    def broken(*_):
        raise RuntimeError("inside")

    monkeypatch.setattr(server.extension.stores, "session", broken)
    answered = server.get("experiments")
    assert answered.status == 500
    assert "inside" not in answered.json["message"]
    assert answered.json["error_code"] == "INTERNAL_ERROR"


def test_who_is_gone_before_the_answer_leaves_no_traceback(server, run_id, monkeypatch, errors):
    asked, gone = threading.Event(), threading.Event()

    def slow(*_):
        asked.set()
        gone.wait(30)
        raise NotFound("late")

    monkeypatch.setattr(server.extension.stores, "session", slow)
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        head = f"GET {BASE}nbtrack/api/experiments HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        client.sendall(f"{head}Authorization: token {TOKEN}\r\n\r\n".encode())
        assert asked.wait(30)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.run(asyncio.sleep(0.1))  # its loop hears that the line is cut
    gone.set()
    monkeypatch.undo()
    assert server.get("stores").status == 200
    assert errors == []
