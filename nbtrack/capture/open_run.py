"""A run that this process writes to: checks what it is handed, and writes records of it.

`api` opens and ends runs; whoever has only an id asks `find` or attaches a run with `keep`.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from nbtrack.capture.redaction import redact, redact_text
from nbtrack.capture.values import (
    DatasetLike,
    curve_of,
    is_single,
    key_of,
    number_of,
    step_of,
    steps_of,
    text_of,
    time_of,
    times_of,
)
from nbtrack.errors import ParamChanged
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.artifact import Artifact
from nbtrack.records.dataset import Input
from nbtrack.records.ids import next_time, now_ms
from nbtrack.records.metric import Metric, Series
from nbtrack.records.param import Param
from nbtrack.records.record import Record
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag

__all__ = ["NAME_TAG", "SAFE_KIND", "USER_TAG", "MadeModel", "OpenRun"]

NAME_TAG = "mlflow.runName"
USER_TAG = "mlflow.user"

SAFE = 1 << 62
"""Steps within it need no further look."""

CARD_POINTS = 20_000
"""Points of a metric that are remembered for a cell's card."""

SAFE_KIND = "safe to load"
"""Of models whose files run nothing when they are read."""

SERIES_POINTS = 10_000
"""Points in one record of a curve: at 60 bytes each they stay well under a megabyte."""


class MadeModel(NamedTuple):
    """A model that was logged, as a card tells of it."""

    model_id: str
    name: str
    flavor: str
    size_bytes: int
    kind: str
    """Whether it is safe to load, in words."""
    signature: str = ""
    """What it takes and gives, in a line."""
    registered: str = ""
    """The registered model that it is a version of."""
    version: str = ""
    problem: str = ""
    """Why it is not whole, if it is not."""

    @property
    def address(self) -> str:
        """By which it is loaded: that of its version, if it has one."""
        if self.registered:
            return f"models:/{self.registered}/{self.version}"
        return f"models:/{self.model_id}"

    @property
    def is_safe(self) -> bool:
        """Whether loading it runs no code."""
        return self.kind == SAFE_KIND


class OpenRun:
    """A run that can be written to; safe to share among threads."""

    def __init__(
        self,
        writer: JournalWriter,
        run_id: str,
        *,
        experiment_id: str | None = None,
        run_name: str | None = None,
    ) -> None:
        self.writer = writer
        self.run_id = run_id
        self.experiment_id = experiment_id
        self.run_name = run_name
        self.user_id: str | None = None
        self.start_time = now_ms()
        self.end_time: int | None = None
        self.status = "RUNNING"
        self.is_open = True
        self.is_held = False
        """Whether a cell keeps it open until its own end, whoever ends it before."""
        self.is_adoptable = False
        """Whether the cell's code begins one run, which then is this one."""
        self.asked_status = ""
        """The status it was asked to end with while it was held."""
        self.logged: dict[str, float] = {}
        """The latest value of each metric that was logged here while it was held."""
        self.curves: dict[str, list[float]] = {}
        """The values of each, in the order in which they were logged."""
        self.kept: dict[str, int] = {}
        """The files that it was given while it was held, with their bytes."""
        self.models: dict[int, str] = {}
        """The newest model it made at each step: metrics of that step speak of it."""
        self.made: dict[str, MadeModel] = {}
        """The models that were logged here by this process, by their ids."""
        self.pid = os.getpid()
        self.params: dict[str, str] = {}
        self.known_inputs: set[tuple[str, str]] = set()
        self.lock = threading.RLock()  # a signal handler may log while its own thread holds it
        every_run.add(self)

    @property
    def is_inherited(self) -> bool:
        """Whether a parent process opened it: this one may write to it and must not end it."""
        return self.pid != os.getpid()

    def begin(self, tags: Mapping[str, str], *, owned: bool = True) -> None:
        """Write that it started.

        Args:
            tags: Its first tags, as texts without secrets; one of them names the user.
            owned: Whether it is over when this process is.
        """
        self.user_id = tags.get(USER_TAG, self.user_id)
        time = next_time()
        start = RunInfo(
            run_id=self.run_id,
            experiment_id=self.experiment_id,
            run_name=self.run_name,
            user_id=self.user_id,
            status="RUNNING",
            start_time=self.start_time,
            owner=self.writer.owner if owned else None,
            time=time,
        )
        records: list[Record] = [start]
        records += [RunTag(key, value, self.run_id, time) for key, value in tags.items()]
        self.writer.write_all(records)

    def resume(self, run_name: str | None = None) -> None:
        """Write that it goes on in this process; in a forked child it is its parent's still."""
        owner = None if self.is_inherited else self.writer.owner
        status = None if self.is_inherited else "RUNNING"
        self.end_time = None
        self.change(status=status, name=run_name, owner=owner)

    def end(self, status: str) -> None:
        """Write that it ended; a forked child only lets go of its parent's run."""
        self.is_open = False
        if self.is_inherited:
            return
        self.change(status=status, end_time=now_ms())
        self.writer.sync_soon()

    def change(
        self,
        *,
        status: str | None = None,
        end_time: int | None = None,
        name: str | None = None,
        owner: str | None = None,
    ) -> None:
        """Write another status, end, name or owner."""
        name = redact_text(name) if name else name
        self.status = status or self.status
        self.end_time = end_time if end_time is not None else self.end_time
        self.run_name = name or self.run_name
        time = next_time()
        change = RunInfo(
            run_id=self.run_id,
            run_name=name,
            status=status,
            end_time=end_time,
            owner=owner,
            time=time,
        )
        tags = [RunTag(NAME_TAG, name, self.run_id, time)] if name else []
        self.writer.write_all([change, *tags])

    def hold(self) -> None:
        """Stay open until a cell's end, and remember what is logged from now on."""
        self.is_held, self.asked_status = True, ""
        self.logged, self.curves, self.kept = {}, {}, {}

    def remember(self, key: str, values: list[float]) -> None:
        """Know points that a cell's card shows; of very many, each second one goes."""
        if values:
            self.logged[key] = values[-1]
            curve = self.curves.setdefault(key, [])
            curve += values
            if len(curve) > CARD_POINTS:
                del curve[::2]

    def log_metric(
        self,
        key: str,
        value: Any,
        step: Any = None,
        timestamp: Any = None,
        *,
        model_id: str | None = None,
        dataset: DatasetLike | None = None,
    ) -> None:
        """Write a point, or with several values a whole curve."""
        if type(key) is not str or not 0 < len(key) <= 250 or not key.isascii():
            key = key_of(key, "metric")
        if type(value) is not float:
            values = curve_of(value, key)
            if values is not None:
                about = self.about(model_id, None, dataset)
                self.writer.write_all(self.curve(key, values, step, timestamp, about))
                if self.is_held:
                    self.remember(key, values)
                return
            value = number_of(value, key)
        if self.is_held:
            self.remember(key, [value])
        step = step if type(step) is int and -SAFE < step < SAFE else step_of(step)
        if model_id is None and self.models:
            model_id = self.models.get(step)
        self.writer.write(
            Metric(
                key,
                value,
                now_ms() if timestamp is None else time_of(timestamp),
                step,
                model_id,
                None if dataset is None else dataset.name,
                None if dataset is None else dataset.digest,
                self.run_id,
            )
        )

    def log_points(
        self,
        values: Iterable[tuple[Any, Any]],
        step: Any = None,
        timestamp: Any = None,
        *,
        model_id: str | None = None,
        dataset: DatasetLike | None = None,
    ) -> None:
        """Write a point of each of several metrics, or a curve; all or none."""
        time = time_of(timestamp) if is_single(timestamp) else timestamp
        records: list[Record] = []
        for name, value in values:
            key = key_of(name, "metric")
            curve = curve_of(value, key)
            if curve is not None:
                records += self.curve(key, curve, step, time, self.about(model_id, None, dataset))
                if self.is_held:
                    self.remember(key, curve)
                continue
            number = number_of(value, key)
            if self.is_held:
                self.remember(key, [number])
            place = step_of(step)
            about = self.about(model_id, place, dataset)
            records.append(Metric(key, number, time_of(time), place, *about, self.run_id))
        self.writer.write_all(records)

    def log_metrics(self, metrics: Iterable[Metric]) -> None:
        """Write points that were checked, in one act; each with its own step and time."""
        metrics = [*metrics]
        if self.is_held:
            for metric in metrics:
                self.remember(metric.key, [metric.value])
        self.writer.write_all([replace(metric, run_id=self.run_id) for metric in metrics])

    def about(
        self, model_id: str | None, step: int | None, dataset: DatasetLike | None
    ) -> tuple[str | None, str | None, str | None]:
        """The model that points speak of, and the dataset; of a curve only what was said."""
        if model_id is None and step is not None:
            model_id = self.models.get(step)
        if dataset is None:
            return model_id, None, None
        return model_id, dataset.name, dataset.digest

    def curve(
        self,
        key: str,
        values: list[float],
        step: Any,
        timestamp: Any,
        about: tuple[str | None, str | None, str | None],
    ) -> list[Series]:
        """The points of a curve, as records of a bounded size."""
        steps = steps_of(step, len(values))
        times = times_of(timestamp, len(values))
        parts = [slice(i, i + SERIES_POINTS) for i in range(0, len(values), SERIES_POINTS)]
        return [Series(self.run_id, key, values[p], steps[p], times[p], *about) for p in parts]

    def log_params(self, params: Iterable[tuple[Any, Any]]) -> None:
        """Write params, all or none.

        Raises:
            ParamChanged: One of them was logged before with another value.
        """
        texts = [self.param_text(key, value) for key, value in params]
        with self.lock:
            known = self.params
            fresh: dict[str, str] = {}
            for key, text in texts:
                old = known.get(key, fresh.get(key))
                if old is None:
                    fresh[key] = text
                elif old != text:
                    raise ParamChanged(key, old, text, self.run_id)
            time = next_time()
            self.writer.write_all(
                [Param(key, text, self.run_id, time) for key, text in fresh.items()]
            )
            known.update(fresh)

    def correct_param(self, key: str, value: str) -> None:
        """Know that a param was corrected; the store keeps the act."""
        with self.lock:
            self.params[key] = value

    def set_tags(self, tags: Mapping[Any, Any]) -> None:
        """Write tags; the one of the name renames the run."""
        time = next_time()
        texts = self.tag_texts(tags)
        records: list[Record] = [
            RunTag(key, text, self.run_id, time) for key, text in texts.items()
        ]
        name = texts.get(NAME_TAG)
        if name is not None:
            self.run_name = name
            records.append(RunInfo(run_id=self.run_id, run_name=name, time=time))
        self.writer.write_all(records)

    @staticmethod
    def tag_texts(tags: Mapping[Any, Any]) -> dict[str, str]:
        """Tags as they are written: checked, as texts, without secrets."""
        texts = {}
        for name, value in tags.items():
            key = key_of(name, "tag")
            texts[key] = redact(key, text_of(value, key, "tag"))
        return texts

    def delete_tag(self, key: str) -> None:
        """Write that a tag is taken away."""
        self.writer.write(RunTag(key_of(key, "tag"), None, self.run_id, next_time()))

    def add_inputs(self, inputs: Iterable[Input]) -> None:
        """Write datasets that it read."""
        records = [*inputs]
        self.writer.write_all(records)
        self.known_inputs |= {(record.name, record.digest) for record in records}

    def add_artifacts(self, artifacts: Iterable[Artifact]) -> None:
        """Write files that it has."""
        records = [*artifacts]
        self.writer.write_all(records)
        if self.is_held:
            for record in records:
                self.kept.pop(record.path, None)
                if record.digest is not None:
                    self.kept[record.path] = record.file_size

    @staticmethod
    def param_text(key: Any, value: Any) -> tuple[str, str]:
        """A param as it is written: checked, as text, without secrets."""
        name = key_of(key, "param")
        return name, redact(name, text_of(value, name, "param"))


every_run: weakref.WeakSet[OpenRun] = weakref.WeakSet()


def renew_locks() -> None:
    """Have locks that nobody holds, in a forked child: a thread of the parent may have held one."""
    for run in list(every_run):
        run.lock = threading.RLock()


os.register_at_fork(after_in_child=renew_locks)
