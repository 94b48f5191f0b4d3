"""The MLmodel file: what a model folder says of itself, in MLflow's words.

What writes and reads models makes it; users see it as `nbtrack.models.Model`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from nbtrack.errors import InvalidValue, ModelError, NotFound, listing
from nbtrack.registry.format.documents import read_yaml, write_yaml, yaml_text
from nbtrack.registry.format.info import ModelInfo
from nbtrack.registry.signatures.signature import ModelSignature
from nbtrack.version import __version__

__all__ = ["FORMAT_VERSION", "MLMODEL", "Model"]

MLMODEL = "MLmodel"
"""The file's name."""

FORMAT_VERSION = "3.17.2"
"""The version of MLflow whose layout this is: it reads the folder, and asks for this entry."""

UNSET = "unset"


class Model:
    """A model folder's own description.

    Args:
        artifact_path: The model's name.
        run_id: The run it was logged in.
        utc_time_created: When, as text; now else.
        flavors: How it can be read: name to what that flavor wants to know.
        signature: What it takes and gives; `False` for none, as in `log_model`.
        more: Further entries, kept as they are.

    Example:
        >>> from nbtrack.models import Model
        >>> Model("churn").add_flavor("sklearn", pickled_model="model.pkl").flavors
        {'sklearn': {'pickled_model': 'model.pkl'}}
    """

    def __init__(
        self,
        artifact_path: str | None = None,
        run_id: str | None = None,
        utc_time_created: str | None = None,
        flavors: dict[str, Any] | None = None,
        signature: Any = None,
        *,
        model_uuid: str | None = UNSET,
        mlflow_version: str | None = FORMAT_VERSION,
        **more: Any,
    ) -> None:
        now = datetime.now(UTC).replace(tzinfo=None)
        self.artifact_path = artifact_path
        self.run_id = run_id
        self.utc_time_created = str(utc_time_created or now)
        self.flavors: dict[str, Any] = {} if flavors is None else flavors
        self.signature = None if isinstance(signature, bool) else signature
        self.model_uuid = uuid.uuid4().hex if model_uuid is UNSET else model_uuid
        self.mlflow_version = mlflow_version
        self.nbtrack_version: str | None = __version__
        self.model_id: str | None = None
        self.model_size_bytes: int | None = None
        self.saved_input_example_info: dict[str, Any] | None = None
        self.metadata: dict[str, Any] | None = None
        self.env_vars: list[str] | None = None
        self.prompts: list[str] | None = None
        self.resources: Any = None
        self.auth_policy: Any = None
        self.nbtrack_seals: dict[str, str] | None = None
        self.is_signature_from_type_hint = False
        self.type_hint_from_example = False
        self.__dict__.update(more)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __str__(self) -> str:
        return self.to_yaml()

    def __repr__(self) -> str:
        return f"<Model {self.artifact_path!r}, {', '.join(self.flavors) or 'without flavors'}>"

    def add_flavor(self, name: str, **conf: Any) -> Self:
        """Say how the model can be read by a flavor."""
        self.flavors[name] = conf
        return self

    def get_input_schema(self) -> Any:
        """What the model takes, if its signature says."""
        return None if self.signature is None else self.signature.inputs

    def get_output_schema(self) -> Any:
        """What it gives, if its signature says."""
        return None if self.signature is None else self.signature.outputs

    def get_params_schema(self) -> Any:
        """Which params it takes beside the data, if its signature says."""
        return None if self.signature is None else self.signature.params

    def get_model_info(
        self, logged_model: Any = None, *, uri: str = "", find: Callable[[], Any] | None = None
    ) -> ModelInfo:
        """The same as what `log_model` gave.

        Args:
            logged_model: The logged model that it is, if it was found already.
            uri: Its address, if it is not that of its logged model or run.
            find: Finds the logged model when it is asked for.
        """
        own = f"models:/{self.model_id}" if self.model_id else ""
        return ModelInfo(
            artifact_path=self.artifact_path,
            flavors=self.flavors,
            model_uri=uri or own or f"runs:/{self.run_id}/{self.artifact_path}",
            model_uuid=self.model_uuid,
            run_id=self.run_id,
            saved_input_example_info=self.saved_input_example_info,
            signature=self.signature,
            utc_time_created=self.utc_time_created,
            mlflow_version=self.mlflow_version,
            metadata=self.metadata,
            env_vars=self.env_vars,
            prompts=self.prompts,
            find=find if logged_model is None else lambda: logged_model,
            model_id=self.model_id,
            name=self.artifact_path,
        )

    def load_input_example(self, path: str | Path) -> Any:
        """The example that was saved in the model's folder; None without one."""
        from nbtrack.registry.signatures import examples

        info = self.saved_input_example_info
        schema = self.get_input_schema()
        return None if info is None else examples.read(Path(path), info, schema)

    def conf_of(self, flavor: str) -> dict[str, Any]:
        """What a flavor wants to know.

        Raises:
            ModelError: The model was not written by that flavor.
        """
        conf = self.flavors.get(flavor)
        if not isinstance(conf, dict):
            known = listing(sorted(self.flavors), flavor)
            raise ModelError(f"this model has no flavor {flavor!r}; {known}")
        return conf

    def to_dict(self) -> dict[str, Any]:
        """All that is known, as plain data; what is not known is left out."""
        found = {
            name: value
            for name, value in vars(self).items()
            if value is not None and not name.startswith("_")
        }
        signature = found.pop("signature", None)
        hinted = {name: found.pop(name, False) for name in HINTS}
        if signature is not None:
            found["signature"] = signature.to_dict()
            found |= hinted
        return found

    def to_yaml(self, stream: Any = None) -> str:
        """The file's text, written to a stream if one is given."""
        text = yaml_text(self.to_dict())
        if stream is not None:
            stream.write(text)
        return text

    def to_json(self) -> str:
        """The same as JSON."""
        return json.dumps(self.to_dict())

    def get_tags_dict(self) -> dict[str, Any]:
        """What identifies the model, with its flavors."""
        names = ("run_id", "utc_time_created", "artifact_path", "model_uuid", "flavors")
        return {name: value for name, value in self.to_dict().items() if name in names}

    def save(self, path: str | Path) -> None:
        """Write the file."""
        write_yaml(Path(path), self.to_dict())

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read the file, given itself or its folder.

        Raises:
            NotFound: It is not there.
            ModelError: It cannot be read.
        """
        place = Path(path)
        file = place if place.name == MLMODEL else place / MLMODEL
        if not file.is_file():
            raise NotFound(
                f"there is no file {MLMODEL} in {file.parent}, so it is no model's folder"
            )
        return cls.from_dict(read_yaml(file))

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """What the file says, from plain data."""
        told = dict(content)
        signature = told.pop("signature", None)
        if isinstance(signature, dict):
            signature = ModelSignature.from_dict(signature)
        flavors = told.pop("flavors", None) or {}
        if not isinstance(flavors, dict):
            raise ModelError(f"flavors of an MLmodel file are names with values, not {flavors!r}")
        defaults = {"model_uuid": None, "mlflow_version": None, "nbtrack_version": None}
        try:
            return cls(flavors=flavors, signature=signature, **(defaults | told))
        except TypeError as error:
            raise InvalidValue(f"this is no content of an MLmodel file: {error}") from error


HINTS = ("is_signature_from_type_hint", "type_hint_from_example")
"""Entries of the file that say where its signature came from."""
