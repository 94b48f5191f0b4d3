"""Rules about a table of data, checked: a score, and a line for each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from nbtrack.errors import InvalidValue, listing

__all__ = ["QualityCheck", "QualityReport", "check_data"]


class QualityCheck(msgspec.Struct, frozen=True):
    """One rule, and whether the data keeps it."""

    rule: str
    column: str | None
    success: bool
    message: str
    observed: float | int | None = None


class QualityReport(msgspec.Struct, frozen=True):
    """What was checked about some data.

    Attributes:
        success: Whether every rule is kept.
        success_rate: The share of the rules that are.
        checks: Each rule.
        rows: How many rows the data has.
    """

    success: bool
    success_rate: float
    checks: list[QualityCheck]
    rows: int

    def to_json_dict(self) -> dict[str, Any]:
        """The report as JSON's values, to be logged."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @property
    def broken(self) -> list[QualityCheck]:
        """The rules that are not kept."""
        return [it for it in self.checks if not it.success]

    def __repr__(self) -> str:
        kept = len(self.checks) - len(self.broken)
        lines = [f"{kept} of {len(self.checks)} rules are kept by {self.rows} rows"]
        return "\n".join([*lines, *(f"  {it.message}" for it in self.broken)])


def check_data(data: Any, rules: Mapping[str, Any]) -> QualityReport:
    """Check data against rules.

    Args:
        data: A frame of pandas or polars, or a dict of columns.
        rules: For the table `rows_at_least`, `rows_at_most`, `columns` (which must be there),
            `no_other_columns`, `unique_rows`; below a column's name `missing_at_most` (a share),
            `min`, `max`, `mean_at_least`, `mean_at_most`, `unique`, `allowed` (the values there may
            be), `matches` (a regular expression), `kind` (number, text, boolean, datetime).

    Raises:
        InvalidValue: A rule is not known.

    Example:
        >>> from nbtrack.gates import check_data
        >>> report = check_data({"age": [31, 45, None]}, {"age": {"missing_at_most": 0.1}})
        >>> report.success_rate
        0.0
        >>> print(report)
        0 of 1 rules are kept by 3 rows
          age: 33.3% is missing, at most 10% may be
    """
    import pandas as pd

    if hasattr(data, "to_pandas"):
        data = data.to_pandas()
    frame = data if isinstance(data, pd.DataFrame) else pd.DataFrame(data)
    checks = list(all_checks(frame, rules))
    good = sum(it.success for it in checks)
    rate = good / len(checks) if checks else 1.0
    return QualityReport(good == len(checks), rate, checks, len(frame))


def all_checks(frame: Any, rules: Mapping[str, Any]) -> Iterator[QualityCheck]:
    """Each rule with its outcome: those of the table first."""
    by_column = {name: it for name, it in rules.items() if isinstance(it, Mapping)}
    for name, wanted in rules.items():
        if name not in by_column:
            rule = TABLE_RULES.get(name)
            if rule is None:
                raise unknown_rule(name, TABLE_RULES)
            yield QualityCheck(name, None, *rule(frame, wanted))
    for column, told in by_column.items():
        for name, wanted in told.items():
            rule = COLUMN_RULES.get(name)
            if rule is None:
                raise unknown_rule(name, COLUMN_RULES)
            if column not in frame.columns:
                near = listing([str(it) for it in frame.columns], str(column))
                message = f"{column}: there is no such column; {near}"
                yield QualityCheck(name, column, success=False, message=message)
                continue
            success, message, observed = rule(frame[column], wanted)
            yield QualityCheck(name, column, success, f"{column}: {message}", observed)


def unknown_rule(name: str, known: Mapping[str, Any]) -> InvalidValue:
    """What to say of a rule that is not known."""
    kind = "a column" if known is COLUMN_RULES else "the table"
    return InvalidValue(
        f"no rule about {kind} is called {name!r}; {listing(sorted(known), name, most=99)}"
    )


Found = tuple[bool, str, float | int | None]


def rows_at_least(frame: Any, wanted: int) -> Found:
    return (
        len(frame) >= wanted,
        f"there are {len(frame)} rows, at least {wanted} are wanted",
        len(frame),
    )


def rows_at_most(frame: Any, wanted: int) -> Found:
    return len(frame) <= wanted, f"there are {len(frame)} rows, at most {wanted} may be", len(frame)


def columns_there(frame: Any, wanted: Any) -> Found:
    missing = [str(it) for it in wanted if it not in frame.columns]
    return not missing, f"columns are missing: {', '.join(missing)}", len(missing)


def no_other_columns(frame: Any, wanted: Any) -> Found:
    extra = [str(it) for it in frame.columns if it not in wanted]
    return not extra, f"columns are too many: {', '.join(extra)}", len(extra)


def unique_rows(frame: Any, wanted: bool) -> Found:  # noqa: FBT001 - a rule's value
    count = int(frame.duplicated().sum())
    return not wanted or not count, f"{count} rows are there twice", count


TABLE_RULES: dict[str, Callable[[Any, Any], Found]] = {
    "rows_at_least": rows_at_least,
    "rows_at_most": rows_at_most,
    "columns": columns_there,
    "no_other_columns": no_other_columns,
    "unique_rows": unique_rows,
}


def missing_at_most(column: Any, wanted: float) -> Found:
    share = float(column.isna().mean()) if len(column) else 0.0
    return share <= wanted, f"{share:.1%} is missing, at most {wanted:.0%} may be", share


def at_least(column: Any, wanted: Any) -> Found:
    count = int((column.dropna() < wanted).sum())
    return not count, f"{count} values are below {wanted}", count


def at_most(column: Any, wanted: Any) -> Found:
    count = int((column.dropna() > wanted).sum())
    return not count, f"{count} values are above {wanted}", count


def mean_at_least(column: Any, wanted: float) -> Found:
    mean = float(column.mean())
    return mean >= wanted, f"the mean is {mean:.6g}, at least {wanted:g} is wanted", mean


def mean_at_most(column: Any, wanted: float) -> Found:
    mean = float(column.mean())
    return mean <= wanted, f"the mean is {mean:.6g}, at most {wanted:g} is wanted", mean


def unique(column: Any, wanted: bool) -> Found:  # noqa: FBT001 - a rule's value
    count = int(column.dropna().duplicated().sum())
    return not wanted or not count, f"{count} values are there twice", count


def allowed(column: Any, wanted: Any) -> Found:
    count = int((~column.dropna().isin(list(wanted))).sum())
    return not count, f"{count} values are none of those allowed", count


def matches(column: Any, wanted: str) -> Found:
    fits = column.dropna().astype(str).str.fullmatch(wanted)
    count = int((~fits.astype(bool)).sum())
    return not count, f"{count} values are not like {wanted!r}", count


def kind(column: Any, wanted: str) -> Found:
    from pandas.api import types

    kinds = {
        "number": lambda it: types.is_numeric_dtype(it) and not types.is_bool_dtype(it),
        "text": types.is_string_dtype,
        "boolean": types.is_bool_dtype,
        "datetime": types.is_datetime64_any_dtype,
    }
    if wanted not in kinds:
        raise InvalidValue(f"no kind is called {wanted!r}; there are {', '.join(kinds)}")
    return bool(kinds[wanted](column)), f"it is {column.dtype}, a {wanted} is wanted", None


COLUMN_RULES: dict[str, Callable[[Any, Any], Found]] = {
    "missing_at_most": missing_at_most,
    "min": at_least,
    "max": at_most,
    "mean_at_least": mean_at_least,
    "mean_at_most": mean_at_most,
    "unique": unique,
    "allowed": allowed,
    "matches": matches,
    "kind": kind,
}
