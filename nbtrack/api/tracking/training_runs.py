"""What observers of training tell, written to runs: to one that is chosen, or to one begun for it.

Params of a run never change: a second fit with others is kept under the name of its class.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from nbtrack.api.files.documents import written
from nbtrack.api.files.run_files import keep_bytes
from nbtrack.api.runs.start import PARENT_TAG, begin_for_client
from nbtrack.api.session import session_at
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.training import Fitted, Fitting, Measured, Trial

__all__ = ["Going", "keep_fit", "keep_number", "keep_outcome", "keep_trials"]

LONGEST_KEY = 250
LONGEST_TAG = 5_000

DATA_TAG = "nbtrack.fit."


class Ledger:
    """What was logged to a run by itself."""

    def __init__(self) -> None:
        self.fits: Counter[str] = Counter()
        self.numbers: Counter[str] = Counter()
        self.metrics: dict[str, str] = {}


ledgers: WeakKeyDictionary[OpenRun, Ledger] = WeakKeyDictionary()
writing = threading.RLock()


class Going(NamedTuple):
    """A fit that goes on, its run, and what its keys begin with."""

    run: OpenRun
    library: str
    name: str
    label: str
    prefix: str


def ledger_of(run: OpenRun) -> Ledger:
    """What was logged to a run."""
    return ledgers.setdefault(run, Ledger())


def keep_fit(run: OpenRun, event: Fitting) -> Going:
    """Log the params and tags of a fit that begins."""
    with writing:
        ledger = ledger_of(run)
        ledger.fits[event.name] += 1
        number = ledger.fits[event.name]
        label = event.name if number == 1 else f"{event.name}-{number}"
        params = texts_of(run, event.params)
        prefix = f"{label}." if conflicts(run, params) else ""
        log_fresh(run, {prefix + key: text for key, text in params.items()})
        if event.tags:
            run.set_tags(event.tags)
    return Going(run, event.library, event.name, label, prefix)


def texts_of(run: OpenRun, params: Mapping[str, Any]) -> dict[str, str]:
    """Params as they are written; those with endless names are left out."""
    return dict(
        run.param_text(key, value) for key, value in params.items() if 0 < len(key) <= LONGEST_KEY
    )


def conflicts(run: OpenRun, params: Mapping[str, str]) -> bool:
    """Whether one of them has another value already."""
    return any(run.params.get(key, text) != text for key, text in params.items())


def log_fresh(run: OpenRun, params: Mapping[str, str]) -> None:
    """Log the params that the run has not got yet."""
    with run.lock:
        fresh = [
            (key, text)
            for key, text in params.items()
            if key not in run.params and len(key) <= LONGEST_KEY
        ]
        run.log_params(fresh)


def keep_number(run: OpenRun, event: Measured) -> None:
    """Log a number; one that stands alone and comes again is another one, as in MLflow."""
    key = event.key
    if event.step is None:
        with writing:
            numbers = ledger_of(run).numbers
            numbers[key] += 1
            key = key if numbers[key] == 1 else f"{key}-{numbers[key]}"
    run.log_metric(key, event.value, event.step)


def keep_outcome(going: Going, event: Fitted) -> None:
    """Log what a fit led to."""
    run = going.run
    with writing:
        prefix = prefix_of_metrics(going, event.metrics)
        run.log_points((prefix + key, value) for key, value in event.metrics.items())
        params = texts_of(run, event.params)
        start = going.prefix or (f"{going.label}." if conflicts(run, params) else "")
        log_fresh(run, {start + key: text for key, text in params.items()})
        if event.data:
            run.set_tags({DATA_TAG + key: text_of(value) for key, value in event.data.items()})
    folder = f"{going.label}/" if prefix or going.prefix else ""
    for name, content in event.pieces.items():
        text = content if isinstance(content, str) else written(content, name)
        keep_bytes(session_at(run.writer.folder), run, text.encode(), folder + name)


def prefix_of_metrics(going: Going, metrics: Mapping[str, float]) -> str:
    """What the keys of a fit's metrics begin with: those of another class stay as they are."""
    owners = ledger_of(going.run).metrics
    if going.prefix or any(owners.get(key, going.name) != going.name for key in metrics):
        return f"{going.label}."
    owners.update(dict.fromkeys(metrics, going.name))
    return ""


def text_of(value: Any) -> str:
    """What is known of the data as a tag: names in a row."""
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= LONGEST_TAG else f"{text[: LONGEST_TAG - 1]}…"


def keep_trials(going: Going, trials: Sequence[Trial]) -> None:
    """Log what a search tried as runs inside of its run."""
    parent = going.run
    here = session_at(parent.writer.folder)
    for trial in trials:
        child = begin_for_client(
            here, parent.experiment_id or "0", tags={PARENT_TAG: parent.run_id}
        )
        log_fresh(child, texts_of(child, trial.params))
        child.log_points(trial.metrics.items())
        child.end("FINISHED")
