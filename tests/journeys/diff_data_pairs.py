"""Changes around the code: files, modules, packages, and decoys; see `diff_trials`."""

from __future__ import annotations

from diff_notebooks import (
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
    PLAIN_FILE,
    RIDGE,
    SIMULATION,
    UNSEEDED,
    VARIABLE,
    Notebook,
    pair,
    rows,
)

__all__: list[str] = []

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
    {name.replace("lib/", "lib/site-packages/", 1): it for name, it in PACKAGE.files.items()},
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

# Decoys beside the change

pair(
    "a comment and a limit",
    CLEANING,
    CLEANING.edit("read", "people = ", "# all people\npeople = ").edit("clean", "18", "30"),
    "code",
    "people.age >= 18 → people.age >= 30",
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
    "joined.day > 5 → joined.day > 12",
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
