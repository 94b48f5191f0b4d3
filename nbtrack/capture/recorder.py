"""Writes executions into the journal: before their code runs, and completed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from msgspec.structs import replace

from nbtrack.capture.classes import home_of
from nbtrack.capture.guard import guarded
from nbtrack.capture.provenance import Provenance, Step
from nbtrack.capture.redaction import (
    VARIABLE,
    is_secret_key,
    is_wanted,
    keyed_digest,
    redact_error,
    redact_text,
)
from nbtrack.capture.source_redaction import redact_source
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.execution import Execution
from nbtrack.records.ids import next_time, uuid7

__all__ = ["Recorder"]

MOST_SYMBOLS = 400
"""Of an execution's reads and writes; a star import of a thousand names says no more."""


class Recorder:
    """Writes the executions of one kernel session.

    Args:
        session: Whose executions.
        writer: Gives the journal of the store in use.
        notebook: Gives the notebook's path, if its editor tells it.
    """

    def __init__(
        self,
        session: Provenance,
        writer: Callable[[], JournalWriter],
        notebook: Callable[[], str],
    ) -> None:
        self.session, self.writer = session, writer
        self.notebook = guarded(notebook)  # a record without its path is better than none
        self.session_id = uuid7()
        self.known: set[tuple[str, str]] = set()
        """Executions that were written, with the store."""
        self.begun: dict[str, JournalWriter] = {}
        """Executions under way, with the journal they began in: a cell may choose another store."""
        self.secrets = SecretSymbols()

    def begin(self, step: Step) -> None:
        """Write an execution down before its code runs."""
        writer = self.begun[step.execution_id] = self.writer()
        writer.write(self.start_of(step, writer))
        step.is_recorded = True
        self.known.add((step.execution_id, str(writer.folder.path)))

    def link(self, step: Step) -> None:
        """Tell which run an execution is while it runs: its page leads to the cell then."""
        writer = self.begun.get(step.execution_id)
        if writer is not None:
            writer.write(
                Execution(
                    execution_id=step.execution_id,
                    session_id=self.session_id,
                    cell_run=step.cell_run,
                    time=next_time(),
                )
            )

    def end(self, step: Step) -> None:
        """Complete an execution, and write down those it depends on and are not there yet."""
        writer = self.begun.pop(step.execution_id, None) or self.writer()
        records = []
        for other in self.unwritten(step, writer):
            records += [self.start_of(other, writer), self.end_of(other)]
            other.is_recorded = True
            self.known.add((other.execution_id, str(writer.folder.path)))
        writer.write_all([*records, self.end_of(step)])

    def unwritten(self, step: Step, writer: JournalWriter) -> Iterable[Step]:
        """What a step depends on, and itself, as far as a store does not have it."""
        place = str(writer.folder.path)
        queue = [step]
        seen = {step.index}
        for it in queue:
            if (it.execution_id, place) in self.known and it is not step:
                continue
            for index in it.uses - seen:
                seen.add(index)
                queue.append(self.session.steps[index])
        return [it for it in queue if (it.execution_id, place) not in self.known]

    def record_of(self, step: Step) -> Execution:
        """All there is to say of an execution."""
        ended = self.end_of(step) if step.end_time is not None else None
        start = self.start_of(step, self.writer())
        if ended is None:
            return start
        told = {it: getattr(ended, it) for it in ended.__struct_fields__}
        return replace(start, **{it: value for it, value in told.items() if value is not None})

    def start_of(self, step: Step, writer: JournalWriter) -> Execution:
        """What is known before the code runs."""
        return Execution(
            execution_id=step.execution_id,
            session_id=self.session_id,
            number=step.number,
            cell_id=step.cell_id,
            notebook=self.notebook() or None,
            source=redact_source(step.source),
            code_hash=step.code_hash or None,
            status="running",
            start_time=step.start_time,
            owner=writer.owner,
            cell_run=step.cell_run,
            time=next_time(),
        )

    def end_of(self, step: Step) -> Execution:
        """What is known when it has run."""
        self.secrets.learn(step, self.session.value_of)
        return Execution(
            execution_id=step.execution_id,
            session_id=self.session_id,
            status=step.status,
            end_time=step.end_time,
            uses=[self.session.steps[it].execution_id for it in sorted(step.uses)],
            reads=self.secrets.told(step.reads),
            writes=self.secrets.told(step.writes),
            is_exact=step.is_exact,
            doubts=redact_error("; ".join(step.doubts[:5])) or None,
            cell_run=step.cell_run,
            error=redact_error(step.error) if step.error else None,
            shows=step.shows,
            time=next_time(),
        )


DATA = frozenset(
    ["lightgbm", "numpy", "pandas", "polars", "pyarrow", "scipy", "sklearn", "torch", "xgboost"]
)
"""Libraries whose objects are data, or made from it."""


class SecretSymbols:
    """Which symbols of a session hold secrets: by their name, their cell, or an equal value.

    Also what was made of a secret in another cell, but for data and models: they tell nobody.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.digests: set[str] = set()

    def learn(self, step: Step, value_of: Callable[[str], Any]) -> None:
        """Note what a cell wrote: all of it, if there is a secret in its source."""
        is_secret = holds_secret(step.source)
        read = {it for it, digest in step.reads.items() if self.is_source(it, digest)}
        for symbol, digest in step.writes.items():
            kind = symbol.partition(":")[0] if ":" in symbol else ""
            of_cell = is_secret and kind in {"", "file"}
            if not of_cell and kind in {"", "file"} and read:
                inputs = step.inputs.get(symbol, step.reads.keys())
                of_cell = not read.isdisjoint(inputs) and tells_secret(value_of(symbol))
            if digest and (of_cell or is_secret_key(symbol) or digest in self.digests):
                self.names.add(symbol)
            if symbol in self.names and digest:
                self.digests.add(digest)

    def is_source(self, symbol: str, digest: str) -> bool:
        """Whether what is made of a symbol may be secret."""
        is_variable = symbol.startswith("env:") and is_secret_key(symbol.removeprefix("env:"))
        return is_variable or self.has(symbol, digest)

    def told(self, symbols: dict[str, str]) -> dict[str, str]:
        """Digests by symbol as they are written: none tells what a short secret is."""
        return {
            redact_text(symbol): keyed_digest(digest) if self.has(symbol, digest) else digest
            for symbol, digest in list(symbols.items())[:MOST_SYMBOLS]
        }

    def has(self, symbol: str, digest: str) -> bool:
        """Whether a digest is of a secret; those of the environment are under the key already."""
        if not digest or not is_wanted() or symbol.startswith(("env:", "metric:")):
            return False
        return symbol in self.names or digest in self.digests or is_secret_key(symbol)


def tells_secret(value: object) -> bool:
    """Whether a value may give away the secret that it was made of.

    Numbers that are measured, frames, arrays and models do not: nobody guesses them.
    """
    kind = type(value)
    if kind is float or kind is bool or issubclass(kind, ModuleType):
        return False
    return home_of(kind).partition(".")[0] not in DATA


def holds_secret(source: str) -> bool:
    """Whether there is a secret in source, or was one before it was taken out."""
    return VARIABLE in source or redact_source(source) != source
