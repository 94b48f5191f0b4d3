"""The public surface is a list, and the list is true."""

from __future__ import annotations

import importlib
import pkgutil

import nbtrack


def is_exempt(module):
    """A package that is only a folder, and the module that `python -m` runs, export nothing."""
    return module.dotted[-1] == "__main__" or not module.tree.body[1:]


def test_every_module_says_what_it_exports(modules):
    assert [str(it) for it in modules if it.exported is None and not is_exempt(it)] == []


def test_lists_of_exports_are_sorted_and_name_each_thing_once(modules):
    wrong = [
        str(it)
        for it in modules
        if it.exported is not None
        and it.exported != sorted(set(it.exported), key=sorted_as_ruff_does)
    ]
    assert wrong == []


def sorted_as_ruff_does(name):
    """Constants, then classes, then the rest."""
    constant = name.isupper() and len(name) > 1
    return (0 if constant else 1 if name[:1].isupper() else 2, name)


def test_what_a_module_exports_is_there(modules):
    wrong = [
        f"{module.name}.{name}"
        for module in modules
        if module.exported and module.dotted[-1] != "__main__"
        for name in module.exported
        if not hasattr(importlib.import_module(module.name), name)
    ]
    assert wrong == []


def test_what_nbtrack_exports_is_listed_and_nothing_else_is_public():
    assert set(nbtrack.__all__) <= set(dir(nbtrack))
    submodules = {module.name for module in pkgutil.iter_modules(nbtrack.__path__)}
    public = {name for name in dir(nbtrack) if not name.startswith("_")} - {"annotations"}
    assert public - submodules <= set(nbtrack.__all__)


def test_an_unknown_name_is_an_attribute_error_that_says_so():
    message = ""
    try:
        nbtrack.strat_run  # noqa: B018 - reading it is the test
    except AttributeError as error:
        message = str(error)
    assert "strat_run" in message
    assert not hasattr(nbtrack, "__wrapped__")
