"""A cell with `%%track`: its run, what it showed, and the card below it."""

from __future__ import annotations

import base64
import sys
from typing import TYPE_CHECKING, Any

from nbtrack.api.cell_runs import Asked, CellRun, Seen, begin_cell_run
from nbtrack.api.ending import message_of
from nbtrack.capture.slices import step_reasons
from nbtrack.hosts.notebook.usage import TrackCell
from nbtrack.panels.card import Card, DatasetRow, MetricRow
from nbtrack.questions.cell_history import CellRun as EarlierRun

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.capture.provenance import Provenance, Step

__all__ = ["FigureCollector", "TrackedCell", "asked_of"]

PICTURES = {"image/png": "png", "image/svg+xml": "svg", "image/jpeg": "jpg"}
MOST_FIGURES = 20
LOWER_IS_BETTER = [
    "loss",
    "error",
    "mse",
    "mae",
    "rmse",
    "deviance",
    "distance",
    "perplexity",
    "duration",
    "seconds",
    "time",
    "misses",
]


def asked_of(line: TrackCell, *, finds: bool) -> Asked:
    """What a line of `%%track` asks for."""
    return Asked(
        name=line.name,
        experiment=line.experiment,
        tags=line.tags,
        params=line.params,
        metrics=line.metrics,
        keep=line.keep,
        description=line.description,
        nested=line.nested,
        run_id=line.run_id,
        log_system_metrics=line.log_system_metrics,
        finds=finds and not line.no_autolog,
    )


class FigureCollector:
    """Keeps the pictures that a cell shows, where the kernel lets displays be heard."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.places: list[Any] = [
            it for it in (shell.display_pub, shell.displayhook) if hasattr(it, "register_hook")
        ]
        self.figures: list[tuple[str, bytes]] = []
        for place in self.places:
            place.register_hook(self.heard)

    def heard(self, message: dict[str, Any]) -> dict[str, Any]:
        """A display goes out."""
        data = message.get("content", {}).get("data", {})
        for kind, suffix in PICTURES.items():
            if kind in data and len(self.figures) < MOST_FIGURES:
                path = f"figures/figure-{len(self.figures) + 1}.{suffix}"
                self.figures.append((path, content_of(data[kind], kind)))
                break
        return message

    def stop(self) -> list[tuple[str, bytes]]:
        """Hear no more; what was shown."""
        for place in self.places:
            place.unregister_hook(self.heard)
        return self.figures


def content_of(data: Any, kind: str) -> bytes:
    """The bytes of a picture as a message carries it."""
    if isinstance(data, bytes):
        return data
    return str(data).encode() if kind == "image/svg+xml" else base64.b64decode(data)


class PrintCollector:
    """Keeps what a cell prints, while it goes on to the screen."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.stream: Any = sys.stdout
        sys.stdout = self  # type: ignore[assignment]

    def write(self, text: str) -> int:
        self.parts.append(text)
        return int(self.stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def stop(self) -> str:
        """Print straight again; what was printed."""
        if sys.stdout is self:
            sys.stdout = self.stream
        return "".join(self.parts)


class TrackedCell:
    """One execution of a tracked cell."""

    def __init__(self, shell: InteractiveShell, line: TrackCell, run: CellRun, key: str) -> None:
        self.shell, self.line, self.run, self.key = shell, line, run, key
        self.figures: FigureCollector | None = None
        self.prints: PrintCollector | None = None

    @classmethod
    def begin(
        cls, shell: InteractiveShell, line: TrackCell, body: str, key: str, *, finds: bool
    ) -> TrackedCell:
        """Begin its run."""
        return cls(shell, line, begin_cell_run(asked_of(line, finds=finds), body), key)

    def listen(self, *, figures: bool) -> None:
        """Collect what the cell shows, and prints if that was asked for."""
        if figures:
            self.figures = FigureCollector(self.shell)
        if self.line.stdout:
            self.prints = PrintCollector()

    def finish(self, source: str, step: Step | None, error: BaseException | None) -> None:
        """Fill and end the run."""
        self.run.finish(
            Seen(
                source,
                self.shell.user_ns,
                tuple(step.reads) if step is not None else (),
                error,
                self.figures.stop() if self.figures else (),
                self.prints.stop() if self.prints else "",
            )
        )

    def card(
        self,
        earlier: list[EarlierRun],
        session: Provenance | None,
        step: Step | None,
        error: BaseException | None,
    ) -> Card:
        """The card as far as the earlier runs are known."""
        run = self.run
        previous = earlier[0] if earlier else None
        params = {key: value for key, value in run.params.items()}
        changed = {
            key: previous.params[key]
            for key, value in params.items()
            if previous is not None and key in previous.params and previous.params[key] != value
        }
        return Card(
            run_name=run.run.run_name or run.run.run_id,
            run_id=run.run.run_id,
            experiment_name="",
            status=run.status,  # type: ignore[arg-type]
            duration_seconds=run.seconds,
            params=params,
            metrics=[metric_row(key, value, earlier) for key, value in run.metrics.items()],
            artifacts=run.artifacts,
            datasets=[
                DatasetRow(it.name, shape_of(it.profile), it.digest[:8]) for it in run.inputs
            ],
            warnings=run.warnings,
            error=None if error is None else (type(error).__name__, message_of(error)),
            stale=stale_inputs(session, step),
            run_number=len(earlier) + 1 if run.is_own else None,
            changed_params=changed,
            notes=[] if run.is_own else [f"part of the open run {run.run.run_name}"],
            is_named=self.line.name is not None,
        )


def metric_row(key: str, value: float, earlier: list[EarlierRun]) -> MetricRow:
    """A metric beside its values in earlier runs of the cell, which come newest first."""
    values = [run.metrics[key] for run in earlier if key in run.metrics]
    if not values:
        return MetricRow(key, value)
    is_lower_better = any(word in key.lower() for word in LOWER_IS_BETTER)
    best = min(values) if is_lower_better else max(values)
    is_best = value < best if is_lower_better else value > best
    return MetricRow(key, value, values[0], best, is_best, history=values[::-1])


def shape_of(profile: str | None) -> str:
    """Rows and columns of a dataset."""
    import json

    found = json.loads(profile) if profile else {}
    if "num_rows" in found and "num_columns" in found:
        return f"{found['num_rows']:,} × {found['num_columns']:,}"
    return f"{found['num_rows']:,} rows" if "num_rows" in found else ""


def stale_inputs(session: Provenance | None, step: Step | None) -> list[str]:
    """What the cell read that does not follow from the present code and data."""
    if session is None or step is None:
        return []
    own = [it for it in step_reasons(session, [step]) if it.step is not step]
    return [str(it) for it in own][:5]
