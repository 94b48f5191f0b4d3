"""What changed between two states of a dataset: which column, and how."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from nbtrack.records.entities import Dataset

__all__ = ["DataState", "data_changes"]

SHOWN = 3


class DataState:
    """A dataset as a run read it."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.name = dataset.name
        self.digest = dataset.digest

    @cached_property
    def profile(self) -> dict[str, Any]:
        """Its size and its columns' digests."""
        return as_dict(self.dataset.profile)

    @property
    def rows(self) -> int | None:
        """How many rows it has; None if nobody counted."""
        return self.profile.get("num_rows")

    @property
    def columns(self) -> dict[str, str]:
        """The digest of each column; none of a file."""
        return as_dict(self.profile.get("column_digests"))

    @property
    def settings(self) -> dict[str, str]:
        """The digest of each setting in a file of them."""
        return as_dict(self.profile.get("key_digests"))

    @cached_property
    def dtypes(self) -> dict[str, str]:
        """The type of each column."""
        specs = as_dict(self.dataset.schema).get("mlflow_colspec") or []
        return {str(it.get("name")): str(it.get("dtype") or it.get("type")) for it in specs}

    @cached_property
    def place(self) -> str:
        """The file or address it came from; empty where code made it."""
        fields = as_dict(self.dataset.source)
        return str(fields.get("uri") or fields.get("url") or "")

    @property
    def shape(self) -> str:
        """Its rows and columns in words: `150 × 4`; empty where nobody counted."""
        if not isinstance(self.rows, int):  # of a foreign profile it may be anything
            return ""
        count = len(self.columns) or len(self.dtypes)
        return f"{self.rows:,} × {count:,}" if count else f"{self.rows:,} rows"

    @property
    def is_file(self) -> bool:
        """Whether it is a file itself, not what was read from one."""
        return bool(self.place) and not self.columns and self.rows is None

    @property
    def called(self) -> str:
        """How a title calls it: by the file it came from, else by its name."""
        return PurePosixPath(self.place).name or self.name


def as_dict(value: Any) -> dict[str, Any]:
    """A mapping, also from JSON; nothing where there is none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def data_changes(before: DataState, after: DataState, called: str = "") -> list[str]:
    """The changes in words, those that others follow from first.

    A change of the rows' number changes every column, so columns are not named then.
    """
    if before.digest == after.digest:
        return []
    called = called or after.called
    changes = [*shape_changes(before, after, called), *row_changes(before, after, called)]
    if before.rows == after.rows:
        changes += value_changes(before, after, called)
    if before.settings and after.settings:
        changes += setting_changes(before.settings, after.settings, called)
    if changes:
        return changes
    sizes = [state.profile.get("num_bytes") for state in (before, after)]
    told = f" ({sizes[0]:,} → {sizes[1]:,} bytes)" if None not in sizes else ""
    return [f"{'file ' if after.is_file else ''}{called} changed{told}"]


def setting_changes(before: dict[str, str], after: dict[str, str], called: str) -> list[str]:
    """Settings with other values, and those that came and went."""
    other = [name for name in after if before.get(name, after[name]) != after[name]]
    new = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    changes = [f"{listed(other)} in {called} changed"] if other else []
    changes += [f"{listed(new)} {were(new)} added to {called}"] if new else []
    return changes + ([f"{listed(gone)} {were(gone)} removed from {called}"] if gone else [])


def row_changes(before: DataState, after: DataState, called: str) -> list[str]:
    """The number of rows, where it changed."""
    if before.rows is None or after.rows is None or before.rows == after.rows:
        return []
    return [f"{called} has {after.rows:,} rows, not {before.rows:,}"]


def shape_changes(before: DataState, after: DataState, called: str) -> list[str]:
    """Columns that came, went, were renamed or changed their type."""
    gone = {name: it for name, it in before.columns.items() if name not in after.columns}
    new = {name: it for name, it in after.columns.items() if name not in before.columns}
    renamed: dict[str, str] = {}
    for name, digest in gone.items():
        same = [
            other for other, it in new.items() if it == digest and other not in renamed.values()
        ]
        if same:
            renamed[name] = same[0]
    changes = [f"column {a} of {called} was renamed to {b}" for a, b in renamed.items()]
    if added := [name for name in new if name not in renamed.values()]:
        changes.append(f"{columns(added)} {were(added)} added to {called}")
    if lost := [name for name in gone if name not in renamed]:
        changes.append(f"{columns(lost)} {were(lost)} removed from {called}")
    for name, dtype in after.dtypes.items():
        if before.dtypes.get(name, dtype) != dtype:
            told = f"column {name} of {called}" if name else called
            changes.append(f"{told}: {before.dtypes[name]} → {dtype}")
    return changes


def value_changes(before: DataState, after: DataState, called: str) -> list[str]:
    """Columns of one type with other values; the columns' order, if that is all."""
    shared = [name for name in after.columns if name in before.columns]
    is_retyped = {name for name in shared if before.dtypes.get(name) != after.dtypes.get(name)}
    other = [
        name
        for name in shared
        if name not in is_retyped and before.columns[name] != after.columns[name]
    ]
    if other and len(other) == len(shared) > 1:
        return [f"all {len(other)} columns of {called} changed: other rows, or another order"]
    if other:
        return [f"{columns(other)} of {called} changed" if any(other) else f"{called} changed"]
    is_moved = set(before.columns) == set(after.columns) and not is_retyped
    return [f"the columns of {called} are in another order"] if is_moved and shared else []


def columns(names: Iterable[str]) -> str:
    """Some columns by name; the rest of many by their number."""
    known = list(names)
    return f"column{'s' * (len(known) > 1)} {listed(known)}"


def listed(names: list[str]) -> str:
    """Some names; the rest of many by their number."""
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{rest}"


def were(names: list[str]) -> str:
    """The verb for some columns."""
    return "was" if len(names) == 1 else "were"
