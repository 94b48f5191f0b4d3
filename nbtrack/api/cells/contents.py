"""What the run of a cell is filled with once the cell has run: params, metrics, data, files.

A name that cannot be taken is told on the card, and the others are kept.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nbtrack.api.cells.environment import keep_environment
from nbtrack.api.cells.findings import CellFindings, findings_of
from nbtrack.api.cells.models import keep_cell_models
from nbtrack.api.cells.run import CellRun, Seen
from nbtrack.api.files.run_files import keep_bytes
from nbtrack.capture.classes import is_exactly
from nbtrack.capture.guard import report
from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.names import name_of
from nbtrack.capture.redaction import is_wanted, redact_text
from nbtrack.capture.sources.data import DataFacts, file_facts, frame_facts
from nbtrack.capture.values import is_number
from nbtrack.errors import NbtrackError
from nbtrack.records.dataset import Input
from nbtrack.records.ids import next_time

__all__ = ["fill"]

MOST_INPUTS = 12
MOST_KNOWN = 100
MOST_ITEMS = 20
MOST_PRINTED = 10_000_000
"""Characters of what a cell printed that are kept."""


def fill(cell: CellRun, seen: Seen) -> None:
    """Fill a run with all that is known of its cell; what fails is told on the card."""
    found = CellFindings()
    if cell.asked.finds:
        found = findings_of(seen.source, seen.namespace, seen.writes)
    attempt(cell, keep_found_params, cell, found)
    attempt(cell, keep_cell_models, cell, seen)  # metrics that come after speak of the model
    attempt(cell, keep_found_metrics, cell, found)
    for act in (keep_named, keep_inputs, keep_files):
        attempt(cell, act, cell, seen)


def attempt(cell: CellRun, act: Callable[..., None], *arguments: Any) -> None:
    """Do one thing; the rest goes on where it fails."""
    try:
        act(*arguments)
    except NbtrackError as error:
        cell.warn(str(error))
    except Exception as error:  # noqa: BLE001 - the guard's promise: the cell goes on
        cell.warn(f"{act.__name__} failed: {type(error).__name__}: {error}")
        report(error, act.__name__)


# Params and metrics


def keep_found_params(cell: CellRun, found: CellFindings) -> None:
    """Log params that the code shows; what was logged by name stays."""
    measured = cell.metrics.keys() | found.metrics.keys() | set(cell.asked.metrics)
    keep_params(cell, {k: v for k, v in found.params.items() if k not in measured})


def keep_found_metrics(cell: CellRun, found: CellFindings) -> None:
    """Log metrics that the code shows; what was logged by name stays."""
    if not cell.asked.finds:
        return
    points = [it for it in found.metrics.items() if it[0] not in cell.metrics]
    points += lone(cell, found)
    for key, values in grouped(points).items():
        attempt(cell, keep_metric, cell, key, values)


def keep_params(cell: CellRun, found: Mapping[str, Any]) -> None:
    """Log params that are not there; one that was there before the cell and differs is told."""
    known = {name.rpartition(".")[2] for name in cell.run.params}
    for name, value in found.items():
        cell.own_params.append(name)
        if name in cell.run.params:
            attempt(cell, compare, cell, name, value)
        elif "." in name or name not in known:
            attempt(cell, cell.run.log_params, [(name, value)])


def compare(cell: CellRun, name: str, value: Any) -> None:
    """Tell of a param that the run had before the cell, with another value."""
    _, text = cell.run.param_text(name, value)
    before = cell.params_before.get(name)
    if before is not None and before != text:
        cell.warn(f"param {name} was logged before as {before} and stays so; it is {text} now")


def lone(cell: CellRun, found: CellFindings) -> Iterable[tuple[str, float]]:
    """Numbers that metric functions returned and that no variable or call has named."""
    counts = Counter(key for key, _ in cell.measured)
    logged = set(cell.metrics.values())
    for key, value in cell.measured:
        named = [it for it, functions in found.functions.items() if is_of(key, functions)]
        is_named = value in logged or value in [found.metrics[it] for it in named]
        if key not in cell.metrics and not is_named and counts[key] > len(named):
            yield key, value


def is_of(key: str, functions: Iterable[str]) -> bool:
    """Whether a measured number came from one of some functions: its key has the name in it."""
    return any(it in key for it in functions)


def grouped(points: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    """All values of each metric, in order."""
    found: dict[str, list[float]] = {}
    for key, value in points:
        found.setdefault(key, []).append(value)
    return found


def keep_metric(cell: CellRun, key: str, values: list[float]) -> None:
    """Log a number, or the numbers of a loop as a curve."""
    cell.run.log_metric(key, values[0] if len(values) == 1 else values)


def keep_named(cell: CellRun, seen: Seen) -> None:
    """Log the variables that the line of `%%track` names."""
    asked = cell.asked
    for option, names, act in (
        ("--params", asked.params, keep_named_param),
        ("--metrics", asked.metrics, keep_named_metric),
        ("--keep", asked.keep, keep_value),
    ):
        for name in names:
            if option == "--metrics" and name in cell.metrics:
                continue  # the cell logged it itself
            if name in seen.namespace:
                attempt(cell, act, cell, name, seen.namespace[name])
            elif seen.error is None:
                cell.warn(f"{option} {name}: there is no such variable after the cell")


def keep_named_param(cell: CellRun, name: str, value: Any) -> None:
    """Log a variable as a param, the items of a short dictionary each."""
    if type(value) is dict and 0 < len(value) <= MOST_ITEMS:
        keep_params(cell, {f"{name}.{key}": shown(it) for key, it in value.items()})
    else:
        keep_params(cell, {name: shown(value)})


def keep_named_metric(cell: CellRun, name: str, value: Any) -> None:
    """Log a variable as a metric, the items of a short dictionary each."""
    items = {name: value}
    if type(value) is dict and 0 < len(value) <= MOST_ITEMS:
        items = {f"{name}.{key}": it for key, it in value.items()}
    for key, number in items.items():
        if key not in cell.metrics:
            cell.run.log_metric(key, number)


def shown(value: Any) -> Any:
    """A variable as a param: a plain value as it is, another by its class; nothing is called."""
    plain = (str, int, float, bool, type(None), list, tuple, dict, set)
    if is_exactly(value, plain) or is_number(value):
        return value
    return name_of(type(value))


# Data and files


def keep_value(cell: CellRun, name: str, value: Any) -> None:
    """Keep a variable's data as a file."""
    from nbtrack.api.cells.values import file_of

    path, content = file_of(name, value)
    keep_bytes(cell.here, cell.run, content, path)


def keep_inputs(cell: CellRun, seen: Seen) -> None:
    """Note the frames and files that the cell read, each column with its digest."""
    for symbol in dict.fromkeys([*seen.reads, *seen.loaded]):
        if len(cell.inputs) >= MOST_INPUTS:
            break
        found = seen.loaded.get(symbol) or facts_of(symbol, seen)
        if found is not None and found.name not in {it.name for it in cell.inputs}:
            cell.inputs.append(found)
    time = next_time()
    cell.run.add_inputs(
        Input(run_id=cell.run.run_id, time=time, **it._asdict()) for it in cell.inputs
    )


def facts_of(symbol: str, seen: Seen) -> DataFacts | None:
    """What is to say of a symbol that was read; None where it is no data.

    Of a frame that the cell changed only the digest of what it saw is known.
    """
    if symbol.startswith("file:"):
        path = symbol.removeprefix("file:")
        is_data = not path.endswith((".py", ".pyc")) and symbol not in seen.writes
        return file_facts(path, os.getcwd()) if is_data else None  # noqa: PTH109 - it stays a text
    value = seen.namespace.get(symbol)
    if value is None or is_number(value):
        return None
    if symbol in seen.whole:
        return unchanged_facts(symbol, value, seen.reads[symbol])
    found = frame_facts(value, symbol)
    if found is None or symbol not in seen.writes:
        return found
    return found._replace(digest=seen.reads[symbol], profile=None) if seen.reads[symbol] else None


known_facts: dict[str, tuple[tuple[int, str, bool], DataFacts | None]] = {}
"""Of the variables that were read last, by name, each with what tells that it is the same still."""


def unchanged_facts(symbol: str, value: Any, digest: str) -> DataFacts | None:
    """What is to say of a variable, read anew only where it is another than the last time.

    The columns of an array are hashed one by one, which takes longer than its own digest.
    """
    state = (identity_of(value), digest, is_wanted())
    known = known_facts.get(symbol)
    if known is not None and known[0] == state:
        return known[1]
    if len(known_facts) >= MOST_KNOWN:
        known_facts.clear()
    found = frame_facts(value, symbol)
    known_facts[symbol] = (state, found)
    return found


def keep_files(cell: CellRun, seen: Seen) -> None:
    """Keep figures, what was printed if that was asked for, and the environment."""
    for path, content in seen.figures:
        attempt(cell, keep_bytes, cell.here, cell.run, content, path)
    if seen.printed:
        text = redact_text(seen.printed[:MOST_PRINTED])
        attempt(cell, keep_bytes, cell.here, cell.run, text.encode(errors="replace"), "output.txt")
    keep_environment(cell.here, cell.run)
