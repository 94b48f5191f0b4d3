"""What gates are asked about: a version that shall take the place of another, both read lazily."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from nbtrack.errors import ModelError
from nbtrack.records.entities import Run
from nbtrack.records.registered_model import ModelVersion

__all__ = ["Asked", "Case", "Reads", "Side"]


class Asked(Protocol):
    """A loaded model, as `nbtrack.pyfunc.load_model` gives it."""

    @property
    def metadata(self) -> Any:
        """What its folder says of it: the signature among others."""
        ...

    @property
    def input_example(self) -> Any:
        """The example that was logged with it."""
        ...

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """What it says of some data."""
        ...


class Reads(Protocol):
    """How what belongs to a version is read."""

    def run(self, version: ModelVersion) -> Run | None:
        """The run that made it; None where it is not in this store."""
        ...

    def metrics(self, version: ModelVersion) -> Mapping[str, float]:
        """The metrics of its logged model, and of its run."""
        ...

    def params(self, version: ModelVersion) -> Mapping[str, str]:
        """The params of its logged model, and of its run."""
        ...

    def signature(self, version: ModelVersion) -> Any:
        """What it takes and gives; None without one."""
        ...

    def model(self, version: ModelVersion) -> Asked:
        """The model, loaded."""
        ...


class Side:
    """One version, with what belongs to it; each is read when it is asked for.

    Attributes:
        info: The version.
    """

    def __init__(self, info: ModelVersion, reads: Reads) -> None:
        self.info, self.reads = info, reads

    @property
    def name(self) -> str:
        """The registered model's name."""
        return str(self.info.name)

    @property
    def version(self) -> str:
        """Its number."""
        return str(self.info.version)

    @property
    def tags(self) -> Mapping[str, str]:
        """The version's tags."""
        return self.info.tags

    @cached_property
    def run(self) -> Run | None:
        """The run that made it; None where it is not in this store."""
        return self.reads.run(self.info)

    @cached_property
    def metrics(self) -> Mapping[str, float]:
        """The metrics of its logged model and of its run."""
        return self.reads.metrics(self.info)

    @cached_property
    def params(self) -> Mapping[str, str]:
        """The params of its logged model and of its run."""
        return self.reads.params(self.info)

    @cached_property
    def signature(self) -> Any:
        """What it takes and gives; None without one."""
        return self.reads.signature(self.info)

    @cached_property
    def model(self) -> Asked:
        """The model, loaded."""
        return self.reads.model(self.info)

    def predict(self, data: Any) -> Any:
        """What the model says of some data."""
        return self.model.predict(data)

    def __repr__(self) -> str:
        return f"version {self.version} of {self.name!r}"


@dataclass(frozen=True)
class Case:
    """What a gate decides about.

    Attributes:
        candidate: The version that shall move up.
        current: The version that is there now; None if none is.
        target: Where it shall go: an alias, or a stage.
        actor: Who asks for it.
        data: Data to judge by, if the caller gave some to all gates.
        target_column: The column of `data` that holds the truth, or the truth itself.
    """

    candidate: Side
    current: Side | None
    target: str
    actor: str = ""
    data: Any = None
    target_column: Any = None

    @property
    def is_current(self) -> bool:
        """Whether the version is there already."""
        return self.current is not None and self.current.version == self.candidate.version

    def chosen_data(self, data: Any, target: Any, needs: str) -> tuple[Any, Any]:
        """A gate's own data and target, or else the caller's.

        Raises:
            ModelError: There is none.
        """
        found = self.data if data is None else data
        truth = self.target_column if target is None else target
        if found is None or truth is None:
            missing = "data" if found is None else "the target"
            raise ModelError(
                f"{needs} needs {missing}: give data= and target= to the gate, or to promote"
            )
        return found, truth
