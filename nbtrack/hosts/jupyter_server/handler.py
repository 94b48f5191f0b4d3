"""Answers at every route of `nbtrack/api/`: who may ask, then a thread that asks the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Literal, TypeVar, cast

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.iostream import StreamClosedError

from nbtrack.rest.known_stores import KnownStores
from nbtrack.rest.routes import ROUTES
from nbtrack.rest.routing import Found, Reply, Request, Stretch, answer, find, problem_reply
from nbtrack.rest.shapes import Problem

__all__ = ["PREFIX", "RESOURCE", "RestHandler"]

PREFIX = "nbtrack/api/"
RESOURCE = "nbtrack"
"""What an authoriser of the server knows these routes as."""

BLOCK_BYTES = 1 << 20

ERROR_CODES = {
    HTTPStatus.UNAUTHORIZED: "UNAUTHENTICATED",
    HTTPStatus.FORBIDDEN: "PERMISSION_DENIED",
    HTTPStatus.NOT_FOUND: "ENDPOINT_NOT_FOUND",
}

T = TypeVar("T")
Act = TypeVar("Act", bound=Callable[..., Any])


def permitted(action: Literal["read", "write"]) -> Callable[[Act], Act]:
    """Let only those act whom the authoriser of the server lets."""
    return cast("Callable[[Act], Act]", authorized(action, resource=RESOURCE))


class RestHandler(APIHandler):
    """Every route; what may change something asks for another permission than what reads."""

    auth_resource = RESOURCE

    def initialize(self, stores: KnownStores, pool: ThreadPoolExecutor) -> None:
        """Take what the extension answers with."""
        self.stores, self.pool = stores, pool

    @web.authenticated
    async def get(self) -> None:
        """Answer a question."""
        await self.act()

    @web.authenticated
    async def post(self) -> None:
        """Do something, or answer a long question."""
        await self.act()

    @web.authenticated
    async def patch(self) -> None:
        """Change something."""
        await self.act()

    async def act(self) -> None:
        """Find the route, and answer if the user may."""
        path = self.request.path.partition(f"/{PREFIX}")[2]
        found = find(ROUTES, str(self.request.method), path)
        if isinstance(found, Problem):
            await self.not_found(found)
        elif found.route.changes:
            await self.change(found)
        else:
            await self.read(found)

    @permitted("read")
    async def not_found(self, problem: Problem) -> None:
        """Say that nothing answers there."""
        await self.send(problem_reply(problem))

    @permitted("read")
    async def read(self, found: Found) -> None:
        """Answer what changes nothing; as with other files, pages elsewhere may not link to it."""
        if self.request.method == "GET":
            self.check_xsrf_cookie()
        await self.reply_to(found)

    @permitted("write")
    async def change(self, found: Found) -> None:
        """Answer what changes something."""
        await self.reply_to(found)

    async def reply_to(self, found: Found) -> None:
        """Answer by a route, in a thread."""
        told = self.request.query_arguments
        query = {name: self.get_query_argument(name, strip=False) for name in told}
        wanted = self.request.headers.get("Range")
        request = Request(self.stores, query=query, wanted_range=wanted)
        await self.send(await self.aside(answer, found, request, self.request.body))

    async def aside(self, act: Callable[..., T], *given: Any) -> T:
        """Do what may wait for a store or a disk in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, act, *given)

    async def send(self, reply: Reply) -> None:
        """Send a reply; whoever asked may be gone meanwhile."""
        self.set_status(reply.status)
        for name, value in reply.headers.items():
            self.set_header(name, value)
        try:
            if reply.stretch is None:
                await self.finish(reply.content, set_content_type=reply.media_type)
                return
            with reply.stretch.file:
                await self.send_file(reply, reply.stretch)
        except StreamClosedError:
            self.log.debug("nbtrack: %s was asked for by someone who is gone", self.request.path)

    async def send_file(self, reply: Reply, stretch: Stretch) -> None:
        """Send a stretch of a file in blocks."""
        policy = [super(APIHandler, self).content_security_policy]
        policy += [it for it in [reply.headers.get("Content-Security-Policy")] if it]
        self.set_header("Content-Security-Policy", "; ".join(policy))
        if reply.status == HTTPStatus.OK and self.check_etag_header():
            self.set_status(HTTPStatus.NOT_MODIFIED)
            await self.finish(set_content_type=reply.media_type)
            return
        self.set_header("Content-Type", reply.media_type)
        self.set_header("Content-Length", str(stretch.length))
        left = stretch.length
        await self.aside(stretch.file.seek, stretch.start)
        while left and (block := await self.aside(stretch.file.read, min(BLOCK_BYTES, left))):
            left -= len(block)
            self.write(block)
            await self.flush()
        await self.finish(set_content_type=reply.media_type)

    def compute_etag(self) -> str | None:
        """That of a file is its digest; for all else what was written."""
        told = self._headers.get("Etag")
        return str(told) if told else super().compute_etag()

    def write_error(self, status_code: int, **told: Any) -> None:
        """Say what went wrong as all routes do; what is unforeseen stands in the server's log."""
        _, error, _ = told.get("exc_info") or (None, None, None)
        status = HTTPStatus(status_code)
        message = status.phrase
        if isinstance(error, web.HTTPError):
            message = error.log_message or error.reason or message
        elif status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            message = "nbtrack failed to answer; the log of the Jupyter server says why"
        code = ERROR_CODES.get(status, "INTERNAL_ERROR")
        self.finish(msgspec.json.encode(Problem(error_code=code, message=message)))
