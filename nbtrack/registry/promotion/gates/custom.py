"""Gate: a function of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.protocol import Verdict, failed, passed

__all__ = ["Custom"]


@dataclass(frozen=True)
class Custom:
    """A function decides: it gives whether the version passes, or that and a message.

    What it raises stops the promotion; an `assert` that does not hold says why. One that gives
    nothing lets the version pass, as a test does.

    Args:
        name: What the gate is called.
        function: Of a `Case`: `candidate` and `current` with `model`, `run`, `metrics`, `params`,
            `signature` and `tags`.

    Example:
        >>> from nbtrack.gates import Custom
        >>> gate = Custom("small", lambda case: case.candidate.metrics["size_mb"] < 50)
        >>> gate.label
        'small'
    """

    name: str
    function: Callable[[Case], Any]

    @property
    def label(self) -> str:
        """The gate in a few words."""
        return self.name

    def check(self, case: Case) -> Verdict:
        """Call the function."""
        try:
            found = self.function(case)
        except AssertionError as error:
            return failed((str(error).splitlines() or ["its assertion does not hold"])[0])
        if isinstance(found, Verdict):
            return found
        message = ""
        if isinstance(found, tuple) and len(found) == 2:
            found, message = found[0], str(found[1])
        if found is None:
            return passed(message)
        if type(found).__name__ not in {"bool", "bool_", "numpy.bool"}:
            raise InvalidValue(
                f"the gate {self.name!r} gave {found!r}; it gives True or False, or that and a "
                f"message"
            )
        return passed(message) if found else failed(message or "it said no")
