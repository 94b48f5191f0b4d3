"""The run that a tracked cell is: begun before its code, filled and ended after it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nbtrack.api.cell_findings import begins_one_run, findings_of
from nbtrack.api.current_experiment import named_experiment, note
from nbtrack.api.ending import finish, outcome, record_error
from nbtrack.api.run_files import keep_bytes
from nbtrack.api.runs import start_run
from nbtrack.api.session import Session, session, session_at
from nbtrack.capture import stack
from nbtrack.capture.guard import guarded, report
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.redaction import redact_text
from nbtrack.capture.sources.data import DataFacts, file_facts, frame_facts
from nbtrack.capture.sources.packages import ENVIRONMENT_FILE, environment_json
from nbtrack.capture.values import is_number
from nbtrack.errors import NbtrackError, StoreError
from nbtrack.records.artifact import Artifact
from nbtrack.records.dataset import Input
from nbtrack.records.ids import next_time

__all__ = ["Asked", "CellRun", "Seen", "begin_cell_run"]

MOST_INPUTS = 12


class Asked(NamedTuple):
    """What the line of `%%track` asks for."""

    name: str | None = None
    experiment: str | None = None
    tags: Mapping[str, str] = {}
    params: Sequence[str] = ()
    metrics: Sequence[str] = ()
    keep: Sequence[str] = ()
    description: str | None = None
    nested: bool = False
    run_id: str | None = None
    log_system_metrics: bool | None = None
    finds: bool = True
    """Whether params and metrics are found that were not named."""


class Seen(NamedTuple):
    """What was seen of a cell that has run."""

    source: str
    """Its code as Python."""
    namespace: Mapping[str, Any]
    reads: Sequence[str] = ()
    """The symbols it read."""
    error: BaseException | None = None
    figures: Sequence[tuple[str, bytes]] = ()
    """Files with the figures it showed."""
    printed: str = ""


class CellRun:
    """A run that a cell holds open until it has run."""

    def __init__(self, run: OpenRun, asked: Asked, *, is_own: bool) -> None:
        self.run, self.asked, self.is_own = run, asked, is_own
        self.begun = time.monotonic()
        self.seconds = 0.0
        self.params: dict[str, str] = {}
        self.own_params: list[str] = []
        """Those that the cell's code names; others are defaults of what it made."""
        self.inputs: list[DataFacts] = []
        self.artifacts: list[tuple[str, int]] = []
        self.warnings: list[str] = []
        self.measured: list[tuple[str, float]] = []
        """What metric functions returned in the cell."""
        self.status = "RUNNING"

    @property
    def here(self) -> Session:
        """The store it is in."""
        return session_at(self.run.writer.folder)

    @property
    def metrics(self) -> dict[str, float]:
        """The latest value of each metric that was logged to it during the cell."""
        return self.run.logged

    def finish(self, seen: Seen) -> None:
        """Fill it with what was seen of the cell, and end it; what fails is told on its card."""
        self.seconds = time.monotonic() - self.begun
        for act in (self.keep_found, self.keep_named, self.keep_inputs, self.keep_files):
            try:
                act(seen)
            except NbtrackError as error:
                self.warnings.append(str(error))
            except Exception as error:  # noqa: BLE001 - the guard's promise: the cell goes on
                self.warnings.append(f"{act.__name__} failed: {type(error).__name__}: {error}")
                report(error, act.__name__)
        told = [it for it in self.own_params if it in self.run.params]
        self.params = {it: self.run.params[it] for it in (*told, *self.run.params)}
        self.end(seen.error)

    @guarded
    def end(self, error: BaseException | None) -> None:
        """End it as the cell ended; one that was open before goes on."""
        run = self.run
        run.is_held = False
        status = outcome(error)
        self.status = run.asked_status if status == "FINISHED" and run.asked_status else status
        if not self.is_own:
            self.status = "RUNNING"
            return
        if status == "FAILED" and error is not None:
            record_error(run, error)
        finish(run, self.status)

    def keep_found(self, seen: Seen) -> None:
        """Log params and metrics that the code shows; what was logged by name stays."""
        if not self.asked.finds:
            return
        found = findings_of(seen.source, seen.namespace)
        self.own_params += [*self.asked.params, *found.params]
        known = {name.rpartition(".")[2] for name in self.run.params}
        fresh = [it for it in found.params.items() if it[0] not in self.run.params]
        self.run.log_params(
            it for it in fresh if it[0].rpartition(".")[2] not in known or "." in it[0]
        )
        metrics = [it for it in found.metrics.items() if it[0] not in self.run.logged]
        metrics = metrics if seen.error is None else []
        named = {value for _, value in metrics} | set(self.run.logged.values())
        for key, value in self.measured:
            if value not in named and key not in self.run.logged:
                metrics.append((key, value))
        if metrics:
            self.run.log_points(metrics)

    def keep_named(self, seen: Seen) -> None:
        """Log the variables that the line of `%%track` names."""
        for name in self.asked.params:
            if name not in seen.namespace:
                self.warnings.append(f"--params {name}: there is no such variable after the cell")
            elif name not in self.run.params:
                self.run.log_params([(name, shown(seen.namespace[name]))])
        for name in self.asked.metrics:
            if name not in seen.namespace:
                self.warnings.append(f"--metrics {name}: there is no such variable after the cell")
            elif name not in self.run.logged:
                self.run.log_metric(name, seen.namespace[name])
        for name in self.asked.keep:
            if name not in seen.namespace:
                self.warnings.append(f"--keep {name}: there is no such variable after the cell")
            else:
                self.keep_value(name, seen.namespace[name])

    def keep_value(self, name: str, value: Any) -> None:
        """Keep a variable's data as a file: a frame as Parquet or CSV, others as JSON or text."""
        from nbtrack.api.cell_values import file_of

        path, content = file_of(name, value)
        self.keep_file(path, content)

    def keep_inputs(self, seen: Seen) -> None:
        """Note the frames and files that the cell read, each column with its digest."""
        facts: list[DataFacts | None] = []
        for symbol in seen.reads:
            if len(facts) >= MOST_INPUTS:
                break
            if symbol.startswith("file:"):
                path = symbol.removeprefix("file:")
                facts.append(None if path.endswith((".py", ".pyc")) else file_facts(path))
            elif symbol in seen.namespace and not is_number(seen.namespace[symbol]):
                facts.append(frame_facts(seen.namespace[symbol], symbol))
        self.inputs = [it for it in facts if it is not None]
        time_now = next_time()
        self.run.add_inputs(
            Input(run_id=self.run.run_id, time=time_now, **it._asdict()) for it in self.inputs
        )

    def keep_files(self, seen: Seen) -> None:
        """Keep figures, what was printed if that was asked for, and the environment."""
        for path, content in seen.figures:
            self.keep_file(path, content)
        if seen.printed:
            self.keep_file("output.txt", redact_text(seen.printed).encode(errors="replace"))
        keep_environment(self.here, self.run)

    def keep_file(self, path: str, content: bytes) -> None:
        keep_bytes(self.here, self.run, content, path)
        self.artifacts.append((path, len(content)))


def begin_cell_run(asked: Asked, source: str) -> CellRun:
    """Begin the run of a cell; inside an open run without `--nested`, the cell is part of that.

    Raises:
        NbtrackError: A name, tag or id cannot be taken.
    """
    outer = stack.enclosing()
    if outer is not None and not asked.nested and asked.run_id is None:
        outer.is_held = True
        outer.logged = {}
        return CellRun(outer, asked, is_own=False)
    run = start_run(
        run_id=asked.run_id,
        experiment_id=experiment_id_of(asked.experiment),
        run_name=asked.name,
        nested=asked.nested or outer is not None,
        tags=dict(asked.tags),
        description=asked.description,
        log_system_metrics=asked.log_system_metrics or None,
    ).open_run
    run.is_held = True
    run.is_adoptable = begins_one_run(source)
    return CellRun(run, asked, is_own=True)


def experiment_id_of(name: str | None) -> str | None:
    """The id of the experiment of a name, which is made if there is none."""
    if name is None:
        return None
    found = named_experiment(session(), name)
    note(session(), found)
    return found.experiment_id


def shown(value: Any) -> Any:
    """A variable as a param: a plain value as it is, another by its class; nothing is called."""
    plain = (str, int, float, bool, type(None), list, tuple, dict, set)
    if type(value) in plain or is_number(value):
        return value
    return f"{type(value).__module__}.{type(value).__qualname__}"


class KeptEnvironment:
    """The environment as it was kept last, so that equal ones are stored once."""

    content = b""
    folder = ""
    artifact: tuple[str, int] = ("", 0)


@guarded
def keep_environment(here: Session, run: OpenRun) -> None:
    """Keep the versions of all packages in use with a run."""
    try:
        content = environment_json()
        if (content, str(here.folder.path)) != (KeptEnvironment.content, KeptEnvironment.folder):
            blob = here.blobs.put(content)
            KeptEnvironment.content, KeptEnvironment.folder = content, str(here.folder.path)
            KeptEnvironment.artifact = (blob.digest, blob.size)
        digest, size = KeptEnvironment.artifact
        run.add_artifacts([Artifact(run.run_id, ENVIRONMENT_FILE, digest, size, next_time())])
    except StoreError as error:
        report(error, "keeping the environment")
