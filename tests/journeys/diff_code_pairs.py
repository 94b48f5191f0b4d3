"""Changes of code: params, seeds, operators, lines, cells, functions; see `diff_trials`."""

from __future__ import annotations

from diff_notebooks import (
    CARDS,
    CLASS,
    CLEANING,
    CONFIG,
    EPOCHS,
    FOREST,
    FUNCTION,
    GROUPS,
    PARAMS,
    PIPELINE,
    PLAIN_FILE,
    RIDGE,
    SIMULATION,
    Notebook,
    pair,
)

__all__: list[str] = []

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
pair(
    "a limit",
    CLEANING,
    CLEANING.edit("clean", "18", "30"),
    "code",
    "people.age >= 18 → people.age >= 30",
)
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
    "paths = paths * 1.02, ran before cell ",
    "not after it",
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
