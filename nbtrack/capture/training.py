"""What observers of training libraries tell, and who listens.

An observer (one file a library, in `capture/libraries`) publishes; `api.autologging` logs what
it hears to the active run, and what keeps models subscribes to `Fitted`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from nbtrack.capture.guard import report

__all__ = [
    "Event",
    "Failed",
    "Fitted",
    "Fitting",
    "Measured",
    "Trial",
    "depth",
    "enclosed",
    "publish",
    "subscribe",
    "wanted",
]


class Fitting(NamedTuple):
    """A fit begins; the params are plain values, shallow."""

    library: str
    name: str
    """The class of what is fitted: `RandomForestClassifier`."""
    params: Mapping[str, Any]
    tags: Mapping[str, str] = {}


class Measured(NamedTuple):
    """A number that a library computed: of an epoch, of a round, or by a metric function."""

    key: str
    value: float
    step: int | None = None
    """None for a number that stands alone; a second one of that key is another number."""
    library: str = ""


class Trial(NamedTuple):
    """One of the settings that a search tried."""

    params: Mapping[str, Any]
    metrics: Mapping[str, float]


class Fitted(NamedTuple):
    """A fit ended well."""

    library: str
    name: str
    model: Any
    """The fitted object itself; whoever keeps it asks its own library."""
    metrics: Mapping[str, float] = {}
    data: Mapping[str, Any] = {}
    """Shapes and names of what it was fitted on: n_samples, n_features, feature_names."""
    seconds: float = 0.0
    pieces: Mapping[str, Any] = {}
    """More that belongs to it, as files: a name such as `feature_importance.json` and its JSON.

    A text is kept as it is."""
    params: Mapping[str, Any] = {}
    """What the fit found out: the best settings of a search."""
    trials: Sequence[Trial] = ()
    """What a search tried, the best first."""
    inputs: tuple[Any, ...] = ()
    """The data itself, X and y, for who wants its digest; never kept."""
    sample: Any = None
    """Its first rows, where the data itself is not at hand; only told where it is wanted."""
    is_whole: bool = True
    """Whether the model is fitted; after the first of several batches it is not."""


class Failed(NamedTuple):
    """A fit ended with an error, which goes on to the user's code."""

    library: str
    name: str
    error: BaseException


Event = Fitting | Measured | Fitted | Failed
Listener = Callable[[Event], None]

listeners: list[Listener] = []


class Wanted:
    """What those who listen asked for beyond what a fit shows by itself."""

    judgement = False
    """Scores on the training data and importances, which take time to compute."""
    samples = False
    """First rows of data that is gone after the fit."""


wanted = Wanted()


class Depth(threading.local):
    """How many fits a thread is inside of."""

    fits = 0


depth = Depth()


def subscribe(listener: Listener) -> Callable[[], None]:
    """Hear every event from now on; what is returned ends it."""
    listeners.append(listener)

    def leave() -> None:
        if listener in listeners:
            listeners.remove(listener)

    return leave


def publish(event: Event) -> None:
    """Tell whoever listens; fits inside of fits (a search, a pipeline) are not told.

    A listener that fails, whatever it says, stops neither the fit nor the other listeners.
    """
    if depth.fits <= 1 and os.getpid() == process:
        for listener in tuple(listeners):
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001 - it is told, and the fit goes on
                report(error, "autologging")


@contextmanager
def enclosed() -> Iterator[bool]:
    """Be inside a fit; True for the outermost one."""
    depth.fits += 1
    try:
        yield depth.fits == 1
    finally:
        depth.fits -= 1


process = os.getpid()


def stay_silent() -> None:
    """A forked worker's fits are parts of its parent's."""
    listeners.clear()


os.register_at_fork(after_in_child=stay_silent)
