"""The two wrappers that all of scikit-learn goes through, and who called them.

`_fit_context` wraps the fit methods of all estimators, `validate_params` the public functions;
each has one code object, whatever it wraps.
"""

from __future__ import annotations

from types import CodeType, FrameType, FunctionType
from typing import Any

__all__ = ["fit_wrapper", "function_wrapper", "is_metric", "is_study", "name_and_sign"]

STUDIES = ("sklearn.model_selection.", "sklearn.inspection.")
"""Functions that fit models as parts of their work."""


def fit_wrapper() -> CodeType:
    """The code that every decorated fit method runs in."""
    from sklearn import base

    return code_within(base._fit_context, "decorator", "wrapper")  # noqa: SLF001 - no public name


def function_wrapper() -> CodeType:
    """The code that every function with checked parameters runs in."""
    from sklearn.utils import _param_validation

    return code_within(_param_validation.validate_params, "decorator", "wrapper")


def code_within(function: FunctionType, *names: str) -> CodeType:
    """The code of a function that is defined inside of another."""
    code = function.__code__
    for name in names:
        inner = [it for it in code.co_consts if isinstance(it, CodeType) and it.co_name == name]
        if not inner:
            import sklearn

            raise LookupError(f"scikit-learn {sklearn.__version__} has no such {names[-1]}")
        code = inner[0]
    return code


def is_metric(function: Any) -> bool:
    """Whether it is a public function of `sklearn.metrics` that may return a number."""
    module = function.__module__
    return (
        module.startswith("sklearn.metrics.")
        and not module.endswith("pairwise")
        and not function.__name__.startswith("_")
    )


def is_study(function: Any) -> bool:
    """Whether it fits models as parts of its own work, as a cross-validation does."""
    return bool(function.__module__.startswith(STUDIES))


def name_and_sign(metric: str, frame: FrameType, wrapper: CodeType) -> tuple[str | None, int]:
    """As what a metric's number is told, and the sign that a scorer gives it.

    The name is None for a number that is part of another one.

    Args:
        metric: The name of the function.
        frame: The wrapper's frame.
        wrapper: The wrapper's code.
    """
    if frame.f_back is None or not is_library(frame.f_back):
        return metric, 1
    sign, outermost = 1, frame
    caller: FrameType | None = frame.f_back
    while caller is not None and is_library(caller):
        if caller.f_code is wrapper:
            return None, sign
        sign = sign_of(caller) if caller.f_code.co_name == "_score" else sign
        # what merely decorates a method has no self
        outermost = caller if "self" in caller.f_locals else outermost
        caller = caller.f_back
    owner = outermost.f_locals.get("self")
    if outermost.f_code.co_name == "score":
        return f"{type(owner).__name__}_score", sign
    if has_sign(owner):
        return metric if sign > 0 else f"neg_{metric}", sign
    return None, sign


def is_library(frame: FrameType) -> bool:
    """Whether code of scikit-learn runs there."""
    return str(frame.f_globals.get("__name__", "")).startswith("sklearn.")


def has_sign(owner: object) -> bool:
    """Whether it is a scorer."""
    return "_sign" in getattr(owner, "__dict__", {})


def sign_of(frame: FrameType) -> int:
    """What a scorer multiplies a metric by; 1 for what is none."""
    owner = frame.f_locals.get("self")
    return int(owner.__dict__["_sign"]) if owner is not None and has_sign(owner) else 1
