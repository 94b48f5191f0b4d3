"""A model's folder, written: the flavor's files, what the MLmodel says, environment, example.

`save_model` and `log_model` of every flavor call it; the folder knows no run and no store.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.capture.guard import first_line, warn
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.registry.flavors.protocol import Flavor, Written
from nbtrack.registry.flavors.python_function import PythonFunction
from nbtrack.registry.flavors.table import PYTHON_FUNCTION
from nbtrack.registry.format.environment import (
    CONDA,
    PYTHON_ENV,
    Wanted,
    environment_for,
    write_environment,
)
from nbtrack.registry.format.files import CODE, copy_into
from nbtrack.registry.format.mlmodel import MLMODEL, Model
from nbtrack.registry.format.requirements import pins_of_modules, pins_of_packages
from nbtrack.registry.signatures.examples import Example, check, inferred_from
from nbtrack.registry.signatures.examples import save as save_example
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["Given", "write_model"]

EXTRA_FILES = "extra_files"


class Given(NamedTuple):
    """What a caller said of a model, apart from the model."""

    signature: ModelSignature | bool | None = None
    """None has it inferred from the example; False leaves it out."""
    input_example: Any = None
    code_paths: Sequence[str | Path] | None = None
    environment: Wanted = Wanted()
    extra_files: Sequence[Path] = ()
    options: Mapping[str, Any] = {}
    """The flavor's own."""


def write_model(
    folder: Path, flavor: Flavor, model: Any, description: Model, given: Given
) -> Model:
    """Write a model into an empty folder; the MLmodel file comes last.

    Args:
        folder: Where; it exists.
        flavor: The flavor that writes it.
        model: The library's own object.
        description: What is known of it so far; completed and returned.
        given: What the caller said.

    Raises:
        InvalidValue: Something of that cannot be taken.
        ModelError: The model cannot be written.
        MissingPackage: Its library is not installed.
    """
    code = copy_code(given.code_paths, folder)
    around = {"input_example": given.input_example, "signature": given.signature or None}
    told = {name: value for name, value in around.items() if value is not None}
    written = flavor.save(model, folder, {**given.options, **told})
    extra = copy_extra(given.extra_files, folder)
    describe_flavors(description, flavor, written, code, extra)
    description.model_size_bytes = sum(
        it.stat().st_size for it in folder.rglob("*") if it.is_file()
    )
    add_signature(description, Asked(flavor, model, folder, description.flavors), given, folder)
    environment = environment_for(given.environment, lambda: requirements_of(written))
    write_environment(folder, environment)
    description.save(folder / MLMODEL)
    return description


def requirements_of(written: Written) -> list[str]:
    """What reading a model needs: what its flavor names, and where its modules came from."""
    named = pins_of_packages(written.packages)
    return sorted({*named, *pins_of_modules(written.modules)}, key=str.lower)


def describe_flavors(
    description: Model, flavor: Flavor, written: Written, code: str | None, extra: list[Any]
) -> None:
    """Say in the MLmodel how the model is read."""
    if flavor.name != PYTHON_FUNCTION:
        conf: dict[str, Any] = {**written.conf, "code": code}
        if extra:
            conf[EXTRA_FILES] = extra
        description.add_flavor(flavor.name, **conf)
    if written.pyfunc is not None:
        asked: dict[str, Any] = {
            "env": {"conda": CONDA, "virtualenv": PYTHON_ENV},
            "python_version": platform.python_version(),
            **written.pyfunc,
        }
        if code is not None:
            asked["code"] = code
        description.add_flavor(PYTHON_FUNCTION, **asked)


def copy_code(paths: Sequence[str | Path] | None, folder: Path) -> str | None:
    """Take the user's own modules along; None where there are none.

    Raises:
        InvalidValue: It is no list of paths, or one is not there.
    """
    if not paths:
        return None
    if isinstance(paths, str | Path):
        raise InvalidValue(f"code_paths is a list of files and folders, not {str(paths)!r}")
    for path in map(Path, paths):
        copy_into(path, folder / CODE, "code_paths")
    return CODE


def copy_extra(paths: Sequence[Path], folder: Path) -> list[dict[str, str]]:
    """Take further files along."""
    for path in paths:
        copy_into(path, folder / EXTRA_FILES, EXTRA_FILES)
    return [{"path": f"{EXTRA_FILES}/{path.name}"} for path in paths]


class Asked:
    """A model that was saved just now, as it answers when it is loaded."""

    def __init__(
        self, flavor: Flavor, model: Any, folder: Path, flavors: Mapping[str, Any]
    ) -> None:
        self.flavor, self.model, self.folder = flavor, model, folder
        self.answers = PYTHON_FUNCTION in flavors
        self.conf = {**flavors.get(flavor.name, {}), **flavors.get(PYTHON_FUNCTION, {})}

    @cached_property
    def loaded(self) -> Any:
        """What loading would give."""
        if isinstance(self.flavor, PythonFunction):
            return self.flavor.in_memory(self.model, self.folder, self.conf)
        return self.model

    def hinted(self) -> ModelSignature | None:
        """The signature that the model's own code names by types."""
        flavor = self.flavor
        return flavor.hinted(self.loaded) if isinstance(flavor, PythonFunction) else None

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """What it says of some data."""
        return self.flavor.predictor(self.loaded, self.conf)(data, params)


def add_signature(description: Model, asked: Asked, given: Given, folder: Path) -> None:
    """Keep the example, and the signature: given, named by types, or inferred by asking."""
    example = None
    if given.input_example is not None:
        example = save_example(folder, given.input_example)
        description.saved_input_example_info = example.info
    if given.signature is False or not asked.answers:
        return
    if isinstance(given.signature, ModelSignature):
        description.signature = given.signature
        if example is not None:
            check_example(given.signature, example)
        return
    try:
        hinted = asked.hinted()
        if hinted is not None:
            description.signature, description.is_signature_from_type_hint = hinted, True
        elif example is not None:
            description.signature = inferred_from(example, asked.predict)
    except Exception as error:  # noqa: BLE001 - the model's own code; it is logged all the same
        warn(
            f"no signature was inferred, as the model fails on the input example "
            f"({type(error).__name__}: {first_line(error)}); give one by signature=infer_signature("
            f"…), or another example"
        )


def check_example(signature: ModelSignature, example: Example) -> None:
    """Tell in a line where an example is not what the signature takes."""
    try:
        check(example, signature)
    except NbtrackError as error:
        warn(f"the input example is not what the signature takes: {first_line(error)}")
