"""Small notebooks as people write them, to plant one change in: cells by name, and their files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

__all__ = ["PAIRS", "Notebook", "Pair", "pair", "rows"]


@dataclass(frozen=True)
class Notebook:
    """Cells by their ids, in the order in which they run, and what surrounds them."""

    cells: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "."
    """Where the kernel is started, below the notebook's folder."""

    def edit(self, cell: str, old: str, new: str) -> Notebook:
        """The same with a text of a cell replaced."""
        assert self.cells[cell].count(old) == 1, (cell, old)
        return replace(self, cells={**self.cells, cell: self.cells[cell].replace(old, new)})

    def without(self, cell: str) -> Notebook:
        """The same without a cell."""
        assert cell in self.cells
        return replace(self, cells={name: it for name, it in self.cells.items() if name != cell})

    def insert(self, before: str, cell: str, source: str) -> Notebook:
        """The same with a cell more, before another one."""
        names = list(self.cells)
        names.insert(names.index(before), cell)
        known = {**self.cells, cell: source}
        return replace(self, cells={name: known[name] for name in names})

    def swap(self, one: str, other: str) -> Notebook:
        """The same with two cells in each other's place."""
        places = {one: other, other: one}
        names = [places.get(name, name) for name in self.cells]
        return replace(self, cells={name: self.cells[name] for name in names})

    def write(self, file: str, content: str) -> Notebook:
        """The same with another content of a file."""
        return replace(self, files={**self.files, file: content})

    def rewrite(self, file: str, old: str, new: str) -> Notebook:
        """The same with a text of a file replaced."""
        assert old in self.files[file], (file, old)
        return self.write(file, self.files[file].replace(old, new, 1))

    def setting(self, **environment: str) -> Notebook:
        """The same with other environment variables."""
        return replace(self, environment={**self.environment, **environment})


class Pair(NamedTuple):
    """A notebook before and after a change."""

    name: str
    before: Notebook
    after: Notebook
    kind: str
    """Of the cause; empty where nothing changed."""
    words: tuple[str, ...]
    """What its title must have."""


PAIRS: list[Pair] = []


def pair(name, before, after, kind="", *words):
    """Add a pair."""
    PAIRS.append(Pair(name, before, after, kind, words))


def rows(count: int = 240, *, factor: float = 1.0, header: str = "age,income,debt,good") -> str:
    """A table of people as CSV; some incomes are missing."""
    lines = [header]
    for n in range(count):
        age = 16 + n * 37 % 53
        income = "" if n % 29 == 3 else f"{20 + n * 53 % 71 + (n * 17 % 10) / 10:.1f}"
        debt = (1 + n * 29 % 23) * factor
        lines.append(f"{age},{income},{debt:g},{int((n * 53 % 71) > 6 + (n * 29 % 23) * 1.5)}")
    return "\n".join(lines) + "\n"


CLEANING = Notebook(
    {
        "imports": "import numpy as np\nimport pandas as pd\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.metrics import accuracy_score\n"
        "from sklearn.model_selection import train_test_split",
        "read": "people = pd.read_csv('people.csv')",
        "look": "people.head()",
        "clean": "people = people.dropna()\npeople = people[people.age >= 18]\n"
        "people['ratio'] = people.income / people.debt",
        "features": "FEATURES = ['age', 'income', 'ratio']",
        "split": "X_train, X_test, y_train, y_test = train_test_split(\n"
        "    people[FEATURES], people.good, test_size=0.25, random_state=0\n)",
        "train": "%%track\nmodel = LogisticRegression(C=1.0, max_iter=200)\n"
        "model.fit(X_train, y_train)\n"
        "accuracy = accuracy_score(y_test, model.predict(X_test))",
    },
    {"people.csv": rows()},
)

SIMULATION = Notebook(
    {
        "imports": "import numpy as np",
        "setup": "paths_count = 300\nvolatility = 0.2\nnp.random.seed(7)",
        "steps": "steps = np.random.normal(0, volatility, size=(paths_count, 50))",
        "paths": "paths = np.exp(np.cumsum(steps, axis=1) * 0.1)",
        "value": "%%track --metrics mean_end,worst\nends = paths[:, -1]\n"
        "mean_end = float(ends.mean())\nworst = float(ends.min())",
    }
)

FUNCTION = Notebook(
    {
        "imports": "import numpy as np\nfrom sklearn.metrics import mean_squared_error",
        "define": "def smooth(values, width=5):\n    kernel = np.ones(width) / width\n"
        "    padded = np.pad(values, width, mode='edge')\n"
        "    return np.convolve(padded, kernel, mode='same')[width:-width]",
        "signal": "x = np.linspace(0, 6, 200)\nsignal = np.sin(x) + 0.1 * np.cos(40 * x)",
        "notes": "# the smoothed curve is compared with the sine below\nnote = 'see above'",
        "judge": "%%track\nerror = mean_squared_error(np.sin(x), smooth(signal))",
    }
)

CLASS = Notebook(
    {
        "class": "class Averager:\n    def __init__(self, rate=0.3):\n        self.rate = rate\n"
        "        self.value = 0.0\n\n    def step(self, x):\n"
        "        self.value += self.rate * (x - self.value)\n        return self.value\n\n"
        "    def run(self, values):\n        return [self.step(it) for it in values]",
        "data": "values = [float(n * 7 % 11) for n in range(60)]",
        "make": "averager = Averager()",
        "run": "%%track --metrics last,spread\nout = averager.run(values)\nlast = out[-1]\n"
        "spread = max(out) - min(out)",
    }
)

PLAIN_FILE = Notebook(
    {
        "imports": "import csv\nfrom pathlib import Path",
        "read": "with open('weights.csv') as file:\n"
        "    weights = [float(it['weight']) for it in csv.DictReader(file)]",
        "trim": "kept = sorted(weights)[2:-2]",
        "mean": "%%track --metrics mean_weight\nmean_weight = sum(kept) / len(kept)",
    },
    {
        "weights.csv": "name,weight\n" + "".join(f"n{n},{n * 13 % 17}.5\n" for n in range(40)),
        "weights_2024.csv": "name,weight\n"
        + "".join(f"m{n},{n * 11 % 19}.25\n" for n in range(40)),
    },
)

CONFIG = Notebook(
    {
        "imports": "import json\nimport numpy as np\n"
        "from sklearn.tree import DecisionTreeClassifier",
        "config": "with open('config.json') as file:\n    config = json.load(file)",
        "data": "rng = np.random.default_rng(3)\nX = rng.normal(size=(200, 4))\n"
        "y = (X[:, 0] * X[:, 1] > 0).astype(int)",
        "fit": "%%track\ntree = DecisionTreeClassifier(max_depth=config['depth'], "
        "criterion=config['criterion'], random_state=0)\n"
        "accuracy = tree.fit(X[:150], y[:150]).score(X[150:], y[150:])",
    },
    {"config.json": '{"depth": 3, "criterion": "gini", "note": "first"}'},
)

PARAMS = Notebook(
    {
        "imports": "import numpy as np\nfrom sklearn.ensemble import GradientBoostingRegressor\n"
        "from sklearn.metrics import r2_score",
        "params": "params = {'n_estimators': 20, 'learning_rate': 0.1, 'max_depth': 3}",
        "threshold": "threshold = 0.5\nlimit = threshold * 2",
        "data": "rng = np.random.default_rng(1)\nX = rng.uniform(size=(150, 3))\n"
        "y = X @ [1.0, -2.0, 0.5] + (X[:, 0] > threshold)",
        "fit": "%%track --params params,limit\n"
        "model = GradientBoostingRegressor(**params, random_state=5)\n"
        "model.fit(X[:100], y[:100])\nr2 = r2_score(y[100:], model.predict(X[100:]))",
    }
)

FOREST = Notebook(
    {
        "imports": "from sklearn.datasets import load_wine\n"
        "from sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.metrics import accuracy_score, f1_score\n"
        "from sklearn.model_selection import train_test_split\n"
        "from sklearn.preprocessing import StandardScaler",
        "load": "X, y = load_wine(return_X_y=True)",
        "split": "SEED = 4\nXa, Xb, ya, yb = train_test_split(X, y, test_size=0.4, "
        "random_state=SEED)",
        "scale": "scaler = StandardScaler()\nXa = scaler.fit_transform(Xa)\n"
        "Xb = scaler.transform(Xb)",
        "fit": "%%track forest\nforest = RandomForestClassifier(n_estimators=8, max_depth=2, "
        "random_state=11)\nforest.fit(Xa, ya)",
        "judge": "%%track judged\npredicted = forest.predict(Xb)\n"
        "score = f1_score(yb, predicted, average='macro')",
    }
)

RIDGE = Notebook(
    {
        "imports": "import pandas as pd\nfrom sklearn.linear_model import Lasso, Ridge",
        "read": "table = pd.read_csv('people.csv').fillna(0)",
        "columns": "columns = ['age', 'income']",
        "weights": "low, high = 20, 60\ninside = table[(table.age > low) & (table.age < high)]",
        "fit": "%%track\nmodel = Ridge(alpha=0.5)\nmodel.fit(inside[columns], inside['debt'])\n"
        "r2 = model.score(inside[columns], inside['debt'])",
    },
    {"people.csv": rows()},
)

EPOCHS = Notebook(
    {
        "imports": "import numpy as np\nimport nbtrack",
        "data": "rng = np.random.default_rng(0)\nX = rng.normal(size=(120, 3))\n"
        "y = X @ np.array([1.5, -2.0, 0.7]) + rng.normal(scale=0.1, size=120)",
        "loss": "def loss_of(w):\n    return float(((X @ w - y) ** 2).mean())\n\n"
        "def gradient(w):\n    return 2 * X.T @ (X @ w - y) / len(y)",
        "train": "%%track\nlr = 0.05\nepochs = 12\nw = np.zeros(3)\nfor epoch in range(epochs):\n"
        "    w = w - lr * gradient(w)\n    nbtrack.log_metric('loss', loss_of(w), step=epoch)",
    }
)

VARIABLE = Notebook(
    {
        "imports": "import os\nimport statistics",
        "level": "level = float(os.environ.get('LEVEL', '1'))",
        "values": "values = [n * 31 % 23 for n in range(50)]",
        "use": "%%track --metrics clipped\n"
        "clipped = statistics.fmean(min(it, level * 10) for it in values)",
    },
    environment={"LEVEL": "1.0"},
)

MODULE = Notebook(
    {
        "path": "import sys\nsys.path.insert(0, '.')",
        "imports": "import preparation",
        "values": "values = list(range(1, 40))",
        "use": "%%track --metrics total\ntotal = float(sum(preparation.prepared(values)))",
    },
    {
        "preparation.py": "FACTOR = 2.5\n\n\ndef prepared(values):\n"
        "    return [it * FACTOR for it in values if it % 3]\n"
    },
)

PACKAGE = Notebook(
    {
        "path": "import sys\nsys.path.insert(0, 'lib')",
        "imports": "import tinylib",
        "values": "values = [n * 19 % 13 for n in range(30)]",
        "use": "%%track --metrics scaled\nscaled = float(sum(tinylib.scale(values)))",
    },
    {
        "lib/tinylib/__init__.py": "def scale(values):\n    return [v / 13 for v in values]\n",
        "lib/tinylib-1.0.dist-info/METADATA": "Name: tinylib\nVersion: 1.0\n",
        "lib/tinylib-1.0.dist-info/RECORD": "tinylib/__init__.py,,\n",
        "lib/tinylib-1.0.dist-info/top_level.txt": "tinylib\n",
    },
)

CARDS = Notebook(
    {
        "imports": "import random",
        "seed": "random.seed(3)",
        "deck": "deck = list(range(52))\nrandom.shuffle(deck)",
        "hands": "hands = [deck[n : n + 5] for n in range(0, 50, 5)]",
        "best": "%%track --metrics best\nbest = max(sum(hand) for hand in hands)",
    }
)

GROUPS = Notebook(
    {
        "imports": "import pandas as pd",
        "orders": "orders = pd.read_csv('orders.csv')",
        "shops": "shops = pd.read_csv('shops.csv')",
        "join": "joined = orders.merge(shops, on='shop', how='inner')",
        "recent": "joined = joined[joined.day > 5]",
        "group": "sums = joined.groupby('region')['amount'].sum()",
        "top": "%%track --metrics top,count\ntop = float(sums.max())\ncount = len(joined)",
    },
    {
        "orders.csv": "shop,day,amount\n"
        + "".join(f"s{n % 7},{n % 28},{n * 13 % 97}\n" for n in range(90)),
        "shops.csv": "shop,region\n" + "".join(f"s{n},{'abc'[n % 3]}\n" for n in range(6)),
    },
)

PIPELINE = Notebook(
    {
        "imports": "import numpy as np\n"
        "from sklearn.model_selection import KFold, cross_val_score\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import MinMaxScaler, StandardScaler\n"
        "from sklearn.svm import SVC",
        "data": "rng = np.random.default_rng(21)\nX = rng.normal(size=(90, 3)) * [1, 10, 100]\n"
        "y = (X[:, 0] + X[:, 1] / 10 > 0).astype(int)",
        "pipeline": "kernel = 'rbf'\npipeline = make_pipeline(StandardScaler(), SVC(C=2.0, "
        "kernel=kernel))",
        "folds": "folds = KFold(4, shuffle=True, random_state=2)",
        "score": "%%track\naccuracy = cross_val_score(pipeline, X, y, cv=folds).mean()",
    }
)

UNSEEDED = Notebook(
    {
        "imports": "import numpy as np",
        "noise": "noise = np.random.rand(40)",
        "mean": "%%track --metrics mean_noise\nmean_noise = float(noise.mean())",
    }
)

FOLDERS = Notebook(
    {
        "imports": "from pathlib import Path",
        "read": "numbers = [int(it) for it in Path('numbers.txt').read_text().split()]",
        "sum": "%%track --metrics total\ntotal = sum(numbers) / 2",
    },
    {"numbers.txt": "1 2 3 4\n", "other/numbers.txt": "5 6 7 8 9\n"},
)
