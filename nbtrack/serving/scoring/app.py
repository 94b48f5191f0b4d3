"""The ASGI application of an endpoint: routes, who may ask, limits, and errors as JSON."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import orjson

from nbtrack.records.endpoint import EndpointPlan
from nbtrack.registry.format.mlmodel import FORMAT_VERSION
from nbtrack.serving.scoring.bodies import Gone, Held, Receive, read_body
from nbtrack.serving.scoring.feedback import take_feedback
from nbtrack.serving.scoring.formats import content_kind
from nbtrack.serving.scoring.logs import is_debugging, log, log_error
from nbtrack.serving.scoring.metrics import METRICS_TYPE, metrics_text
from nbtrack.serving.scoring.openapi import openapi
from nbtrack.serving.scoring.page import page
from nbtrack.serving.scoring.refusals import Refused, unsupported
from nbtrack.serving.scoring.service import Answer, Headers, Request, Service

__all__ = ["CLOSE", "App"]

Scope = Mapping[str, Any]
Send = Callable[[Any], Awaitable[None]]

JSON = (b"content-type", b"application/json")
HTML = (b"content-type", b"text/html; charset=utf-8")
CLOSE = (b"connection", b"close")

ASKS = (
    b"content-type",
    b"content-encoding",
    b"content-length",
    b"authorization",
    b"x-nbtrack-key",
    b"expect",
)
OPEN = {"/ping", "/health", "/docs", "/"}
"""Paths that tell nothing of the model."""


class Told(NamedTuple):
    """The headers of a request that matter here."""

    kind: str | None = None
    length: int = 0
    authorization: bytes = b""
    key: str | None = None
    waits: bool = False
    is_packed: bool = False
    """Whether the body is one that must be unpacked, which nobody here does."""


class App:
    """What uvicorn calls for each request.

    Args:
        service: The endpoint that answers.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.is_draining = False
        self.is_debugging = is_debugging()
        self.held = Held()
        self.reply: Callable[[Send, int, Headers, bytes], bool] | None = None
        """Sends an answer at once where the server can; ASGI takes two messages for it."""
        self.pages: dict[str, bytes] = {}
        self.routes: dict[str, dict[str, Handler]] = {
            "/invocations": {"POST": self.invocations},
            "/feedback": {"POST": self.feedback},
            "/ping": {"GET": self.ping},
            "/health": {"GET": self.health},
            "/version": {"GET": self.version},
            "/metrics": {"GET": self.metrics},
            "/openapi.json": {"GET": self.describe},
            "/docs": {"GET": self.page},
            "/": {"GET": self.page},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        told = told_by(scope["headers"])
        try:
            handler = self.handler(scope)
            self.admit(scope["path"], told)
            answer = await handler(told, receive, began)
        except Refused as error:
            answer = refusal(error)
            self.count(scope["path"], began, error)
        except Gone:
            return
        except Exception as error:  # noqa: BLE001 - a fault of ours ends one request, and is told
            log_error(error, "", "")
            answer = refusal(
                Refused(500, "the server failed; its log says where", "INTERNAL_ERROR")
            )
        if self.is_debugging:
            seconds = round(time.perf_counter() - began, 6)
            log(
                "debug", f"{scope['method']} {scope['path']}", status=answer.status, seconds=seconds
            )
        await self.send(scope, answer, send)

    async def send(self, scope: Scope, answer: Answer, send: Send) -> None:
        """Send an answer; the last one of its connection while the worker drains."""
        headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
        if self.is_draining and CLOSE not in headers:
            headers.append(CLOSE)
        if self.reply is not None and self.reply(send, answer.status, headers, answer.body):
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    def handler(self, scope: Scope) -> Handler:
        """What answers a path."""
        path = scope["path"]
        methods = self.routes.get(path) or self.routes.get(path.rstrip("/"))
        if methods is None:
            raise Refused(404, f"there is no such path; there are {', '.join(self.routes)}", GONE)
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method not in methods:
            allowed = ", ".join(methods)
            allow = (b"allow", allowed.encode())
            raise Refused(405, f"this path is asked with {allowed}", "METHOD_NOT_ALLOWED", (allow,))
        return methods[method]

    def admit(self, path: str, told: Told) -> None:
        """Let in who has the token, if there is one; probes need none, nor the page to type it."""
        wanted = self.plan.options.token_digest
        if wanted is None or path in OPEN:
            return
        scheme, _, token = told.authorization.partition(b" ")
        found = hashlib.sha256(token.strip()).hexdigest()
        if scheme.lower() != b"bearer" or not hmac.compare_digest(found, wanted.lower()):
            challenge = (b"www-authenticate", b"Bearer")
            message = "this endpoint wants a token: Authorization: Bearer <token>"
            raise Refused(401, message, "UNAUTHENTICATED", (challenge, CLOSE))

    @property
    def plan(self) -> EndpointPlan:
        """What is served."""
        return self.service.plan

    def count(self, path: str, began: float, error: Refused) -> None:
        """Count what no model was asked about: a body that was not read, a wrong type."""
        if path == "/invocations" and not any(it[0] == b"x-prediction-id" for it in error.headers):
            self.service.figures.count(None, time.perf_counter() - began, error.status)

    async def body(self, told: Told, receive: Receive) -> bytes:
        """The body of a request, within the limits."""
        most = self.plan.options.most_bytes
        return await read_body(receive, told.length, most, self.held, waits=told.waits)

    async def invocations(self, told: Told, receive: Receive, began: float) -> Answer:
        """Ask a model."""
        try:
            body = await self.body(told, receive)
        except Refused as error:
            error.headers = (*error.headers, CLOSE)
            raise
        if told.is_packed:
            raise unsupported("a body is read as it is: send it without a Content-Encoding")
        kind = content_kind(told.kind)
        self.held.bytes += len(body)
        try:
            return await self.service.answer(Request(body, kind, told.key), began)
        finally:
            self.held.bytes -= len(body)

    async def feedback(self, told: Told, receive: Receive, began: float) -> Answer:
        """Take in what an answer turned out to be worth."""
        del began
        return plain(take_feedback(self.service, await self.body(told, receive)))

    async def ping(self, told: Told, receive: Receive, began: float) -> Answer:
        """Say that the worker is there, as MLflow does."""
        del told, receive, began
        return Answer(503 if self.service.hung() else 200, b"\n", [JSON])

    async def health(self, told: Told, receive: Receive, began: float) -> Answer:
        """Say how the worker is."""
        del told, receive, began
        name = self.service.hung()
        if name is not None:
            status = {"status": "UNHEALTHY", "reason": f"the model of {name!r} does not come back"}
            return plain(status, 503)
        return plain({"status": "STOPPING" if self.is_draining else "HEALTHY"})

    async def version(self, told: Told, receive: Receive, began: float) -> Answer:
        """Say which version of MLflow's protocol is spoken."""
        del told, receive, began
        return Answer(200, FORMAT_VERSION.encode(), [JSON])

    async def metrics(self, told: Told, receive: Receive, began: float) -> Answer:
        """Figures for Prometheus: of all workers where they are known."""
        del told, receive, began
        stats = self.service.all or self.service.stats()
        return Answer(
            200, metrics_text(self.plan, stats).encode(), [(b"content-type", METRICS_TYPE)]
        )

    async def describe(self, told: Told, receive: Receive, began: float) -> Answer:
        """The endpoint as OpenAPI describes it."""
        del told, receive, began
        if "openapi" not in self.pages:
            self.pages["openapi"] = orjson.dumps(openapi(self.service), str)
        return Answer(200, self.pages["openapi"], [JSON])

    async def page(self, told: Told, receive: Receive, began: float) -> Answer:
        """The page for people."""
        del told, receive, began
        if "page" not in self.pages:
            self.pages["page"] = page(openapi(self.service)).encode()
        return Answer(200, self.pages["page"], [HTML])


GONE = "ENDPOINT_NOT_FOUND"

Handler = Callable[[Told, Receive, float], Awaitable[Answer]]


def told_by(headers: Headers) -> Told:
    """What the headers of a request say."""
    found = {name: value for name, value in headers if name in ASKS}
    kind, key = found.get(b"content-type"), found.get(b"x-nbtrack-key")
    length = found.get(b"content-length", b"0")
    return Told(
        None if kind is None else kind.decode("latin-1"),
        int(length) if length.isdigit() else 0,
        found.get(b"authorization", b""),
        None if not key else key.decode("utf-8", "replace"),
        b"expect" in found,
        found.get(b"content-encoding", b"identity").lower() not in {b"", b"identity"},
    )


def plain(told: Any, status: int = 200) -> Answer:
    """An answer of JSON."""
    return Answer(status, orjson.dumps(told), [JSON])


def refusal(error: Refused) -> Answer:
    """An error as MLflow writes it."""
    body = orjson.dumps({"error_code": error.error_code, "message": error.message})
    headers = [it for it in error.headers if it[0] != b"content-type"]
    return Answer(error.status, body, [JSON, *headers])
