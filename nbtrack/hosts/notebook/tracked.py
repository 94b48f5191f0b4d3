"""A cell with `%%track`: its run, and what is seen of the cell for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.api.cells.run import Asked, CellRun, Seen
from nbtrack.api.cells.runs import begin_cell_run, finish_cell_run
from nbtrack.capture.guard import guarded
from nbtrack.capture.live import followed
from nbtrack.hosts.notebook.collectors import FigureCollector, FitCollector, PrintCollector
from nbtrack.hosts.notebook.history import Earlier
from nbtrack.hosts.notebook.usage import TrackCell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.capture.sources.data import DataFacts
    from nbtrack.capture.step import Step

__all__ = ["TrackedCell", "asked_of"]


def asked_of(line: TrackCell, *, finds: bool) -> Asked:
    """What a line of `%%track` asks for."""
    return Asked(
        name=line.name,
        experiment=line.experiment,
        tags=line.tags,
        params=line.params,
        metrics=line.metrics,
        keep=line.keep,
        models=line.model,
        register=line.register,
        description=line.description,
        nested=line.nested,
        run_id=line.run_id,
        log_system_metrics=line.log_system_metrics,
        finds=finds and not line.no_autolog,
    )


class TrackedCell:
    """One execution of a tracked cell."""

    def __init__(self, shell: InteractiveShell, line: TrackCell, run: CellRun, key: str) -> None:
        self.shell, self.line, self.run, self.key = shell, line, run, key
        self.figures: FigureCollector | None = None
        self.prints: PrintCollector | None = None
        self.fits: FitCollector | None = None

    @classmethod
    def begin(
        cls, shell: InteractiveShell, line: TrackCell, body: str, key: str, *, finds: bool
    ) -> TrackedCell:
        """Begin its run."""
        return cls(shell, line, begin_cell_run(asked_of(line, finds=finds), body), key)

    @guarded
    def listen(self, *, figures: bool) -> None:
        """Collect what the cell shows, and prints if that was asked for."""
        if figures:
            self.figures = FigureCollector(self.shell)
        if self.line.stdout:
            self.prints = PrintCollector()
        if self.line.model:
            self.fits = FitCollector()

    def finish(self, source: str, step: Step | None, error: BaseException | None) -> None:
        """Fill and end the run."""
        printed = self.stop_printing() or ""
        figures = self.stop_figures() or ()
        reads = dict(step.reads) if step is not None else {}
        writes = dict(step.writes) if step is not None else {}
        loaded = self.loaded_behind(step) or {}
        fits = self.stop_fits() or ()
        whole = self.whole_of(reads, writes) or frozenset()
        namespace = self.shell.user_ns
        seen = Seen(source, namespace, reads, writes, loaded, error, figures, printed, fits, whole)
        finish_cell_run(self.run, seen)

    @guarded
    def whole_of(self, reads: dict[str, str], writes: dict[str, str]) -> frozenset[str]:
        """The variables that it left as they were and whose digest says all of them."""
        if followed.session is None:
            return frozenset()
        symbols = followed.session.session.symbols
        unchanged = reads.keys() - writes.keys()
        return frozenset(it for it in unchanged if symbols.is_told_whole(it, reads[it]))

    @guarded
    def loaded_behind(self, step: Step | None) -> dict[str, DataFacts]:
        """What it and the cells that it came from read from files, its own first."""
        followed_here = followed.session
        if step is None or followed_here is None:
            return {}
        queue, seen = [step], {step.index}
        found: dict[str, DataFacts] = {}
        for it in queue:
            found = it.loaded | found
            fresh = it.uses - seen
            seen |= fresh
            queue += [followed_here.session.steps[index] for index in sorted(fresh)]
        return step.loaded | found

    @guarded
    def stop_printing(self) -> str:
        """What it printed."""
        return self.prints.stop() if self.prints is not None else ""

    @guarded
    def stop_figures(self) -> list[tuple[str, bytes]]:
        """What it showed."""
        return self.figures.stop() if self.figures is not None else []

    @guarded
    def stop_fits(self) -> list[tuple[Any, Any]]:
        """What it fitted, and on what."""
        return self.fits.stop() if self.fits is not None else []

    def as_earlier(self) -> Earlier:
        """The run as the cell's next runs are compared with it."""
        run = self.run
        return Earlier(
            run.run.run_id,
            run.status,
            dict(run.metrics),
            dict(run.run.params),
            {it.name: it.digest for it in run.inputs},
        )
