"""What models answered: read back with labels, logged without an endpoint, and deleted."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nbtrack.api.endpoints.names import names_in
from nbtrack.api.runs.new_experiment import stamp
from nbtrack.api.runs.reading import sql
from nbtrack.api.session import Session, session
from nbtrack.capture.guard import warn
from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.query.moment import milliseconds
from nbtrack.questions import predictions as questions
from nbtrack.records.ids import now_ms, uuid7
from nbtrack.records.prediction import PurgePredictions
from nbtrack.registry.places import place_of
from nbtrack.serving.predictions.batches import Gathered, Source
from nbtrack.serving.predictions.discretion import discreet_key
from nbtrack.serving.predictions.numbers import numbers_of, table_of
from nbtrack.serving.predictions.rows import Rows, answers_of, rows_of, values_of
from nbtrack.serving.traffic.keys import key_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Moment",
    "check_endpoint_known",
    "delete_predictions",
    "known_endpoints",
    "log_predictions",
    "moment_of",
    "name_of",
    "predictions",
    "purge_of",
]

Moment = datetime | str | int | float
"""A time: with its zone (UTC if it has none), as people write it, or in ms since the epoch."""

NOTEBOOK = "notebook"
"""The endpoint of predictions that were asked for by nobody else."""


def predictions(
    endpoint: object = None,
    model: str | None = None,
    version: str | int | None = None,
    *,
    variant: str | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    filter_string: str | None = None,
    labels: bool | str | Sequence[str] = True,
    limit: int | None = 100_000,
) -> pd.DataFrame:
    """What models answered, with what turned out to be true, in order of time.

    The columns are `prediction_id`, `moment`, `endpoint`, `variant`, `model_name`, `version`,
    `key`, `latency` in seconds, `inputs.x` for each column x of the inputs, `output` (or `output.x`
    of what the model gave by name), and one for each label by its name, NaN where none is known.

    Args:
        endpoint: The name of an endpoint, or the endpoint.
        model: The name of a registered model.
        version: A version of it.
        variant: One of the endpoint's models.
        since: From when on: a datetime, "2 hours ago", "2026-11-01", or ms since the epoch.
        until: Before when.
        filter_string: Such as "inputs.age > 40 and output = 1 and labels.churned = 0"; `age > 40`
            will do.
        labels: Whether to join labels, or which ones.
        limit: How many rows at most, the newest ones; None for all.

    Raises:
        FilterSyntax: The filter cannot be read; a caret shows where.
        InvalidValue: A time, a version or the limit cannot be.
        NotFound: No endpoint has or had that name.

    Example:
        >>> import nbtrack
        >>> ids = nbtrack.log_predictions({"age": [31, 55]}, [0, 1], endpoint="churn")
        >>> nbtrack.log_labels({ids[1]: 0}, name="churned")
        LoggedLabels(labels=1, missing=0, unknown=0)
        >>> frame = nbtrack.predictions("churn", filter_string="age > 40")
        >>> frame[["inputs.age", "output", "churned"]].values.tolist()
        [[55, 1, 0]]
    """
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise InvalidValue(f"limit is a positive whole number, or None for all, not {limit!r}")
    question = questions.asked_for(
        endpoint=name_of(endpoint),
        model=model,
        version=number_of(version),
        variant=variant,
        since=None if since is None else moment_of(since),
        until=None if until is None else moment_of(until),
        filter_string=filter_string,
        labels=chosen_labels(labels),
        limit=None if limit is None else limit + 1,
    )
    found = questions.table(session().store, question)
    if found.empty:
        check_endpoint_known(endpoint)
    if limit is None or len(found) <= limit:
        return found
    warn(
        f"nbtrack: only the newest {limit:,} predictions are shown; a larger limit shows more, "
        f"a time or a filter chooses among them"
    )
    return found.iloc[1:].reset_index(drop=True)


def name_of(endpoint: object) -> str | None:
    """The name of an endpoint that is given by it, or itself."""
    if endpoint is None or isinstance(endpoint, str):
        return endpoint
    name = getattr(endpoint, "name", None)
    if not isinstance(name, str):
        raise InvalidValue(
            f"an endpoint is given by its name or itself, not by a {type(endpoint).__name__}"
        )
    return name


def known_endpoints() -> list[str]:
    """The names of endpoints, and those under which predictions are kept."""
    kept = sql("SELECT DISTINCT endpoint FROM predictions")["endpoint"]
    return sorted({*names_in(session()), *kept.tolist()})


def check_endpoint_known(endpoint: object) -> None:
    """Refuse the name of an endpoint that nothing is known of.

    Raises:
        NotFound: There is none, and there are no predictions of it.
    """
    if not isinstance(endpoint, str):
        return
    known = known_endpoints()
    if endpoint not in known:
        raise NotFound(
            f"there is no endpoint {endpoint!r}, and there are no predictions of it; "
            f"{listing(known, endpoint)}"
        )


def number_of(version: str | int | None) -> int | None:
    """The number of a version."""
    if version is None:
        return None
    try:
        return int(version)
    except (TypeError, ValueError):
        raise InvalidValue(f"a version is a number, such as 3, not {version!r}") from None


def chosen_labels(labels: bool | str | Sequence[str]) -> tuple[str, ...] | None:  # noqa: FBT001 - as the user says it
    """The labels to join; None for all."""
    if isinstance(labels, bool):
        return None if labels else ()
    return (labels,) if isinstance(labels, str) else tuple(map(str, labels))


def moment_of(moment: Moment) -> int:
    """A time in ms since the epoch.

    Raises:
        InvalidValue: It is none.
    """
    if isinstance(moment, datetime):
        told = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int(told.timestamp() * 1000)
    if isinstance(moment, str):
        found = milliseconds(moment)
        if found is not None:
            return found
    elif not isinstance(moment, bool) and math.isfinite(number := float(moment)):
        return int(number)
    raise InvalidValue(
        f"{moment!r} is no time; write a datetime, '2026-11-01', '2 hours ago' or a number of "
        f"ms since the epoch"
    )


def log_predictions(
    inputs: Any,
    outputs: Any,
    *,
    model: str | None = None,
    endpoint: str = NOTEBOOK,
    variant: str = "",
    key: Any = None,
    ids: Sequence[str] | None = None,
    moment: Moment | None = None,
    latency: float = math.nan,
) -> list[str]:
    """Keep what a model answered, as an endpoint does; secrets are taken out of it first.

    Args:
        inputs: What it was asked: a frame, an array, or columns by name.
        outputs: What it answered, one for each row.
        model: The address of the model, such as models:/churn@champion.
        endpoint: The name that they are found by.
        variant: Which of several models it was.
        key: Of each row whom it is about, such as a user: a list, or the name of a column.
        ids: Of each row an id of your own; one is made if there is none.
        moment: When it was asked; now, if it is not said.
        latency: How many seconds the answers took together.

    Returns:
        The id of each row, by which labels find it.

    Raises:
        InvalidValue: There are not as many outputs, keys or ids as rows.
        NotFound: There is no such model.

    Example:
        >>> import nbtrack
        >>> ids = nbtrack.log_predictions([[1.0, 2.0], [3.0, 4.0]], [0, 1], endpoint="nightly")
        >>> len(ids), nbtrack.predictions("nightly")["output"].tolist()
        (2, [0, 1])
    """
    here = session()
    table = table_of(inputs)
    numbers = None if table is None else numbers_of([table], None, None)
    if table is None or numbers is None:
        rows = rows_of(inputs)
    else:
        rows = Rows(numbers.columns, numbers.rows(table.matrix))
    count = len(rows.cells)
    answers = one_each(outputs, count, "outputs")
    given = (uuid7() for _ in range(count)) if ids is None else as_many(ids, count, "ids")
    names = [*map(str, given)]
    keys = [*map(key_of, keys_of(key, rows))]
    told = now_ms() if moment is None else moment_of(moment)
    gathered = Gathered(source_of(here, model, endpoint, variant), numbers=numbers)
    gathered.add_given(rows, answers, names, keys, (told, latency))
    here.writer.write_all(gathered.batches())
    return names


def one_each(values: Any, count: int, what: str) -> list[Any]:
    """One value for each row.

    Raises:
        InvalidValue: They are more or fewer.
    """
    found = answers_of(values, count)
    if found is None:
        raise InvalidValue(f"{what} has not one value for each of the {count} rows of inputs")
    return found


def as_many(values: Any, count: int, what: str) -> list[Any]:
    """A list of one value for each row."""
    found = list(values_of(values))
    if len(found) != count:
        raise InvalidValue(f"{what} has {len(found)} values, and there are {count} rows of inputs")
    return found


def keys_of(key: Any, rows: Rows) -> list[Any]:
    """Whom each row is about: as it is given, or as a column says."""
    if key is None:
        return [None] * len(rows.cells)
    if not isinstance(key, str):
        return as_many(key, len(rows.cells), "key")
    if key not in rows.names:
        raise InvalidValue(f"the inputs have no column {key!r}; {listing(rows.names, key)}")
    at = rows.names.index(key)
    return [it.get(key) if isinstance(it, dict) else it[at] for it in rows.cells]


def source_of(here: Session, model: str | None, endpoint: str, variant: str) -> Source:
    """Who answered."""
    if model is None:
        return Source("", endpoint, variant)
    place = place_of(here.store, model)
    return Source("", endpoint, variant, place.name, place.version, place.model_id)


def delete_predictions(
    endpoint: object = None,
    *,
    before: Moment | None = None,
    ids: str | Sequence[str] = (),
    key: Any = None,
) -> int:
    """Delete predictions for good with their labels; of all that is given must hold.

    What a worker has not written yet (a fifth of a second) comes later. The store's file gets
    smaller by `nbtrack gc --yes --shrink`.

    Args:
        endpoint: The name of an endpoint, or the endpoint.
        before: Only those that were asked for earlier: a datetime, "30 days ago", ms …
        ids: Only these, by the id of a row or of a request.
        key: Only those of a key, or of several in a list: a user that wants to be forgotten.

    Returns:
        How many there were.

    Raises:
        InvalidValue: Nothing is said of which, or a time is none.
        NotFound: No endpoint has or had that name.

    Example:
        >>> import nbtrack
        >>> ids = nbtrack.log_predictions({"age": [31, 55]}, [0, 1], key=["ada", "ben"])
        >>> nbtrack.delete_predictions(key="ada")
        1
    """
    operation = purge_of(name_of(endpoint), before, ids, key)
    here = session()
    (count,) = here.store.append([operation])
    if not count:
        check_endpoint_known(endpoint)
    return int(count)


def purge_of(
    endpoint: str | None, before: Moment | None, ids: str | Sequence[str], key: Any
) -> PurgePredictions:
    """The operation that deletes predictions.

    Raises:
        InvalidValue: Nothing is said of which, or a time is none.
    """
    several = [key] if isinstance(key, str) or not isinstance(key, list | tuple | set) else [*key]
    keys = [told for it in several if (told := key_of(it)) is not None]
    chosen = [ids] if isinstance(ids, str) else [str(it) for it in ids]
    if key is not None and not keys:
        raise InvalidValue(f"{key!r} is no key: a text or a number is")
    if endpoint is None and before is None and not chosen and not keys:
        raise InvalidValue(
            "say which predictions go: endpoint=, before=, ids= or key=; before='now' takes all"
        )
    return PurgePredictions(
        endpoint=endpoint,
        before=None if before is None else moment_of(before),
        prediction_ids=chosen,
        key_digests=[digest_of(it) for it in keys],
        **stamp(),
    )


def digest_of(key: str) -> str:
    """The digest of a key as it was written: without what looks like a secret."""
    return hashlib.sha256(str(discreet_key(key)).encode()).hexdigest()
