"""Runs the snippets of one document, counts their calls into nbtrack, and tells what failed."""

from __future__ import annotations

import collections
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


class Calls:
    """Counts the calls that a file makes into the package, in all threads."""

    def __init__(self, path):
        self.path = str(path)
        self.names = collections.Counter()

    def __call__(self, frame, event, _argument):
        code, caller = frame.f_code, frame.f_back
        if (
            event == "call"
            and code.co_filename.startswith(PACKAGE)
            and caller is not None
            and caller.f_code.co_filename == self.path
        ):
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
        return getattr(local["self"], "full_name", None)
    return None if name.startswith("_") or name == "comes_later" else name


def snippets(module):
    """The functions of a document that need nothing to be called with, in order."""
    return [
        found
        for found in vars(module).values()
        if inspect.isfunction(found)
        and found.__module__ == module.__name__
        and not inspect.signature(found).parameters
    ]


def run(module):
    """Run the snippets of a document in order; the result is plain data."""
    calls = Calls(module.__file__)
    failures = {}
    sys.setprofile(calls)
    threading.setprofile(calls)
    try:
        for snippet in snippets(module):
            try:
                snippet()
            except BaseException:  # noqa: BLE001 - whatever it was, the table tells it
                failures[snippet.__name__] = traceback.format_exc()
            finally:
                while nbtrack.active_run() is not None:
                    nbtrack.end_run()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return {
        "snippets": len(snippets(module)),
        "calls": sum(calls.names.values()),
        "names": len(calls.names),
        "later": sum(later_names.values()),
        "failures": failures,
    }


def report(module):
    """Run a document and print the result as one line of JSON."""
    sys.stdout.write(json.dumps(run(module)) + "\n")
