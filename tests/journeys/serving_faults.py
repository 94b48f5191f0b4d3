"""Faults of a served model under load, in one table: what went wrong, and what clients saw of it.

`python tests/journeys/serving_faults.py [words]` runs those whose name holds a word; the exit code
is the number of those that did not go as they should.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

import nbtrack
from nbtrack.errors import EndpointError, NbtrackError

CLIENTS = 8
SECONDS = 4.0
PATIENCE_SECONDS = 60
PRIVATE = "Zoë-4711"
MODEL = """
import os, time
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

kept = []

class Faulty(PythonModel):
    def predict(self, context, model_input, params=None):
        act = model_input["act"].iloc[0]
        if act == "raise":
            raise RuntimeError(f"not with {model_input['note'].tolist()}")
        if act == "hang":
            time.sleep(3600)
        if act == "exit":
            os._exit(7)
        if act == "leak":
            kept.append(bytearray(20_000_000))
        return [1] * len(model_input)

set_model(Faulty())
"""
TRIALS = {}


def trial(name):
    """A fault by its name; the function gives what was seen and whether that is well."""

    def keep(act):
        TRIALS[name] = act
        return act

    return keep


def body_of(act="answer", note="x"):
    return json.dumps({"dataframe_records": [{"act": act, "note": note}]}).encode()


class Client:
    """One connection, kept alive; what it was answered, and what it was not."""

    def __init__(self, endpoint, timeout=PATIENCE_SECONDS):
        place = urlsplit(endpoint.url)
        self.connection = http.client.HTTPConnection(place.hostname, place.port, timeout=timeout)
        self.answers, self.failures = 0, []

    def ask(self, body=None, method="POST", path="/invocations"):
        self.connection.request(
            method, path, body, {"Content-Type": "application/json"} if body else {}
        )
        response = self.connection.getresponse()
        return response.status, response.read().decode()

    def run(self, until, body):
        """Ask again and again; nothing is asked twice, so each failure counts."""
        while not until.is_set():
            try:
                status, text = self.ask(body)
                if status == 200:
                    self.answers += 1
                else:
                    self.failures.append(f"{status} {text}")
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                self.connection.close()


@contextlib.contextmanager
def load_on(endpoint, clients=CLIENTS):
    """Clients that ask all the while; they are ended with the block."""
    until, body = threading.Event(), body_of()
    asking = [Client(endpoint) for _ in range(clients)]
    threads = [threading.Thread(target=it.run, args=(until, body)) for it in asking]
    for it in threads:
        it.start()
    try:
        yield asking
    finally:
        until.set()
        for it in threads:
            it.join()


def told(asking):
    """Requests and failures of clients."""
    failed = [failure for it in asking for failure in it.failures]
    return sum(it.answers for it in asking) + len(failed), failed


def until(holds, seconds=PATIENCE_SECONDS):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("it did not come about in time")
        time.sleep(0.05)


def worker_pids(endpoint):
    return [it.pid for it in endpoint.state.workers if not it.is_leaving]


def is_answered(endpoint):
    return Client(endpoint).ask(body_of()) == (200, '{"predictions":[1]}')


@functools.cache
def model():
    """The model, registered twice; each is 1 by its alias, or 2."""
    place = Path("faulty.py")
    place.write_text(MODEL)
    import pandas as pd

    example = pd.DataFrame({"act": ["answer"], "note": ["x"]})
    for _ in range(2):
        nbtrack.pyfunc.log_model(
            name="model",
            python_model=str(place.absolute()),
            input_example=example,
            registered_model_name="faulty",
        )
        nbtrack.end_run()
    nbtrack.MlflowClient().set_registered_model_alias("faulty", "champion", 1)
    return "models:/faulty@champion"


@contextlib.contextmanager
def served(**options):
    """The model behind an endpoint."""
    endpoint = nbtrack.serve(model(), port=0, **options)
    try:
        yield endpoint
    finally:
        endpoint.stop()


# The trials


@trial("a worker is killed under load")
def killed():
    with served(workers=2) as endpoint, load_on(endpoint) as asking:
        time.sleep(SECONDS / 2)
        victim = worker_pids(endpoint)[0]
        os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in worker_pids(endpoint) and len(worker_pids(endpoint)) == 2)
        time.sleep(SECONDS / 2)
    count, failed = told(asking)
    seen = f"{len(failed)} of {count:,} failed, at most {CLIENTS} were in flight; 2 workers again"
    return seen, len(failed) <= CLIENTS


@trial("rolling reloads under load, connections kept alive")
def reloaded(times=3):
    client = nbtrack.MlflowClient()
    with served() as endpoint, load_on(endpoint) as asking:
        for number in range(times):
            client.set_registered_model_alias("faulty", "champion", 2 - number % 2)
            endpoint.reload()
            time.sleep(SECONDS / times)
    count, failed = told(asking)
    client.set_registered_model_alias("faulty", "champion", 1)
    seen = f"{len(failed)} of {count:,} failed in {times} reloads {failed[:1] or ''}"
    return seen, not failed


@trial("the endpoint is stopped under load")
def stopped():
    with served() as endpoint, load_on(endpoint) as asking:
        time.sleep(SECONDS / 2)
        endpoint.stop()
        time.sleep(0.2)
    failed = [it for one in asking for it in one.failures]
    odd = [it for it in failed if "Refused" not in it]
    seen = f"{len(odd)} requests in flight were lost of {told(asking)[0]:,} {odd[:1] or ''}"
    return seen, not odd


@trial("the port is taken")
def taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        try:
            nbtrack.serve(model(), port=port)
        except NbtrackError as error:
            return first_line(error), str(port) in str(error)
    return "it was served all the same", False


@trial("the model's files are removed")
def removed():
    with served() as endpoint:
        folder = Path(endpoint.plan.variants[0].folder)
        away = folder.rename(folder.with_name("away"))
        goes_on = is_answered(endpoint)
        os.kill(worker_pids(endpoint)[0], signal.SIGKILL)
        until(lambda: endpoint.status == "RESTARTING" and "gone" in str(endpoint.reason))
        reason = endpoint.reason
        away.rename(folder)
        until(lambda: endpoint.status == "HEALTHY")
        is_back = is_answered(endpoint)
    return f"goes on; after a kill: {reason[:60]}…; back with the files", goes_on and is_back


@trial("no room for the prediction log")
def full():
    place = Path(nbtrack.get_tracking_uri()) / "journal"
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    model()
    nbtrack.search_logged_models()  # into the store, before its journal is covered
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        return "not tried: only root can mount a small disk", True
    try:
        with served(log_predictions=1.0) as endpoint:
            filler = place / "filler"
            with contextlib.suppress(OSError), filler.open("wb", 0) as file:
                while file.write(bytes(4096)):
                    pass
            with load_on(endpoint) as asking:
                time.sleep(SECONDS)
            filler.unlink()
            count, failed = told(asking)
            until(lambda: endpoint.stats().logged + endpoint.stats().dropped >= count, 20)
            stats = endpoint.stats()
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
    kept = f"{stats.logged:,} kept once there was room, {stats.dropped:,} not"
    return f"{len(failed)} of {count:,} failed; {kept}", not failed


@trial("a body of 100 MB, others beside it")
def large():
    with served() as endpoint, load_on(endpoint, 2) as asking:
        before = held(endpoint)
        status, text = Client(endpoint).ask(b" " * 100_000_000)
        grown = held(endpoint) - before
    count, failed = told(asking)
    seen = f"{status}, {grown / 1e6:.0f} MB more; {len(failed)} of {count:,} others failed"
    return (
        f"{seen}: {json.loads(text)['message'][:40]}…",
        status == 413 and not failed and grown < 80e6,
    )


def held(endpoint):
    return sum(psutil.Process(it).memory_info().rss for it in worker_pids(endpoint))


@trial("1,000 connections at once")
def crowd(count=1_000):
    import resource

    resource.setrlimit(
        resource.RLIMIT_NOFILE, (4_096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    with served() as endpoint:
        clients = [Client(endpoint) for _ in range(count)]
        for it in clients:
            it.connection.connect()
        for it in clients:
            it.connection.request(
                "POST", "/invocations", body_of(), {"Content-Type": "application/json"}
            )
        codes = [it.connection.getresponse().status for it in clients]
        for it in clients:
            it.connection.close()
    good = codes.count(200)
    return f"{good:,} of {count:,} answered", good == count


@trial("50 slow clients, others beside them")
def slow():
    with served(timeout=2) as endpoint:
        place = urlsplit(endpoint.url)
        sockets = [socket.create_connection((place.hostname, place.port)) for _ in range(50)]
        for it in sockets:
            it.sendall(b"POST /invocations HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
        with load_on(endpoint, 2) as asking:
            time.sleep(SECONDS)
        answers = [ended_with(it) for it in sockets]
    count, failed = told(asking)
    seen = f"{answers.count(b'408')} told 408 after 2 s; {len(failed)} of {count:,} others failed"
    return seen, answers.count(b"408") == 50 and not failed


def ended_with(connection):
    """The status by which a server ended a connection."""
    connection.settimeout(10)
    with contextlib.suppress(OSError), connection:
        return connection.recv(100)[9:12]
    return b""


@trial("JSON nested 100,000 deep, and cut off")
def deep():
    with served() as endpoint:
        answers = [
            Client(endpoint).ask(it)
            for it in (
                b'{"inputs":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
                body_of()[:-4],
                b"\xff",
            )
        ]
        goes_on = is_answered(endpoint)
    return f"{[status for status, _ in answers]}", goes_on and all(it[0] == 400 for it in answers)


@trial("predict raises")
def raises():
    with served() as endpoint:
        status, text = Client(endpoint).ask(body_of("raise", PRIVATE))
        goes_on = is_answered(endpoint)
        log = json.dumps(endpoint.logs(), ensure_ascii=False)
    seen = f"{status}: {json.loads(text)['message'][:60]}…"
    return seen, status == 500 and goes_on and PRIVATE not in text and PRIVATE not in log


@trial("predict hangs")
def hangs():
    with served(timeout=2) as endpoint:
        first = worker_pids(endpoint)
        begin = time.monotonic()
        status, _ = Client(endpoint).ask(body_of("hang"))
        seconds = time.monotonic() - begin
        until(lambda: worker_pids(endpoint) and worker_pids(endpoint) != first)
        until(lambda: endpoint.status == "HEALTHY")
        goes_on = is_answered(endpoint)
    return (
        f"{status} after {seconds:.1f} s (limit 2 s); another worker answers",
        status == 504 and goes_on,
    )


@trial("predict ends the process")
def ends():
    with served() as endpoint:
        first = worker_pids(endpoint)
        with contextlib.suppress(OSError, http.client.HTTPException):
            Client(endpoint).ask(body_of("exit"))
        until(lambda: worker_pids(endpoint) and worker_pids(endpoint) != first)
        until(lambda: endpoint.status == "HEALTHY")
        goes_on = is_answered(endpoint)
        until(lambda: endpoint.stats().restarts)
        restarts = endpoint.stats().restarts
    return f"{restarts} restart; another worker answers", goes_on and restarts == 1


@trial("predict leaks until it is killed")
def leaks():
    with served() as endpoint:
        first = worker_pids(endpoint)
        limit = psutil.Process(first[0]).memory_info().vms + 200_000_000
        psutil.Process(first[0]).rlimit(psutil.RLIMIT_AS, (limit, limit))
        client, codes = Client(endpoint), []
        for _ in range(20):
            with contextlib.suppress(OSError, http.client.HTTPException):
                codes.append(client.ask(body_of("leak"))[0])
        os.kill(first[0], signal.SIGKILL)
        until(lambda: worker_pids(endpoint) and worker_pids(endpoint) != first)
        until(lambda: endpoint.status == "HEALTHY")
        goes_on = is_answered(endpoint)
    good, refused = codes.count(200), codes.count(500)
    return (
        f"{good} answered, {refused} told 500, then another worker answers",
        goes_on and refused > 0,
    )


@trial("the server itself leaks nothing")
def steady():
    with served() as endpoint:
        with load_on(endpoint):
            time.sleep(SECONDS)
        before = held(endpoint)
        with load_on(endpoint) as asking:
            time.sleep(SECONDS * 2)
        grown = held(endpoint) - before
    count, failed = told(asking)
    return f"{grown / 1e6:.1f} MB more after {count:,} requests", grown < 10e6 and not failed


@trial("the supervisor is killed")
def orphaned():
    with served() as endpoint:
        workers = worker_pids(endpoint)
        os.kill(endpoint.pid, signal.SIGKILL)
        until(lambda: not any(psutil.pid_exists(it) for it in workers))
        until(lambda: endpoint.status == "FAILED")
        reason = endpoint.reason
        endpoint.restart()
        goes_on = is_answered(endpoint)
    return f"workers end; FAILED: {reason[:40]}; restart answers", goes_on


def first_line(error):
    return str(error).splitlines()[0][:100]


def main(words):
    names = [it for it in TRIALS if not words or any(word in it for word in words)]
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        nbtrack.set_tracking_uri(str(Path(work) / "store"))
        for name in names:
            begin = time.monotonic()
            try:
                seen, is_well = TRIALS[name]()
            except (AssertionError, EndpointError, OSError) as error:
                seen, is_well = f"{type(error).__name__}: {first_line(error)}", False
            wrong += not is_well
            seconds = f"{time.monotonic() - begin:5.1f} s"
            print(f"{name:<52}{'well ' if is_well else 'WRONG'} {seconds}  {seen}", flush=True)
    print(f"{len(names)} faults, {wrong} that did not go well")
    return wrong


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
