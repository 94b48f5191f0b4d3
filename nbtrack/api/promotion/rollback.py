"""The way back: `nbtrack.rollback` gives an alias or a stage to the version that had it before."""

from __future__ import annotations

from typing import Any

import msgspec

from nbtrack.api.promotion.promote import Target, moved, target_of, version_at
from nbtrack.api.runs.new_experiment import stamp
from nbtrack.api.session import Session, session
from nbtrack.capture.redaction import redact_text
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.questions import model_versions
from nbtrack.questions import promotions as questions
from nbtrack.records.registered_model import AliasMove, ModelVersion
from nbtrack.registry.promotion.report import Promotion, promotion_from

__all__ = ["is_rollback", "put_back", "rollback"]


def rollback(
    name: str,
    alias: str = "champion",
    *,
    to_version: Any = None,
    note: str = "",
) -> Promotion:
    """Give an alias, or a stage, back to the version that had it before.

    A second call goes one further back. Where the last promotion moved a stage with the alias, the
    stage goes back too.

    Args:
        name: The registered model.
        alias: The alias, or `Staging` or `Production`.
        to_version: Which of the versions that had it; the one before, if not given.
        note: Why, in your words.

    Raises:
        NotFound: No version had it before, or that version was deleted.
        InvalidValue: `to_version` never had it.
        Conflict: Somebody moved it meanwhile.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...     for number in (1, 2):
        ...         version = nbtrack.register_model(info.model_uri, "totals")
        ...         report = nbtrack.promote("totals", number)
        ...     print(nbtrack.rollback("totals"))
        totals version 1 is @champion again, in place of version 2
    """
    return put_back(session(), name, alias, to_version=to_version, note=note)


def put_back(
    here: Session, name: str, alias: str, *, to_version: Any = None, note: str = ""
) -> Promotion:
    """Give a place back in a store; what `rollback` does."""
    place = target_of(alias)
    history = model_versions.moves(here.store, name, alias=place.alias, stage=place.stage)
    current = version_at(here, name, place)
    path = questions.way_back(history, is_rollback)
    wanted = version_before(name, place, path, current, to_version)
    existing = existing_version(here, name, place, wanted)
    act = stamp()
    report = Promotion(
        act="rollback",
        name=name,
        version=str(existing.version),
        alias=place.alias,
        stage=place.stage or stage_with(history, current),
        previous=None if current is None else str(current.version),
        outcome="rolled_back",
        actor=act["actor"],
        time=act["time"] // 1000,
        note=redact_text(note),
    )
    return moved(here, report, {})


def stage_with(history: list[AliasMove], current: ModelVersion | None) -> str | None:
    """The stage that the last promotion moved with the alias, if that version is still in it."""
    last = report_of(history[0]) if history else None
    is_there = current is not None and last is not None and last.stage == current.current_stage
    return last.stage if last is not None and is_there else None


def version_before(
    name: str, place: Target, path: list[str], current: ModelVersion | None, to_version: Any
) -> str:
    """Which version shall have a place again.

    Raises:
        NotFound: None had it before.
        InvalidValue: The one that was asked for never had it.
    """
    before = path[:-1] if current is not None else path
    if to_version is not None:
        wanted = str(model_versions.number_of(to_version))
        if wanted not in before:
            had = f"versions {', '.join(dict.fromkeys(before))} did" if before else "none did"
            raise InvalidValue(
                f"version {wanted} of {name!r} was not {place.words} before; {had}; "
                f"nbtrack.promote({name!r}, {wanted}, to={(place.alias or place.stage)!r}) moves it"
            )
        return wanted
    if not before:
        now = f"version {current.version} is the first" if current is not None else "none is"
        raise NotFound(
            f"there is nothing to go back to: no version of {name!r} was {place.words} before "
            f"({now})"
        )
    return before[-1]


def existing_version(here: Session, name: str, place: Target, wanted: str) -> ModelVersion:
    """The version to go back to.

    Raises:
        NotFound: It was deleted; the message names what is left.
    """
    try:
        return model_versions.get(here.store, name, wanted)
    except NotFound as error:
        raise NotFound(
            f"version {wanted} of {name!r} was {place.words} before and was deleted since; name "
            f"another with to_version=, or promote one: {error}"
        ) from error


def report_of(move: AliasMove) -> Promotion | None:
    """The report that a move left; None for one that was made by hand."""
    try:
        return None if move.report is None else promotion_from(move.report)
    except msgspec.DecodeError:
        return None


def is_rollback(move: AliasMove) -> bool:
    """Whether a move was a way back."""
    report = report_of(move)
    return report is not None and report.act == "rollback"
