"""Where a value came from: `nbtrack.lineage`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from nbtrack.api.chosen_run import run_called
from nbtrack.api.session import Session, session
from nbtrack.capture import slices
from nbtrack.capture.live import Followed, followed
from nbtrack.capture.provenance import Step
from nbtrack.capture.redaction import same_digest
from nbtrack.capture.sources.files import Stamp, file_digest, stamp_of
from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.questions import executions as asked
from nbtrack.records.entities import Run
from nbtrack.records.execution import Execution

__all__ = ["Cell", "Lineage", "lineage", "of_stored", "own_executions", "title_of"]

FILE = "file:"
"""How symbols of files begin."""

MODELS = "models:/"
"""How addresses of models begin."""


class Cell(NamedTuple):
    """The code of one execution."""

    number: int | None
    cell_id: str | None
    source: str


@dataclass(frozen=True)
class Lineage:
    """The executions that a value came from, and no others.

    Attributes:
        target: What was asked about.
        records: The executions, in the order in which they ran.
        stale: Why the value does not follow from the present code and data any more; empty if
            it does.
        doubts: What could not be seen whole.
        missing: Ids of executions that are not in the store.
    """

    target: str
    records: Sequence[Execution]
    stale: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def executions(self) -> list[int]:
        """The numbers of the executions, as in `In[…]`."""
        return [it.number for it in self.records if it.number is not None]

    @property
    def cells(self) -> list[Cell]:
        """The code of each."""
        return [Cell(it.number, it.cell_id, it.source or "") for it in self.records]

    @property
    def code(self) -> str:
        """All of it as one Python script that runs."""
        from nbtrack.api.cells.script import as_script

        return as_script(self.records)

    @property
    def exact(self) -> bool:
        """Whether all that was read and changed could be seen whole."""
        return not self.doubts and not self.missing

    def text(self) -> str:
        """The executions as lines."""
        lines = [f"{self.target} comes from {len(self.records)} executions:"]
        if len(self.records) == 1:
            lines = [f"{self.target} comes from one execution:"]
        for it in self.records:
            first = next((line for line in (it.source or "").splitlines() if line.strip()), "")
            lines.append(f"  [{it.number}] {first[:80]}")
        lines += [f"stale: {reason}" for reason in self.stale]
        lines += [f"not exact: {doubt}" for doubt in self.doubts]
        if self.missing:
            lines.append(f"not whole: {len(self.missing)} executions are not in the store")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.text()


def lineage(
    target: str | Run | None = None, *, run: str | Run | None = None, metric: str | None = None
) -> Lineage:
    """The executions that a variable, a run or a metric of a run came from.

    Args:
        target: The name of a variable of this notebook; or a run, by its name, its id, the
            beginning of that, or as an object; or the run of a model, by an address such as
            `models:/churn@champion`. A name that is no variable and no run is looked for among
            the metrics of the newest run.
        run: The run that `target` is a metric of.
        metric: The metric of the run, where the run is the target.

    Raises:
        NotFound: There is nothing of that name.

    Example:
        >>> import nbtrack
        >>> nbtrack.lineage("acc")  # doctest: +SKIP
        acc comes from 3 executions: …
    """
    here = followed.session
    if run is not None:
        if metric is None and isinstance(target, str):
            metric = target
        return of_run(run, metric)
    if isinstance(target, str) and target.startswith(MODELS):
        return of_run(target, metric)
    if isinstance(target, str) and here is not None and metric is None:
        if target in here.session.symbols and not here.session.is_hidden(target):
            return of_variable(here, target)
        try:
            return of_run(target, None)
        except (NotFound, InvalidValue) as error:
            newest = newest_run()
            if newest is not None and target in newest.data.metrics:
                return of_run(newest, target)
            raise NotFound(
                f"no variable and no run is called {target!r}; of the variables, "
                f"{listing(sorted(here.session.variables_now()), target)}"
            ) from error
    if target is None and here is None:
        raise InvalidValue("say of what: the name of a variable, or a run")
    return of_run(target, metric)


def newest_run() -> Run | None:
    """The newest run, if there is one."""
    try:
        return run_called(session())
    except NotFound:
        return None


def of_variable(here: Followed, name: str) -> Lineage:
    """What a variable of the session came from."""
    steps = slices.slice_of(here.session, name)
    reasons = slices.variable_reasons(here.session, name)
    return of_steps(here, name, steps, reasons, of_value(here, name))


def of_value(here: Followed, name: str) -> list[str]:
    """What of a variable's present value could not be seen whole."""
    variable = here.session.symbols.variables[name]
    found = variable.found
    doubts = [] if found.is_exact else [f"{name}: {found.doubts}"]
    if not variable.binders:
        doubts.append(f"{name} was there before nbtrack was loaded")
    return doubts


def of_steps(
    here: Followed,
    target: str,
    steps: Sequence[Step],
    reasons: Sequence[slices.Reason],
    doubts: Sequence[str],
) -> Lineage:
    """Executions of this session as a lineage."""
    told = [doubt for step in steps for doubt in step.doubts]
    return Lineage(
        target,
        [here.recorder.record_of(step) for step in steps],
        list(dict.fromkeys(str(it) for it in reasons)),
        list(dict.fromkeys([*doubts, *told])),
    )


def of_run(target: str | Run | None, metric: str | None) -> Lineage:
    """What a run, or a metric of it, came from; of one of this session, with what changed since."""
    place = session()
    found = run_called(place, target)
    title = title_of(found, metric, target)
    own = own_executions(place, found, metric)
    here = followed.session
    if here is not None and own and all(it.session_id == here.recorder.session_id for it in own):
        ids = {it.execution_id for it in own}
        steps = [it for it in here.session.steps if it.execution_id in ids]
        whole_slice = slices.closure(here.session, [it.index for it in steps])
        return of_steps(here, title, whole_slice, slices.step_reasons(here.session, steps), [])
    return of_stored(place, title, own)


def title_of(run: Run, metric: str | None, target: object = None) -> str:
    """What was asked about, in words.

    Raises:
        NotFound: The run has no such metric.
    """
    name = str(run.info.run_name or run.info.run_id)
    if metric is not None and metric not in run.data.metrics:
        known = listing(sorted(run.data.metrics), metric)
        raise NotFound(f"the run {name} has no metric {metric!r}; {known}")
    if isinstance(target, str) and target.startswith(MODELS):
        name = f"{target} (run {name})"
    return name if metric is None else f"{metric} of {name}"


def own_executions(here: Session, run: Run, metric: str | None = None) -> list[Execution]:
    """The executions that a run is, or that logged to it; of a metric, those that wrote it."""
    own = asked.of_run(here.store, run.info.run_id)
    if metric is None:
        return own
    return [it for it in own if f"metric:{metric}" in (it.writes or {})] or own


def of_stored(here: Session, title: str, own: Sequence[Execution]) -> Lineage:
    """What some executions came from, as the store alone knows it."""
    whole = asked.closure(here.store, [it.execution_id for it in own])
    return Lineage(
        title,
        whole.executions,
        changed_files(whole.executions),
        list(dict.fromkeys(it.doubts for it in whole.executions if it.doubts)),
        whole.missing,
    )


def changed_files(records: Sequence[Execution]) -> list[str]:
    """Files that are not any more what an execution of another session read."""
    found = []
    for record in records:
        for symbol, seen in (record.reads or {}).items():
            now = digest_now(symbol.removeprefix(FILE)) if symbol.startswith(FILE) else ""
            if now and not same_digest(seen, now):
                told = symbol.replace(":", " ", 1)
                found.append(f"{told}: it has changed since [{record.number}]")
    return list(dict.fromkeys(found))


def digest_now(path: str) -> str:
    """The digest of a file as it is; empty where there is none."""
    stamp = stamp_of(path)
    return "" if stamp is None else digest_of_stamped(path, stamp)


@lru_cache(maxsize=1024)
def digest_of_stamped(path: str, stamp: Stamp) -> str:
    """The digest of a file as `stat` shows it: it is read once until that is another."""
    return file_digest(path, stamp.size)
