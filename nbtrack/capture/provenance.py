"""What each execution of a kernel session read, wrote and depended on.

The host calls `begin` before a cell's code and `finish` after it; `slices` asks what came of it.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import time
import weakref
from collections.abc import Callable, Iterable
from hashlib import blake2s
from itertools import compress
from operator import ne
from types import TracebackType
from typing import Any

from nbtrack.capture import audit
from nbtrack.capture.background import Background
from nbtrack.capture.classes import is_of
from nbtrack.capture.expansion import EXPANDING, NAMESPACES, QUERYING, expanded, queried
from nbtrack.capture.flows import inputs_by_name
from nbtrack.capture.guard import report
from nbtrack.capture.hidden import CellFacts
from nbtrack.capture.hidden_symbols import HiddenSymbols
from nbtrack.capture.identity import identity_of
from nbtrack.capture.instructions import inner_codes
from nbtrack.capture.memories import Memories
from nbtrack.capture.observation import Observer, observer_for
from nbtrack.capture.outputs import LAST, Outputs, is_output, number_of
from nbtrack.capture.patches import Patches
from nbtrack.capture.ran import Ran, is_statement
from nbtrack.capture.sources.shell import hooks_now
from nbtrack.capture.statements import acted_on, texts_stored
from nbtrack.capture.step import Step
from nbtrack.capture.symbols import Symbols
from nbtrack.capture.usage import Usage, codes_within, last_offsets, reached, usage_of
from nbtrack.records.ids import now_ms

__all__ = ["Provenance", "Step"]

LIBRARIES = tuple(
    {
        sys.prefix,
        sys.base_prefix,
        *filter(None, map(sysconfig.get_path, ("stdlib", "purelib", "platlib"))),
    }
)
"""Where code is that is nobody's notebook."""


class Provenance:
    """The executions of one kernel session and the variables they made.

    Args:
        namespace: The notebook's variables.
        is_ours: Whether a name in it is the shell's own, such as `In`.
    """

    def __init__(self, namespace: dict[str, Any], is_ours: Callable[[str], bool]) -> None:
        self.namespace = namespace
        self.is_ours = is_ours
        self.symbols = Symbols()
        self.steps: list[Step] = []
        self.hidden = HiddenSymbols()
        self.observer: Observer = observer_for(namespace)
        self.memories = Memories(self.symbols, self.hidden, self.value_of)
        self.patches = Patches(self.symbols, self.namespace.get)
        self.outputs = Outputs()
        self.identities: dict[str, int] = {}
        """Of the values when the cell began; all names are in it, also hidden ones."""
        self.later: dict[str, int] = {}
        """The same when it had run."""
        self.made_by: dict[str, set[int]] = {}
        """The executions that code was compiled in, by the name of its file."""
        self.numbered: set[str] = set()
        """The names that the shell keeps inputs and results under: two more with each cell."""
        self.hooked: set[str] = set()
        """Names that functions around the last cell may have changed after it."""
        self.own_names: set[str] = set()
        """Names such as `_` that the user bound, so that they stand for no result any more."""
        self.current: Step | None = None
        self.background = Background()
        self.started_ns = 0
        self.process = os.getpid()
        sessions.add(self)
        audit.hear("exec", self.executed)
        audit.hear("_thread.start_new_thread", self.started_thread)
        self.adopt()

    def close(self) -> None:
        """Watch nothing any more."""
        audit.unhear("exec", self.executed)
        audit.unhear("_thread.start_new_thread", self.started_thread)
        self.observer.close()
        self.hidden.close()

    def forget(self) -> None:
        """Follow nothing in a forked child, which is no part of the session."""
        self.current = None
        self.observer.forget()

    # Around a cell

    def begin(self, step: Step) -> None:
        """A cell's code is about to run."""
        if os.getpid() != self.process:
            return
        if self.current is not None:
            self.finish("interrupted")  # the end of the one before was not told
        step.index = len(self.steps)
        self.steps.append(step)
        self.numbered |= {f"_i{step.number}", f"_{step.number}"}
        self.current = step
        self.settle_background()
        self.background.before()
        self.started_ns = time.time_ns()
        self.hidden.before()
        self.observer.start()

    def finish(
        self,
        status: str,
        *,
        error: BaseException | None = None,
        shown: Any = None,
    ) -> Step | None:
        """It has run.

        Args:
            status: finished, failed or interrupted.
            error: What it raised.
            shown: The result it displayed, if any.
        """
        ran = self.observer.stop()
        if self.background.is_left():
            self.observer.is_complete = False  # what is left goes on reading
        step, self.current = self.current, None
        if step is None:
            return None
        step.end_time, step.status = now_ms(), status
        self.later = {}
        try:
            with self.symbols.at_rest():
                self.digest_step(step, ran, error.__traceback__ if error is not None else None)
                if shown is not None:
                    self.keep_output(step, shown)
        except Exception as trouble:  # noqa: BLE001 - told, and the user's cell goes on
            step.doubts.append(f"tracking failed: {type(trouble).__name__}: {trouble}")
            self.later = {}  # what was not taken in is, when the next cell begins
            report(trouble, "provenance")
        self.identities = self.later
        return step

    def adopt(self, step: Step | None = None) -> None:
        """Take in variables that are there without a cell that is known."""
        if step is not None:
            step.index = len(self.steps)
            self.steps.append(step)
        binders = () if step is None else (step.index,)
        for name, value in self.variables_now().items():
            variable = self.symbols.variables.get(name)
            if variable is None or variable.identity != identity_of(value):
                self.symbols.bind(name, value, binders)
                if step is not None:
                    step.writes[name] = self.symbols.digest(name) or ""

    # What is heard while a cell runs

    def executed(self, arguments: tuple[Any, ...]) -> None:
        """Code is executed: perhaps the cell's next statement."""
        code = arguments[0]
        if self.current is not None and is_of_cell(code.co_filename):
            self.observer.statement(code)

    def started_thread(self, _: tuple[Any, ...]) -> None:
        """A thread was started: what it calls is not seen."""
        if self.current is not None:
            self.observer.thread_started()

    # What a cell did

    def digest_step(self, step: Step, ran: list[Ran], trace: TracebackType | None) -> None:
        """Work out what a cell read, wrote and depended on, and take over what it left."""
        usage = usage_of(ran, last_offsets(trace), self.is_known)
        unseen = set() if self.observer.is_complete else self.add_possible(usage, ran)
        self.add_unnamed_writes(step, usage)
        self.add_named_by_text(step, usage)
        self.add_hooked(usage)
        self.memories.add_remembered(usage)
        reads = [name for name in usage.reads if name in self.symbols]
        outputs = self.outputs_read(step, usage)
        for name in (*reads, *outputs):
            step.sources[name] = frozenset(self.symbols.roots(name))
            step.uses |= step.sources[name]
            step.reads[name] = self.symbols.digest(name) or ""
        step.uses |= self.definitions(step, ran) | self.patches.needed(usage)
        if not self.background.names.isdisjoint(reads):
            step.uses.update(self.background.steps)
        touches = self.hidden.touched(step, self.facts(step, usage))
        self.memories.depend(step)
        self.read_lazily(step)
        step.uses.discard(step.index)
        self.take_changes(step, usage, [*reads, *outputs])
        self.take_bindings(step, usage)
        self.hidden.take(step, touches)
        self.memories.take(step, ran, usage, is_whole=self.observer.is_complete)
        step.inputs = inputs_by_name(ran, step.reads, self.symbols.is_changeable, unseen)
        self.note_doubts(step, reads)
        if not self.observer.is_complete and self.background.alive():
            self.background.add(step)

    def definitions(self, step: Step, ran: Iterable[Ran]) -> set[int]:
        """The executions that defined the functions that ran, however they were reached."""
        found: set[int] = set()
        for item in ran:
            if is_statement(item.code):
                self.made_by.setdefault(item.code.co_filename, set()).add(step.index)
            else:
                makers = self.made_by.get(item.code.co_filename, set())
                found |= makers if len(makers) == 1 else set()
        return found

    def is_known(self, name: str) -> bool:
        """Whether a name had a value before this cell."""
        return is_output(name) or name in self.symbols

    def outputs_read(self, step: Step, usage: Usage) -> list[str]:
        """The displayed results that a cell read, as symbols `Out[n]`."""
        for name in usage.reads.keys() & LAST.keys() - self.own_names:
            step.uses |= self.outputs.since(name)
        names = [name for name in usage.reads if name not in self.symbols]
        return [it for it in self.outputs.read_by(names, usage.numbers) if it in self.symbols]

    def facts(self, step: Step, usage: Usage) -> CellFacts:
        """What the kinds of hidden state are told of a cell."""
        written = frozenset(self.hidden.written)
        return CellFacts(usage, self.namespace.get, written, self.started_ns, step.source)

    def add_possible(self, usage: Usage, ran: list[Ran]) -> set[str]:
        """Where not all was seen: what the functions that were within reach may have read."""
        codes = codes_within(ran)
        possible = reached(usage.loads, codes, self.namespace.get, self.functions_of)
        for name in possible.reads:
            if self.is_known(name):
                usage.reads[name] = None
        usage.maybe |= {name: None for name in possible.maybe if name not in usage.writes}
        usage.attributes |= possible.attributes
        usage.texts |= possible.texts
        usage.imports |= possible.imports
        return set(possible.reads)

    def add_named_by_text(self, step: Step, usage: Usage) -> None:
        """Names that are read through a text: `globals()["x"]`, `!echo {x}`, `%env A={x}`."""
        names = usage.reads.keys() | usage.attributes | usage.builtins
        if not NAMESPACES.isdisjoint(names):
            told = {text for text in usage.texts if text in self.symbols}
            stored = texts_stored(step.source) & usage.writes.keys() if told else set()
            usage.reads |= dict.fromkeys((told - stored) if told else self.variables_now())
        if not EXPANDING.isdisjoint(usage.attributes):
            told = expanded(usage.texts)
            usage.reads |= dict.fromkeys(it for it in told if it in self.symbols)
        if not QUERYING.isdisjoint(usage.attributes | names):
            told = queried(usage.texts, self.namespace.get)
            usage.reads |= dict.fromkeys(it for it in told if it in self.symbols)
        for name in usage.writes:
            if name not in self.identities:
                usage.reads.pop(name, None)

    def read_lazily(self, step: Step) -> None:
        """Files that lazy values were made from: they are read when those are computed."""
        for name in list(step.reads):
            for place in step.sources.get(name, ()) if self.symbols.is_lazy(name) else ():
                for symbol in self.steps[place].reads:
                    if symbol.startswith("file:"):
                        self.hidden.read_again(step, symbol)

    def add_hooked(self, usage: Usage) -> None:
        """What the notebook's functions may read and change that its shell calls with each cell."""
        self.hooked = set()
        if hooks := hooks_now():
            codes = [code for hook in hooks for code in inner_codes(hook.__code__)]
            possible = reached((), codes, self.namespace.get, self.functions_of)
            self.hooked = {name for name in possible.reads if name in self.symbols}
            usage.reads |= dict.fromkeys(sorted(self.hooked))

    def functions_of(self, value: Any) -> Iterable[object]:
        """The notebook's functions and classes that a value holds."""
        return self.symbols.seen(value).functions

    def add_unnamed_writes(self, step: Step, usage: Usage) -> None:
        """Names that were bound in ways no bytecode shows: `globals()`, `%run`, a magic."""
        for name in usage.writes.keys() & LAST.keys() - self.own_names:
            self.own_names.add(name)
            self.identities.pop(name, None)
        now = self.later = self.identities_now()
        if now != self.identities:
            for name in bound_since(self.identities, now):
                if name not in usage.writes and not self.is_hidden(name):
                    usage.writes[name] = None
                    usage.maybe.pop(name, None)
                    step.uses.update(self.background.steps)  # it may be a thread that bound it
            usage.deletes |= dict.fromkeys(self.identities.keys() - now.keys())
        for name in list(usage.writes):
            if name not in now or self.is_hidden(name):
                del usage.writes[name]
        usage.deletes = {n: None for n in usage.deletes if n not in now and n in self.symbols}
        usage.maybe = {n: None for n in usage.maybe if n in now and not self.is_hidden(n)}

    def take_changes(self, step: Step, usage: Usage, reads: list[str]) -> None:
        """Look at what the cell read: which objects did it change, and who else leads to them?"""
        symbols = self.symbols
        bound_anew = usage.writes.keys() | usage.deletes.keys()
        again = [name for name in reads if name not in bound_anew]
        for name in reads:
            variable = symbols.variables.get(name)
            if name in bound_anew and variable is not None:
                for identity in variable.found.parts:
                    others = symbols.holders_of(identity) - bound_anew
                    again += sorted(others - set(again))
        changed = symbols.look_again(again, self.value_of, step.index)
        changed |= self.opaque_changes(step, reads)
        changed |= self.patches.take(step, usage)
        for name in changed - bound_anew:
            step.writes[name] = symbols.digest(name) or ""

    def opaque_changes(self, step: Step, reads: list[str]) -> set[str]:
        """Objects that cannot be looked into count as changed where the cell acted on them."""
        opaque = {}
        for name in reads:
            variable = self.symbols.variables.get(name)
            if variable is not None and variable.found.opaque:
                opaque[name] = variable.found.opaque
        if not opaque:
            return set()
        acted = acted_on(step.source)
        touched = {identity for name in opaque.keys() & acted for identity in opaque[name]}
        return self.symbols.mark(touched, step.index)

    def take_bindings(self, step: Step, usage: Usage) -> None:
        """Names that were bound have this execution as their origin."""
        symbols = self.symbols
        for name in usage.deletes:
            symbols.delete(name)
            step.writes.pop(name, None)
        for name in usage.writes:
            symbols.bind(name, self.namespace.get(name), (step.index,))
            if symbols.is_lazy(name):
                symbols.tell(name, lazy_digest(step, name))
            step.writes[name] = symbols.digest(name) or ""
        for name in usage.maybe:
            variable = symbols.variables.get(name)
            before = () if variable is None else variable.binders
            symbols.bind(name, self.namespace.get(name), (*before, step.index))
            step.writes[name] = symbols.digest(name) or ""

    def note_doubts(self, step: Step, reads: list[str]) -> None:
        """Say what was not seen whole."""
        for name in dict.fromkeys([*reads, *step.writes]):
            variable = self.symbols.variables.get(name)
            if variable is not None and not variable.found.is_exact:
                step.doubts.append(f"{name}: {variable.found.doubts}")

    def keep_output(self, step: Step, shown: Any) -> None:
        """Remember a displayed result, which later cells reach as `_` and `Out[n]`."""
        step.shows = True
        self.symbols.bind(f"Out[{step.number}]", shown, (step.index,))
        self.outputs.shown.append((step.number, step.index))

    # Between cells

    def settle_background(self) -> None:
        """Take in what changed since the last cell, by threads, tasks or widgets."""
        now = self.identities_now()
        for name in bound_since(self.identities, now):
            if name in self.namespace and not self.is_hidden(name):
                variable, value = self.symbols.variables.get(name), self.namespace[name]
                if variable is None or variable.identity != identity_of(value):
                    self.symbols.bind(name, value, self.background.steps)
        if self.hooked:
            self.symbols.look_again(self.hooked, self.value_of, len(self.steps) - 2)
        if self.background.steps:
            changer = self.background.steps[-1]  # it depends on the others
            self.symbols.look_again(self.background.names, self.value_of, changer)
        self.identities = now

    # The namespace

    def variables_now(self) -> dict[str, Any]:
        """The user's variables."""
        return {name: it for name, it in list(self.namespace.items()) if not self.is_hidden(name)}

    def identities_now(self) -> dict[str, int]:
        """All names but those the shell numbers, each with its value's identity."""
        values = self.namespace.copy()  # at once: another thread may bind names meanwhile
        names = values.keys() - self.numbered
        return dict(zip(names, map(identity_of, map(values.get, names)), strict=True))

    def is_hidden(self, name: str) -> bool:
        """Whether a name is the shell's, or stands for a displayed result."""
        if name[:1] != "_" and name[:4] != "Out[":
            return self.is_ours(name)
        if name in LAST:
            return name not in self.own_names
        is_special = name.startswith("__") and name.endswith("__")
        return is_special or self.is_ours(name) or number_of(name) is not None

    def value_of(self, name: str) -> Any:
        """The value of a variable or of a displayed result."""
        number = number_of(name)
        if number is not None:
            outputs = self.namespace.get("Out")
            return outputs.get(number) if is_of(outputs, dict) else None
        return self.namespace.get(name)


sessions: weakref.WeakSet[Provenance] = weakref.WeakSet()


def forget_in_child() -> None:
    """Have no session go on in a forked child."""
    for session in list(sessions):
        session.forget()


os.register_at_fork(after_in_child=forget_in_child)


def lazy_digest(step: Step, name: str) -> str:
    """What stands for a value that is not computed: the code that made it, and what that read."""
    told = repr((name, step.code_hash, sorted(step.reads.items())))
    return blake2s(told.encode(errors="replace"), digest_size=8).hexdigest()


def bound_since(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """The names that stand for another object than before, or for none then."""
    if before == now:
        return []
    return sorted(compress(now, map(ne, now.values(), map(before.get, now))))


def is_of_cell(filename: str) -> bool:
    """Whether code is of a cell, of a text (`exec`, `%time`), or of the user's own script."""
    if filename[:1] == "<":
        return filename[:7] != "<frozen"
    return not filename.startswith(LIBRARIES)
