"""What questions answer with, shaped and named as MLflow's entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from nbtrack.errors import InvalidValue
from nbtrack.records.metric import Metric
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag

__all__ = [
    "Dataset",
    "DatasetInput",
    "Entity",
    "ExperimentTag",
    "FileInfo",
    "InputTag",
    "LifecycleStage",
    "Run",
    "RunData",
    "RunInputs",
    "RunOutputs",
    "RunStatus",
    "SourceType",
    "ViewType",
]


class Entity:
    """Equal by what it holds; iterates over its fields, as MLflow's entities do."""

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return ((name, value) for name, value in vars(self).items() if not name.startswith("_"))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self)
        return f"<{type(self).__name__}: {fields}>"

    def to_dictionary(self) -> dict[str, Any]:
        """The same as plain dicts, lists and values."""
        return {name: plain(value) for name, value in self}


INTERNAL = {"owner", "time"}
"""Fields of records that tell how they were written, not what is so."""


def plain(value: Any) -> Any:
    """An entity or record, or a list of them, as plain values."""
    if isinstance(value, Entity):
        return value.to_dictionary()
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.asdict(value).items()
        return {name: plain(it) for name, it in fields if name not in INTERNAL}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


class RunData(Entity):
    """The latest value of each metric, the params and the tags of a run."""

    def __init__(
        self,
        metrics: Iterable[Metric] | None = None,
        params: Iterable[Param] | None = None,
        tags: Iterable[RunTag] | None = None,
    ) -> None:
        self._metric_objs = list(metrics or ())
        self.metrics = {metric.key: metric.value for metric in self._metric_objs}
        self.params = {param.key: param.value for param in params or ()}
        self.tags = {tag.key: str(tag.value) for tag in tags or () if tag.value is not None}

    def __repr__(self) -> str:
        return f"<RunData: metrics={self.metrics}, params={self.params}, tags={self.tags}>"


class InputTag(Entity):
    """A tag of a dataset as an input, such as `mlflow.data.context`."""

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value


class Dataset(Entity):
    """A dataset: what it is called, which content it had, where it came from."""

    def __init__(  # noqa: PLR0917 - MLflow's signature
        self,
        name: str,
        digest: str,
        source_type: str,
        source: str,
        schema: str | None = None,
        profile: str | None = None,
    ) -> None:
        self.name, self.digest = name, digest
        self.source_type, self.source = source_type, source
        self.schema, self.profile = schema, profile


class DatasetInput(Entity):
    """A dataset as an input of a run."""

    def __init__(self, dataset: Dataset, tags: list[InputTag] | None = None) -> None:
        self.tags = tags or []
        self.dataset = dataset


class RunInputs(Entity):
    """What a run read."""

    def __init__(
        self,
        dataset_inputs: list[DatasetInput] | None = None,
        model_inputs: list[Any] | None = None,
    ) -> None:
        self.dataset_inputs = dataset_inputs or []
        self.model_inputs = model_inputs or []


class RunOutputs(Entity):
    """The models a run made."""

    def __init__(self, model_outputs: list[Any] | None = None) -> None:
        self.model_outputs = model_outputs or []


class Run(Entity):
    """A run as it was found: its facts, its data, its inputs."""

    def __init__(
        self,
        run_info: RunInfo,
        run_data: RunData | None = None,
        run_inputs: RunInputs | None = None,
        run_outputs: RunOutputs | None = None,
    ) -> None:
        self.info = run_info
        self.data = run_data or RunData()
        self.inputs = run_inputs or RunInputs()
        self.outputs = run_outputs or RunOutputs()

    def __repr__(self) -> str:
        info = self.info
        return (
            f"<Run: {info.run_name!r} ({info.run_id}), {info.status}, "
            f"metrics={self.data.metrics}, params={self.data.params}>"
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001 - IPython's protocol
        printer.text("…" if cycle else repr(self))


class FileInfo(Entity):
    """A file or folder among a run's artifacts; its path is relative to the run's root."""

    def __init__(self, path: str, is_dir: bool, file_size: int | None) -> None:  # noqa: FBT001 - MLflow's signature
        self.path, self.is_dir, self.file_size = path, is_dir, file_size

    def __hash__(self) -> int:  # type: ignore[override]
        return hash((self.path, self.is_dir, self.file_size))


class ExperimentTag(Entity):
    """A tag of an experiment."""

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value


class Numbered:
    """A closed set that MLflow counts: constants, and their names."""

    @classmethod
    def numbers(cls) -> dict[str, int]:
        """Each name with its number."""
        # Python 3.13 adds the number of the class's first line, with underscores
        return {name: it for name, it in vars(cls).items() if name.isupper()}

    @classmethod
    def to_string(cls, number: int) -> str:
        """The name of a number.

        Raises:
            InvalidValue: It has none.
        """
        for name, it in cls.numbers().items():
            if it == number:
                return name
        known = ", ".join(f"{it} ({name})" for name, it in cls.numbers().items())
        raise InvalidValue(f"{cls.__name__} has no {number!r}; there are {known}")

    @classmethod
    def from_string(cls, name: str) -> int:
        """The number of a name.

        Raises:
            InvalidValue: It has none.
        """
        found = cls.numbers().get(str(name).upper())
        if found is None:
            known = ", ".join(cls.numbers())
            raise InvalidValue(f"{cls.__name__} has no {name!r}; there are {known}")
        return found


class RunStatus(Numbered):
    """How far a run is."""

    RUNNING = 1
    SCHEDULED = 2
    FINISHED = 3
    FAILED = 4
    KILLED = 5

    @classmethod
    def is_terminated(cls, status: int | str) -> bool:
        """Whether a run of this status is over."""
        number = cls.from_string(status) if isinstance(status, str) else status
        return number in {cls.FINISHED, cls.FAILED, cls.KILLED}

    @classmethod
    def all_status(cls) -> list[int]:
        """Every status there is."""
        return list(cls.numbers().values())


class ViewType(Numbered):
    """Which of the active and the deleted are meant."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3

    @classmethod
    def to_string(cls, number: int) -> str:
        """The name of a number, which MLflow writes in lower case."""
        return super().to_string(number).lower()


class SourceType(Numbered):
    """What kind of code made a run."""

    NOTEBOOK = 1
    JOB = 2
    PROJECT = 3
    LOCAL = 4
    UNKNOWN = 1000


class LifecycleStage:
    """Whether something is there, or deleted so that it can be restored."""

    ACTIVE = "active"
    DELETED = "deleted"
