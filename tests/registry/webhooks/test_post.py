"""One POST: how answers are read, and that nothing can hold it up for longer than it may take."""

from __future__ import annotations

import socket
import time

import pytest

from nbtrack.registry.webhooks.post import Reply, post, retry_after


def sent(url, seconds=10.0, **more):
    return post(url, "{}", {"X-Test": "1"}, seconds=seconds, private=more.get("private", True))


def test_a_receiver_that_takes_it_is_told_all(receiver):
    assert sent(receiver.url) == Reply(200, "thanks")
    path, headers, body = receiver.came[0]
    assert (path, headers["X-Test"], body) == ("/hook", "1", "{}")


@pytest.mark.parametrize(
    ("status", "is_final"),
    [(400, True), (401, True), (404, True), (410, True), (408, False), (429, False), (503, False)],
)
def test_only_what_may_change_is_asked_again(receiver, status, is_final):
    receiver.answers = [(status, {})]
    reply = sent(receiver.url)
    assert (reply.status, reply.is_taken, reply.is_final) == (status, False, is_final)
    assert str(status) in reply.error


def test_a_redirect_is_never_followed(receiver):
    receiver.answers = [(307, {"Location": "file:///etc/passwd"})]
    reply = sent(receiver.url)
    assert reply.is_final
    assert "points to file:///etc/passwd" in reply.error
    assert len(receiver.came) == 1


def test_a_receiver_says_how_long_it_wants_to_be_left_alone(receiver):
    receiver.answers = [(429, {"Retry-After": "7"})]
    assert sent(receiver.url).retry_after_seconds == 7.0
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert retry_after("soon") is None
    assert retry_after(None) is None


@pytest.mark.parametrize("answer", ["hang", "drip"])
def test_a_receiver_that_hangs_is_left_at_the_deadline(receiver, answer):
    receiver.answers = [answer]
    began = time.monotonic()
    assert sent(receiver.url, seconds=0.3).error == "no answer within 0.3 seconds"
    assert time.monotonic() - began < 5


def test_a_receiver_that_is_down_may_come_back():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    reply = sent(f"http://127.0.0.1:{port}/")
    assert not reply.is_final
    assert "ConnectionRefusedError" in reply.error


def test_what_is_no_place_to_post_to_is_final(receiver):
    assert sent("ftp://example.org").is_final
    assert sent(receiver.url, private=False).is_final
    assert receiver.came == []


def test_an_encrypted_connection_checks_who_answers(receiver):
    reply = sent(receiver.url.replace("http:", "https:"), seconds=2)
    assert not reply.is_taken
    assert reply.error
