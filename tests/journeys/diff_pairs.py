"""Pairs of notebooks with one planted change each, and what must be named as the cause."""

from __future__ import annotations

from typing import NamedTuple

from diff_notebooks import (
    CARDS,
    CLASS,
    CLEANING,
    CONFIG,
    EPOCHS,
    FOLDERS,
    FOREST,
    FUNCTION,
    GROUPS,
    MODULE,
    PACKAGE,
    PARAMS,
    PIPELINE,
    PLAIN_FILE,
    RIDGE,
    SIMULATION,
    UNSEEDED,
    VARIABLE,
    Notebook,
    rows,
)

__all__ = ["PAIRS", "Pair"]


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


# Params

pair(
    "a keyword of a constructor",
    CLEANING,
    CLEANING.edit("train", "C=1.0", "C=0.05"),
    "param",
    "C: 1.0 → 0.05",
)
pair(
    "a value in a dict of params",
    PARAMS,
    PARAMS.edit("params", "0.1", "0.3"),
    "param",
    "learning_rate: 0.1 → 0.3",
)
pair(
    "a whole number in a dict of params",
    PARAMS,
    PARAMS.edit("params", "20", "35"),
    "param",
    "n_estimators: 20 → 35",
)
pair(
    "a literal behind a param of --params",
    PARAMS,
    PARAMS.edit("threshold", "* 2", "* 3"),
    "code",
    "threshold * 2 → threshold * 3",
)
pair(
    "a literal in the tracked cell",
    EPOCHS,
    EPOCHS.edit("train", "lr = 0.05", "lr = 0.2"),
    "param",
    "lr: 0.05 → 0.2",
)
pair(
    "the number of epochs",
    EPOCHS,
    EPOCHS.edit("train", "epochs = 12", "epochs = 5"),
    "param",
    "epochs: 12 → 5",
)
pair("an alpha", RIDGE, RIDGE.edit("fit", "0.5", "50"), "param", "alpha: 0.5 → 50")
pair(
    "the depth of a forest",
    FOREST,
    FOREST.edit("fit", "max_depth=2", "max_depth=1"),
    "code",
    "max_depth 2 → 1",
)
pair(
    "the C inside a pipeline",
    PIPELINE,
    PIPELINE.edit("pipeline", "C=2.0", "C=0.1"),
    "code",
    "C 2.0 → 0.1",
)
pair(
    "a literal that a keyword takes by name",
    PIPELINE,
    PIPELINE.edit("pipeline", "'rbf'", "'linear'"),
    "code",
    "kernel 'rbf' → 'linear'",
)
pair(
    "a keyword added",
    FOREST,
    FOREST.edit("fit", "max_depth=2,", "max_depth=2, min_samples_leaf=9,"),
    "code",
    "min_samples_leaf=9",
)
pair(
    "a literal of two at once",
    RIDGE,
    RIDGE.edit("weights", "20, 60", "30, 60"),
    "code",
    "low",
    "20 → 30",
)
pair(
    "a test size",
    CLEANING,
    CLEANING.edit("split", "0.25", "0.4"),
    "code",
    "test_size 0.25 → 0.4",
)
pair(
    "how many are simulated",
    SIMULATION,
    SIMULATION.edit("setup", "300", "500"),
    "code",
    "paths_count 300 → 500",
)

# Seeds

pair("NumPy's seed", SIMULATION, SIMULATION.edit("setup", "seed(7)", "seed(8)"), "seed", "7 → 8")
pair("random's seed", CARDS, CARDS.edit("seed", "3", "5"), "seed", "3 → 5")
pair(
    "a split's random_state",
    CLEANING,
    CLEANING.edit("split", "random_state=0", "random_state=1"),
    "seed",
    "0 → 1",
    "random_state",
)
pair("a seed with a name", FOREST, FOREST.edit("split", "SEED = 4", "SEED = 9"), "seed", "4 → 9")
pair(
    "a model's random_state",
    FOREST,
    FOREST.edit("fit", "random_state=11", "random_state=12"),
    "seed",
    "11 → 12",
)
pair("a generator's seed", CONFIG, CONFIG.edit("data", "rng(3)", "rng(4)"), "seed", "3 → 4")
pair(
    "a seed that went",
    SIMULATION,
    SIMULATION.edit("setup", "\nnp.random.seed(7)", ""),
    "code",
    "removed np.random.seed(7)",
)
pair("a cell with a seed that went", CARDS, CARDS.without("seed"), "code", "random.seed(3)")

# Code of the cells

pair("an operator", CLEANING, CLEANING.edit("clean", " / ", " * "), "code", "ratio", "*")
pair("a condition", CLEANING, CLEANING.edit("clean", ">=", ">"), "code", "people.age > 18")
pair("a limit", CLEANING, CLEANING.edit("clean", "18", "30"), "code", "18 → 30")
pair(
    "a line that went",
    CLEANING,
    CLEANING.edit("clean", "people = people[people.age >= 18]\n", ""),
    "code",
    "removed people = people[people.age >= 18]",
)
pair(
    "a line that came",
    CLEANING,
    CLEANING.edit("clean", "dropna()\n", "dropna()\npeople = people.iloc[10:]\n"),
    "code",
    "added people = people.iloc[10:]",
)
pair(
    "a list of features",
    CLEANING,
    CLEANING.edit("features", ", 'ratio'", ""),
    "code",
    "FEATURES",
    "ratio",
)
pair(
    "a column more",
    RIDGE,
    RIDGE.edit("columns", "'income'", "'income', 'good'"),
    "code",
    "columns",
    "good",
)
pair(
    "another class imported",
    RIDGE,
    RIDGE.edit("fit", "Ridge(", "Lasso("),
    "code",
    "Lasso",
)
pair(
    "an import under the same name",
    CLEANING.edit("imports", "LogisticRegression", "LogisticRegression as Model").edit(
        "train", "LogisticRegression(C=1.0, max_iter=200)", "Model()"
    ),
    CLEANING.edit("imports", "LogisticRegression", "RidgeClassifier as Model").edit(
        "train", "LogisticRegression(C=1.0, max_iter=200)", "Model()"
    ),
    "code",
    "RidgeClassifier",
)
pair(
    "another metric function",
    FOREST,
    FOREST.edit(
        "judge", "f1_score(yb, predicted, average='macro')", "accuracy_score(yb, predicted)"
    ),
    "code",
    "accuracy_score",
)
pair(
    "another average of a metric",
    FOREST,
    FOREST.edit("judge", "'macro'", "'micro'"),
    "code",
    "average",
    "micro",
)
pair(
    "another scaler",
    FOREST,
    FOREST.edit("scale", "StandardScaler()", "StandardScaler(with_mean=False)"),
    "code",
    "with_mean=False",
)
pair(
    "a step of a pipeline",
    PIPELINE,
    PIPELINE.edit("pipeline", "StandardScaler()", "MinMaxScaler()"),
    "code",
    "MinMaxScaler",
)
pair("the number of folds", PIPELINE, PIPELINE.edit("folds", "4", "3"), "code", "4 → 3")
pair("a join", GROUPS, GROUPS.edit("join", "'inner'", "'left'"), "code", "how", "left")
pair("an aggregation", GROUPS, GROUPS.edit("group", ".sum()", ".mean()"), "code", "mean")
pair("a cell that filters went", GROUPS, GROUPS.without("recent"), "code", "joined.day > 5", "gone")
pair(
    "a cell came",
    GROUPS,
    GROUPS.insert("group", "large", "joined = joined.query('amount > 20')"),
    "code",
    "amount > 20",
    "new",
)
pair(
    "two cells in the other order",
    SIMULATION.insert("value", "clip", "paths = np.minimum(paths, 1.01)").insert(
        "value", "grow", "paths = paths * 1.02"
    ),
    SIMULATION.insert("value", "grow", "paths = paths * 1.02").insert(
        "value", "clip", "paths = np.minimum(paths, 1.01)"
    ),
    "code",
    "cell [6] ran before cell [7], not after it",
)
pair("a slice of a list", PLAIN_FILE, PLAIN_FILE.edit("trim", "[2:-2]", "[5:-5]"), "code", "5")

# Functions, classes

pair(
    "a default of a function",
    FUNCTION,
    FUNCTION.edit("define", "width=5", "width=9"),
    "code",
    "width 5 → 9",
)
pair(
    "the body of a function",
    FUNCTION,
    FUNCTION.edit("define", "'edge'", "'reflect'"),
    "code",
    "reflect",
    "smooth",
)
pair(
    "an operator in a function",
    EPOCHS,
    EPOCHS.edit("loss", "2 * X.T", "X.T"),
    "code",
    "gradient",
)
pair("a method", CLASS, CLASS.edit("class", "x - self.value", "x + self.value"), "code", "step")
pair(
    "a default of a method",
    CLASS,
    CLASS.edit("class", "rate=0.3", "rate=0.6"),
    "code",
    "rate 0.3 → 0.6",
)
pair("a constructor's argument", CLASS, CLASS.edit("make", "()", "(0.9)"), "code", "Averager(0.9)")

# Data in files

pair(
    "values of a column",
    CLEANING,
    CLEANING.write("people.csv", rows(factor=2)),
    "data",
    "column debt",
    "people.csv",
)
pair(
    "rows more",
    CLEANING,
    CLEANING.write("people.csv", rows(300)),
    "data",
    "people.csv",
    "300 rows, not 240",
)
pair(
    "a column renamed, another one used",
    RIDGE.edit("columns", "['age', 'income']", "[it for it in table if it != 'debt']"),
    RIDGE.edit("columns", "['age', 'income']", "[it for it in table if it != 'debt']").write(
        "people.csv", rows(header="age,wage,debt,good")
    ),
    "data",
    "income",
    "renamed to wage",
)
pair(
    "a column added to the file",
    RIDGE.edit("columns", "['age', 'income']", "[it for it in table if it != 'debt']"),
    RIDGE.edit("columns", "['age', 'income']", "[it for it in table if it != 'debt']").write(
        "people.csv",
        "\n".join(
            f"{line},{'bonus' if not n else n % 5}" for n, line in enumerate(rows().splitlines())
        ),
    ),
    "data",
    "column bonus",
    "added to people.csv",
)
pair(
    "a column of another type",
    RIDGE,
    RIDGE.write("people.csv", rows().replace("18,", "18.5,")),
    "data",
    "column age of people.csv",
    "float",
)
pair(
    "one of two files",
    GROUPS,
    GROUPS.rewrite("shops.csv", "s2,c", "s2,a"),
    "data",
    "region",
    "shops.csv",
)
pair(
    "rows of one of two files dropped",
    GROUPS,
    GROUPS.write("orders.csv", "".join(GROUPS.files["orders.csv"].splitlines(keepends=True)[:81])),
    "data",
    "orders.csv has 80 rows, not 90",
)
pair(
    "a file read without pandas",
    PLAIN_FILE,
    PLAIN_FILE.rewrite("weights.csv", "n1,13.5", "n1,14.5"),
    "data",
    "weights.csv",
)
pair(
    "another file",
    PLAIN_FILE,
    PLAIN_FILE.edit("read", "weights.csv", "weights_2024.csv"),
    "data",
    "weights.csv → weights_2024.csv",
)
pair(
    "a file replaced",
    FOLDERS,
    FOLDERS.write("numbers.txt", "10 20 30\n"),
    "data",
    "numbers.txt",
)
pair(
    "a number in a config",
    CONFIG,
    CONFIG.rewrite("config.json", "3", "1"),
    "data",
    "depth in config.json",
)
pair(
    "a word in a config",
    CONFIG,
    CONFIG.rewrite("config.json", "gini", "entropy"),
    "data",
    "criterion in config.json",
)

# Around the cells

pair(
    "an environment variable",
    VARIABLE,
    VARIABLE.setting(LEVEL="0.5"),
    "environment variable",
    "LEVEL",
)
pair(
    "a module beside the notebook",
    MODULE,
    MODULE.rewrite("preparation.py", "2.5", "3.5"),
    "code",
    "module preparation",
)
pair(
    "a package of another version",
    PACKAGE,
    Notebook(
        PACKAGE.cells,
        {
            "lib/tinylib/__init__.py": "def scale(values):\n    return [v / 12 for v in values]\n",
            "lib/tinylib-1.1.dist-info/METADATA": PACKAGE.files[
                "lib/tinylib-1.0.dist-info/METADATA"
            ].replace("1.0", "1.1"),
            "lib/tinylib-1.1.dist-info/RECORD": "tinylib/__init__.py,,\n",
            "lib/tinylib-1.1.dist-info/top_level.txt": "tinylib\n",
        },
    ),
    "package",
    "tinylib 1.0 → 1.1",
)
pair(
    "another working directory",
    FOLDERS,
    Notebook(FOLDERS.cells, FOLDERS.files, folder="other"),
    "data",
    "another file was read: numbers.txt → other/numbers.txt",
)
pair("numbers drawn without a seed", UNSEEDED, UNSEEDED, "random state", "numpy", "without a seed")

GLOB = Notebook(
    {
        "imports": "from pathlib import Path",
        "read": "parts = [it.read_text() for it in sorted(Path('parts').glob('*.txt'))]",
        "sum": "%%track --metrics total\ntotal = sum(float(it) for it in parts)",
    },
    {"parts/a.txt": "1.5", "parts/b.txt": "2"},
)
pair(
    "a file more in a folder",
    GLOB,
    GLOB.write("parts/c.txt", "7"),
    "data",
    "c.txt was read too",
)
pair("one of many files", GLOB, GLOB.write("parts/b.txt", "4"), "data", "b.txt changed")

INSTALLED = Notebook(
    {**PACKAGE.cells, "path": "import sys\nsys.path.insert(0, 'lib/site-packages')"},
    {name.replace("lib/", "lib/site-packages/"): it for name, it in PACKAGE.files.items()},
)
pair(
    "an installed package of another version",
    INSTALLED,
    Notebook(
        INSTALLED.cells,
        {
            name.replace("-1.0", "-1.1"): it.replace("Version: 1.0", "Version: 1.1").replace(
                "/ 13", "/ 12"
            )
            for name, it in INSTALLED.files.items()
        },
    ),
    "package",
    "tinylib 1.0 → 1.1",
)

# Long code, of which a line tells only a part

NAMES = [f"'feature_{n:02d}'" for n in range(16)]
LONG = Notebook(
    {
        "imports": "import numpy as np\nimport pandas as pd",
        "make": "rng = np.random.default_rng(5)\nwide = pd.DataFrame({f'feature_{n:02d}': "
        "rng.normal(size=50) for n in range(16)})",
        "features": f"features = [{', '.join(NAMES)}]",
        "query": "chosen = wide.query('feature_00 > -1.5 and feature_01 > -1.5 and "
        "feature_02 > -1.5 and feature_03 > -1.5 and feature_04 < 2.5')",
        "norm": "%%track --metrics norm\nnorm = float(np.linalg.norm(chosen[features]"
        ".to_numpy(), ord='fro') / np.sqrt(len(features) * max(len(chosen), 1)))",
    }
)
pair(
    "a long list of features",
    LONG,
    LONG.edit("features", ", 'feature_11'", ""),
    "code",
    "features without 'feature_11'",
)
pair(
    "a long query",
    LONG,
    LONG.edit("query", "feature_03 > -1.5", "feature_03 > 0.5"),
    "code",
    "ture_03 > -1.5",
    "ture_03 > 0.5",
)
pair("a call in a long statement", LONG, LONG.edit("norm", "max(", "min("), "code", "min(")

# Decoys beside the change

pair(
    "a comment and a limit",
    CLEANING,
    CLEANING.edit("read", "people = ", "# all people\npeople = ").edit("clean", "18", "30"),
    "code",
    "18 → 30",
)
pair(
    "a display cell and a param",
    CLEANING,
    CLEANING.insert("split", "describe", "people.describe()").edit("train", "1.0", "0.05"),
    "param",
    "C: 1.0 → 0.05",
)
pair(
    "print in the tracked cell and other data",
    CLEANING,
    CLEANING.edit("train", "model.fit", "print(X_train.shape)\nmodel.fit").write(
        "people.csv", rows(factor=2)
    ),
    "data",
    "column debt",
)
pair(
    "a renamed local and a default",
    FUNCTION,
    FUNCTION.edit("define", "    padded =", "    wide =")
    .edit("define", "convolve(padded", "convolve(wide")
    .edit("define", "width=5", "width=9"),
    "code",
    "width 5 → 9",
)
pair(
    "a docstring and an operator",
    EPOCHS,
    EPOCHS.edit("loss", "def loss_of(w):\n", "def loss_of(w):\n    '''Squared.'''\n").edit(
        "loss", "2 * X.T", "X.T"
    ),
    "code",
    "gradient",
)
pair(
    "another note and a seed",
    FUNCTION.edit("signal", "np.cos(40 * x)", "np.random.default_rng(1).normal(size=200)"),
    FUNCTION.edit("signal", "np.cos(40 * x)", "np.random.default_rng(2).normal(size=200)").edit(
        "notes", "above", "below"
    ),
    "seed",
    "1 → 2",
)
pair(
    "a name of a run and a random_state",
    FOREST,
    FOREST.edit("judge", "%%track judged", "%%track again").edit(
        "fit", "random_state=11", "random_state=12"
    ),
    "seed",
    "11 → 12",
)
pair(
    "an unused import and a join",
    GROUPS,
    GROUPS.edit("imports", "import pandas as pd", "import math\nimport pandas as pd").edit(
        "join", "'inner'", "'left'"
    ),
    "code",
    "how",
)
pair(
    "two cells that do not touch each other swapped, and a filter",
    GROUPS,
    GROUPS.swap("orders", "shops").edit("recent", "5", "12"),
    "code",
    "5 → 12",
)

# Nothing changed

pair("nothing: cleaning", CLEANING, CLEANING)
pair("nothing: simulation", SIMULATION, SIMULATION)
pair("nothing: forest", FOREST, FOREST)
pair("nothing: a class", CLASS, CLASS)
pair("nothing: modules", MODULE, MODULE)
pair("nothing: epochs", EPOCHS, EPOCHS)
pair("nothing: orders", GROUPS, GROUPS)
pair("nothing but comments", FUNCTION, FUNCTION.edit("signal", "x = np", "# a wave\nx = np"))
