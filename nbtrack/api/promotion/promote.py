"""A version put in the place of another: `nbtrack.promote`, and what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from nbtrack.api.promotion.version_reading import VersionReads, chosen_version
from nbtrack.api.runs.new_experiment import stamp, texts_of
from nbtrack.api.session import Session, session
from nbtrack.capture.redaction import redact_text
from nbtrack.errors import InvalidValue, NotFound, PromotionRefused
from nbtrack.questions import model_versions
from nbtrack.questions import promotions as questions
from nbtrack.records.promotion_operation import RefusePromotion
from nbtrack.records.registered_model import (
    ACTIVE_STAGES,
    ALL_STAGES,
    ModelVersion,
    check_alias,
)
from nbtrack.records.registry_operation import (
    MoveAlias,
)
from nbtrack.registry.promotion.case import Case, Side
from nbtrack.registry.promotion.gates.table import gates_from
from nbtrack.registry.promotion.report import Promotion, promotion_from
from nbtrack.registry.promotion.trial import ask_all, tags_of

__all__ = ["Target", "Wish", "moved", "promote", "promotions", "put", "target_of", "version_at"]


class Target(NamedTuple):
    """Where a version shall go: an alias, a stage, or both."""

    alias: str | None = None
    stage: str | None = None

    @property
    def words(self) -> str:
        """What it is called: `@champion`, `Production`."""
        told = [f"@{self.alias}" if self.alias else "", self.stage or ""]
        return " and ".join(filter(None, told))


class Wish(NamedTuple):
    """What a caller of `promote` asks for, besides the version."""

    to: Any = "champion"
    gates: Any = ()
    note: str = ""
    data: Any = None
    target: Any = None
    tags: Mapping[str, Any] = {}
    force: bool = False
    allow_pickle: bool | None = None


def target_of(to: Any) -> Target:
    """Where a version shall go, from `champion`, `@champion`, `Production`, or two of them.

    Raises:
        InvalidValue: It names no place, two of a kind, or an alias that cannot be.
    """
    names = [to] if isinstance(to, str) else list(to)
    stages = [it for it in names if it in ALL_STAGES]
    aliases = [str(it).removeprefix("@") for it in names if it not in ALL_STAGES]
    if not names or len(stages) > 1 or len(aliases) > 1:
        raise InvalidValue(f"to= is an alias, a stage ({', '.join(ACTIVE_STAGES)}), or one of each")
    if stages and stages[0] not in ACTIVE_STAGES:
        raise InvalidValue(
            f"nothing is promoted to {stages[0]!r}; client.transition_model_version_stage moves "
            f"a version there"
        )
    for alias in aliases:
        check_alias(alias)
    return Target(next(iter(aliases), None), next(iter(stages), None))


def promote(
    name: str,
    version: Any,
    to: str | Sequence[str] = "champion",
    gates: Any = (),
    *,
    force: bool = False,
    note: str = "",
    data: Any = None,
    target: Any = None,
    dry_run: bool = False,
    raise_on_failure: bool = True,
    tags: Mapping[str, Any] | None = None,
    allow_pickle: bool | None = None,
) -> Promotion:
    """Ask all gates about a version, then move an alias or a stage to it, in one transaction.

    The version is tagged with what the gates measured (`validation_<metric>`) and when it was
    promoted (`promoted_at`). If a gate fails nothing moves, and the attempt is kept.

    Args:
        name: The registered model.
        version: Its number, `latest`, `@alias`, or a `ModelVersion`.
        to: An alias, `Staging` or `Production` (whose former version is archived), or one of each.
        gates: Gates of `nbtrack.gates`, texts such as `accuracy >= 0.9` or `same schema`, dicts
            such as `{"metric": "accuracy", "at_least": 0.9}`, or functions.
        force: Whether it moves even if a gate fails; the report says so.
        note: Why, in your words.
        data: Data for gates that bring none of their own.
        target: The column of the truth in it, or the truth itself.
        dry_run: Whether gates are only asked.
        raise_on_failure: Whether a refusal is an error; the report is returned else.
        tags: What else the version is tagged with.
        allow_pickle: Whether models that you did not log yourself may run code as they are read.

    Raises:
        PromotionRefused: A gate failed; its `promotion` is the report.
        Conflict: Somebody moved the target while the gates were asked.
        NotFound: There is no such model or version.
        InvalidValue: A gate cannot be read.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     with nbtrack.start_run():
        ...         info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...         nbtrack.log_metric("accuracy", 0.93)
        ...     version = nbtrack.register_model(info.model_uri, "totals")
        ...     print(nbtrack.promote("totals", 1, gates=["accuracy >= 0.9"]))
        totals version 1 is now @champion
          ✓ accuracy >= 0.9: accuracy is 0.93
    """
    wish = Wish(to, gates, note, data, target, tags or {}, force=force, allow_pickle=allow_pickle)
    report = put(session(), name, version, wish, dry_run=dry_run)
    if report.outcome == "refused" and raise_on_failure:
        raise PromotionRefused(report.text(), report)
    return report


def put(here: Session, name: str, version: Any, wish: Wish, *, dry_run: bool = False) -> Promotion:
    """Ask all gates about a version, then move it if they let it pass; what `promote` does.

    Args:
        here: The store.
        name: The registered model.
        version: Its number, `latest`, `@alias`, or a `ModelVersion`.
        wish: Where to, through which gates, and whether in spite of them.
        dry_run: Whether gates are only asked.
    """
    more = texts_of(wish.tags)
    report, candidate = judged(here, name, version, wish)
    if dry_run:
        return msgspec.structs.replace(report, outcome="tried")
    left = tags_of(report, candidate.tags) | more
    if report.failures and not wish.force:
        refuse(here, report, left)
        return report
    outcome = "forced" if report.failures else "promoted"
    moment = datetime.fromtimestamp(report.time / 1000, UTC).isoformat()
    done = msgspec.structs.replace(report, outcome=outcome)
    return moved(here, done, left | {"promoted_at": moment})


def judged(here: Session, name: str, version: Any, wish: Wish) -> tuple[Promotion, ModelVersion]:
    """What all gates say of a version, beside the one whose place it shall take."""
    place, asked = target_of(wish.to), gates_from(wish.gates)
    candidate = chosen_version(here, name, version)
    if candidate.status != "READY" and not wish.force:
        raise InvalidValue(
            f"version {candidate.version} of {name!r} is {candidate.status}, so it cannot be "
            f"promoted; wait until it is READY"
        )
    current = version_at(here, name, place)
    reads = VersionReads(here, allow_pickle=wish.allow_pickle)
    act = stamp()
    case = Case(
        Side(candidate, reads),
        None if current is None else Side(current, reads),
        place.words,
        act["actor"],
        wish.data,
        wish.target,
    )
    report = Promotion(
        name=name,
        version=str(candidate.version),
        alias=place.alias,
        stage=place.stage,
        previous=None if current is None else str(current.version),
        gates=ask_all(asked, case),
        actor=act["actor"],
        time=act["time"] // 1000,
        note=redact_text(wish.note),
    )
    return report, candidate


def refuse(here: Session, report: Promotion, tags: Mapping[str, str]) -> None:
    """Keep that a promotion was refused, and why."""
    here.store.append(
        [
            RefusePromotion(
                name=report.name,
                version=int(report.version),
                alias=report.alias,
                stage=report.stage,
                tags=dict(tags),
                reason=report.note,
                report=report.to_json(),
                **stamp(),
            )
        ]
    )


def moved(here: Session, report: Promotion, tags: Mapping[str, str]) -> Promotion:
    """Move what a report says, if the version that it was judged against is still there."""
    here.store.append(
        [
            MoveAlias(
                name=report.name,
                version=int(report.version),
                alias=report.alias,
                stage=report.stage,
                expected=int(report.previous or 0),
                tags=dict(tags),
                reason=report.note,
                report=report.to_json(),
                **stamp(),
            )
        ]
    )
    return report


def version_at(here: Session, name: str, place: Target) -> ModelVersion | None:
    """The version that is at a place now; None if none is."""
    if place.alias is not None:
        try:
            return model_versions.at_alias(here.store, name, place.alias)
        except NotFound:
            return None
    found = model_versions.in_stages(here.store, name, [str(place.stage)])
    return found[0] if found else None


def promotions(name: str) -> list[Promotion]:
    """What was tried to promote or take back versions of a model, refusals too; the oldest first.

    Raises:
        NotFound: There is no such model.
    """
    rows = questions.attempts(session().store, name)
    return [promotion_from(row["report"]) for row in rows]
