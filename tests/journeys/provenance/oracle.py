"""Which executions give a value: cells run in an empty IPython, each choice in a fork of its own.

Numbering stays as it was (`Out[4]` means the same); generators are seeded anew by the clock.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import shutil
import sys
import tempfile
import types
from pathlib import Path

from case import FIRST_NUMBER

__all__ = ["check", "gives", "is_enough", "load", "plain"]

FOLDER = str(Path(__file__).parent)

USED = (
    "joblib",
    "matplotlib.pyplot",
    "pandas",
    "sklearn.datasets",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.neighbors",
    "sklearn.pipeline",
    "sklearn.tree",
)

DEEPEST = 20
"""Parts of parts that are compared; objects may hold each other."""

LOST = ("lost",)
"""The outcome where there is no value: a cell failed, or nothing has the target's name."""


def load():
    """Import once what the cases use, so that forks have it."""
    os.environ |= {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
    for name in USED:
        importlib.import_module(name)
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    sys.dont_write_bytecode = True
    sys.path[:] = ["", *(it for it in sys.path if it != FOLDER)]
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    shell.showtraceback = shell.showsyntaxerror = lambda *_, **__: None
    shell.enable_gui = lambda *_: None
    gc.collect()
    gc.freeze()
    return shell


def plain(value, depth=0):
    """A value as plain data that can be compared and sent: equal for equal values."""
    kind, parts = type(value).__name__, plain_parts(value)
    if parts is None:
        return (kind, repr(value))
    if depth > DEEPEST:
        return (kind,)
    plain_ones = [plain(it, depth + 1) for it in parts]
    return (
        kind,
        *(sorted(plain_ones, key=repr) if isinstance(value, set | frozenset) else plain_ones),
    )


def plain_parts(value):
    """What a value consists of; None where its text says all."""
    import numpy as np
    import pandas as pd

    if isinstance(value, types.FunctionType | types.ModuleType):
        return ()
    if isinstance(value, dict):
        return [part for pair in value.items() for part in pair]
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if isinstance(value, np.ndarray | pd.Index):
        return (str(value.dtype), value.shape, value.tolist())
    if isinstance(value, pd.DataFrame | pd.Series):
        return (value.to_dict(), str(getattr(value, "dtypes", "")))
    return plain_parts(vars(value)) if hasattr(value, "__dict__") else None


def outcome(shell, case, chosen):
    """The plain value of the target after the chosen executions, or `LOST`."""
    for place in chosen:
        shell.execution_count = FIRST_NUMBER + place
        importlib.invalidate_caches()
        done = shell.run_cell(case.cells[place], store_history=True)
        if not done.success and place not in case.fails:
            return LOST
    if case.target not in shell.user_ns:
        return LOST
    return plain(shell.user_ns[case.target])


def in_child(shell, case, chosen, pipe):
    """What a fork does: run silently in a folder of its own and send the outcome."""
    import random

    import numpy as np

    silence = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(silence, descriptor)
    random.seed()
    np.random.seed()  # noqa: NPY002 - the generator that the cases use
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    try:
        found = outcome(shell, case, chosen)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with os.fdopen(pipe, "wb") as file:
        pickle.dump(found, file)


def gives(shell, case, chosen):
    """The outcome of chosen executions, from a fork."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        with contextlib.suppress(BaseException):
            in_child(shell, case, sorted(chosen), sink)
        os._exit(0)
    os.close(sink)
    with os.fdopen(source, "rb") as file:
        sent = file.read()
    os.waitpid(child, 0)
    return pickle.loads(sent) if sent else LOST


def is_enough(shell, case, chosen):
    """Whether chosen executions give the value that all of them gave."""
    whole = gives(shell, case, range(len(case.cells)))
    return whole != LOST and gives(shell, case, chosen) == whole


def check(shell, case):
    """What is wrong with a case; nothing where its minimal executions are just that."""
    whole = gives(shell, case, range(len(case.cells)))
    if whole == LOST:
        return ["all its cells give no value"]
    if whole != gives(shell, case, range(len(case.cells))):
        return ["all its cells give another value each time"]
    if gives(shell, case, case.minimal) != whole:
        return [f"{list(case.minimal)} give another value"]
    wrong = []
    for place in case.minimal:
        left = [it for it in case.minimal if it != place]
        if gives(shell, case, left) == whole:
            wrong.append(f"{place} is not needed: {case.cells[place]!r}")
    return wrong
