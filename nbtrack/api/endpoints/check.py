"""Asks an endpoint whether it is well: how quickly it answers, and with what; `check_endpoint`.

It takes any endpoint that answers as MLflow's do, wherever that runs.
"""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from nbtrack.errors import InvalidValue

__all__ = ["EndpointCheck", "check_endpoint"]

Health = Literal["healthy", "slow", "unhealthy", "error"]

PATH = "/invocations"
LONGEST_MESSAGE = 500


class EndpointCheck(NamedTuple):
    """How an endpoint is.

    Attributes:
        url: Where it was asked.
        status: `healthy`, `slow`, `unhealthy` where an answer is no success, `error` without one.
        status_code: The HTTP status of the last answer; None if there was none.
        response_time: The median time of an answer, in seconds; None if there was none.
        slowest: The longest time of an answer, in seconds.
        failures: How many of the requests did not succeed.
        times: How many requests were made.
        message: What went wrong last.
    """

    url: str
    status: Health
    status_code: int | None
    response_time: float | None
    slowest: float | None
    failures: int
    times: int
    message: str | None = None

    @property
    def is_healthy(self) -> bool:
        """Whether every answer came, was a success, and was quick enough by the median."""
        return self.status == "healthy"

    @property
    def alerts(self) -> tuple[str, ...]:
        """What somebody should be told, in sentences; nothing of one that is healthy."""
        return tuple(alerts_of(self))


class Attempt(NamedTuple):
    """One request: how long it took, and what came of it."""

    seconds: float
    status_code: int | None
    message: str | None


def check_endpoint(
    endpoint: Any,
    data: Any = None,
    *,
    times: int = 5,
    slow_seconds: float = 1.0,
    timeout: float = 10.0,
    token: str | None = None,
    alert: Callable[[str], object] | None = None,
    log: bool = False,
) -> EndpointCheck:
    """Ask an endpoint some times, and say how it is; nothing is raised for one that is not well.

    Args:
        endpoint: A URL, the name of an endpoint of this store, or the endpoint.
        data: What to ask the model: a frame, an array, or a body such as `{"inputs": …}`. Without
            it an endpoint of this store is asked with its model's example, and another for its
            `/ping`.
        times: How many requests are made, one after the other.
        slow_seconds: Above which median an endpoint is slow.
        timeout: How long to wait for an answer, in seconds.
        token: What is sent as a bearer token.
        alert: Called with each sentence of `alerts`, such as a function that posts to a chat.
        log: Whether to log it: the metrics `response_time`, `status_code` and `healthy`, and tags;
            to the active run, else to a run of its own.

    Raises:
        InvalidValue: The URL is none, or `times` is not a number from 1 on.
        NotFound: There is no endpoint of that name.

    Example:
        >>> import nbtrack
        >>> check = nbtrack.check_endpoint("http://127.0.0.1:9", times=1, timeout=2)
        >>> check.status, check.is_healthy
        ('error', False)
        >>> check.alerts
        ('http://127.0.0.1:9 does not answer: [Errno 111] Connection refused',)
    """
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        raise InvalidValue(f"times is a whole number from 1 on, not {times!r}")
    url, told, body = asked(endpoint, data)
    attempts = [attempt(url, body, token or told, timeout) for _ in range(times)]
    found = summed_up(url, attempts, slow_seconds)
    if log:
        put_down(found)
    if alert is not None:
        for sentence in found.alerts:
            alert(sentence)
    return found


def asked(endpoint: Any, data: Any) -> tuple[str, str | None, bytes | None]:
    """Where to ask, with which token and body; without a body it is asked for its `/ping`."""
    from nbtrack.api.endpoints.form import example_body
    from nbtrack.api.endpoints.given_data import body_of, unknown

    token, inputs = None, unknown
    if isinstance(endpoint, str) and "://" not in endpoint:
        from nbtrack.api.endpoints.serve import endpoint as known

        endpoint = known(endpoint)
    if not isinstance(endpoint, str):
        url, token, inputs = str(endpoint.url), endpoint.token, endpoint.inputs
        if data is None:
            data = example_body(endpoint.model_folder)
    else:
        url = endpoint.rstrip("/").removesuffix(PATH)
    where = urlsplit(url)
    if where.scheme not in {"http", "https"} or not where.netloc:
        raise InvalidValue(f"{url!r} is no URL of an endpoint, such as http://127.0.0.1:5000")
    return url, token, None if data is None else body_of(data, inputs=inputs)


def attempt(url: str, body: bytes | None, token: str | None, timeout: float) -> Attempt:
    """One request over a connection of its own, as most clients make it."""
    where = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    begin = time.perf_counter()
    connection = kinds[where.scheme](where.netloc, timeout=timeout)
    try:
        path = where.path.rstrip("/")
        if body is None:
            connection.request("GET", f"{path}/ping", headers=headers)
        else:
            connection.request("POST", f"{path}{PATH}", body, headers)
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException) as error:
        message = f"does not answer: {error or type(error).__name__}"
        return Attempt(time.perf_counter() - begin, None, message)
    finally:
        connection.close()
    seconds = time.perf_counter() - begin
    is_well = answer.status < 300
    said = None if is_well else f"answers {answer.status}: {message_in(text)}"
    return Attempt(seconds, answer.status, said)


def message_in(text: bytes) -> str:
    """What an endpoint says of its failure."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    said = found.get("message") if isinstance(found, dict) else None
    return str(said or text.decode(errors="replace"))[:LONGEST_MESSAGE]


def summed_up(url: str, attempts: list[Attempt], slow_seconds: float) -> EndpointCheck:
    """What requests show together; one that failed decides over those that were quick."""
    answered = [it for it in attempts if it.status_code is not None]
    failed = [it for it in attempts if it.message is not None]
    median = statistics.median(it.seconds for it in answered) if answered else None
    status: Health = "healthy"
    message: str | None = None
    if failed:
        status = "unhealthy" if failed[-1].status_code is not None else "error"
        message = failed[-1].message
    elif median is not None and median > slow_seconds:
        status = "slow"
        message = f"takes {median:.3g} s for an answer, more than {slow_seconds:g} s"
    return EndpointCheck(
        url,
        status,
        answered[-1].status_code if answered else None,
        median,
        max((it.seconds for it in answered), default=None),
        len(failed),
        len(attempts),
        message,
    )


def alerts_of(check: EndpointCheck) -> Iterator[str]:
    """What somebody should be told."""
    if check.message is None:
        return
    some = (
        f" ({check.failures} of {check.times} requests)" if check.times > check.failures > 0 else ""
    )
    yield f"{check.url} {check.message}{some}"


def put_down(check: EndpointCheck) -> None:
    """Log a check to the active run, else to a run of its own."""
    from nbtrack.api.runs.start import active_run, start_run
    from nbtrack.api.tracking.values import log_metrics, set_tags

    name = f"check {urlsplit(check.url).netloc}"
    with start_run(run_name=name) if active_run() is None else nullcontext():
        numbers = {
            "response_time": check.response_time,
            "status_code": check.status_code,
            "healthy": float(check.is_healthy),
        }
        log_metrics({key: value for key, value in numbers.items() if value is not None})
        tags = {"endpoint": check.url, "endpoint_status": check.status}
        set_tags(tags | ({"error_message": check.message} if check.message else {}))
