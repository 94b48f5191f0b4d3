"""Gate: the version takes and gives what the current one does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.protocol import Verdict, failed, passed, skipped

__all__ = ["SameSchema", "changes_between"]


@dataclass(frozen=True)
class SameSchema:
    """Who asks the current version can ask this one the same way.

    Without a current version it passes and says so.

    Args:
        allow_added_optional: Whether columns and params may be added that need not be given.
    """

    allow_added_optional: bool = True

    @property
    def label(self) -> str:
        """The gate in a few words."""
        return "same schema" if self.allow_added_optional else "same schema exactly"

    def check(self, case: Case) -> Verdict:
        """Compare both signatures."""
        if case.is_current:
            return skipped(f"version {case.candidate.version} is the current one itself")
        if case.current is None:
            return passed(f"no version is {case.target} yet to compare with")
        before, after = case.current.signature, case.candidate.signature
        if before is None:
            return passed(f"version {case.current.version} has no signature to keep to")
        if after is None:
            return failed(
                f"version {case.candidate.version} has no signature, where version "
                f"{case.current.version} has one; log it with signature= or input_example="
            )
        changes = list(changes_between(before, after, lenient=self.allow_added_optional))
        if changes:
            return failed("; ".join(changes), details={"changes": changes})
        return passed(f"as version {case.current.version}")


def changes_between(before: Any, after: Any, *, lenient: bool) -> Iterator[str]:
    """What differs between two signatures, a phrase each."""
    for part, noun in (("inputs", "input"), ("outputs", "output"), ("params", "param")):
        old, new = (specs_of(getattr(it, part)) for it in (before, after))
        for name in [it for it in old if it not in new]:
            yield f"{noun} {name} is gone"
        for name in [it for it in old if it in new]:
            if shape_of(old[name]) != shape_of(new[name]):
                yield f"{noun} {name} was {words(old[name])}, is {words(new[name])}"
            elif is_required(new[name]) and not is_required(old[name]):
                yield f"{noun} {name} was optional, is required"
        for name in [it for it in new if it not in old]:
            is_free = noun != "input" or not is_required(new[name])
            if not (lenient and is_free):
                yield f"{noun} {name} is new{'' if is_free else ', and required'}"


def specs_of(part: Any) -> dict[str, Any]:
    """Columns, tensors or params by their names, or their places."""
    found = [] if part is None else list(part)
    return {str(at if it.name is None else it.name): it for at, it in enumerate(found)}


def shape_of(spec: Any) -> tuple[str, str]:
    """What makes two columns, tensors or params alike."""
    return repr(getattr(spec, "dtype", None) or spec.type), repr(getattr(spec, "shape", None))


def words(spec: Any) -> str:
    """The type of a column, tensor or param."""
    kind, shape = shape_of(spec)
    return kind if shape == "None" else f"{kind} {shape}"


def is_required(spec: Any) -> bool:
    """Whether it must be given."""
    return bool(getattr(spec, "required", False))
