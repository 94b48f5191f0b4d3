"""What the code of a tracked cell says of its params and metrics, without being told.

Params are literals given to names at the top of the cell and literal arguments of what is made or
fitted in it; metrics are numbers that come from functions known to measure, or that are called so.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Container, Iterator, Mapping
from typing import Any

from nbtrack.capture.classes import is_exactly
from nbtrack.capture.values import is_number

__all__ = ["CellFindings", "begins_one_run", "findings_of"]

FITTING = frozenset(
    [
        "fit",
        "train",
        "train_test_split",
        "cross_val_score",
        "cross_validate",
        "fit_transform",
        "fit_predict",
        "compile",
    ]
)
"""Functions whose literal arguments are params; classes, which begin with a capital, too."""

MEASURING = (
    "_score",
    "_error",
    "_loss",
    "_deviance",
    "_coef",
    "_coefficient",
    "_accuracy",
    "_distance",
    "_divergence",
    "_auc",
)
MEASURES = frozenset(
    [
        "score",
        "accuracy",
        "f1",
        "auc",
        "evaluate",
        "precision",
        "recall",
        "rmse",
        "mae",
        "mse",
        "r2",
    ]
)
"""Functions that measure, besides those whose names end as above."""

METRICS = frozenset(
    [
        "acc",
        "accuracy",
        "auc",
        "f1",
        "loss",
        "mae",
        "mape",
        "mse",
        "precision",
        "r2",
        "recall",
        "rmse",
    ]
)
"""Words of names that only metrics have."""

LONGEST_VALUE = 250
MOST_ITEMS = 20
MOST_PARAMS = 100


class CellFindings:
    """Params and metrics that were found in a cell."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.metrics: dict[str, float] = {}
        self.functions: dict[str, list[str]] = {}
        """The measuring functions that each metric came from."""


def findings_of(
    source: str, namespace: Mapping[str, Any], bound: Container[str] | None = None
) -> CellFindings:
    """The params and metrics of a cell that has run.

    Args:
        source: Its code, as Python.
        namespace: The variables as it left them.
        bound: The names that it bound; another one may be left from an earlier execution.
    """
    found = CellFindings()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    stores = counted(tree)
    for name, value in assignments(tree.body, ast.With):
        if stores.get(name) == 1 and not name.startswith("_"):
            found.params |= literal_params(name, value)
    for name, value in assignments(tree.body, COMPOUND):
        if bound is None or name in bound:
            add_metric(found, name, value, namespace.get(name))
    for call in calls(tree):
        add_arguments(found.params, call, namespace)
    found.params = dict(list(found.params.items())[:MOST_PARAMS])
    return found


def add_metric(found: CellFindings, name: str, value: ast.expr, number: Any) -> None:
    """Add a name that was given something measured, or that is called as a metric."""
    if name.startswith("_") or not is_number(number):
        return
    functions = [it for it in called_in(value) if is_measure(it)]
    is_computed = isinstance(value, ast.Call | ast.BinOp | ast.Await | ast.Subscript)
    if functions or (is_computed and not METRICS.isdisjoint(name.lower().split("_"))):
        found.metrics[name] = float(number)
        found.functions[name] = functions


def counted(tree: ast.Module) -> dict[str, int]:
    """How often each name is bound: one that changes in the cell is no param."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found[node.id] = found.get(node.id, 0) + 1
    return found


COMPOUND = (ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.If, ast.Try)
"""Statements with others inside that run, if at all, as part of the cell."""


def assignments(
    body: list[ast.stmt], opened: type[ast.AST] | tuple[type[ast.AST], ...]
) -> Iterator[tuple[str, ast.expr]]:
    """Names with the expression they are given; also inside of some kinds of statements."""
    for statement in body:
        if isinstance(statement, opened):
            for part in ("body", "orelse", "finalbody"):
                yield from assignments(getattr(statement, part, []), opened)
        else:
            yield from assigned(statement)


def assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """What one statement assigns; several names at once one by one."""
    targets: list[ast.expr]
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets, value = [statement.target], statement.value
    elif isinstance(statement, ast.Assign):
        targets, value = list(statement.targets), statement.value
    else:
        return
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, value
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=False):
                if isinstance(one, ast.Name):
                    yield one.id, its


def literal_params(name: str, value: ast.expr) -> dict[str, Any]:
    """A literal as a param; the items of a dictionary each."""
    try:
        literal = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return {}
    if isinstance(literal, dict):
        items = {f"{name}.{k}": v for k, v in literal.items() if isinstance(k, str)}
        return {k: v for k, v in items.items() if is_short(v)} if len(items) <= MOST_ITEMS else {}
    return {name: literal} if is_short(literal) else {}


def is_short(value: object) -> bool:
    """Whether a literal is a setting rather than data."""
    if isinstance(value, list | tuple | set):
        return len(value) <= MOST_ITEMS and len(str(value)) <= LONGEST_VALUE
    return not isinstance(value, dict | bytes) and len(str(value)) <= LONGEST_VALUE


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that make or fit something, outside of functions that may not have been called."""
    queue: list[ast.AST] = list(tree.body)
    for node in queue:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and is_making(name_of(node.func)):
            yield node
        queue += list(ast.iter_child_nodes(node))


def is_making(name: str) -> bool:
    """Whether a function of this name is a class, or one whose arguments are settings."""
    is_class = name[:1].isupper() and not name.isupper()
    return is_class or name in FITTING


def name_of(function: ast.expr) -> str:
    """The last name of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def add_arguments(params: dict[str, Any], call: ast.Call, namespace: Mapping[str, Any]) -> None:
    """Add the arguments of a call that are literals, or names of plain values."""
    for keyword in call.keywords:
        if keyword.arg is None:
            continue
        value = plain_value(keyword.value, namespace)
        if value is MISSING or not is_short(value):
            continue
        key = keyword.arg
        if key in params and str(params[key]) != str(value):
            key = f"{name_of(call.func)}.{key}"
        params.setdefault(key, value)


class Missing:
    """No plain value."""


MISSING = Missing()


def plain_value(value: ast.expr, namespace: Mapping[str, Any]) -> Any:
    """A literal, or the value of a name if that is a plain one."""
    if isinstance(value, ast.Name):
        found = namespace.get(value.id, MISSING)
        return found if is_exactly(found, (int, float, str, bool)) else MISSING
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return MISSING


def called_in(value: ast.expr) -> list[str]:
    """The functions that an expression calls, by their last names."""
    return [name_of(node.func) for node in ast.walk(value) if isinstance(node, ast.Call)]


def is_measure(name: str) -> bool:
    """Whether a function of this name measures."""
    if name.endswith(MEASURING) or name in MEASURES:
        return not name.startswith(("make_", "plot_"))
    metrics = sys.modules.get("sklearn.metrics")
    return metrics is not None and name in getattr(metrics, "__all__", ()) and name.islower()


REPEATING = (
    *(ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
"""What may run more than once, or not at all."""


def begins_one_run(source: str) -> bool:
    """Whether a cell's code begins exactly one run of its own, and not in a loop."""
    if "start_run" not in source:
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    count = 0
    queue: list[tuple[ast.AST, bool]] = [(tree, False)]
    for node, repeats in queue:
        if isinstance(node, ast.Call) and name_of(node.func) == "start_run":
            if repeats:
                return False
            count += 1
        inner = repeats or isinstance(node, REPEATING)
        queue += [(child, inner) for child in ast.iter_child_nodes(node)]
    return count == 1
