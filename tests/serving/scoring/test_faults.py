"""Bad bodies, slow clients, many connections, models that raise, hang or are not there."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbtrack.serving.protocol import Unable

PRIVATE = "Zoë-4711"
TIMEOUT_SECONDS = 1.0


@pytest.fixture(scope="module")
def worker(start_worker, plan, faulty):
    return start_worker(plan(faulty, timeout_seconds=TIMEOUT_SECONDS, most_waiting=20))


def told(what, who="somebody"):
    return {"dataframe_records": [{"what": what, "who": who}]}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[1, 2]", "application/json", 400),
        (b'{"inputs": "\\ud800"}', "application/json", 400),
        (b"null", "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b'{"inputs": ' * 100_000, "application/json", 400),
        (b'{"inputs": 1' + b"0" * 5000 + b"}", "application/json", 400),
        (json.dumps({"dataframe_split": {"columns": ["what"], "data": [[3]] * 2}}), "a/b", 415),
        (json.dumps(told("0")), "application/json; charset=latin-1", 415),
        (b"", "text/csv", 400),
        (b'what\n"a', "text/csv", 400),
        (b"what\n\xff", "text/csv", 400),
        (b"PAR1", "application/vnd.apache.parquet", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_without_an_echo(worker, body, content_type, status):
    answer = worker.invoke(body, content_type)
    assert answer.status == status
    assert answer.told["message"]
    assert len(answer.body) < 500


def test_a_packed_body_is_refused_with_what_to_do(worker):
    packed = worker.invoke(b"\x1f\x8b", content_encoding="gzip")
    assert (packed.status, "Content-Encoding" in packed.told["message"]) == (415, True)
    assert worker.invoke(told("0"), content_encoding="identity").status == 200


def test_what_a_person_sent_is_in_no_answer_and_no_log(worker):
    bodies = [told("raise", PRIVATE), told("object", PRIVATE), {"inputs": {"who": PRIVATE}}]
    named = {"dataframe_records": [{PRIVATE: 1}]}
    answers = [worker.invoke(it) for it in [*bodies, {PRIVATE: 1}, {"inputs": PRIVATE}, named]]
    assert [it.status for it in answers] == [500, 500, 400, 400, 400, 400]
    assert not any(PRIVATE in it.body.decode() for it in answers)
    wait_until(lambda: any(it["level"] == "error" for it in worker.log))
    assert PRIVATE not in json.dumps(worker.log, ensure_ascii=False)


def test_a_model_that_raises_is_told_by_its_class_and_the_log_has_the_place(worker):
    answer = worker.invoke(told("raise"))
    made = answer.headers["x-prediction-id"]
    assert answer.status == 500
    assert "ZeroDivisionError" in answer.told["message"]
    assert made in answer.told["message"]
    wait_until(lambda: any(it.get("prediction_id") == made for it in worker.log))
    line = next(it for it in worker.log if it.get("prediction_id") == made)
    assert "faulty_model.py" in line["traceback"][-1]
    assert worker.invoke(told("0")).status == 200


def test_a_body_of_100_mb_is_refused_and_its_sender_hears_it(worker):
    answer = worker.invoke(b"[" + b"1," * 50_000_000 + b"1]")
    assert (answer.status, answer.told["error_code"]) == (413, "REQUEST_LIMIT_EXCEEDED")
    assert worker.invoke(told("0")).status == 200


def test_who_asks_first_is_told_before_a_large_body_is_sent(worker):
    with socket.create_connection(("127.0.0.1", worker.port), timeout=10) as client:
        client.sendall(head(100_000_000, b"Expect: 100-continue\r\n"))
        assert client.recv(1000).startswith(b"HTTP/1.1 413")


def test_a_request_that_takes_too_long_is_ended_and_others_go_on(start_worker, plan, faulty):
    worker = start_worker(plan(faulty, timeout_seconds=0.4, drain_seconds=1))
    answer = worker.invoke(told("30"))
    assert (answer.status, answer.told["error_code"]) == (504, "TEMPORARILY_UNAVAILABLE")
    assert "did not come back" in worker.hears(Unable).message
    assert worker.process.wait(5) == 1


def test_a_slow_answer_within_the_limit_lets_pings_through(worker):
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(worker.invoke, told("0.5"))
        time.sleep(0.1)
        began = time.monotonic()
        assert worker.ask().status == 200
        assert time.monotonic() - began < 0.3
        assert slow.result().status == 200


def test_more_than_may_wait_are_told_to_come_later(worker):
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: worker.invoke(told("0.06")), range(40)))
    statuses = {it.status for it in answers}
    assert {200, 503} <= statuses <= {200, 503, 504}
    assert next(it for it in answers if it.status == 503).headers["retry-after"] == "1"


@pytest.mark.parametrize("is_body", [False, True], ids=["head", "body"])
def test_a_slow_client_is_given_up(worker, is_body):
    with socket.create_connection(("127.0.0.1", worker.port), timeout=10) as client:
        client.sendall(head(1000) + b"{" if is_body else head(1000)[:30])
        began = time.monotonic()
        answer = client.recv(1000)
        assert answer.startswith(b"HTTP/1.1 408")
        assert client.recv(1000) == b""
        assert TIMEOUT_SECONDS <= time.monotonic() - began < TIMEOUT_SECONDS + 3


def test_a_thousand_connections_are_answered(worker):
    request = head(len(json.dumps(told("0")))) + json.dumps(told("0")).encode()
    with contextlib.ExitStack() as open_ones:
        clients = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", worker.port)))
            for _ in range(1000)
        ]
        assert worker.ask().status == 200
        for client in clients[::50]:
            client.sendall(request)
        for client in clients[::50]:
            client.settimeout(10)
            assert client.recv(1000).startswith(b"HTTP/1.1 200")


def test_what_is_no_http_is_refused(worker):
    with socket.create_connection(("127.0.0.1", worker.port), timeout=10) as client:
        client.sendall(b"\x16\x03\x01\x00\xa5 this is TLS\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 400")


def test_a_draining_worker_answers_what_comes_and_closes_each_connection(
    start_worker, plan, faulty
):
    worker = start_worker(plan(faulty))
    connections = [http.client.HTTPConnection("127.0.0.1", worker.port) for _ in range(4)]
    for it in connections:
        assert asked(it).getheader("connection") is None
    slow = threading.Thread(target=worker.invoke, args=(told("0.6"),))
    slow.start()
    time.sleep(0.2)
    worker.process.stdin.close()
    time.sleep(0.2)
    for it in connections:
        assert asked(it).getheader("connection") == "close"
    slow.join()
    assert worker.process.wait(5) == 0


def test_a_worker_that_cannot_serve_says_why_and_ends(start_worker, plan, variant, tmp_path):
    worker = start_worker(plan(variant(tmp_path / "gone")), is_ready=False)
    assert "is gone" in worker.hears(Unable).message
    assert worker.process.wait(5) == 1


def head(length, more=b""):
    return (
        b"POST /invocations HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        + more
        + f"Content-Length: {length}\r\n\r\n".encode()
    )


def asked(connection):
    connection.request("POST", "/invocations", json.dumps(told("0")), {"Content-Type": JSON})
    response = connection.getresponse()
    assert response.status == 200
    response.read()
    return response


JSON = "application/json"


def wait_until(holds, seconds=5):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
