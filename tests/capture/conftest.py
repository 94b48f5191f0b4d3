"""A journal to write to, and what was written; a notebook that is followed."""

from __future__ import annotations

import ast
import sys

import pytest

from nbtrack.capture.provenance import Provenance, Step
from nbtrack.capture.slices import slice_of
from nbtrack.capture.statements import code_hash
from nbtrack.journal import reader
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.event import JournalHeader


@pytest.fixture
def writer(store_folder):
    writer = JournalWriter(store_folder)
    yield writer
    writer.close()


@pytest.fixture
def written(store_folder):
    """The records in the journal, in order, without the headers of segments."""

    def read():
        found = []
        for segment in reader.segments(store_folder):
            decoded = reader.decode(reader.read(segment.path).lines)
            assert decoded.bad == []
            found += [it for it in decoded.records if not isinstance(it, JournalHeader)]
        return found

    return read


class Notebook:
    """A followed session whose cells run as a kernel runs them, statement by statement."""

    def __init__(self):
        self.names = {"__name__": "__main__", "In": [], "Out": {}}
        self.session = Provenance(self.names, lambda name: name in {"In", "Out"})
        self.number = 0

    def run(self, source, cell_id=None):
        """Run a cell; its step, or none where tracking lost it."""
        self.number += 1
        step = Step(0, self.number, source, cell_id=cell_id, code_hash=code_hash(source))
        statements = ast.parse(source).body
        shown = error = None
        self.session.begin(step)
        try:
            for statement in statements:
                shown = self.execute(statement)
        except Exception as raised:  # noqa: BLE001 - a cell may raise what it likes
            error, shown = raised, None
        if shown is not None:
            self.names["Out"][self.number] = self.names["_"] = shown
        status = "finished" if error is None else "failed"
        return self.session.finish(status, error=error, shown=shown)

    def execute(self, statement):
        """Execute a statement; the value of an expression."""
        file = f"<ipython-input-{self.number}>"
        if isinstance(statement, ast.Expr):
            return eval(compile(ast.Expression(statement.value), file, "eval"), self.names)
        exec(compile(ast.Module([statement], []), file, "exec"), self.names)
        return None

    def run_all(self, *sources):
        """Run cells; the step of the last one."""
        return [self.run(source) for source in sources][-1]

    def slice(self, name):
        """The numbers of the executions that a variable comes from."""
        return [step.number for step in slice_of(self.session, name)]


@pytest.fixture
def notebook():
    """A notebook that is followed; what measures coverage looks away meanwhile."""
    tracer = sys.gettrace()
    sys.settrace(None)
    made = Notebook()
    yield made
    made.session.close()
    sys.settrace(tracer)
