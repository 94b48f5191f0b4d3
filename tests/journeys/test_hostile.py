"""Cells full of objects that mislead, wait or break: nothing of them is called, all cells end."""

from __future__ import annotations

import pytest

from nbtrack.journal import reader
from nbtrack.records.execution import Execution

SLOW_SECONDS = 5
"""What a trap takes: a cell that ends sooner has called none."""

SETUP = f"""
import sys, time, sklearn, pandas, polars, duckdb
import nbtrack.store.duckdb  # which a thread would load, maybe past a hook of imports
sys.calls = []
def trap(name):
    def act(*given, **named):
        sys.calls.append(name)
        time.sleep({SLOW_SECONDS})
        raise RuntimeError(name)
    return act
METHODS = '''
    __array__ __arrow_c_stream__ __bool__ __call__ __complex__ __contains__ __copy__ __dataframe__
    __deepcopy__ __dir__ __eq__ __float__ __format__ __getattr__ __getitem__ __getstate__ __hash__
    __index__ __int__ __iter__ __len__ __lt__ __reduce__ __reduce_ex__ __repr__ __sizeof__ __str__
    _repr_html_ items keys values dtype shape columns
'''.split()
names = {{it: trap(it) for it in METHODS}}
properties = {{it: property(trap(it)) for it in ('__class__', '__dict__', 'nbytes', '__module__')}}
"""

HOSTILE = {
    "all methods": "Hostile = type('Hostile', (), {**names, **properties})\nit = Hostile()",
    "every attribute": (
        "class Hostile:\n    __getattribute__ = trap('__getattribute__')\nit = Hostile()"
    ),
    "a metaclass": (
        "class Meta(type):\n"
        "    __eq__ = trap('eq')\n    __hash__ = trap('hash')\n    __repr__ = trap('repr')\n"
        "    __instancecheck__ = trap('instancecheck')\n    __getattribute__ = trap('get')\n"
        "Hostile = type.__new__(Meta, 'Hostile', (), {})\nit = object.__new__(Hostile)"
    ),
    "slots": (
        "class Hostile:\n    __slots__ = ('a', 'b')\n    __getattr__ = trap('getattr')\n"
        "it = Hostile()\nit.a = it"
    ),
    "a list": "it = type('Hostile', (list,), names)()",
    "a dict": "it = type('Hostile', (dict,), names)()",
    "a text": "it = type('Hostile', (str,), names)('a')",
    "a number": "it = type('Hostile', (float,), names)(0.5)",
    "a frame": (
        "import pandas\nit = type('Hostile', (pandas.DataFrame,), {n: names[n] for n in "
        "('__len__', '__iter__', '__eq__', '__repr__', '__str__', '_repr_html_')})({'a': [1]})"
    ),
    "an estimator": (
        "from sklearn.base import BaseEstimator\n"
        "it = type('Hostile', (BaseEstimator,), {**names, 'get_params': trap('get_params'), "
        "'fit': trap('fit'), 'predict': trap('predict')})()"
    ),
    "what cannot be pickled": "import threading\nit = [threading.Lock(), open('/dev/null')]",
    "what holds itself": "it = []\nit.append(it)\nother = {'it': it}\nit.append(other)",
    "what claims to be large": (
        "class Hostile:\n    nbytes = size = 5_000_000_000\n"
        "    def __sizeof__(self):\n        return 5_000_000_000\n"
        "    def __len__(self):\n        return trap('len')()\nit = Hostile()"
    ),
    "a generator": "it = (trap(n)() for n in range(3))",
    "an iterator without end": (
        "import itertools\nclass Hostile:\n    __iter__ = trap('iter')\n"
        "    __next__ = trap('next')\n"
        "it = [Hostile(), itertools.count(), map(trap('map'), itertools.count())]"
    ),
    "a class of no module": (
        "class Hostile:\n    pass\nHostile.__module__ = 3\nHostile.__qualname__ = 'a b\\n'\n"
        "it = Hostile()"
    ),
    "a function of no module": (
        "def it(x):\n    return x\nit.__module__ = None\nit.__name__ = '\\n'\nit.__doc__ = 3\n"
        "it.__wrapped__ = it"
    ),
    "a module that is an object": (
        "class Hostile:\n    __getattr__ = trap('getattr')\n"
        "it = sys.modules['strange_module'] = Hostile()"
    ),
    "a module without a name": (
        "import types\nit = types.ModuleType('odd')\ndel it.__name__\n"
        "sys.modules['odd_module'] = it"
    ),
    "a lazy frame": (
        "import polars\nit = polars.LazyFrame({'a': [1, 2]}).map_batches(trap('map'), schema=None)"
    ),
    "a relation": (
        "import duckdb\nit = duckdb.sql('select count(*) from range(100000000000) a, range(100) b')"
    ),
    "a proxy": (
        "import weakref\nclass Held:\n    __getattr__ = trap('getattr')\nheld = Held()\n"
        "it = weakref.proxy(held)"
    ),
    "a mock": "from unittest.mock import MagicMock\nit = MagicMock()\nit.a.b.return_value = it",
    "a deep list": "it = []\nfor _ in range(50_000):\n    it = [it]",
    "a class that refuses to be looked at": (
        "class Hostile:\n    def __init_subclass__(cls):\n        raise RuntimeError\n"
        "    __set_name__ = trap('set_name')\n    __mro_entries__ = trap('mro')\nit = Hostile()"
    ),
}


@pytest.fixture(scope="module")
def kernel(start_kernel):
    """A notebook that records every cell and has traps to set."""
    found = start_kernel()
    found.run("%track on")
    assert found.run(SETUP).error == ""
    return found


def executions(kernel) -> dict[str, str]:
    """How each cell ended that the journals know, by its source."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(kernel.folder.journal.glob("*.jsonl")):
        for it in reader.decode(path.read_bytes()).records:
            if type(it) is Execution:
                told = found.setdefault(it.execution_id, {})
                told |= {k: v for k in ("source", "status") if (v := getattr(it, k)) is not None}
    return {it["source"]: it["status"] for it in found.values()}


@pytest.mark.parametrize("case", HOSTILE)
def test_nothing_of_a_hostile_object_is_called(kernel, case):
    cells = (
        HOSTILE[case] + "\nsys.told = len(sys.calls)",
        "again = it\nheld = {'it': [it], 'fields': (it, 1)}\nsys.told = len(sys.calls)",
        "%%track\nsame = it\nlr = 0.1\nsys.told = len(sys.calls)",
        f"%%track\n{HOSTILE[case]}\nsys.told = len(sys.calls)",
        (
            "del it, held, same, again\nsys.modules.pop('strange_module', 0)\n"
            "sys.told = len(sys.calls)"
        ),
    )
    for cell in cells:
        seen = kernel.run(f"{cell}  # {case}")
        called = kernel.value("__import__('sys').calls[__import__('sys').told:]")
        assert (seen.error, seen.errors, called) == ("", "", [])
        assert seen.seconds < SLOW_SECONDS
    known = executions(kernel)
    assert [known.get(f"{it}  # {case}") for it in cells] == ["finished"] * len(cells)


ODD = {
    "names of builtins": (
        (
            "list, print, str, dict, set, len, type, id, isinstance, open, tuple, int, sorted, any "
            "= range(14)"
        ),
        "del list, print, str, dict, set, len, type, id, isinstance, open, tuple, int, sorted, any",
    ),
    "get_ipython deleted": ("kept = get_ipython\ndel get_ipython", "get_ipython = kept"),
    "In and Out taken": (
        "kept = In, Out, _oh, _ih\nIn, Out, _oh, _ih = 1, 2, 3, 4",
        "In, Out, _oh, _ih = kept",
    ),
    "stdout replaced": (
        "import io, sys\nstreams = sys.stdout, sys.stderr\nsys.stdout = sys.stderr = io.StringIO()",
        "sys.stdout, sys.stderr = streams",
    ),
    "an environment that is a dict": (
        "import os\nkept = os.environ\nos.environ = {}",
        "os.environ = kept",
    ),
    "warnings are errors": (
        "import warnings\nkept = warnings.filters[:]\nwarnings.simplefilter('error')",
        "warnings.filters[:] = kept",
    ),
    "logging broken": (
        (
            "import logging\nhandler = logging.Handler()\nhandler.emit = trap('emit')\n"
            "logging.getLogger().addHandler(handler)"
        ),
        "logging.getLogger().removeHandler(handler)",
    ),
    "a tracer": (
        (
            "def tracer(frame, event, given):\n    return tracer\nimport threading\n"
            "sys.settrace(tracer)\nthreading.settrace(tracer)"
        ),
        "sys.settrace(None)\nthreading.settrace(None)",
    ),
    "a profiler": ("sys.setprofile(lambda *given: None)", "sys.setprofile(None)"),
    "NumPy broken": (
        (
            "kept = {n: m for n, m in sys.modules.items() if n.startswith(('numpy', 'pandas'))}"
            "\nfor name in kept:\n    sys.modules[name] = None"
        ),
        "sys.modules.update(kept)",
    ),
    "a folder that is gone": (
        (
            "import os, tempfile\nkept = os.getcwd()\nfolder = tempfile.mkdtemp()\n"
            "os.chdir(folder)\n"
            "os.rmdir(folder)"
        ),
        "os.chdir(kept)",
    ),
    "no collection": ("import gc\ngc.disable()", "gc.enable()"),
    "a small stack": (
        "kept = sys.getrecursionlimit()\nsys.setrecursionlimit(300)",
        "sys.setrecursionlimit(kept)",
    ),
    "a hook of imports": (
        "class Finder:\n    find_spec = trap('find_spec')\nsys.meta_path.insert(0, Finder())",
        "del sys.meta_path[0]",
    ),
    "every name gone": (
        (
            "import builtins\nkept = builtins.globals_kept = dict(globals())\n"
            "for name in [n for n in kept if not n.startswith('_') and n != 'kept']:\n"
            "    globals().pop(name, None)"
        ),
        "globals().update(__import__('builtins').globals_kept)",
    ),
}
"""What notebooks do to their process: how it is done, and undone."""


@pytest.mark.parametrize("case", ODD)
def test_a_process_that_was_bent_runs_its_cells_and_records_them(kernel, case):
    bend, unbend = ODD[case]
    cells = (
        f"{bend}\n# {case}",
        f"odd_value = 1 + 1  # {case}",
        f"%%track\nlr = odd_value / 20  # {case}",
        f"{unbend}\n# {case}",
    )
    seen = [kernel.run(it) for it in cells]
    assert [(it.error, it.errors) for it in seen] == [("", "")] * 4
    assert kernel.run(f"odd_value, lr  # {case}").result == "(2, 0.1)"
    assert max(it.seconds for it in seen) < SLOW_SECONDS
    known = executions(kernel)
    assert [known.get(it) for it in cells] == ["finished"] * 4


ENDS = {
    "sys.setrecursionlimit(300)\ndef deep(n):\n    return deep(n + 1)\ndeep(0)": "RecursionError",
    "raise MemoryError": "MemoryError",
    "bytearray(1 << 62)": "MemoryError",
    "raise SystemExit(3)": "SystemExit",
    "raise KeyboardInterrupt": "KeyboardInterrupt",
    "raise GeneratorExit": "GeneratorExit",
    "class Odd(BaseException):\n    pass\nraise Odd": "Odd",
    "class Mute(Exception):\n    __str__ = None\nraise Mute": "TypeError",
    "raise ExceptionGroup('several', [ValueError(1), KeyError(2)])": "",
    "import asyncio\nraise asyncio.CancelledError": "CancelledError",
    "%%time\n1 / 0": "ZeroDivisionError",
    "import asyncio\nawait asyncio.sleep(0, 1 / 0)": "ZeroDivisionError",
    "x = = 1": "SyntaxError",
    "raise StopIteration": "StopIteration",
}
"""Cells that end badly, and how IPython names it; a group of errors it shows without a name."""


@pytest.mark.parametrize("source", ENDS)
def test_a_cell_ends_with_its_own_error(kernel, source):
    plain = kernel.run(source)
    tracked = kernel.run(f"%%track\n{source}")
    kernel.run("sys.setrecursionlimit(3000)")
    assert {plain.error, tracked.error} == {ENDS[source]}
    assert "nbtrack: " not in plain.errors + tracked.errors
    assert kernel.run("1 + 1").result == "2"
    assert executions(kernel)[source] in {"failed", "interrupted"}


def test_a_namespace_of_5000_names_is_followed(kernel):
    fill = "globals().update({f'name_{n}': [n] for n in range(5000)})"
    assert kernel.run(fill).error == ""
    change = "name_4999.append(1)"
    assert kernel.run(change).error == ""
    assert executions(kernel)[change] == "finished"
    kernel.run("for n in range(5000):\n    del globals()[f'name_{n}']")


def test_exit_ends_the_kernel_and_leaves_its_cell_recorded(start_kernel):
    kernel = start_kernel()
    kernel.run("%track on")
    kernel.run("%%track\nx = 1\nexit()")
    kernel.end()
    assert executions(kernel) == {"%%track\nx = 1\nexit()": "finished"}


def test_warnings_that_are_errors_from_the_start_change_nothing(start_kernel):
    kernel = start_kernel(PYTHONWARNINGS="error::UserWarning")
    assert kernel.run("%track on").errors == ""
    seen = kernel.run("%%track\nlr = 0.1\nlr")
    assert (seen.result, seen.error, seen.errors) == ("0.1", "", "")
