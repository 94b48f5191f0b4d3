"""Runs the snippets of one document, counts their calls into nbtrack, and tells what failed."""

from __future__ import annotations

import collections
import importlib
import importlib.util
import inspect
import json
import sys
import threading
import traceback
from contextlib import contextmanager
from pathlib import Path

import nbtrack
from nbtrack.errors import NotYet

PACKAGE = str(Path(nbtrack.__file__).parent)


@contextmanager
def comes_later(name):
    """The block calls something of a later version, which says so by its own name."""
    try:
        yield
    except NotYet as error:
        if name not in str(error):
            raise AssertionError(f"{error} does not name {name}") from error
        later_names[name] += 1
    else:
        raise AssertionError(f"{name} did not say that it comes later")


later_names = collections.Counter()


def needs(library):
    """Mark a snippet that cannot run without a library."""

    def mark(snippet):
        snippet.needs = library
        return snippet

    return mark


def is_there(snippet):
    """Whether the library that a snippet needs is installed; it is imported before calls count."""
    library = getattr(snippet, "needs", None)
    if library is None:
        return True
    found = importlib.util.find_spec(library) is not None
    if found:
        importlib.import_module(library)
    return found


class Calls:
    """Counts the calls that a file makes into the package, in all threads."""

    def __init__(self, path):
        self.path = str(path)
        self.names = collections.Counter()

    def __call__(self, frame, event, _argument):
        if event != "call" or not frame.f_code.co_filename.startswith(PACKAGE):
            return  # asked first: every call of every library comes here
        caller = frame.f_back
        if caller is not None and caller.f_code.co_filename == self.path:
            name = called_name(frame)
            if name:
                self.names[name] += 1


def called_name(frame):
    """What the caller calls it; nothing for what only the language calls."""
    name, local = frame.f_code.co_name, frame.f_locals
    if name == "safe":
        return local["act"].__name__
    if name == "__init__":
        return type(local["self"]).__name__
    if name == "__call__":
        return call_name(local["self"])
    return None if name.startswith("_") else name


def call_name(call):
    """The name of a call that is an object: a later one, or one of a flavor."""
    flavor = getattr(call, "flavor_name", None)
    return f"{flavor}.{call.verb}" if flavor else getattr(call, "full_name", None)


def snippets(module):
    """The functions of a document that need nothing to be called with, in order."""
    return [
        found
        for found in vars(module).values()
        if inspect.isfunction(found)
        and found.__module__ == module.__name__
        and not inspect.signature(found).parameters
        and is_there(found)
    ]


def run(module):
    """Run the snippets of a document in order; the result is plain data."""
    calls = Calls(module.__file__)
    to_run, failures = snippets(module), {}
    sys.settrace(calls)
    threading.settrace(calls)
    try:
        for snippet in to_run:
            try:
                snippet()
            except BaseException:  # noqa: BLE001 - whatever it was, the table tells it
                failures[snippet.__name__] = traceback.format_exc()
            finally:
                while nbtrack.active_run() is not None:
                    nbtrack.end_run()
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return {
        "snippets": len(to_run),
        "calls": sum(calls.names.values()),
        "names": len(calls.names),
        "later": dict(sorted(later_names.items())),
        "failures": failures,
    }


def report(module):
    """Run a document and print the result as one line of JSON."""
    sys.stdout.write(json.dumps(run(module)) + "\n")
