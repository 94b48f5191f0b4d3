"""Which columns a model is given, and which are written beside its predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.api.scoring.parts import Target
from nbtrack.api.scoring.sources import Source
from nbtrack.errors import InvalidValue, SchemaMismatch, UnknownName, listing
from nbtrack.store.table_streams import INEXACT

if TYPE_CHECKING:
    from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["Columns", "Told", "columns_for", "signature_types"]

SQL_TYPES = {
    "boolean": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "double": "DOUBLE",
    "float": "FLOAT",
    "integer": "INTEGER",
    "long": "BIGINT",
    "string": "VARCHAR",
}
"""What text in a file is made into for a column of a signature."""

NARROW = {"FLOAT", "INTEGER", "VARCHAR"}
"""JSON knows no such numbers, and reads text that looks like a date as one."""

LESS_THAN_TYPED = (*INEXACT, "DATE", "STRUCT", "MAP", "UNION")


class Told(NamedTuple):
    """What a caller said of columns."""

    columns: Sequence[str] | None
    keep: bool | Sequence[str] | None
    id: str | Sequence[str] | None

    @property
    def ids(self) -> list[str]:
        """The columns that say which row it is."""
        return listed(self.id)


class Columns(NamedTuple):
    """The columns of a scoring.

    Attributes:
        given: What the model is given.
        kept: What is written, in this order, before the predictions.
        casts: All that is read, first what is given, each with the type it is made into; None
            leaves it.
        types: Columns of which a frame cannot hold the type, with that type.
        ids: Those that say which row it is.
    """

    given: tuple[str, ...]
    kept: tuple[str, ...]
    casts: dict[str, str | None]
    types: dict[str, str]
    ids: tuple[str, ...]


def columns_for(
    source: Source, signature: ModelSignature | None, told: Told, target: Target | None
) -> Columns:
    """The columns of a scoring.

    Raises:
        UnknownName: A column is named that the data does not have.
        SchemaMismatch: It lacks one that the model needs.
    """
    types = source.stream.types
    for name in [*told.ids, *(told.columns or ()), *named_in(told.keep)]:
        if name not in types:
            raise UnknownName("column of the data", name, types)
    given = given_columns(source, signature, told)
    kept = kept_columns(told, types)
    wanted = signature_types(signature)
    is_verbatim = source.stream.is_text and (target is not None and target.kind == "csv")
    casts: dict[str, str | None] = {}
    for name in dict.fromkeys([*given, *kept]):
        if source.stream.is_text:
            free = "VARCHAR" if is_verbatim and name not in given else None
            casts[name] = wanted.get(name, free) if name in given else free
        else:
            kind = wanted.get(name) if name in given else None
            is_json = source.format in {"json", "jsonl"}
            casts[name] = kind if is_json and kind in NARROW else None
    exact = {
        name: types[name]
        for name in kept
        if not source.stream.is_text
        and (types[name].startswith(LESS_THAN_TYPED) or types[name].endswith("]"))
        and not types[name].startswith("ENUM")
    }
    return Columns(tuple(given), tuple(kept), casts, exact, tuple(told.ids))


def given_columns(source: Source, signature: ModelSignature | None, told: Told) -> list[str]:
    """What the model is given: as told, as its signature names it, or all but what identifies."""
    types = source.stream.types
    if told.columns is not None:
        return list(told.columns)
    inputs = None if signature is None else signature.inputs
    if inputs is None or inputs.is_tensor_spec() or not inputs.has_input_names():
        return [name for name in types if name not in told.ids]
    missing = [name for name in inputs.required_input_names() if name not in types]
    if missing:
        raise SchemaMismatch(
            f"{source.called} lacks {', '.join(map(repr, missing))}, which the model needs; "
            f"{listing(list(types), missing[0])}"
        )
    return [name for name in inputs.input_names() if name in types]


def kept_columns(told: Told, types: Mapping[str, str]) -> list[str]:
    """What is written beside the predictions."""
    if told.keep is None and not told.ids:
        return list(types)
    if told.keep is True:
        return list(dict.fromkeys([*told.ids, *types]))
    return list(dict.fromkeys([*told.ids, *named_in(told.keep)]))


def signature_types(signature: ModelSignature | None) -> dict[str, str]:
    """The type of each column that a signature names, as SQL has it."""
    inputs = None if signature is None else signature.inputs
    if inputs is None or inputs.is_tensor_spec() or not inputs.has_input_names():
        return {}
    kinds = {it.name: str(getattr(it.type, "name", "")) for it in inputs}
    return {name: SQL_TYPES[kind] for name, kind in kinds.items() if kind in SQL_TYPES}


def named_in(keep: bool | Sequence[str] | None) -> list[str]:  # noqa: FBT001 - as the user writes it
    """The columns that `keep` names."""
    return [] if keep is None or isinstance(keep, bool) else listed(keep)


def listed(given: str | Sequence[str] | None) -> list[str]:
    """One name or several, each once.

    Raises:
        InvalidValue: They are no names.
    """
    names = [given] if isinstance(given, str) else list(given or ())
    if not all(isinstance(name, str) for name in names):
        raise InvalidValue(f"columns are named by texts, not by {names!r}")
    return list(dict.fromkeys(names))
