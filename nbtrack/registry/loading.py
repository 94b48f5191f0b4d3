"""A model's folder, read: by its own flavor, or as something to be asked.

`load_model` of every flavor and of `nbtrack.pyfunc` calls it with a folder that is there.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.capture.guard import warn
from nbtrack.errors import ModelError
from nbtrack.registry.flavors.model_code import read_config
from nbtrack.registry.flavors.table import PYTHON_FUNCTION, flavor_named, flavor_that_loads
from nbtrack.registry.format.environment import REQUIREMENTS
from nbtrack.registry.format.files import CODE, copy, inside
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.format.requirements import mismatches
from nbtrack.registry.pyfunc import PyFuncModel
from nbtrack.registry.safety import Consent

__all__ = ["add_code", "load_native", "load_to_ask", "tell_differences"]


def load_native(
    folder: Path,
    flavor: str,
    model: Model,
    consent: Consent,
    options: Mapping[str, Any] | None = None,
) -> Any:
    """A library's own object.

    Args:
        folder: Where the model is.
        flavor: By which flavor it is read.
        model: What its MLmodel file says.
        consent: Who vouches for it.
        options: What else the flavor's `load_model` was told.

    Raises:
        ModelError: It was not written by that flavor, or cannot be read.
        UnsafeModel: Reading it runs code that nobody vouched for.
        MissingPackage: Its library is not installed.
    """
    conf = model.conf_of(flavor)
    add_code(folder, conf, consent)
    return flavor_named(flavor).load(folder, {**conf, **(options or {})}, consent)


def load_to_ask(
    folder: Path, model: Model, consent: Consent, model_config: Any = None
) -> PyFuncModel:
    """A model of any flavor, to be asked.

    Args:
        folder: Where the model is.
        model: What its MLmodel file says.
        consent: Who vouches for it.
        model_config: What the model finds as its configuration, in place of what it was logged
            with.

    Raises:
        ModelError: It has nothing to be asked with, or cannot be read.
        UnsafeModel: Reading it runs code that nobody vouched for.
    """
    if PYTHON_FUNCTION not in model.flavors:
        kinds = ", ".join(sorted(model.flavors)) or "no flavor"
        raise ModelError(
            f"this model has {kinds}, and nothing to predict with; load it by its own flavor, as "
            f"nbtrack.sklearn.load_model does"
        )
    asked = model.conf_of(PYTHON_FUNCTION)
    conf = configured(asked, model_config)
    add_code(folder, conf, consent)
    name = flavor_that_loads(str(conf.get("loader_module", ""))) or PYTHON_FUNCTION
    if name != PYTHON_FUNCTION:
        conf = {**model.flavors.get(name, {}), **conf}
    flavor = flavor_named(name)
    loaded = flavor.load(folder, conf, consent)
    return PyFuncModel(model, loaded, flavor.predictor(loaded, conf), folder)


def configured(conf: Mapping[str, Any], given: Any) -> dict[str, Any]:
    """What the MLmodel says, with the configuration that was given over what was logged."""
    if given is None:
        return dict(conf)
    wanted, known = read_config(given), conf.get("config") or {}
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        names = f"; it has {', '.join(sorted(known))}" if known else ""
        warn(
            f"model_config names {', '.join(unknown)}, which the model was not logged with, so it "
            f"does not see that{names}"
        )
    return {**conf, "config": {**known, **{it: wanted[it] for it in wanted if it in known}}}


def add_code(folder: Path, conf: Mapping[str, Any], consent: Consent) -> None:
    """Let the modules that were logged with a model be imported, once somebody vouched for them.

    They are copied: what compiled files somebody laid beside them is not read, and none is left.
    """
    place = conf.get("code")
    if not place:
        return
    source = inside(folder, str(place))
    if not source.is_dir() or not any(source.iterdir()):
        return
    consent.allow_code(source, "modules of its own")
    put_first(copied(source))


def copied(source: Path) -> str:
    """A copy of a folder of modules; the same content is copied once."""
    files = sorted(it for it in source.rglob("*") if it.is_file() and it.suffix != ".pyc")
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(source)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    key = digest.hexdigest()
    if key not in copies:
        target = Path(tempfile.mkdtemp(prefix="nbtrack-code-"))
        atexit.register(shutil.rmtree, target, ignore_errors=True)
        copy(source, target / CODE, "the code of a model")
        copies[key] = str(target / CODE)
    return copies[key]


copies: dict[str, str] = {}
"""Where the modules of models were copied to, by their content; gone with the process."""


def put_first(folder: str) -> None:
    """Let modules be found in a folder before any other."""
    if folder in sys.path:
        sys.path.remove(folder)
    sys.path.insert(0, folder)


def tell_differences(folder: Path, model: Model) -> None:
    """Warn in a line where what is installed differs from what the model was logged with."""
    told = []
    for conf in (model.flavors.get(PYTHON_FUNCTION), *model.flavors.values()):
        if isinstance(conf, dict) and conf.get("python_version"):
            then, now = str(conf["python_version"]), platform.python_version()
            if then.split(".")[:2] != now.split(".")[:2]:
                told.append(f"Python is {now}, was {then}")
            break
    path = folder / REQUIREMENTS
    if path.is_file():
        told += mismatches(path.read_text(encoding="utf-8").splitlines())
    if told:
        shown = "; ".join(told[:5]) + (f" and {len(told) - 5} more" if len(told) > 5 else "")
        name = model.artifact_path or os.fspath(folder)
        warn(f"the model {name!r} was logged with other packages: {shown}")
