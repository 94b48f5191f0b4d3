"""What a client is told instead of an answer: a status, MLflow's word for it, and what to do."""

from __future__ import annotations

from nbtrack.errors import NbtrackError

__all__ = ["Refused", "bad_request", "busy", "not_in_time", "too_large", "unsupported"]

BAD_REQUEST = "BAD_REQUEST"


class Refused(NbtrackError):
    """A request that is answered with an error; its message never holds what the client sent."""

    def __init__(
        self,
        status: int,
        message: str,
        error_code: str = BAD_REQUEST,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message, error_code)
        self.status, self.headers = status, headers


def bad_request(message: str) -> Refused:
    """A body that cannot be read, or does not fit the model."""
    return Refused(400, message)


def unsupported(message: str) -> Refused:
    """A body of a kind that no model here reads."""
    return Refused(415, message)


def too_large(most_bytes: int) -> Refused:
    """A body beyond the limit."""
    return Refused(
        413,
        f"the body is larger than the {most_bytes:,} bytes that this endpoint reads; send fewer "
        f"rows at once, or serve with a larger limit",
        "REQUEST_LIMIT_EXCEEDED",
    )


def busy(why: str, seconds: int = 1) -> Refused:
    """More than can be done now."""
    again = (b"retry-after", str(seconds).encode())
    return Refused(503, why, "TEMPORARILY_UNAVAILABLE", (again,))


def not_in_time(seconds: float) -> Refused:
    """No answer within the limit."""
    return Refused(
        504,
        f"the model did not answer within {seconds:g} seconds; ask with fewer rows, or serve with "
        f"a longer timeout",
        "TEMPORARILY_UNAVAILABLE",
    )
