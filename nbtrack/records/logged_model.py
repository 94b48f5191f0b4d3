"""A logged model's state, under MLflow's name; the models themselves come with a later version."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["LoggedModelStatus"]


class LoggedModelStatus(StrEnum):
    """Whether a logged model can be used."""

    UNSPECIFIED = "UNSPECIFIED"
    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"

    @staticmethod
    def is_finalized(status: LoggedModelStatus) -> bool:
        """Whether it will not change any more."""
        return status in {LoggedModelStatus.READY, LoggedModelStatus.FAILED}
