"""Two versions of a registered model side by side: `nbtrack.compare_versions`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from nbtrack.api.differences.diff import Difference, compared, side_of
from nbtrack.api.differences.finding import MetricChange
from nbtrack.api.promotion.version_reading import VersionReads, chosen_version
from nbtrack.api.session import Session, session
from nbtrack.errors import InvalidValue, ModelError, NotFound
from nbtrack.records.registered_model import ModelVersion
from nbtrack.registry.format.environment import REQUIREMENTS
from nbtrack.registry.format.requirements import name_of
from nbtrack.registry.promotion.case import Side
from nbtrack.registry.promotion.gates.same_schema import changes_between
from nbtrack.registry.promotion.scores import Metric
from nbtrack.registry.promotion.side_by_side import Answers, answers_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VersionComparison", "compare_versions"]

SHOWN_ROWS = 5
CELL = "text-align:left;padding:2px 14px 2px 0;vertical-align:top;border:0"


@dataclass(frozen=True)
class VersionComparison:
    """Two versions compared.

    Attributes:
        before: The first version.
        after: The second version.
        metadata: What differs in what the registry knows, by its name.
        params: Params that differ.
        metrics: Metrics that were logged and differ.
        signature: What differs in what they take and give, a phrase each.
        requirements: What differs in the packages they need, by package.
        answers: What they say of the same data; None without data.
        runs: What differs in the runs that made them, the cause first; None where one is not here.
    """

    before: ModelVersion
    after: ModelVersion
    metadata: Mapping[str, tuple[Any, Any]]
    params: Mapping[str, tuple[str | None, str | None]]
    metrics: list[MetricChange]
    signature: list[str]
    requirements: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    answers: Answers | None = None
    runs: Difference | None = None

    @property
    def scores(self) -> Mapping[str, tuple[float, float]]:
        """The scores of both on the data, by metric."""
        return {} if self.answers is None else self.answers.scores

    @property
    def disagreements(self) -> pd.DataFrame | None:
        """The rows of the data on which they differ; None without data."""
        return None if self.answers is None else self.answers.disagreements

    def sections(self) -> dict[str, list[tuple[str, str]]]:
        """Everything there is to tell: by heading, names with what is said of them."""
        found: dict[str, list[tuple[str, str]]] = {
            "scores on the data": [
                (name, f"{one:.6g} → {other:.6g} ({other - one:+.6g})")
                for name, (one, other) in self.scores.items()
            ],
            "metrics": [(it.key, it.words().removeprefix(f"{it.key}: ")) for it in self.metrics],
            "params": [(key, arrow(*both)) for key, both in self.params.items()],
            "signature": [("", it) for it in self.signature],
            "requirements": [(key, arrow(*both)) for key, both in self.requirements.items()],
            "metadata": [(key, arrow(*both)) for key, both in self.metadata.items()],
        }
        if self.answers is not None:
            told = (
                f"{len(self.answers.disagreements)} of {self.answers.rows} predictions differ "
                f"({self.answers.share:.1%})"
            )
            if self.answers.difference is not None:
                told += f", by {self.answers.difference:.6g} on average"
            found["scores on the data"].append(("", told))
        if self.runs is not None and self.runs.cause is not None:
            found["why"] = [("", self.runs.first_line())]
        return {heading: lines for heading, lines in found.items() if lines}

    def headline(self) -> str:
        """Which versions are compared."""
        return f"{self.before.name}: version {self.before.version} → {self.after.version}"

    def text(self) -> str:
        """All of it as lines."""
        lines = [self.headline()]
        for heading, told in self.sections().items():
            lines.append(f"{heading}:")
            lines += [f"  {name}: {said}" if name else f"  {said}" for name, said in told]
        return "\n".join(lines if len(lines) > 1 else [*lines, "no difference was found"])

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """All of it for a page; it reads without styles and scripts of the page."""
        parts = [f"<strong>{escape(self.headline())}</strong>"]
        for heading, told in self.sections().items():
            rows = "".join(
                f'<tr style="background:transparent"><td style="{CELL};opacity:.75">'
                f'{escape(name)}</td><td style="{CELL}">{escape(said)}</td></tr>'
                for name, said in told
            )
            parts.append(
                f'<div style="opacity:.75;margin-top:4px">{escape(heading)}</div>'
                f'<table style="border-collapse:collapse;border:0" '
                f'aria-label="{escape(heading)}">{rows}</table>'
            )
        if self.answers is not None and len(self.answers.disagreements):
            parts.append(self.answers.disagreements.head(SHOWN_ROWS).to_html(border=0))
        return (
            '<div class="nbtrack tex2jax_ignore mathjax_ignore" style="border-left:4px solid '
            f'#3b82f6;padding:2px 0 2px 12px;font-size:13px;line-height:1.5">{"".join(parts)}</div>'
        )

    def to_pandas(self) -> pd.DataFrame:
        """A row for each thing that differs: its kind, its name, both values."""
        import pandas as pd

        rows: list[tuple[str, str, Any, Any]] = [
            *(("score", key, *both) for key, both in self.scores.items()),
            *(("metric", it.key, it.before, it.after) for it in self.metrics),
            *(("param", key, *both) for key, both in self.params.items()),
            *(("signature", it, None, None) for it in self.signature),
            *(("requirement", key, *both) for key, both in self.requirements.items()),
            *(("metadata", key, *both) for key, both in self.metadata.items()),
        ]
        names = [f"version {it.version}" for it in (self.before, self.after)]
        return pd.DataFrame(rows, columns=["kind", "name", *names])


def arrow(one: Any, other: Any) -> str:
    """Two values side by side."""
    return f"{'–' if one is None else one} → {'–' if other is None else other}"


def compare_versions(  # noqa: PLR0917 - in the order one thinks of them
    name: str,
    a: Any,
    b: Any,
    data: Any = None,
    target: Any = None,
    metrics: Metric | Sequence[Metric] | None = None,
    *,
    allow_pickle: bool | None = None,
) -> VersionComparison:
    """What two versions of a model differ in, and what they say of the same data.

    Args:
        name: The registered model.
        a: The first version: its number, `latest`, `@alias`, or a `ModelVersion`.
        b: The second version.
        data: What both are asked.
        target: The column of the truth in it, or the truth itself.
        metrics: What is scored, as in `nbtrack.gates.BetterThanCurrent`; accuracy and F1 for
            classes, errors and R² for numbers, if not given.
        allow_pickle: Whether models that you did not log yourself may run code as they are read.

    Raises:
        NotFound: There is no such model or version.
        SchemaMismatch: The data is not what a version takes.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     for step in (1, 2):
        ...         with nbtrack.start_run():
        ...             nbtrack.log_param("step", step)
        ...             info = nbtrack.pyfunc.log_model(
        ...                 name="add", python_model=lambda it, n=step: [x + n for x in it]
        ...             )
        ...         version = nbtrack.register_model(info.model_uri, "adders")
        ...     found = nbtrack.compare_versions("adders", 1, 2, [1, 2], target=[2, 3])
        >>> found.scores["accuracy"], len(found.disagreements)
        ((1.0, 0.0), 2)
    """
    here = session()
    reads = VersionReads(here, allow_pickle=allow_pickle)
    infos = (chosen_version(here, name, a), chosen_version(here, name, b))
    sides = (Side(infos[0], reads), Side(infos[1], reads))
    asked = [metrics] if isinstance(metrics, str) or callable(metrics) else metrics
    return VersionComparison(
        *infos,
        metadata=differing(*map(metadata_of, infos)),
        params=differing(*(it.params for it in sides)),
        metrics=metric_changes(*(it.metrics for it in sides)),
        signature=signature_changes(sides),
        requirements=differing(*(requirements_of(reads, it) for it in infos)),
        answers=None if data is None else answers_of(sides, data, target, asked),
        runs=runs_compared(here, sides),
    )


def signature_changes(sides: tuple[Side, Side]) -> list[str]:
    """What differs in what two versions take and give, or why that cannot be told."""
    found = []
    for side in sides:
        try:
            found.append(side.signature)
        except (NotFound, InvalidValue) as error:
            return [f"that of version {side.version} cannot be read: {error}"]
    return list(changes_between(*found, lenient=False)) if all(found) else []


def requirements_of(reads: VersionReads, version: ModelVersion) -> dict[str, str]:
    """What a version needs installed, by package; nothing where its files cannot be read."""
    try:
        path = reads.files(version).folder / REQUIREMENTS
    except (NotFound, InvalidValue, ModelError):
        return {}
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    told = {name_of(it): it.strip() for it in lines if name_of(it)}
    return {name: line.partition("==")[2] or line for name, line in told.items()}


def metadata_of(version: ModelVersion) -> dict[str, Any]:
    """What the registry knows of a version, in words."""
    moment = datetime.fromtimestamp(version.creation_timestamp / 1000, UTC)
    return {
        "stage": version.current_stage,
        "aliases": ", ".join(version.aliases) or None,
        "created": moment.strftime("%Y-%m-%d %H:%M:%S"),
        "run": version.run_id,
        "description": version.description,
        "approved by": ", ".join(dict.fromkeys(it.approver for it in version.approvals)) or None,
        **{f"tag {key}": value for key, value in sorted(version.tags.items())},
    }


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What differs between two mappings, with both values."""
    keys: Iterable[str] = {**one, **other}
    return {key: (one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key)}


def metric_changes(one: Mapping[str, float], other: Mapping[str, float]) -> list[MetricChange]:
    """Metrics that differ; NaN is NaN."""
    return [
        MetricChange(key, *both)
        for key, both in differing(one, other).items()
        if not all(it is not None and it != it for it in both)  # noqa: PLR0124 - NaN is unlike itself
    ]


def runs_compared(here: Session, sides: tuple[Side, Side]) -> Difference | None:
    """What differs in the runs that made two versions; None where one is not in this store."""
    before, after = (it.run for it in sides)
    if before is None or after is None or before.info.run_id == after.info.run_id:
        return None
    return compared(side_of(here, before), side_of(here, after))
