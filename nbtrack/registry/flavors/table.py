"""Which flavors there are: a row each, loaded when it is used, and those of other packages.

What writes, reads and asks models looks up their flavor here.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue, ModelError, listing
from nbtrack.registry.flavors.protocol import Flavor

__all__ = [
    "ENTRY_POINTS",
    "FLAVORS",
    "PYTHON_FUNCTION",
    "Row",
    "flavor_named",
    "flavor_names",
    "flavor_of",
    "flavor_that_loads",
]

ENTRY_POINTS = "nbtrack.flavors"
"""The group under which other packages name their flavors; each leads to an instance."""

PYTHON_FUNCTION = "python_function"
"""The flavor of models that are plain Python."""

PLACE = "nbtrack.registry.flavors"


class Row(NamedTuple):
    """Where a flavor is written, the module whose models it knows, and what installs that."""

    module: str
    library: str
    extra: str


def row(name: str, library: str = "", extra: str = "") -> tuple[str, Row]:
    """A built-in flavor; most are called as their library is, and installed by that name."""
    return name, Row(f"{PLACE}.{name}", library or name, extra or name)


FLAVORS: dict[str, Row] = dict(
    [
        row("catboost"),
        row("diffusers"),
        row("h2o"),
        row("johnsnowlabs"),
        row("keras"),
        row("langchain", "langchain_core"),
        row("lightgbm"),
        row("onnx"),
        row("openai"),
        row("paddle"),
        row("pmdarima"),
        row("prophet"),
        row(PYTHON_FUNCTION, "cloudpickle"),
        row("pytorch", "torch"),
        row("sentence_transformers"),
        row("shap"),
        row("sklearn"),
        row("spacy"),
        row("spark", "pyspark"),
        row("statsmodels"),
        row("tensorflow"),
        row("transformers"),
        row("xgboost"),
    ]
)
"""The built-in flavors, under MLflow's names."""

MOST_SPECIFIC_FIRST = ("xgboost", "lightgbm", "catboost", "sentence_transformers", "transformers")
"""Asked before the others: their models are those of a more general library too."""

LOADERS = {"mlflow.pyfunc.model": PYTHON_FUNCTION, "mlflow.pyfunc.loaders": PYTHON_FUNCTION}
"""Loader modules of MLmodel files that are not called as their flavor is."""


@cache
def foreign() -> dict[str, importlib.metadata.EntryPoint]:
    """The flavors of other packages by name; a built-in one keeps its name."""
    found = importlib.metadata.entry_points(group=ENTRY_POINTS)
    return {point.name: point for point in found if point.name not in FLAVORS}


def flavor_names() -> list[str]:
    """Every flavor that can be named here, in order."""
    return sorted({*FLAVORS, *foreign()})


@cache
def flavor_named(name: str) -> Flavor:
    """A flavor by MLflow's name for it; its library is not imported.

    Raises:
        InvalidValue: There is none of that name.
        ModelError: Another package names it, and does not give what a flavor is.

    Example:
        >>> from nbtrack.registry.flavors.table import flavor_named
        >>> flavor_named("python_function").argument
        'python_model'
    """
    found: Any
    if name in FLAVORS:
        found = importlib.import_module(FLAVORS[name].module).FLAVOR
    elif name in foreign():
        found = foreign()[name].load()
        found = found() if isinstance(found, type) else found
        lacking = [it for it in ("argument", "save", "load", "predictor") if not hasattr(found, it)]
        if lacking:
            raise ModelError(
                f"the entry point {name!r} of {ENTRY_POINTS} gives {found!r}, which has no "
                f"{', '.join(lacking)}; a flavor has all that nbtrack.registry.flavors.protocol "
                f"names"
            )
    else:
        raise InvalidValue(f"no flavor is called {name!r}; {listing(flavor_names(), name)}")
    flavor: Flavor = found
    return flavor


def flavor_of(model: Any, among: Iterable[str] | None = None) -> Flavor | None:
    """The flavor whose model something is, if any: only loaded libraries can have made it."""
    for name in candidates() if among is None else among:
        flavor = flavor_named(name)
        if flavor.recognises(model):
            return flavor
    return None


def candidates() -> list[str]:
    """The flavors whose libraries are loaded, the most specific first, plain Python last."""
    loaded = [name for name, it in FLAVORS.items() if it.library.partition(".")[0] in sys.modules]
    rest = [name for name in loaded if name not in (*MOST_SPECIFIC_FIRST, PYTHON_FUNCTION)]
    first = [name for name in MOST_SPECIFIC_FIRST if name in loaded]
    return [*foreign(), *first, *rest, PYTHON_FUNCTION]


def flavor_that_loads(loader_module: str) -> str | None:
    """The flavor that stands for the `loader_module` of an MLmodel file; None for a user's own.

    Example:
        >>> from nbtrack.registry.flavors.table import flavor_that_loads
        >>> flavor_that_loads("mlflow.sklearn"), flavor_that_loads("my_package.loader")
        ('sklearn', None)
    """
    for known, name in LOADERS.items():
        if loader_module == known or loader_module.startswith(f"{known}."):
            return name
    package, _, rest = loader_module.partition(".")
    name = rest.partition(".")[0]
    if package not in {"mlflow", "nbtrack"}:
        return None
    return name if name in FLAVORS or name in foreign() else None
