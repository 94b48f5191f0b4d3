"""Recorded results of varied notebooks, each made again by `%reproduce --check` and compared.

python tests/journeys/reproduce_cases.py               all of them, a line each, and the count
python tests/journeys/reproduce_cases.py pandas async  those whose names have a word of these
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent / "provenance"))

import kernels

__all__ = ["CASES", "Case", "made_again"]

PATIENCE_SECONDS = 180

QUESTION = """\
answer = {command}
print("\\n" + __import__("json").dumps({{
    "equal": answer.made.is_equal,
    "checks": [(it.name, it.status, it.before, it.after) for it in answer.made.checks],
    "failure": answer.made.failure,
    "cells": len(__import__("json").loads(answer.made.path.read_text())["cells"]),
}}))"""


class Case(NamedTuple):
    """A notebook as it was executed, and what of it is made again."""

    name: str
    targets: tuple[str, ...]
    """Variables, and runs by their names."""
    cells: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()
    """What lies beside the notebook from the start."""
    fails: tuple[int, ...] = ()
    """The executions that end with an error, as they should."""


def case(name, targets, *cells, files=None, fails=()):
    """A case whose targets are words."""
    return Case(name, tuple(targets.split()), cells, tuple((files or {}).items()), fails)


CSV = "kind,weight,size\n" + "".join(
    f"{'abc'[n % 3]},{n * 7 % 11},{n * 5 % 13}\n" for n in range(40)
)

CASES = [
    case(
        "NumPy's global generator, drawn from by a cell in between",
        "a total",
        "import numpy as np\nnp.random.seed(7)",
        "noise = np.random.rand(3)",
        "unrelated = 3",
        "a = np.random.rand(4)",
        "total = float(a.sum())",
        "later = np.random.rand(2)",
    ),
    case(
        "a generator that several cells share",
        "second sample",
        "import numpy as np\nrng = np.random.default_rng(1)",
        "first = rng.normal(size=5)",
        "second = rng.integers(0, 100, size=8)",
        "plot = [1, 2, 3]",
        "sample = rng.choice(second, 3, replace=False)",
        "rng.random(10)",
    ),
    case(
        "Python's random, a list shuffled in place",
        "deck hand",
        "import random\nrandom.seed(3)",
        "deck = list(range(20))",
        "random.shuffle(deck)",
        "hand = [deck.pop() for _ in range(5)]",
        "coin = random.random()",
    ),
    case(
        "pandas: a table that was there, grouped",
        "table mean",
        "import pandas as pd",
        "table = pd.read_csv('weights.csv')",
        "table.head()",
        "mean = table.groupby('kind')['weight'].mean()",
        files={"weights.csv": CSV},
    ),
    case(
        "pandas: columns added, rows changed in place, merged",
        "merged",
        "import pandas as pd\nleft = pd.DataFrame({'k': [1, 2, 3], 'v': [0.1, 0.2, 0.3]})",
        "left['w'] = left.v * 2",
        "left.loc[left.k == 2, 'v'] = 9.5",
        "left.describe()",
        "right = pd.DataFrame({'k': [2, 3, 4], 'name': list('xyz')})",
        "merged = left.merge(right, on='k', how='outer')",
        "left.drop(columns='w', inplace=True)",
    ),
    case(
        "a file written, read, and written again since",
        "numbers",
        "from pathlib import Path\nPath('numbers.json').write_text('[3, 1, 2]')",
        "import json\nnumbers = sorted(json.loads(Path('numbers.json').read_text()))",
        "Path('numbers.json').write_text('[0]')",
    ),
    case(
        "scikit-learn: a split and a forest with a random_state",
        "acc",
        "from sklearn.datasets import load_iris\nfrom sklearn.model_selection import "
        "train_test_split\nX, y = load_iris(return_X_y=True)",
        "Xa, Xb, ya, yb = train_test_split(X, y, random_state=4, test_size=0.4)",
        "from sklearn.ensemble import RandomForestClassifier",
        "model = RandomForestClassifier(n_estimators=12, random_state=0).fit(Xa, ya)",
        "acc = model.score(Xb, yb)",
    ),
    case(
        "scikit-learn: a tracked cell as a run, found without code",
        "logistic accuracy",
        "from sklearn.datasets import load_wine\nfrom sklearn.linear_model import "
        "LogisticRegression\nfrom sklearn.metrics import accuracy_score, f1_score\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler",
        "X, y = load_wine(return_X_y=True)",
        "C = 0.5",
        "%%track logistic --metrics accuracy,f1\n"
        "model = make_pipeline(StandardScaler(), LogisticRegression(C=C)).fit(X, y)\n"
        "accuracy = accuracy_score(y, model.predict(X))\n"
        "f1 = f1_score(y, model.predict(X), average='macro')",
        "C = 2.0",
    ),
    case(
        "scikit-learn: no random_state, NumPy's seed",
        "centers",
        "import numpy as np\nnp.random.seed(0)",
        "from sklearn.cluster import KMeans\npoints = np.random.rand(60, 2)",
        "centers = KMeans(3, n_init=2).fit(points).cluster_centers_",
    ),
    case(
        "a run of a cell, run again with another value since",
        "first second",
        "import numpy as np\ndata = np.arange(20.0)",
        "power = 2",
        "%%track first --metrics error --params power\nerror = float((data**power).mean())",
        "power = 3",
        "%%track second --metrics error --params power\nerror = float((data**power).mean())",
        "power = 4",
    ),
    case(
        "a curve that a cell logs in a loop",
        "descent",
        "import nbtrack\nrate = 0.1",
        "weight = 5.0",
        "%%track descent\nfor epoch in nbtrack.track(range(10)):\n"
        "    weight -= rate * 2 * weight\n    nbtrack.log_metric('loss', weight**2)",
    ),
    case(
        "a run that a cell begins itself",
        "manual",
        "import nbtrack",
        "depth = 3",
        "with nbtrack.start_run(run_name='manual'):\n    nbtrack.log_param('depth', depth)\n"
        "    nbtrack.log_metric('score', depth / 7)",
        "depth = 9",
    ),
    case(
        "functions, a class with state, a closure that counts",
        "account ticks",
        "def counter(start):\n    def tick():\n        nonlocal start\n        start += 1\n"
        "        return start\n    return tick",
        "class Account:\n    def __init__(self, total):\n        self.total = total\n"
        "    def add(self, amount):\n        self.total += fee(amount)\n        return self",
        "def fee(amount):\n    return amount * 0.9",
        "tick = counter(5)",
        "tick(); tick()",
        "ticks = [tick() for _ in range(3)]",
        "account = Account(10)",
        "account.add(5)",
        "account = account.add(2.5).total",
    ),
    case(
        "await at the top of cells",
        "answers",
        "import asyncio",
        "async def ask(number):\n    await asyncio.sleep(0.01)\n    return number * 3",
        "first = await ask(2)",
        "answers = await asyncio.gather(*(ask(it) for it in range(first)))",
    ),
    case(
        "magics: %time, %%time, %%capture, a shell's output",
        "timed files captured",
        "%time timed = sum(range(1000))",
        "%%time\nsquares = [it**2 for it in range(timed % 17)]",
        "%%capture shown\nprint('hidden')\ncaptured = len(squares)",
        "files = !echo one two",
        "%matplotlib agg",
        "timed = timed + captured",
    ),
    case(
        "results by _ and Out",
        "both",
        "6 * 7",
        "half = _ / 2",
        "'a text in between'",
        "both = [half, Out[3]]",
    ),
    case(
        "cells edited and run out of order",
        "z",
        "x = 1",
        "y = x + 1",
        "x = 5",
        "z = [x, y]",
        "y = 100",
    ),
    case(
        "aliases of a list, a view of an array",
        "total row",
        "import numpy as np\na = []\nb = a",
        "b.append(2)",
        "for it in range(3):\n    a.append(it)",
        "grid = np.zeros((3, 3))\nrow = grid[1]",
        "grid[1, 2] = 7.5",
        "total = sum(b)",
        "a.clear()",
    ),
    case(
        "a cell that failed after it had changed something",
        "log",
        "log = ['begun']",
        "log.append('changed')\n1 / 0",
        "log.append('done')",
        fails=(1,),
    ),
    case(
        "iterators that cells go on with",
        "third rest",
        "numbers = iter(range(10))",
        "next(numbers)",
        "next(numbers)",
        "third = next(numbers)",
        "rest = list(numbers)",
    ),
    case(
        "the precision of decimal, set by a cell",
        "seventh",
        "from decimal import Decimal, getcontext",
        "getcontext().prec = 9",
        "seventh = Decimal(1) / Decimal(7)",
        "getcontext().prec = 20",
    ),
    case(
        "an environment variable, set by a cell",
        "alpha",
        "import os",
        "os.environ['ALPHA'] = '0.25'",
        "alpha = float(os.environ['ALPHA']) * 2",
        "os.environ['ALPHA'] = '9'",
    ),
    case(
        "settings in JSON and a module beside the notebook",
        "scaled",
        "import json, helper",
        "with open('settings.json') as file:\n    settings = json.load(file)",
        "scaled = helper.scale([1, 2, 3], settings['factor'])",
        files={
            "settings.json": '{"factor": 2.5, "name": "a"}',
            "helper.py": "def scale(values, factor):\n    return [it * factor for it in values]\n",
        },
    ),
    case(
        "arrays saved and loaded, in a folder that a cell makes",
        "loaded",
        "import numpy as np\nfrom pathlib import Path\nPath('out').mkdir(exist_ok=True)",
        "np.save('out/a.npy', np.linspace(0, 1, 9))",
        "loaded = np.load('out/a.npy') ** 2",
    ),
    case(
        "dataclasses, dates, text and sets",
        "when words",
        "from dataclasses import dataclass\nfrom datetime import date, timedelta",
        "@dataclass\nclass Trip:\n    begin: date\n    days: int\n\n    @property\n"
        "    def end(self):\n        return self.begin + timedelta(self.days)",
        "trip = Trip(date(2024, 2, 27), 3)",
        "trip.days += 1",
        "when = [trip.end, trip]",
        "words = {it.lower() for it in 'The cat saw THE dog'.split()}",
    ),
    case(
        "SQL over a frame",
        "heavy",
        "import duckdb, pandas as pd",
        "frame = pd.DataFrame({'a': range(30), 'b': [it % 4 for it in range(30)]})",
        "heavy = duckdb.sql('select b, sum(a) as total from frame group by b order by b').df()",
        "frame = None",
    ),
]


def made_again(kernel, given):
    """What came of each target of a case: equal or not, or the problem."""
    kernel.client.wait_for_ready(timeout=60)
    home = Path(kernel.folder) / "home" / "work"
    for name, text in given.files:
        (home / name).write_text(text)
    for code in kernels.SETUP:
        status, printed = kernel.run(code)
        if status != "ok":
            return problem(given, kernels.last_line(printed))
    for place, code in enumerate(given.cells):
        status, printed = kernel.run(code)
        if (status == "ok") == (place in given.fails):
            told = f"cell {place} ended with {status}: {kernels.last_line(printed)}"
            return problem(given, told)
    return {target: asked(kernel, target) for target in given.targets}


def problem(given, text):
    """The same problem for all targets of a case."""
    return {target: {"problem": text} for target in given.targets}


def asked(kernel, target):
    """What `%reproduce --check` says of a target."""
    kernels.PATIENCE_SECONDS = PATIENCE_SECONDS
    status, printed = kernel.run(QUESTION.format(command=f"%reproduce {target} --check"))
    if status != "ok":
        return {"problem": printed.strip()[-600:]}
    answers = [it for it in printed.splitlines() if it.startswith('{"equal"')]
    return json.loads(answers[0]) if answers else {"problem": printed.strip()[-600:]}


def line_of(target, given, found):
    """What came of a target, in a line."""
    if found.get("equal"):
        checks = ", ".join(name for name, *_ in found["checks"])
        return f"equal   {target} ({checks}): {given.name}"
    told = found.get("problem") or found.get("failure") or found.get("checks")
    return f"NOT     {target}: {given.name}: {told}"


def main():
    """Run the cases; the exit code is the number of results that did not come out equal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chosen = [
        it for it in CASES if not options.words or any(word in it.name for word in options.words)
    ]
    begun, results = time.perf_counter(), {}
    for given, kernel in zip(chosen, kernels.fresh_kernels(len(chosen)), strict=True):
        for target, found in made_again(kernel, given).items():
            results[f"{given.name}: {target}"] = bool(found.get("equal"))
            if not options.json:
                print(line_of(target, given, found), flush=True)
    if options.json:
        print(json.dumps(results))
    else:
        seconds = time.perf_counter() - begun
        print(f"{sum(results.values())} of {len(results)} results are equal, in {seconds:.0f} s")
    return sum(not it for it in results.values())


if __name__ == "__main__":
    raise SystemExit(main())
