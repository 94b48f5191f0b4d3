"""Routes as values, requests and replies of no framework; hosts find and answer through these.

An endpoint is a function of a request. It returns a shape, nothing (`{}`), or a whole reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple, TypeVar
from urllib.parse import unquote

import msgspec

from nbtrack.decoding import decode
from nbtrack.errors import (
    AlreadyExists,
    Conflict,
    EndpointError,
    FilterSyntax,
    InvalidValue,
    MissingPackage,
    ModelError,
    NbtrackError,
    NotFound,
    NotYet,
    PromotionRefused,
    StoreDamaged,
    StoreError,
    StoreReadOnly,
    TamperedModel,
    UnsafeModel,
    UnsupportedPlatform,
)
from nbtrack.rest.shapes import Problem
from nbtrack.rest.shapes.shape import Shape

if TYPE_CHECKING:
    from nbtrack.api.session import Session
    from nbtrack.rest.known_stores import KnownStores

__all__ = [
    "STATUSES",
    "Found",
    "Method",
    "Reply",
    "Request",
    "Route",
    "Stretch",
    "answer",
    "find",
    "problem_reply",
]

Method = Literal["GET", "POST", "PATCH"]
JSON = "application/json"

S = TypeVar("S", bound=Shape)

STATUSES: dict[type[NbtrackError], HTTPStatus] = {
    NbtrackError: HTTPStatus.INTERNAL_SERVER_ERROR,
    InvalidValue: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    AlreadyExists: HTTPStatus.CONFLICT,
    Conflict: HTTPStatus.CONFLICT,
    ModelError: HTTPStatus.BAD_REQUEST,
    UnsafeModel: HTTPStatus.FORBIDDEN,
    TamperedModel: HTTPStatus.FORBIDDEN,
    PromotionRefused: HTTPStatus.CONFLICT,
    EndpointError: HTTPStatus.CONFLICT,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    StoreReadOnly: HTTPStatus.FORBIDDEN,
    NotYet: HTTPStatus.NOT_IMPLEMENTED,
    MissingPackage: HTTPStatus.NOT_IMPLEMENTED,
    UnsupportedPlatform: HTTPStatus.NOT_IMPLEMENTED,
}
"""The status of each class of errors; one that is not named has that of its parent."""


class Request:
    """What was asked.

    Attributes:
        stores: The stores that can be looked at.
        path: The values of the pattern's parts by their names.
        query: What stands behind the question mark; of several values the last one.
        body: What was sent, as the route's shape; None where it takes nothing.
        wanted_range: The header `Range`.
    """

    def __init__(
        self,
        stores: KnownStores,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Shape | None = None,
        wanted_range: str | None = None,
    ) -> None:
        self.stores = stores
        self.path = path or {}
        self.query = query or {}
        self.body = body
        self.wanted_range = wanted_range

    @cached_property
    def here(self) -> Session:
        """The store that is asked.

        Raises:
            NotFound: There is none of that id, or it is not there now.
        """
        return self.stores.session(self.query.get("store"))

    def sent(self, shape: type[S]) -> S:
        """What was sent, as a shape."""
        assert isinstance(self.body, shape)  # noqa: S101 - decoded as the route says
        return self.body

    def listed(self, name: str) -> list[str] | None:
        """A parameter of texts with commas between them; None if it is not there."""
        text = self.query.get(name)
        return None if text is None else [it for it in text.split(",") if it]


class Stretch(NamedTuple):
    """Some bytes of a file, which whoever sends them closes."""

    file: BinaryIO
    start: int
    length: int


class Reply(NamedTuple):
    """What is sent back: bytes, or a stretch of a file."""

    status: int = HTTPStatus.OK
    content: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = {}
    stretch: Stretch | None = None


Endpoint = Callable[[Request], Shape | Reply | None]


class Route(NamedTuple):
    """A path that can be asked.

    Attributes:
        method: How.
        pattern: Parts in braces are any text: `runs/{run_id}`.
        endpoint: Who answers.
        shape: What is sent with it.
        is_reading: Whether it changes nothing, as a question that is too long for a URL.
    """

    method: Method
    pattern: str
    endpoint: Endpoint
    shape: type[Shape] | None = None
    is_reading: bool = False

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET" and not self.is_reading


class Found(NamedTuple):
    """The route of a path, and the values of the parts of its pattern."""

    route: Route
    path: dict[str, str]


def find(routes: Sequence[Route], method: str, path: str) -> Found | Problem:
    """The route that answers a path, as it stands in the URL (`%2F` is no slash).

    Where several patterns fit, the one with the fewest braces wins.
    """
    parts = path.strip("/").split("/")
    fitting = [(it, named) for it in routes if (named := fit(it.pattern, parts)) is not None]
    for route, named in sorted(fitting, key=lambda it: len(it[1])):
        if route.method == method:
            return Found(route, named)
    if fitting:
        known = ", ".join(sorted({it.method for it, _ in fitting}))
        return Problem(
            error_code="METHOD_NOT_ALLOWED", message=f"{path} is not asked by {method}, but {known}"
        )
    return Problem(error_code="ENDPOINT_NOT_FOUND", message=f"nothing answers at {path}")


def fit(pattern: str, parts: Sequence[str]) -> dict[str, str] | None:
    """What the parts of a path are called in a pattern; None if it does not fit."""
    names = pattern.split("/")
    if len(names) != len(parts):
        return None
    found = {}
    for name, part in zip(names, parts, strict=True):
        if name.startswith("{"):
            if not part:
                return None
            found[name.strip("{}")] = unquote(part)
        elif name != part:
            return None
    return found


def answer(found: Found, request: Request, content: bytes = b"") -> Reply:
    """What a route says to a request; errors of ours are problems, all others are raised."""
    request.path = found.path
    try:
        if found.route.shape is not None:
            request.body = decoded(content, found.route.shape)
        if found.route.changes:
            request.stores.check_writable(request.query.get("store"))
        said = found.route.endpoint(request)
    except NbtrackError as error:
        return problem_reply(problem_of(error), status_of(error))
    if isinstance(said, Reply):
        return said
    return Reply(content=b"{}" if said is None else msgspec.json.encode(said))


def decoded(content: bytes, shape: type[Shape]) -> Shape:
    """What was sent.

    Raises:
        InvalidValue: It is no such shape.
    """
    try:
        return decode(content or b"{}", shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidValue(f"what was sent is no {shape.__name__}: {error}") from None
    except RecursionError:
        raise InvalidValue(f"what was sent is no {shape.__name__}: it is nested deeply") from None


def status_of(error: NbtrackError) -> HTTPStatus:
    """The status of an error, by its nearest class that has one."""
    return next(STATUSES[it] for it in type(error).__mro__ if it in STATUSES)


def problem_of(error: NbtrackError) -> Problem:
    """An error as it is sent."""
    position = error.position if isinstance(error, FilterSyntax) else None
    return Problem(error_code=error.error_code, message=str(error), position=position)


CODES: dict[str, HTTPStatus] = {
    "ENDPOINT_NOT_FOUND": HTTPStatus.NOT_FOUND,
    "METHOD_NOT_ALLOWED": HTTPStatus.METHOD_NOT_ALLOWED,
}


def problem_reply(problem: Problem, status: int | None = None) -> Reply:
    """A problem as a reply."""
    fallback = CODES.get(problem.error_code, HTTPStatus.INTERNAL_SERVER_ERROR)
    return Reply(fallback if status is None else status, msgspec.json.encode(problem))
