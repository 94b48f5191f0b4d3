"""What a reproduction made, beside what was recorded: values by content, metrics by number."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from nbtrack.api.reproduction.notebook import Recipe
from nbtrack.records.entities import Run

__all__ = ["Check", "compared_run", "compared_values", "digest_cell", "values_of"]


class Check(NamedTuple):
    """One thing that was made again, beside what it was."""

    name: str
    status: Literal["equal", "differs", "missing"]
    before: str
    after: str = ""
    relative_difference: float | None = None

    def words(self) -> str:
        """The check in a line."""
        if self.status == "equal":
            return f"{self.name}: equal ({self.before})"
        if self.status == "missing":
            return f"{self.name}: was {self.before}, and was not made again"
        by = ""
        if self.relative_difference is not None:
            by = f", a relative difference of {self.relative_difference:.2g}"
        return f"{self.name}: was {self.before}, is {self.after}{by}"


DIGESTS = """
def tell(names):
    import json

    from nbtrack.capture.objects.scan import scan

    values = {{name: eval(name, globals()) for name in names}}
    told = {{
        name: [scan(it).digest, it if type(it) in (int, float) else None]
        for name, it in values.items()
    }}
    print(json.dumps(told))


tell({0})
""".strip()
"""The last cell of a check: the digest of each target, and its value if it is a number."""


def digest_cell(names: Sequence[str]) -> str:
    """That cell for some targets."""
    return DIGESTS.format(list(names))


def values_of(notebook: Mapping[str, Any]) -> dict[str, tuple[str, float | None]]:
    """What that cell told, once it has run."""
    outputs = notebook["cells"][-1]["outputs"]
    text = "".join(it.get("text", "") for it in outputs if it["output_type"] == "stream")
    return {name: tuple(told) for name, told in json.loads(text.splitlines()[-1]).items()}


def compared_values(recipe: Recipe, values: Mapping[str, tuple[str, float | None]]) -> list[Check]:
    """Variables by their content; with how far they are apart, where both are numbers."""
    checks = []
    for name in recipe.targets:
        digest, number = values[name]
        then, known = recipe.digests.get(name, ""), recipe.metrics.get(name)
        if known is not None and number is not None:
            checks.append(compared_number(name, known, number))
        elif then:
            checks.append(Check(name, "equal" if digest == then else "differs", then, digest))
    return checks


def compared_run(recipe: Recipe, made: Sequence[Run]) -> list[Check]:
    """The params and metrics of a run, beside those of the run most like it that was made."""
    wanted = {*recipe.params, *recipe.metrics}

    def likeness(run: Run) -> int:
        return len(wanted & {*run.data.params, *run.data.metrics})

    best = max(made, key=likeness, default=None)
    params = best.data.params if best is not None else {}
    metrics = best.data.metrics if best is not None else {}
    checks = []
    for key, value in recipe.params.items():
        checks.append(compared_text(f"param {key}", value, params.get(key)))
    for key, number in recipe.metrics.items():
        if key in metrics:
            checks.append(compared_number(key, number, metrics[key]))
        else:
            checks.append(Check(key, "missing", f"{number:g}"))
    return checks


def compared_text(name: str, before: str, after: str | None) -> Check:
    """Two texts."""
    if after is None:
        return Check(name, "missing", before)
    return Check(name, "equal" if before == after else "differs", before, after)


def compared_number(name: str, before: float, after: float) -> Check:
    """Two numbers; NaN is equal to NaN."""
    texts = repr(before), repr(after)
    if before == after or (math.isnan(before) and math.isnan(after)):
        return Check(name, "equal", *texts, 0.0)
    scale = max(abs(before), abs(after))
    relative = (
        abs(after - before) / scale if math.isfinite(before) and math.isfinite(after) else None
    )
    return Check(name, "differs", *texts, relative)
