"""What two runs differ in, with the cause first: `nbtrack.diff`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbtrack.api.chosen_run import previous_run, run_called
from nbtrack.api.differences.causes import COMMIT_TAG, SEED_TAG, findings_of
from nbtrack.api.differences.comparison import Comparison, Side, changed
from nbtrack.api.differences.finding import Finding, MetricChange
from nbtrack.api.differences.matched_cells import Pair
from nbtrack.api.files.run_files import found_file
from nbtrack.api.session import Session, session
from nbtrack.capture.sources.packages import ENVIRONMENT_FILE
from nbtrack.errors import NotFound
from nbtrack.questions import executions
from nbtrack.records.entities import Run

__all__ = ["Difference", "compared", "diff", "side_of"]


@dataclass(frozen=True)
class Difference:
    """Two runs compared: findings with the cause first, what is equal, and the effect on metrics.

    Attributes:
        before: The earlier run.
        after: The later run.
        findings: All differences but those of metrics; see `Finding.role` for what each is.
        effects: The metrics that changed.
        same: What was compared and is equal, in words.
        pairs: The executions behind both, each beside the one that does its work in the other.
    """

    before: Run
    after: Run
    findings: list[Finding]
    effects: list[MetricChange]
    same: list[str]
    pairs: Sequence[Pair] = ()

    @property
    def cause(self) -> Finding | None:
        """The finding that explains the others; None if the runs do not differ in what matters."""
        first = next(iter(self.findings), None)
        return first if first is not None and first.role not in {"aside", "effect"} else None

    def text(self) -> str:
        """All of it as lines."""
        names = [it.info.run_name or it.info.run_id for it in (self.before, self.after)]
        lines = [f"{names[0]} → {names[1]}", self.first_line()]
        lines += [
            f"  {WORDS[it.role]}{it.title}{in_brackets(it)}"
            for it in self.findings[1 if self.cause else 0 :]
        ]
        if self.effects:
            lines.append("metrics:")
            lines += [f"  {effect.words()}" for effect in self.effects]
        return "\n".join([*lines, f"equal: {', '.join(self.same)}"] if self.same else lines)

    def first_line(self) -> str:
        """The cause in a line, with where it is; or that there is none."""
        if self.cause is not None:
            return f"cause: {self.cause.title}{in_brackets(self.cause)}"
        return "no cause was found" if self.findings or self.effects else "no difference was found"

    def __repr__(self) -> str:
        return self.text()


WORDS = {
    "cause": "also: ",
    "possible": "also: ",
    "ambient": "perhaps: ",
    "aside": "aside: ",
    "effect": "follows: ",
}
"""How a line tells the role of a finding below the cause."""


def in_brackets(finding: Finding) -> str:
    """Where a finding is, if its title does not say it."""
    is_told = not finding.where or finding.where in finding.title
    return "" if is_told else f" ({finding.where})"


def diff(run_a: str | Run | None = None, run_b: str | Run | None = None) -> Difference:
    """What two runs differ in, the cause first.

    Args:
        run_a: The earlier run: its id, the beginning of it, its name, or a Run.
        run_b: The later run. With one run alone, that is compared with the run of the same cell
            before it; with none, the newest run is.

    Raises:
        NotFound: There is no such run, or none before it.
        InvalidValue: A name or the beginning of an id could mean several runs.

    Example:
        >>> import nbtrack
        >>> for depth in (3, 5):
        ...     with nbtrack.start_run(run_name=f"depth-{depth}"):
        ...         nbtrack.log_param("max_depth", depth)
        ...         nbtrack.log_metric("acc", 0.9 + depth / 100)
        >>> print(nbtrack.diff("depth-3", "depth-5").text())
        depth-3 → depth-5
        cause: param max_depth: 3 → 5
        metrics:
          acc: 0.93 → 0.95 (+0.02)
    """
    here = session()
    later = run_called(here, run_b if run_b is not None else run_a)
    earlier = run_called(here, run_a) if run_b is not None else previous_run(here, later)
    return compared(side_of(here, earlier), side_of(here, later))


def side_of(here: Session, run: Run) -> Side:
    """A run with the executions it came from and the environment it kept."""
    own = executions.of_run(here.store, run.info.run_id)
    ids = frozenset(it.execution_id for it in own)
    slice_ = executions.closure(here.store, ids).executions if ids else []
    return Side(run, tuple(slice_), environment_of(here, run), ids)


def environment_of(here: Session, run: Run) -> Mapping[str, Any]:
    """The environment that a run kept; empty if it kept none, or its file is not there."""
    try:
        kept = found_file(here, run.info.run_id, ENVIRONMENT_FILE, run.info.experiment_id)
        if kept is None:
            return {}
        with kept as file:
            found = json.load(file)
    except (NotFound, ValueError):
        return {}
    return found if isinstance(found, Mapping) else {}


def compared(before: Side, after: Side) -> Difference:
    """Two runs compared."""
    comparison = Comparison(before, after)
    findings = findings_of(comparison)
    values = [side.run.data.metrics for side in comparison.sides]
    effects = [
        MetricChange(key, values[0].get(key), values[1].get(key))
        for key in {**values[0], **values[1]}
        if not is_equal(values[0].get(key), values[1].get(key)) and not key.startswith("system/")
    ]
    same, pairs = equal_parts(comparison), comparison.pairs
    return Difference(before.run, after.run, findings, effects, same, pairs)


def is_equal(one: float | None, other: float | None) -> bool:
    """Whether a metric is the same; NaN is NaN."""
    is_nan = one is not None and other is not None and one != one and other != other  # noqa: PLR0124 - NaN is unlike itself
    return one == other or is_nan


def equal_parts(comparison: Comparison) -> list[str]:
    """What was compared and is equal, in words."""
    before, after = comparison.sides
    shared = before.run.data.params.keys() & after.run.data.params.keys()
    packages = [side.environment.get("packages") or {} for side in comparison.sides]
    counted = {
        "cell": sum(pair.is_same_code for pair in comparison.pairs),
        "param": len(shared - comparison.params.keys()),
        "dataset": len((before.data.keys() & after.data.keys()) - comparison.datasets.keys()),
        "package": len((packages[0].keys() & packages[1].keys()) - changed(*packages).keys()),
    }
    told = [f"{count} {word}{'s' * (count != 1)}" for word, count in counted.items() if count]
    for word, key in (("seed", SEED_TAG), ("commit", COMMIT_TAG)):
        then, now = comparison.tags(key)
        if then and then == now:
            told.append(f"{word} {now[:9]}")
    python = after.environment.get("python")
    if python and python == before.environment.get("python"):
        told.append(f"Python {python}")
    return told
