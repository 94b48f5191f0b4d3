"""What changed from one signature to another, and whether who asked the old can ask the new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from nbtrack.registry.signatures.schema import Schema, TensorSpec
from nbtrack.registry.signatures.signature import ModelSignature, spec_summary
from nbtrack.registry.signatures.types import DataType, type_name

__all__ = ["Change", "changes"]

WIDENS = {
    DataType.integer: {DataType.long, DataType.double},
    DataType.long: {DataType.double},
    DataType.float: {DataType.double},
}
"""What data of a type is also taken as, without a loss."""


class Change(NamedTuple):
    """One difference, in a line."""

    part: str
    """`input`, `output` or `param`."""
    what: str
    """`added`, `removed`, `changed` or `moved`."""
    name: str
    before: str
    after: str
    breaks: bool
    """Whether callers of the old one may fail, or read wrongly, with the new."""

    def __str__(self) -> str:
        subject = f"{self.part} {self.name}".rstrip()
        if self.what == "changed":
            text = f"{subject} changed: {self.before} → {self.after}"
        elif self.what == "moved":
            text = f"{subject} in another order: {self.before} → {self.after}"
        else:
            text = f"{subject} {self.what}: {self.after or self.before}"
        return text + (" (breaks callers)" if self.breaks else "")


def changes(old: ModelSignature | None, new: ModelSignature | None) -> list[Change]:
    """All differences of two signatures, in the order of the new one.

    Example:
        >>> from nbtrack.registry.signatures.schema import ColSpec
        >>> old = ModelSignature(Schema([ColSpec("long", "age"), ColSpec("long", "id")]))
        >>> new = ModelSignature(Schema([ColSpec("double", "age"), ColSpec("string", "city")]))
        >>> for it in changes(old, new):
        ...     print(it)
        input 'age' changed: long → double
        input 'city' added: string (breaks callers)
        input 'id' removed: long
    """
    found: list[Change] = []
    for noun, attribute in (("input", "inputs"), ("output", "outputs")):
        before, after = getattr(old, attribute, None), getattr(new, attribute, None)
        found += schema_changes(noun, before, after)
    params = [list(getattr(it, "params", None) or []) for it in (old, new)]
    return [*found, *named_changes("param", *params)]


def schema_changes(noun: str, old: Schema | None, new: Schema | None) -> Iterator[Change]:
    """The differences of inputs or outputs."""
    if old is None or new is None:
        if old is not new:
            before, after = ("none" if it is None else str(len(it)) for it in (old, new))
            yield Change(f"{noun}s", "changed", "", before, after, breaks=noun == "input")
        return
    if kind_of(old) != kind_of(new):
        yield Change(f"{noun}s", "changed", "", kind_of(old), kind_of(new), breaks=True)
    yield from named_changes(noun, list(old), list(new))


def kind_of(schema: Schema) -> str:
    """Whether a schema is of arrays or columns, and whether they have names."""
    kind = "arrays" if schema.is_tensor_spec() else "columns"
    return f"{kind} by name" if schema.has_input_names() else f"{kind} by position"


def named_changes(noun: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    """The differences of columns, tensors or params by their names, or positions."""
    before, after = by_name(old), by_name(new)
    for name, spec in after.items():
        known = before.get(name)
        if known is None:
            new_breaks = added_breaks(noun, spec)
            yield Change(noun, "added", shown(name), "", described(spec), new_breaks)
        elif known != spec:
            words = described(known), described(spec)
            yield Change(noun, "changed", shown(name), *words, change_breaks(noun, known, spec))
    for name, spec in before.items():
        if name not in after:
            yield Change(noun, "removed", shown(name), described(spec), "", noun != "input")
    order = [it for it in before if it in after], [it for it in after if it in before]
    if noun != "param" and order[0] != order[1]:
        was, now = (", ".join(map(str, it[:8])) for it in order)
        yield Change(f"{noun}s", "moved", "", was, now, breaks=False)


def by_name(specs: Sequence[Any]) -> dict[Any, Any]:
    """Specs by name, or by position where they have none."""
    return {at if it.name is None else it.name: it for at, it in enumerate(specs)}


def shown(name: Any) -> str:
    return repr(name) if isinstance(name, str) else f"at {name}"


def described(spec: Any) -> str:
    """A spec in words, without its name."""
    words = spec_summary(spec)
    return words.removeprefix(f"{spec.name} ") if spec.name is not None else words


def added_breaks(noun: str, spec: Any) -> bool:
    """A new input must be given unless it is optional; a param has a default."""
    return noun == "input" and bool(spec.required)


def change_breaks(noun: str, old: Any, new: Any) -> bool:
    """Whether data that fits one spec may not fit the other, or is read otherwise."""
    if noun == "output":
        return True
    if noun == "param":
        return bool((old.dtype, old.shape) != (new.dtype, new.shape)) and not widened(
            old.dtype, new.dtype
        )
    if not old.required and new.required:
        return True
    if isinstance(old, TensorSpec) and isinstance(new, TensorSpec):
        return not (old.type == new.type and holds(new.shape, old.shape))
    return not (old.type == new.type or widened(old.type, new.type))


def widened(old: Any, new: Any) -> bool:
    """Whether values of a type are taken as another without a loss."""
    return type_name(new) == "any" or (isinstance(old, DataType) and new in WIDENS.get(old, ()))


def holds(outer: Sequence[int], inner: Sequence[int]) -> bool:
    """Whether each array of a shape has another one, too."""
    return len(outer) == len(inner) and all(
        it in (-1, other) for it, other in zip(outer, inner, strict=True)
    )
