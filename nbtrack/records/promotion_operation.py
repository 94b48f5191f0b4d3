"""That a promotion was refused: nothing moves, and the attempt is kept."""

from __future__ import annotations

from nbtrack.records.operation import Operation

__all__ = ["RefusePromotion"]


class RefusePromotion(Operation, frozen=True, tag="refuse_promotion", kw_only=True):
    """Keep a promotion that its gates refused, with its report (JSON), and tags of the version."""

    name: str
    version: int
    alias: str | None = None
    stage: str | None = None
    tags: dict[str, str] = {}  # noqa: RUF012 - msgspec copies an empty one
    reason: str = ""
    report: str | None = None
