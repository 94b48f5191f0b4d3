"""Every exception nbtrack raises, the tree first.

    NbtrackError
      InvalidValue (ValueError)          a value that cannot be taken
        FilterSyntax                     the filter text cannot be read
        UnknownName (LookupError)        a filter or order names nothing that exists
        ParamChanged                     a param was logged before with another value
        InvalidUri                       a tracking or artifact URI of no known kind
      NotFound (LookupError)             a run, experiment, artifact, metric or model not there
      AlreadyExists (ValueError)         a name that is taken
      Conflict (ValueError)              somebody else changed it meanwhile
      ModelError (ValueError)            a model that cannot be written, read or asked
        SchemaMismatch                   data that a model's signature does not take
        UnsafeModel (PermissionError)    reading it would run code that nobody vouched for
        TamperedModel (PermissionError)  its files are not those that were logged
        PromotionRefused                 a version did not pass its gates
      EndpointError (RuntimeError)       an endpoint that cannot be started, changed or asked
        PortTaken (OSError)              somebody else listens at its port
      StoreError (OSError)               the store on disk cannot do what was asked
        StoreBusy (TimeoutError)         another program holds it
        StoreTooNew                      written by a newer nbtrack
        StoreDamaged                     not a DuckDB file, or one that cannot be read
        StoreReadOnly (PermissionError)  it may not be written
      NotYet (NotImplementedError)       MLflow's vocabulary, of a later version of nbtrack
      MissingPackage (ImportError)       an optional package is needed
      UnsupportedPlatform (OSError)      the system lacks what the store needs

    UnknownKey (UserWarning)             nothing was found, and no run has the key that was named

Each class writes its own message from values it keeps as attributes; `error_code` is the name
MLflow's REST protocol and `MlflowException` have for it.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable, Sequence

__all__ = [
    "AlreadyExists",
    "Conflict",
    "EndpointError",
    "FilterSyntax",
    "InvalidUri",
    "InvalidValue",
    "MissingPackage",
    "ModelError",
    "NbtrackError",
    "NotFound",
    "NotYet",
    "ParamChanged",
    "PortTaken",
    "PromotionRefused",
    "SchemaMismatch",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreReadOnly",
    "StoreTooNew",
    "TamperedModel",
    "UnknownKey",
    "UnknownName",
    "UnsafeModel",
    "UnsupportedPlatform",
]


class NbtrackError(Exception):
    """The base of everything nbtrack raises."""

    error_code = "INTERNAL_ERROR"

    def __init__(self, message: str, error_code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if error_code is not None:
            self.error_code = str(error_code)

    def __str__(self) -> str:
        return self.message


class InvalidValue(NbtrackError, ValueError):
    """A value that cannot be taken; the message says which and what would do."""

    error_code = "INVALID_PARAMETER_VALUE"


class FilterSyntax(InvalidValue):
    """A filter that cannot be read, with a caret under the place."""

    def __init__(self, text: str, position: int, problem: str, hint: str = "") -> None:
        self.text, self.position, self.problem = text, position, problem
        lines = [f"{problem}, at position {position}:", f"  {text}", "  " + " " * position + "^"]
        super().__init__("\n".join([*lines, hint] if hint else lines))


class UnknownName(InvalidValue, LookupError):
    """A name in a filter or an order that nothing in the store has."""

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "") -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        message = f"no {kind} is called {name!r}; {listing(self.known, name)}"
        super().__init__(f"{message}; {hint}" if hint else message)


class ParamChanged(InvalidValue):
    """A param of a run is written once; both values are shown."""

    def __init__(self, key: str, old: str, new: str, run_id: str) -> None:
        self.key, self.old, self.new, self.run_id = key, old, new, run_id
        super().__init__(
            f"Changing param values is not allowed. Param with key='{key}' was already logged "
            f"with value='{old}' for run ID='{run_id}'. Attempted logging new value '{new}'. "
            f"Start a new run for another value, or correct a mistake with nbtrack.correct_param"
        )


class InvalidUri(InvalidValue):
    """A URI of no kind nbtrack knows."""


class NotFound(NbtrackError, LookupError):
    """Something asked for by id, name or path that is not there."""

    error_code = "RESOURCE_DOES_NOT_EXIST"


class AlreadyExists(NbtrackError, ValueError):
    """A name that something else has."""

    error_code = "RESOURCE_ALREADY_EXISTS"


class Conflict(NbtrackError, ValueError):
    """Something is no longer as the caller saw it; nothing was changed."""

    error_code = "RESOURCE_CONFLICT"


class ModelError(NbtrackError, ValueError):
    """A model that cannot be written, read or asked."""

    error_code = "INVALID_PARAMETER_VALUE"


class SchemaMismatch(ModelError):
    """Data that a model's signature does not take."""


class UnsafeModel(ModelError, PermissionError):
    """Reading a model would run code that nobody vouched for."""

    error_code = "PERMISSION_DENIED"


class TamperedModel(ModelError, PermissionError):
    """A model's files are not those that were logged."""

    error_code = "PERMISSION_DENIED"


class PromotionRefused(ModelError):
    """A version did not pass its gates, so nothing was moved; `promotion` is the whole report."""

    error_code = "INVALID_STATE"

    def __init__(self, message: str, promotion: object = None) -> None:
        self.promotion = promotion
        super().__init__(message)


class EndpointError(NbtrackError, RuntimeError):
    """An endpoint that cannot be started, changed or asked."""


class PortTaken(EndpointError, OSError):
    """Somebody else listens at a port; `free` is the next one that is free."""

    def __init__(self, message: str, port: int, free: int | None = None) -> None:
        super().__init__(message)
        self.port, self.free = port, free


class StoreError(NbtrackError, OSError):
    """The store on disk cannot do what was asked; what was logged stays in the journal."""

    error_code = "TEMPORARILY_UNAVAILABLE"


class StoreBusy(StoreError, TimeoutError):
    """Another program holds the store for too long."""


class StoreTooNew(StoreError):
    """The store was written by a newer nbtrack than this one."""


class StoreDamaged(StoreError):
    """The store's file is no DuckDB database, or one that cannot be read."""

    error_code = "DATA_LOSS"


class StoreReadOnly(StoreError, PermissionError):
    """The store may not be written."""

    error_code = "PERMISSION_DENIED"


class NotYet(NbtrackError, NotImplementedError):
    """A call of MLflow's vocabulary that a later version of nbtrack brings."""

    error_code = "NOT_IMPLEMENTED"

    def __init__(self, name: str, comes_with: str) -> None:
        self.name, self.comes_with = name, comes_with
        super().__init__(
            f"{name} is not in this version of nbtrack yet; it comes with {comes_with}. "
            f"Runs, params, metrics, tags, artifacts, datasets, models and searches work now"
        )


class MissingPackage(NbtrackError, ImportError):
    """An optional package that is needed for what was asked."""

    def __init__(self, package: str, purpose: str, extra: str = "") -> None:
        self.package, self.purpose = package, purpose
        wanted = f"'nbtrack[{extra}]'" if extra else package
        super().__init__(f"{package} is needed {purpose}: pip install {wanted}")


class UnsupportedPlatform(NbtrackError, OSError):
    """The system lacks what the store needs."""


class UnknownKey(UserWarning):
    """A search found nothing, and no run searched has the metric, param or tag that it names."""


def warn_caller(message: str, category: type[Warning]) -> None:
    """Warn at the line outside of nbtrack that led here."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("nbtrack."):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def listing(known: Sequence[str], wanted: str, most: int = 8) -> str:
    """Say which names exist and which is nearest, for the end of a message."""
    if not known:
        return "there are none yet"
    import difflib

    near = difflib.get_close_matches(wanted, comparable(known, wanted), n=1, cutoff=0.5)
    shown = ", ".join(known[:most]) + (
        f" and {len(known) - most} more" if len(known) > most else ""
    )
    return f"there are {shown}" + (f"; did you mean {near[0]!r}?" if near else "")


def comparable(known: Sequence[str], wanted: str, most: int = 2000) -> Sequence[str]:
    """Names worth comparing with the wanted one: a million of them would take a minute."""
    if len(known) <= most:
        return known
    return [name for name in known if name[:1] == wanted[:1]][:most]
