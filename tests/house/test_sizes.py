"""Small is measured: what grows past a ceiling is divided, not waved through."""

from __future__ import annotations

import statistics

LINES_A_FILE = 500
LINES_A_FUNCTION = 70
POSITIONAL = 5

MLFLOW_SIGNATURES = ("nbtrack.api.", "nbtrack.records.entities")
"""Where parameters are MLflow's to decide: users pass them by position."""


def lines_of(function):
    """From the first decorator to the last line."""
    first = min([function.lineno, *(it.lineno for it in function.decorator_list)])
    return function.end_lineno - first + 1


def positional_of(function):
    """Parameters that may be given by position, without self and cls."""
    names = [it.arg for it in (*function.args.posonlyargs, *function.args.args)]
    return [name for name in names if name not in {"self", "cls"}]


def test_no_file_is_longer_than_the_ceiling(modules, test_modules):
    lengths = {str(it): it.text.count("\n") for it in (*modules, *test_modules)}
    assert {name: n for name, n in lengths.items() if n > LINES_A_FILE} == {}


def test_no_function_is_longer_than_the_ceiling(modules, test_modules):
    wrong = {
        f"{module}:{function.lineno} {function.name}": lines_of(function)
        for module in (*modules, *test_modules)
        for function in module.functions()
        if lines_of(function) > LINES_A_FUNCTION
    }
    assert wrong == {}


def test_functions_take_at_most_five_positional_parameters(modules):
    wrong = {
        f"{module}:{function.lineno} {function.name}": positional_of(function)
        for module in modules
        if not module.name.startswith(MLFLOW_SIGNATURES)
        for function in module.functions()
        if len(positional_of(function)) > POSITIONAL
    }
    assert wrong == {}


def test_the_usual_file_and_function_are_small(modules):
    files = sorted(module.text.count("\n") for module in modules)
    functions = [lines_of(function) for module in modules for function in module.functions()]
    assert statistics.median(files) <= 130
    assert statistics.median(functions) <= 10
    assert statistics.quantiles(files, n=20)[-1] <= 300
    assert statistics.quantiles(functions, n=20)[-1] <= 40
