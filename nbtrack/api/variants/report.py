"""What came of a comparison of variants: for people, for a run, to promote a winner."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from math import isfinite
from typing import TYPE_CHECKING, Any

from nbtrack.api.promotion.promote import promote
from nbtrack.api.runs.start import active_run, start_run
from nbtrack.api.tracking.values import log_metrics, log_params, set_tags
from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.registry.promotion.report import Promotion

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VariantReport", "VariantResult"]

RUN_NAME = "compare variants"
CELL = "text-align:left;padding:2px 14px 2px 0;vertical-align:top;border:0"
SURE, UNSURE = "#3b82f6", "#8b949e"


@dataclass(frozen=True)
class VariantResult:
    """One variant in a comparison.

    Attributes:
        name: The variant.
        count: How many numbers of it were compared.
        mean: Their mean.
        deviation: Their standard deviation.
        difference: How much more it has than the first variant; None for that itself.
        low: The least that the true difference may be, at all looks.
        high: The most that it may be.
        p_value: How well no difference goes with what was seen, at all looks.
        lift: The difference as a part of the first variant's mean.
        best: How likely it is the best.
        needed: How many more numbers would do if the difference stays as it is; None if no number
            would.
    """

    name: str
    count: int
    mean: float | None
    deviation: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    lift: float | None = None
    best: float | None = None
    needed: int | None = None

    @property
    def is_sure(self) -> bool:
        """Whether it surely differs from the first variant."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    def words(self) -> str:
        """How it stands beside the first variant; by a chance where there is no p value."""
        if self.difference is None or self.low is None or self.high is None:
            return ""
        lift = f" ({self.lift:+.1%})" if self.lift is not None else ""
        told = f"{self.difference:+.4g}{lift}"
        if isfinite(self.low):
            told += f", surely between {self.low:+.4g} and {self.high:+.4g}"
        if self.p_value is not None:
            return f"{told}, p {self.p_value:.2g}"
        return told if self.best is None else f"{told}, best with a chance of {self.best:.1%}"


@dataclass(frozen=True)
class VariantReport:
    """Variants compared; it may be asked for as often as one likes.

    Attributes:
        metric: What was compared.
        results: Each variant, the first one first.
        winner: The variant that surely beats the first, the best of several; the first if it surely
            beats all others; None while that is open.
        is_lower_better: Whether less of the metric is better.
        unit: What was counted: keys, or predictions.
        warnings: Why this may not hold, in words.
        note: How it was compared, in words.
        alpha: How often all looks together find a difference where there is none.
        models: The registered model and the version behind a variant, where known.
    """

    metric: str
    results: Sequence[VariantResult]
    winner: str | None = None
    is_lower_better: bool = False
    unit: str = "predictions"
    warnings: Sequence[str] = ()
    note: str = ""
    alpha: float = 0.05
    models: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def is_significant(self) -> bool:
        """Whether any variant surely differs from the first."""
        return any(it.is_sure for it in self.results)

    @property
    def p_value(self) -> float | None:
        """The least p value, times how many variants were compared with the first."""
        known = [it.p_value for it in self.results if it.p_value is not None]
        return min(1.0, min(known) * len(known)) if known else None

    def result(self, variant: str) -> VariantResult:
        """What is known of one variant.

        Raises:
            UnknownName: It was not compared.
        """
        for it in self.results:
            if it.name == variant:
                return it
        raise UnknownName("variant", variant, [it.name for it in self.results])

    def headline(self) -> str:
        """What came of it, in a line."""
        count = sum(it.count for it in self.results)
        whole = f"{self.metric} of {len(self.results)} variants, {count:,} {self.unit}"
        return f"{whole}: {self.verdict()}"

    def verdict(self) -> str:
        """The winner, or what is missing to tell one."""
        if self.winner is not None:
            return f"{self.winner} wins"
        if len(self.results) < 2:
            return "nothing to compare with"
        if self.is_significant:
            return "some differ, none is surely the best yet"
        chances = {it.name: it.best for it in self.results if it.best is not None}
        if len(chances) == len(self.results) and self.p_value is None:
            likely = max(chances, key=lambda it: chances[it] or 0)
            return f"{likely} is the best with a chance of {chances[likely]:.1%}"
        needed = [it.needed for it in self.results if it.needed]
        if not needed:
            return "no difference yet"
        return f"no difference yet: about {rounded(min(needed)):,} more {self.unit} may tell"

    def lines(self) -> list[tuple[str, str, str, str]]:
        """Name, count, mean and difference of each variant."""
        return [
            (it.name, f"{it.count:,}", "–" if it.mean is None else f"{it.mean:.4g}", it.words())
            for it in self.results
        ]

    def text(self) -> str:
        """All of it as lines."""
        rows = self.lines()
        widths = [max(len(row[at]) for row in rows) for at in range(3)] if rows else [0, 0, 0]
        told = [
            f"  {name:<{widths[0]}}  {count:>{widths[1]}}  {mean:>{widths[2]}}  {words}".rstrip()
            for name, count, mean, words in rows
        ]
        more = [self.note] if self.note else []
        return "\n".join(
            [self.headline(), *told, *more, *(f"warning: {it}" for it in self.warnings)]
        )

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """All of it for a page; it reads without styles and scripts of the page."""
        rows = "".join(
            '<tr style="background:transparent">'
            + "".join(f'<td style="{CELL}">{escape(it)}</td>' for it in row)
            + "</tr>"
            for row in self.lines()
        )
        more = "".join(
            f'<div style="opacity:.75;margin-top:4px">{escape(it)}</div>'
            for it in [*filter(None, [self.note]), *(f"⚠ {it}" for it in self.warnings)]
        )
        return (
            '<div class="nbtrack tex2jax_ignore mathjax_ignore" style="border-left:4px solid '
            f"{SURE if self.winner else UNSURE};padding:2px 0 2px 12px;font-size:13px;"
            f'line-height:1.5"><strong>{escape(self.headline())}</strong>'
            f'<table style="border-collapse:collapse;border:0" aria-label="variants">{rows}'
            f"</table>{more}</div>"
        )

    def to_pandas(self) -> pd.DataFrame:
        """A row for each variant."""
        import pandas as pd

        return pd.DataFrame([asdict(it) for it in self.results])

    def metrics(self) -> dict[str, float]:
        """The figures as metrics of a run: `mean_champion`, `p_value`."""
        found: dict[str, float | None] = {}
        for it in self.results:
            names: dict[str, float | None] = {
                "mean": it.mean,
                "std": it.deviation,
                "count": it.count,
            }
            names |= {"difference": it.difference, "lift": it.lift, "chance_to_be_best": it.best}
            found.update({f"{key}_{plain(it.name)}": value for key, value in names.items()})
        found["p_value"] = self.p_value
        return {key: float(it) for key, it in found.items() if it is not None and isfinite(it)}

    def log(self, run_name: str = RUN_NAME) -> str:
        """Log it to the active run, or to one of its own, and give the run's id.

        The tags `winner` and `significant` ("yes" or "no") tell what came of it.

        Args:
            run_name: What a run of its own is called.
        """
        run = active_run()
        if run is None:
            with start_run(run_name=run_name) as own:
                self.log_to_active_run()
                return own.info.run_id
        self.log_to_active_run()
        return run.info.run_id

    def log_to_active_run(self) -> None:
        """Log params, metrics and tags."""
        log_params({"compared_metric": self.metric, "alpha": self.alpha})
        log_metrics(self.metrics())
        tags = {"significant": "yes" if self.is_significant else "no"}
        set_tags(tags if self.winner is None else tags | {"winner": self.winner})

    def promote(
        self,
        to: str | Sequence[str] = "champion",
        gates: Any = (),
        *,
        variant: str | None = None,
        **options: Any,
    ) -> Promotion:
        """Promote the version behind the winner, past gates, as `nbtrack.promote` does.

        Args:
            to: An alias, a stage, or one of each.
            gates: What it must pass.
            variant: Another variant than the winner.
            options: What else `nbtrack.promote` takes.

        Raises:
            InvalidValue: There is no winner, or no registered version is behind it.
            PromotionRefused: A gate failed.
        """
        chosen = self.winner if variant is None else self.result(variant).name
        if chosen is None:
            raise InvalidValue(
                f"no variant has won: {self.verdict()}; name one with variant= to promote it anyway"
            )
        if chosen not in self.models:
            raise InvalidValue(
                f"nobody knows which registered version {chosen} is; promote it with "
                f"nbtrack.promote(name, version, {to!r})"
            )
        name, version = self.models[chosen]
        options.setdefault("note", self.headline())
        return promote(name, version, to, gates, **options)


def plain(name: str) -> str:
    """A variant's name as a part of a metric's."""
    return re.sub(r"[^\w.\-/ ]", "_", name)


def rounded(count: int) -> int:
    """A number to two digits, as nobody knows it better."""
    size = int(10 ** max(0, len(str(count)) - 2))
    return -(-count // size) * size
