from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest

import nbtrack
from nbtrack.api import session
from nbtrack.errors import EndpointError

NAME = "churn"
ROW = {"dataframe_split": {"columns": ["x"], "data": [[1.0]]}}

STAYS_AND_GOES = """
import nbtrack
nbtrack.serve("models:/churn/1", "stays", port=0, keep=True, allow_pickle=True, wait=0)
nbtrack.serve("models:/churn/1", "goes", port=0, allow_pickle=True, wait=0)
for name in ("stays", "goes"):
    nbtrack.endpoint(name).wait()
"""


class Broken(nbtrack.pyfunc.PythonModel):
    """A model that cannot be loaded."""

    def load_context(self, context):
        raise RuntimeError("the weights are of another architecture")

    def predict(self, context, model_input, params=None):
        return []


def one(model_input):
    """Says 1."""
    return [1] * len(model_input)


def two(model_input):
    """Says 2."""
    return [2] * len(model_input)


def until(holds, seconds=30):
    """Wait until something holds, and give it."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)
    return found


@contextmanager
def home_at(place: Path):
    """A user's folders of a module's own, as each test has."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [it for it in os.environ if it.startswith(("NBTRACK_", "MLFLOW_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(place))
        for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(place / kind.lower()))
        yield


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """A store with three versions of a model; the third cannot be loaded."""
    place = tmp_path_factory.mktemp("registry")
    with home_at(place):
        nbtrack.set_tracking_uri(place / ".nbtrack")
        example = pd.DataFrame({"x": [1.0]})
        for model in (one, two):
            nbtrack.pyfunc.log_model(
                name="model",
                python_model=model,
                input_example=example,
                registered_model_name=NAME,
            )
        nbtrack.pyfunc.log_model(name="model", python_model=Broken(), registered_model_name=NAME)
        nbtrack.MlflowClient().set_registered_model_alias(NAME, "champion", 1)
        session.reset()
    return place / ".nbtrack"


@pytest.fixture(scope="module")
def started(registry):
    """The endpoint."""
    with home_at(registry.parent):
        nbtrack.set_tracking_uri(registry)
        found = nbtrack.serve(f"models:/{NAME}@champion", port=0, allow_pickle=True)
        session.reset()
    yield found
    found.stop()


@pytest.fixture
def endpoint(started, registry):
    """The endpoint as it stands: healthy, with version 1."""
    nbtrack.set_tracking_uri(registry)
    point_to(1)
    found = nbtrack.endpoint(NAME)
    if found.status in {"STOPPED", "FAILED"}:
        found.restart()
    until(lambda: found.status == "HEALTHY")
    found.reload()
    return found


def point_to(version):
    """Move the alias."""
    nbtrack.MlflowClient().set_registered_model_alias(NAME, "champion", version)


def kinds(endpoint):
    """What happened to an endpoint, in order."""
    return [it.kind for it in endpoint.events()]


class Clients:
    """Threads that ask without a pause, each by a connection that it keeps."""

    def __init__(self, url, count=4):
        self.where = urlsplit(url).netloc
        self.answers: list[tuple[int, object]] = []
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(count)]

    def ask(self):
        with closing(http.client.HTTPConnection(self.where, timeout=30)) as connection:
            while not self.done.is_set():
                headers = {"Content-Type": "application/json"}
                connection.request("POST", "/invocations", json.dumps(ROW), headers)
                answer = connection.getresponse()
                told = answer.read()
                found = json.loads(told)["predictions"][0] if answer.status == 200 else told
                self.answers.append((answer.status, found))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()


def is_gone(pid):
    """Whether a process has ended, or only waits to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_worker_that_is_killed_is_replaced_and_the_reason_is_shown(endpoint):
    restarts, before = endpoint.stats().restarts, len(endpoint.events())
    victim = endpoint.state.workers[0].pid
    os.kill(victim, signal.SIGKILL)
    until(lambda: f"worker {victim} was ended by SIGKILL" in (endpoint.reason or ""))
    assert endpoint.status == "RESTARTING"
    assert endpoint.predict(ROW) == [1]  # it waits at the door until somebody is there
    until(lambda: endpoint.status == "HEALTHY")
    assert endpoint.reason is None
    assert kinds(endpoint)[before:] == ["crashed", "restarted"]
    until(lambda: endpoint.stats().restarts == restarts + 1)


def test_a_moved_alias_is_offered_and_gone_over_to_without_a_failed_request(endpoint):
    point_to(2)
    assert endpoint.moves == {"champion": "champion is now version 2"}
    assert endpoint.is_behind
    with Clients(endpoint.url) as clients:
        until(lambda: len(clients.answers) > 20)
        endpoint.reload()
        until(lambda: clients.answers[-1] == (200, 2))
        asked = len(clients.answers)
        until(lambda: len(clients.answers) > asked + 20)
    assert {status for status, _ in clients.answers} == {200}
    assert [it.version for it in endpoint.plan.variants] == [2]
    assert not endpoint.is_behind
    assert kinds(endpoint)[-1] == "reloaded"
    served = [Path(it.folder) for it in endpoint.plan.variants]
    until(lambda: list(endpoint.folder.models.iterdir()) == served)  # the old copy is freed


def test_a_version_that_cannot_be_loaded_leaves_the_old_one_serving(endpoint):
    point_to(3)
    with pytest.raises(EndpointError, match=r"version 3 could not take over.*another architecture"):
        endpoint.reload()
    assert endpoint.predict(ROW) == [1]
    assert (endpoint.status, kinds(endpoint)[-1]) == ("HEALTHY", "refused")
    assert [it.version for it in endpoint.plan.variants] == [1]


def test_an_endpoint_that_follows_goes_after_its_alias_by_itself(endpoint):
    endpoint.change(follow=True)
    point_to(2)
    until(lambda: endpoint.predict(ROW) == [2])
    endpoint.change(follow=False)


def test_a_model_that_is_gone_is_told_and_restarting_fetches_it_again(endpoint):
    shutil.rmtree(endpoint.folder.models)
    for worker in endpoint.state.workers:
        os.kill(worker.pid, signal.SIGKILL)
    until(lambda: endpoint.status == "RESTARTING" and "SIGKILL" not in endpoint.reason)
    assert str(endpoint.folder.models) in endpoint.reason
    endpoint.restart()
    assert endpoint.predict(ROW) == [1]


def test_workers_end_with_a_supervisor_that_is_killed_and_it_can_be_started_again(endpoint):
    url, workers = endpoint.url, [it.pid for it in endpoint.state.workers]
    endpoint.predict(ROW)
    counted = until(lambda: endpoint.stats().of(endpoint.plan.variants[0]).requests)
    os.kill(endpoint.pid, signal.SIGKILL)
    until(lambda: endpoint.status == "FAILED")
    assert endpoint.reason == "it ended without being stopped"
    until(lambda: all(map(is_gone, workers)))
    with pytest.raises(EndpointError, match="'churn' is FAILED: it ended without being stopped"):
        endpoint.predict(ROW)
    assert endpoint.restart().url == url
    endpoint.predict(ROW)
    until(lambda: endpoint.stats().of(endpoint.plan.variants[0]).requests == counted + 1)


def test_a_stopped_endpoint_says_so_and_is_listed_when_even_its_folder_is_gone(endpoint):
    (endpoint.folder.models / "before").mkdir()
    assert endpoint.stop().status == "STOPPED"
    assert endpoint.reason == "asked to stop"
    served = [Path(it.folder) for it in endpoint.plan.variants]
    assert list(endpoint.folder.models.iterdir()) == served  # no copy of another model stays
    aside = endpoint.folder.path.rename(endpoint.folder.path.parents[1] / "aside")
    try:
        assert NAME in [it.name for it in nbtrack.endpoints("STOPPED")]
        known = nbtrack.endpoint(NAME)
        assert [it.model_name for it in known.plan.variants] == [NAME]
    finally:
        aside.rename(endpoint.folder.path)


def test_the_first_error_of_a_model_is_told_to_who_serves_it(endpoint):
    with pytest.raises(EndpointError, match=r"does not serve: .*another architecture"):
        nbtrack.serve(f"models:/{NAME}/3", "broken", port=0, allow_pickle=True)
    broken = nbtrack.endpoint("broken")
    assert (broken.status, kinds(broken)) == ("FAILED", ["started", "failed"])


def test_an_endpoint_ends_with_the_process_that_asked_unless_it_is_kept(endpoint, registry):
    done = subprocess.run(
        [sys.executable, "-c", STAYS_AND_GOES],
        env={**os.environ, "NBTRACK_TRACKING_URI": str(registry)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    until(lambda: nbtrack.endpoint("goes").status == "STOPPED")
    assert nbtrack.endpoint("goes").reason == "the process that asked for it has ended"
    stays = nbtrack.endpoint("stays")
    assert stays.predict(ROW) == [1]
    assert stays.stop().status == "STOPPED"
