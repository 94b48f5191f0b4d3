"""Models of scikit-learn: in the skops format where it can hold them, else pickled.

A skops file is read without running anything of it; a pickle needs somebody who vouches for it.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.capture.guard import warn
from nbtrack.errors import InvalidValue, ModelError, NbtrackError, UnsafeModel
from nbtrack.registry.flavors.library import (
    file_within,
    imported,
    is_one_of,
    is_vouched,
    one_word,
    refuse_model,
)
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written
from nbtrack.registry.flavors.sklearn_arrays import Asked
from nbtrack.registry.flavors.skops_reader import read, untrusted_names
from nbtrack.registry.flavors.skops_trust import Untrusted
from nbtrack.registry.flavors.skops_writer import Unwritable, write

__all__ = ["FLAVOR", "FORMATS", "Sklearn", "read_estimator", "write_estimator"]

FORMATS = ("skops", "cloudpickle", "pickle", "joblib")
FILES = {
    "skops": "model.skops",
    "cloudpickle": "model.pkl",
    "pickle": "model.pkl",
    "joblib": "model.joblib",
}
PACKAGES = {"skops": ["skops"], "cloudpickle": ["cloudpickle"], "joblib": ["joblib"]}
JOBLIB_COMPRESSION = 3

ESTIMATOR = "sklearn.base.BaseEstimator"
METHODS = ("predict", "transform", "fit_predict", "fit_transform")
"""What makes something a model that is no estimator by its class."""

SERIALIZATION = Option(
    "serialization_format",
    None,
    "'skops' (safe to load), 'cloudpickle', 'pickle' or 'joblib' (compressed; MLflow reads no "
    "joblib); by default skops, and cloudpickle where skops cannot hold the model",
)
TRUSTED = Option(
    "skops_trusted_types",
    None,
    "full names of types of your own that may stand in a skops file",
)


class Estimator(NamedTuple):
    """How an estimator was written."""

    file: str
    format: str
    trusted: list[str] | None
    """What MLflow must be told to trust."""
    modules: list[str]


class Sklearn:
    """`nbtrack.sklearn`."""

    name = "sklearn"
    library = "sklearn"
    extra = "sklearn"
    argument = "sk_model"
    options = (
        SERIALIZATION,
        Option(
            "pyfunc_predict_fn",
            "predict",
            "the method that `pyfunc` asks: 'predict', 'predict_proba', 'transform' …",
        ),
        TRUSTED,
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, ESTIMATOR)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("sklearn", "to save this model", self.extra)
        if not (self.recognises(model) or any(hasattr(type(model), it) for it in METHODS)):
            raise refuse_model(model, self.name, "an estimator or a pipeline")
        written = write_estimator(model, folder, options)
        return Written(
            conf={
                "pickled_model": written.file,
                "sklearn_version": library.__version__,
                "serialization_format": written.format,
                "skops_trusted_types": written.trusted,
            },
            pyfunc=self.asked(model, options, written.file),
            packages=["scikit-learn", *PACKAGES.get(written.format, [])],
            modules=written.modules,
        )

    def asked(self, model: Any, options: Mapping[str, Any], file: str) -> dict[str, Any] | None:
        """What stands below `python_function`; None for what has nothing to predict with."""
        method = options.get("pyfunc_predict_fn") or "predict"
        if not hasattr(model, method):
            if method != "predict":
                warn(
                    f"{type(model).__name__} has no {method}, so nbtrack.pyfunc will not load it; "
                    f"nbtrack.sklearn.load_model does"
                )
            return None
        return {"loader_module": "mlflow.sklearn", "model_path": file, "predict_fn": method}

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        imported("sklearn", "to load this model", self.extra)
        path = file_within(folder, conf.get("pickled_model") or conf.get("model_path"))
        return read_estimator(path, str(conf.get("serialization_format", "pickle")), reading)

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        method = str(conf.get("predict_fn") or "predict")
        if not hasattr(model, method):
            raise ModelError(f"{type(model).__name__} has no {method}, which it is to be asked by")
        return Asked(model, method)


FLAVOR = Sklearn()


def write_estimator(model: Any, folder: Path, options: Mapping[str, Any]) -> Estimator:
    """Write what behaves as an estimator, safely where that can be.

    Args:
        model: The estimator.
        folder: Where.
        options: `serialization_format` and `skops_trusted_types`, as they were given.

    Raises:
        InvalidValue: skops was asked for, and cannot hold it safely.
        ModelError: It cannot be pickled either.
    """
    wanted = one_word(options, "serialization_format", FORMATS)
    trusted = options.get("skops_trusted_types") or ()
    if isinstance(trusted, str) or not all(isinstance(it, str) for it in trusted):
        raise InvalidValue("skops_trusted_types is a list of full names, such as 'mine.Scaler'")
    if wanted in {None, "skops"}:
        path = folder / FILES["skops"]
        try:
            names = write_safely(model, path, set(trusted))
        except NotHeld as error:
            path.unlink(missing_ok=True)
            if wanted == "skops":
                raise InvalidValue(
                    f"the skops format cannot hold this {type(model).__name__} safely: {error}; "
                    f"name types of your own in skops_trusted_types=[…], or leave out "
                    f"serialization_format to have it pickled"
                ) from error
            warn(
                f"{type(model).__name__} is kept as a pickle, since the safe format cannot hold "
                f"{error}; it loads for you, others must say allow_pickle=True"
            )
        else:
            modules = sorted({it.rpartition(".")[0] for it in names})
            return Estimator(path.name, "skops", told_to_mlflow(names), modules)
    format_ = wanted or "cloudpickle"
    return Estimator(FILES[format_], format_, None, pickled(model, folder, format_))


class NotHeld(Exception):
    """Why a model cannot be written safely."""


def write_safely(model: Any, path: Path, trusted: set[str]) -> list[str]:
    """Write a skops file that reads back without anybody's word; the names that it takes.

    Raises:
        NotHeld: It would not.
    """
    try:
        write(model, path)
        return read(path, trusted.__contains__).names
    except Unwritable as error:
        raise NotHeld(str(error)) from error
    except Untrusted as error:
        names = untrusted_names(path, trusted.__contains__) or [error.name]
        raise NotHeld(", ".join(names)) from error
    except NbtrackError as error:
        raise NotHeld(str(error)) from error


def told_to_mlflow(names: Sequence[str]) -> list[str]:
    """The names that skops may want to be told of: all but builtin and NumPy's own types."""
    return [it for it in names if not it.startswith("builtins.") and not is_number(it)]


def is_number(name: str) -> bool:
    """Whether a name is that of one of NumPy's numbers, which skops knows."""
    import numpy as np

    package, _, kind = name.partition(".")
    found = getattr(np, kind, None) if package == "numpy" else None
    return isinstance(found, type) and issubclass(found, np.generic)


def pickled(model: Any, folder: Path, format_: str) -> list[str]:
    """Pickle a model; the modules that the pickle names.

    Raises:
        ModelError: Something of it cannot be pickled.
    """
    path = folder / FILES[format_]
    if format_ == "cloudpickle":
        from nbtrack.registry.flavors.python_pickle import write_pickle

        write_pickle(model, path)
    else:
        try:
            if format_ == "joblib":
                joblib = imported("joblib", "to save a model compressed", "sklearn")
                joblib.dump(model, path, compress=JOBLIB_COMPRESSION)
            else:
                path.write_bytes(pickle.dumps(model, pickle.DEFAULT_PROTOCOL))
        except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
            raise ModelError(
                f"this {type(model).__name__} cannot be pickled by {format_}: {error}; "
                f"serialization_format='cloudpickle' takes functions and classes of a notebook too"
            ) from error
    return modules_of(model)


def modules_of(model: Any) -> list[str]:
    """The modules of a pipeline's steps, of their params, and so on down."""
    found: set[str] = set()
    seen: set[int] = set()
    rest = [model]
    while rest:
        it = rest.pop()
        if id(it) in seen:
            continue
        seen.add(id(it))
        if isinstance(it, list | tuple):
            rest.extend(it)
        elif isinstance(it, dict):
            rest.extend(it.values())
        elif hasattr(type(it), "get_params"):
            found.add(type(it).__module__)
            rest.extend(vars(it).values())
        elif callable(it) and getattr(it, "__module__", None):
            found.add(it.__module__)
    return sorted(found)


def read_estimator(path: Path, format_: str, reading: Reading) -> Any:
    """Read what `write_estimator`, or MLflow, wrote.

    Raises:
        UnsafeModel: It is pickled, or names types that nobody vouched for.
        TamperedModel: It was changed so that asking it would read or write where it must not.
        ModelError: It cannot be read here.
    """
    if format_ == "skops":
        return read_skops(path, reading)
    if format_ not in FORMATS:
        raise ModelError(
            f"{path.name} is said to be written by {format_!r}; {', '.join(FORMATS)} can be read"
        )
    reading.allow_code(path, "a pickle")
    if format_ == "joblib":
        return imported("joblib", "to load a model that it saved", "sklearn").load(path)
    from nbtrack.registry.flavors.python_pickle import read_pickle

    return read_pickle(path)


def read_skops(path: Path, reading: Reading) -> Any:
    """Read a skops file; with consent by skops itself, where it names what we do not trust."""
    try:
        return read(path, reading.trusts_type, own=is_vouched(reading, path)).model
    except Untrusted as error:
        names = untrusted_names(path, reading.trusts_type) or [error.name]
    try:
        reading.allow_code(path, "a skops file with types that are not known to be safe")
    except UnsafeModel as error:
        raise UnsafeModel(f"{error}; the types are {', '.join(names)}") from error
    skops = imported("skops.io", "to load a model with types of your own", "sklearn")
    return skops.load(path, trusted=skops.get_untrusted_types(file=path))
