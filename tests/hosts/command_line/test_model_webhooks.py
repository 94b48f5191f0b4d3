from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


class Receiver(BaseHTTPRequestHandler):
    """Takes everything, and remembers the headers."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(dict(self.headers))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def url(monkeypatch):
    """A server of this machine that takes what is posted."""
    monkeypatch.setenv("NBTRACK_WEBHOOK_PRIVATE_ADDRESSES", "true")
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", server.seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_made_tried_listed_and_deleted(store, command, url, tmp_path):
    place, seen = url
    (tmp_path / "secret").write_text("s3cret-of-mine\n")
    words = ("-e", "model_version.created", "--secret-file", tmp_path / "secret")
    done = command("models", "webhooks", "create", "deploy", place, *words, "--model", "churn")
    assert done.out == ("made webhook 'deploy'; try it with: nbtrack models webhooks test deploy\n")
    (hook,) = command("models", "webhooks", "list", "--json").json
    assert (hook["name"], hook["url"], hook["is_signed"]) == ("deploy", place, True)
    assert (hook["events"], hook["model_name"]) == (["model_version.created"], "churn")
    assert (hook["waiting"], hook["failed"]) == (0, 0)
    assert "s3cret" not in command("models", "webhooks", "list", "--json").out
    tried = command("models", "webhooks", "test", "deploy")
    assert (tried.code, tried.out) == (0, f"{place} took it (status 200)\n")
    assert [it for it in seen[0] if it.lower().endswith("signature")]
    assert "deploy" in command("models", "webhooks", "list").out
    shown = command("models", "webhooks", "deliveries", hook["webhook_id"][:35])
    assert shown.out == "it was told nothing yet\n"
    assert command("models", "webhooks", "delete", "deploy").code == 2
    assert command("models", "webhooks", "delete", "deploy", "-y").out == (
        "deleted webhook 'deploy'\n"
    )
    assert command("models", "webhooks", "list").out.startswith("no webhook is made")


def test_a_process_that_ends_at_once_has_told_its_webhooks(churn, command, process, url, store):
    place, seen = url
    command("models", "webhooks", "create", "hook", place, "-e", "model_version_alias.created")
    words = ("models", "alias", "churn", "champion", "1")
    done = process(*words, NBTRACK_TRACKING_URI=str(store))
    assert done.code == 0
    told = command("models", "webhooks", "deliveries", "hook", "--json").json
    assert [(it["event"], it["state"]) for it in told] == [
        ("model_version_alias.created", "DELIVERED")
    ]
    assert len(seen) == 1


def test_one_that_does_not_answer_is_told(store, command):
    place = "http://127.0.0.1:9/x"
    command("models", "webhooks", "create", "dead", place, "-e", "model_version.created")
    done = command("models", "webhooks", "test", "dead")
    assert done.code == 1
    assert done.out.startswith(f"{place} did not take it (no answer)")
    assert "there are dead" in command("models", "webhooks", "test", "other").err
    again = command("models", "webhooks", "create", "dead", place)
    assert (again.code, "events cannot be empty" in again.err) == (1, True)
