"""Questions about versions of registered models: found, resolved, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import (
    AliasMoves,
    Comparison,
    Field,
    ModelVersions,
    VersionAt,
    VersionCounts,
)
from nbtrack.questions import executions, runs
from nbtrack.questions.views import page_limit
from nbtrack.records.entities import DatasetInput, Run
from nbtrack.records.execution import Execution
from nbtrack.records.paged_list import PagedList
from nbtrack.records.registered_model import (
    AliasMove,
    Approval,
    ModelVersion,
    ModelVersionTag,
)
from nbtrack.store.protocol import Answer, Store

__all__ = [
    "VersionLineage",
    "at_alias",
    "counts",
    "get",
    "in_stages",
    "lineage",
    "moves",
    "newest",
    "number_of",
    "search",
    "version_from",
]

NEWEST_FIRST = ("last_updated_timestamp DESC", "name", "version_number DESC")


class VersionLineage(NamedTuple):
    """Where a version comes from: its run, the executions of cells behind it, and their data.

    `run` is None where the run is not in this store; `missing` are executions that are not.
    """

    version: ModelVersion
    run: Run | None
    executions: list[Execution]
    missing: list[str]
    datasets: list[DatasetInput]


def search(
    store: Store,
    filter_string: str | None = None,
    *,
    order_by: Iterable[str] | None = None,
    max_results: int | None = 10_000,
    page_token: str | None = None,
) -> PagedList[ModelVersion]:
    """A page of versions.

    Args:
        store: Where.
        filter_string: Such as `name = 'churn' and tags.team = 'growth'`; it knows `version_number`,
            `run_id`, `aliases`, `current_stage`, `creation_timestamp` and more.
        order_by: Such as `["version_number DESC"]`; the last updated first, if not given.
        max_results: How many at most; all if None.
        page_token: Where the page before ended.

    Raises:
        InvalidValue: The filter, order, limit or token cannot be taken.
    """
    answer = store.fetch(
        ModelVersions(
            parse_filter(filter_string, "model_version"),
            parse_order(order_by or NEWEST_FIRST, "model_version"),
            page_limit(max_results),
            page_token or None,
        )
    )
    return PagedList(versions_of(answer), answer.next_token)


def get(store: Store, name: str, version: str | int) -> ModelVersion:
    """A version of a model by its number.

    Raises:
        NotFound: There is no such model or version.
        InvalidValue: The version is no whole number.
    """
    (found,) = versions_of(store.fetch(VersionAt(name, number_of(version))))
    return found


def at_alias(store: Store, name: str, alias: str) -> ModelVersion:
    """The version that an alias points to.

    Raises:
        NotFound: There is no such model or alias; the message names those that there are.
    """
    found = list(versions_of(store.fetch(VersionAt(name, alias=alias))))
    if found:
        return found[0]
    of_model = Comparison(Field("attribute", "name"), "=", name)
    versions = versions_of(store.fetch(ModelVersions(where=of_model)))
    there = sorted(known for version in versions for known in version.aliases)
    raise NotFound(
        f"Registered model alias {alias} not found: {name!r} has none of that name; "
        f"{listing(there, alias)}",
        "INVALID_PARAMETER_VALUE",
    )


def in_stages(store: Store, name: str, stages: Iterable[str] = ()) -> list[ModelVersion]:
    """The newest version in each of some stages, or in every stage.

    Raises:
        NotFound: There is no such model.
        InvalidValue: There is no such stage.
    """
    return list(versions_of(store.fetch(VersionAt(name, stages=tuple(stages)))))


def newest(store: Store, name: str) -> ModelVersion:
    """The version of a model that was made last.

    Raises:
        NotFound: There is no such model, or it has no versions.
    """
    found = list(versions_of(store.fetch(VersionAt(name))))
    if not found:
        raise NotFound(f"the registered model {name!r} has no versions yet")
    return found[0]


def counts(store: Store) -> dict[str, int]:
    """How many versions each registered model has; one without versions is left out."""
    columns = store.fetch(VersionCounts()).columns
    return dict(zip(columns["name"], columns["count"], strict=True))


def moves(
    store: Store,
    name: str,
    *,
    alias: str | None = None,
    stage: str | None = None,
    limit: int | None = None,
) -> list[AliasMove]:
    """Where the aliases and stages of a model went, the last move first.

    Raises:
        NotFound: There is no such model.
    """
    columns = store.fetch(AliasMoves(name, alias, stage, limit)).columns
    rows = zip(*columns.values(), strict=True)
    return [move_from(name, dict(zip(columns, row, strict=True))) for row in rows]


def move_from(name: str, row: dict[str, Any]) -> AliasMove:
    """A move from its row."""
    version, previous = (row.pop(it) for it in ("version", "previous"))
    return AliasMove(
        name,
        row.pop("alias"),
        row.pop("stage"),
        None if version is None else str(version),
        None if previous is None else str(previous),
        **row,
    )


def lineage(store: Store, name: str, version: str | int) -> VersionLineage:
    """Where a version comes from.

    Raises:
        NotFound: There is no such model or version.
    """
    found = get(store, name, version)
    if found.run_id is None:
        return VersionLineage(found, None, [], [], [])
    ran = executions.of_run(store, found.run_id)
    behind = executions.closure(store, [it.execution_id for it in ran])
    try:
        run = runs.get(store, found.run_id)
    except NotFound:  # it was deleted for good, or belongs to another store
        return VersionLineage(found, None, behind.executions, behind.missing, [])
    return VersionLineage(found, run, behind.executions, behind.missing, run.inputs.dataset_inputs)


def number_of(version: str | int) -> int:
    """The number of a version, given as a number or a text.

    Raises:
        InvalidValue: It is no whole number.

    Example:
        >>> from nbtrack.questions.model_versions import number_of
        >>> number_of("3")
        3
    """
    if isinstance(version, bool) or not isinstance(version, str | int):
        raise InvalidValue(f"Parameter 'version' must be an integer, got {version!r}.")
    text = str(version).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidValue(
            f"Parameter 'version' must be an integer, got {version!r}. A version is a whole "
            f"number such as 3; an alias or a stage has calls of its own"
        )
    return int(text)


def versions_of(answer: Answer) -> Iterator[ModelVersion]:
    """The versions that an answer holds."""
    names = list(answer.columns)
    for row in zip(*answer.columns.values(), strict=True):
        yield version_from(dict(zip(names, row, strict=True)))


def version_from(row: dict[str, Any]) -> ModelVersion:
    """A version from its row."""
    told = dict(row)
    tags, aliases, approvals = (told.pop(part) for part in ("tags", "aliases", "approvals"))
    return ModelVersion(
        told.pop("name"),
        told.pop("version"),
        told.pop("creation_timestamp"),
        tags=[ModelVersionTag(key, value) for key, value in tags],
        aliases=[alias for (alias,) in aliases],
        approvals=[Approval(approver, time, note) for time, approver, note in approvals],
        **told,
    )
