"""Pairs of runs with one planted change each, and the cause that must be named first.

A small notebook is followed without being run: what a cell writes has a digest made of its code
and of the digests it read, so that a change spreads as it would.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace

from nbtrack.api.cell_lines import python_of
from nbtrack.api.code_changes import other_lines
from nbtrack.api.comparison import Side
from nbtrack.capture.statements import code_hash
from nbtrack.records.entities import Dataset, DatasetInput, Run, RunData, RunInputs
from nbtrack.records.execution import Execution
from nbtrack.records.metric import Metric
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag

FILE = "file:/somewhere/data/train.csv"

CELLS = {
    "imports": "import os\nimport numpy as np\nimport pandas as pd\nimport features\n"
    "from sklearn.linear_model import LogisticRegression\n"
    "from sklearn.model_selection import train_test_split",
    "seed": "np.random.seed(1)",
    "load": 'df = pd.read_csv("data/train.csv")',
    "clean": "def clean(frame, low=18):\n    frame = frame[frame.age > low]\n"
    "    frame['ratio'] = frame.income / frame.age\n    return frame.dropna()",
    "config": "cfg = {'C': 1.0, 'max_iter': 200, 'penalty': 'l2'}\nscale = True",
    "prepare": "data = clean(df)\nif scale:\n    data['income'] = data.income / 1000\n"
    "X = data.drop(columns='bought')\ny = data.bought",
    "split": "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2,"
    " random_state=7)",
    "train": "%%track\nmodel = LogisticRegression(**cfg, tol=1e-4)\nmodel.fit(X_train, y_train)\n"
    "threshold = float(os.environ.get('THRESHOLD', 0.5))\n"
    "noise = np.random.rand()\nacc = (model.predict_proba(X_test)[:, 1] > threshold).mean()\n"
    "print(acc)",
}

USES = {
    "imports": ("", "os np pd features LogisticRegression train_test_split"),
    "seed": ("np", "rng:numpy"),
    "load": (f"pd {FILE}", "df"),
    "clean": ("", "clean"),
    "config": ("", "cfg scale"),
    "prepare": ("clean df scale", "data X y"),
    "split": ("X y train_test_split", "X_train X_test y_train y_test"),
    "train": (
        "np os LogisticRegression cfg X_train y_train X_test env:THRESHOLD rng:numpy",
        "model threshold noise acc rng:numpy",
    ),
}

PACKAGES = {"numpy": "2.4.6", "pandas": "3.1.1", "scikit-learn": "1.8.0", "joblib": "1.6.0"}

ENVIRONMENT = {
    "python": "3.12.1",
    "platform": "Linux-6.1-x86_64",
    "cpu": "a processor",
    "gpus": [],
    "packages": PACKAGES,
    "imports": {"sklearn": ["scikit-learn"]},
    "modules": {"features": "f00d", "unused": "beef"},
}


@dataclass(frozen=True)
class Notebook:
    """What a run came from."""

    cells: dict = field(default_factory=lambda: dict(CELLS))
    uses: dict = field(default_factory=lambda: dict(USES))
    order: tuple = tuple(CELLS)
    world: dict = field(default_factory=lambda: {FILE: "f1", "env:THRESHOLD": "t1"})
    columns: dict = field(default_factory=lambda: {"age": "a1", "income": "i1", "bought": "b1"})
    dtypes: dict = field(
        default_factory=lambda: {"age": "int64", "income": "float64", "bought": "bool"}
    )
    rows: int = 1000
    frame_source: str = "data/train.csv"
    has_frame: bool = True
    params: dict = field(
        default_factory=lambda: {"C": "1.0", "max_iter": "200", "penalty": "l2", "scale": "True"}
    )
    tags: dict = field(default_factory=dict)
    environment: dict = field(default_factory=lambda: dict(ENVIRONMENT))

    def edit(self, cell, old, new):
        """The notebook with a text of a cell replaced."""
        assert old in self.cells[cell]
        return replace(self, cells=self.cells | {cell: self.cells[cell].replace(old, new)})

    def side(self, run_id):
        """The run and the executions behind it."""
        session = Session(self, run_id)
        for name in self.order:
            session.execute(name)
        return session.side()


def digest(*parts):
    return hashlib.blake2s(repr(parts).encode(), digest_size=8).hexdigest()


class Session:
    """A kernel that follows the cells of a notebook."""

    def __init__(self, notebook, run_id):
        self.notebook, self.run_id = notebook, run_id
        self.values = dict(notebook.world)
        self.writer = {}
        self.executions = []

    def execute(self, name):
        source = self.notebook.cells[name]
        used, written = (text.split() for text in self.notebook.uses[name])
        used = [it for it in used if it != "rng:numpy" or name != "seed"]
        fresh = digest("unseeded", self.run_id)
        reads = {it: self.values.get(it, fresh) for it in used}
        hashed = digest(code_hash(python_of(source)), other_lines(source))
        frame = digest(self.notebook.columns, self.notebook.rows) if name == "load" else ""
        writes = {it: digest(it, hashed, frame, reads) for it in written}
        self.executions.append(
            Execution(
                execution_id=f"{self.run_id}-{len(self.executions)}",
                session_id=self.run_id,
                number=len(self.executions) + 1,
                cell_id=name.partition("#")[0],
                source=source,
                code_hash=hashed,
                status="finished",
                uses=sorted({self.writer[it] for it in used if it in self.writer}),
                reads=reads,
                writes=writes,
            )
        )
        self.values |= writes
        self.writer |= dict.fromkeys(writes, self.executions[-1].execution_id)

    def side(self):
        own = self.executions[-1]
        return Side(
            self.run(),
            tuple(self.executions),
            self.notebook.environment,
            frozenset([own.execution_id]),
        )

    def run(self):
        book = self.notebook
        info = RunInfo(run_id=self.run_id, run_name=self.run_id, experiment_id="0")
        params = [Param(key, value) for key, value in book.params.items()]
        tags = [RunTag(key, value) for key, value in book.tags.items()]
        acc = int(self.values["acc"], 16) / 2**64
        return Run(info, RunData([Metric("acc", acc, 0)], params, tags), RunInputs(self.inputs()))

    def inputs(self):
        book = self.notebook
        file = Dataset(
            book.frame_source or "data/train.csv",
            self.values[FILE],
            "local",
            json.dumps({"uri": book.frame_source or "data/train.csv"}),
            None,
            json.dumps({"num_bytes": 10 * book.rows}),
        )
        derived = {
            f"{name}{place}": self.values[name] + str(place)
            for name in ("X_train",)
            for place in range(2)
            if name in self.values
        }
        found = [frame("X_train", derived, {}, 800, "")]
        if book.has_frame:
            found.append(frame("df", book.columns, book.dtypes, book.rows, book.frame_source))
        return [DatasetInput(it) for it in [*found, file] if it.digest]


def frame(name, columns, dtypes, rows, source):
    """A frame as a run keeps it."""
    specs = [{"name": it, "dtype": dtypes.get(it, "float64")} for it in columns]
    return Dataset(
        name,
        digest(columns, dtypes, rows),
        "local" if source else "code",
        json.dumps({"uri": source} if source else {}),
        json.dumps({"mlflow_colspec": specs}),
        json.dumps({"num_rows": rows, "column_digests": columns}),
    )


BOOK = Notebook()
NO_LITERAL = BOOK.edit("config", "'C': 1.0", "'C': c").edit("config", "cfg", "c = ask()\ncfg")
UNSEEDED = replace(BOOK, order=tuple(it for it in BOOK.order if it != "seed"))
OTHER_FILE = {FILE: "f2"}


def world(book, **changed):
    """The notebook in another world: `FILE` and `env:` stand for what is outside of it."""
    return replace(book, world=book.world | changed)


def params(book, **changed):
    return replace(book, params=book.params | changed)


def data(book, columns=None, dtypes=None, rows=None):
    """The notebook over another content of its file."""
    book = world(book, **OTHER_FILE)
    return replace(
        book,
        columns=columns or book.columns,
        dtypes=dtypes or book.dtypes,
        rows=rows or book.rows,
    )


def environment(book, **changed):
    return replace(book, environment=book.environment | changed)


def packages(book, **changed):
    named = {name.replace("_", "-"): version for name, version in changed.items()}
    return environment(book, packages=book.environment["packages"] | named)


def run_again(book, cell, after):
    """The notebook with a cell that was executed a second time."""
    at = book.order.index(after) + 1
    name = f"{cell}#again"
    return replace(
        book,
        order=(*book.order[:at], name, *book.order[at:]),
        cells=book.cells | {name: book.cells[cell]},
        uses=book.uses | {name: book.uses[cell]},
    )


def new_cell(book, source, used, written, after):
    at = book.order.index(after) + 1
    return replace(
        book,
        order=(*book.order[:at], "new", *book.order[at:]),
        cells=book.cells | {"new": source},
        uses=book.uses | {"new": (used, written)},
    )


def moved(book):
    """The notebook with its cleaning in a cell of another id."""
    order = tuple("moved" if it == "clean" else it for it in book.order)
    cells = book.cells | {"moved": book.cells["clean"].replace("> low", ">= low")}
    return replace(book, order=order, cells=cells, uses=book.uses | {"moved": book.uses["clean"]})


COLUMNS = BOOK.columns
AGE = COLUMNS | {"age": "a2"}
SHAPED = {it: digest(it) for it in COLUMNS}

Case = tuple[str, Notebook, Notebook, str, str]

CASES: list[Case] = [
    # params
    (
        "a param in a dict",
        BOOK,
        params(BOOK.edit("config", "1.0", "0.1"), C="0.1"),
        "param",
        "param C: 1.0 → 0.1",
    ),
    (
        "a param of whole numbers",
        BOOK,
        params(BOOK.edit("config", "200", "500"), max_iter="500"),
        "param",
        "param max_iter: 200 → 500",
    ),
    (
        "a param of text",
        BOOK,
        params(BOOK.edit("config", "'l2'", "'l1'"), penalty="l1"),
        "param",
        "param penalty: l2 → l1",
    ),
    (
        "a param that is a flag",
        BOOK,
        params(BOOK.edit("config", "True", "False"), scale="False"),
        "param",
        "param scale: True → False",
    ),
    (
        "a param of a keyword",
        params(BOOK, tol="0.0001"),
        params(BOOK.edit("train", "1e-4", "1e-3"), tol="0.001"),
        "param",
        "param tol: 0.0001 → 0.001",
    ),
    (
        "a param under a model's name",
        params(BOOK, **{"model.tol": "0.0001"}),
        params(BOOK.edit("train", "1e-4", "1e-3"), **{"model.tol": "0.001"}),
        "param",
        "param model.tol: 0.0001 → 0.001",
    ),
    (
        "a param that is a function's default",
        params(BOOK, low="18"),
        params(BOOK.edit("clean", "low=18", "low=21"), low="21"),
        "param",
        "param low: 18 → 21",
    ),
    (
        "a param without a literal",
        NO_LITERAL,
        params(NO_LITERAL, C="5.0"),
        "param",
        "param C: 1.0 → 5.0",
    ),
    (
        "a param logged as a number of another form",
        params(BOOK, test_size="0.20"),
        params(BOOK.edit("split", "0.2", "0.3"), test_size="0.30"),
        "param",
        "param test_size: 0.20 → 0.30",
    ),
    (
        "a param and its column of numbers",
        params(BOOK, sizes="[1, 2]").edit("config", "scale", "sizes = [1, 2]\nscale"),
        params(BOOK, sizes="[1, 3]").edit("config", "scale", "sizes = [1, 3]\nscale"),
        "param",
        "param sizes: [1, 2] → [1, 3]",
    ),
    (
        "a param that a dict's key names",
        BOOK.edit("config", "scale", "cfg['C'] = 2.0\nscale"),
        params(BOOK.edit("config", "scale", "cfg['C'] = 3.0\nscale"), C="3.0"),
        "code",
        "C 2.0 → 3.0",
    ),
    # literals that are no params
    (
        "a literal of a keyword",
        BOOK,
        BOOK.edit("train", "1e-4", "1e-2"),
        "code",
        "tol 0.0001 → 0.01",
    ),
    ("a split's size", BOOK, BOOK.edit("split", "0.2", "0.3"), "code", "test_size 0.2 → 0.3"),
    ("a filter's limit", BOOK, BOOK.edit("clean", "> low", "> 21"), "code", "> low"),
    ("a function's default", BOOK, BOOK.edit("clean", "low=18", "low=30"), "code", "low 18 → 30"),
    ("a factor", BOOK, BOOK.edit("prepare", "1000", "100"), "code", "1000 → 100"),
    (
        "a column's name in code",
        BOOK,
        BOOK.edit("prepare", "columns='bought'", "columns='age'"),
        "code",
        "columns 'bought' → 'age'",
    ),
    # code
    (
        "an operator",
        BOOK,
        BOOK.edit("clean", "income / frame", "income * frame"),
        "code",
        "frame.income / frame.age → frame['ratio'] = frame.income * frame.age",
    ),
    (
        "a comparison",
        BOOK,
        BOOK.edit("clean", "age > low", "age >= low"),
        "code",
        "frame.age >= low",
    ),
    (
        "a function's body two cells up",
        BOOK,
        BOOK.edit("clean", "dropna()", "fillna(0)"),
        "code",
        "line 4 of cell [4], in clean",
    ),
    (
        "a deleted line",
        BOOK,
        BOOK.edit("clean", "    frame['ratio'] = frame.income / frame.age\n", ""),
        "code",
        "removed frame['ratio'] = frame.income / frame.age",
    ),
    (
        "an added line",
        BOOK,
        BOOK.edit("prepare", "X = ", "data = data.head(100)\nX = "),
        "code",
        "added data = data.head(100)",
    ),
    (
        "a swapped import",
        BOOK,
        BOOK.edit(
            "imports",
            "linear_model import LogisticRegression",
            "svm import SVC as LogisticRegression",
        ),
        "code",
        "from sklearn.svm import SVC as LogisticRegression",
    ),
    (
        "another model",
        BOOK,
        BOOK.edit("train", "model = LogisticRegression", "model = SVC"),
        "code",
        "LogisticRegression(**cfg, tol=0.0001) → model = SVC(",
    ),
    (
        "another argument",
        BOOK,
        BOOK.edit("train", "predict_proba(X_test)", "predict_proba(X_train)"),
        "code",
        "X_train",
    ),
    ("another method", BOOK, BOOK.edit("train", ".mean()", ".max()"), "code", ".max()"),
    (
        "a condition",
        BOOK,
        BOOK.edit("prepare", "if scale", "if not scale"),
        "code",
        "if not scale:",
    ),
    (
        "a function's new argument",
        BOOK,
        BOOK.edit("clean", "frame, low=18", "frame, low=18, high=99"),
        "code",
        "def clean(frame, low=18, high=99):",
    ),
    (
        "the measure in the run's own cell",
        BOOK,
        BOOK.edit("train", "> threshold", ">= threshold"),
        "code",
        ">= threshold",
    ),
    ("a cell of another id", BOOK, moved(BOOK), "code", "frame.age >= low"),
    (
        "a cell more",
        BOOK,
        new_cell(BOOK, "X = X.fillna(0)", "X", "X", "prepare"),
        "code",
        "cell [7] is new: X = X.fillna(0)",
    ),
    (
        "a cell less",
        new_cell(BOOK, "X = X.fillna(0)", "X", "X", "prepare"),
        BOOK,
        "code",
        "cell [7] is gone: X = X.fillna(0)",
    ),
    (
        "a cell that ran twice",
        BOOK,
        run_again(BOOK, "prepare", "prepare"),
        "code",
        "ran once more: data = clean(df)",
    ),
    (
        "a change of a magic's line",
        BOOK.edit("config", "scale", "%env A=1\nscale"),
        BOOK.edit("config", "scale", "%env A=2\nscale"),
        "code",
        "%env A=1 → %env A=2",
    ),
    (
        "a shell line",
        BOOK.edit("config", "scale", "!make small\nscale"),
        BOOK.edit("config", "scale", "!make big\nscale"),
        "code",
        "!make small → !make big",
    ),
    (
        "a module of the user's own",
        BOOK,
        environment(BOOK, modules={"features": "cafe"}),
        "code",
        "module features changed",
    ),
    # data
    ("a column's values", BOOK, data(BOOK, AGE), "data", "column age of train.csv changed"),
    (
        "two columns' values",
        BOOK,
        data(BOOK, AGE | {"income": "i2"}),
        "data",
        "columns age, income of train.csv changed",
    ),
    (
        "a column more",
        BOOK,
        data(BOOK, COLUMNS | {"town": "t"}),
        "data",
        "column town was added to train.csv",
    ),
    (
        "a column less",
        BOOK,
        data(BOOK, {"age": "a1", "bought": "b1"}),
        "data",
        "column income was removed from train.csv",
    ),
    (
        "a renamed column",
        BOOK,
        data(BOOK, {"years": "a1", "income": "i1", "bought": "b1"}),
        "data",
        "column age of train.csv was renamed to years",
    ),
    (
        "a column's type",
        BOOK,
        data(BOOK, AGE, BOOK.dtypes | {"age": "float64"}),
        "data",
        "column age of train.csv: int64 → float64",
    ),
    ("fewer rows", BOOK, data(BOOK, SHAPED, rows=900), "data", "train.csv has 900 rows, not 1,000"),
    ("other rows of one number", BOOK, data(BOOK, SHAPED), "data", "all 3 columns of train.csv"),
    (
        "a file without a frame",
        replace(BOOK, has_frame=False),
        replace(data(BOOK, AGE), has_frame=False),
        "data",
        "train.csv changed",
    ),
    (
        "a file that a frame does not name",
        replace(BOOK, frame_source=""),
        replace(data(BOOK, AGE), frame_source=""),
        "data",
        "column age of train.csv changed",
    ),
    (
        "another file",
        BOOK.edit("load", "data/train.csv", "data/train.csv"),
        replace(
            data(BOOK, AGE).edit("load", "data/train.csv", "data/new.csv"),
            frame_source="data/new.csv",
        ),
        "data",
        "another file was read: data/train.csv → data/new.csv",
    ),
    (
        "data of no file",
        replace(BOOK, frame_source="", uses=USES | {"load": ("pd", "df")}),
        replace(BOOK, columns=AGE, frame_source="", uses=USES | {"load": ("pd", "df")}),
        "data",
        "column age of df changed",
    ),
    # seeds and random state
    ("NumPy's seed", BOOK, BOOK.edit("seed", "1", "2"), "seed", "seed 1 → 2 (np.random.seed)"),
    ("a random_state", BOOK, BOOK.edit("split", "=7", "=8"), "seed", "seed 7 → 8 (random_state)"),
    (
        "a random_state that is a param",
        params(BOOK, random_state="7"),
        params(BOOK.edit("split", "=7", "=8"), random_state="8"),
        "seed",
        "seed 7 → 8 (random_state)",
    ),
    (
        "the run's seed",
        replace(BOOK, tags={"nbtrack.seed": "1"}),
        replace(BOOK, tags={"nbtrack.seed": "2"}),
        "seed",
        "seed 1 → 2",
    ),
    (
        "a seed in code and in the tag",
        replace(
            BOOK.edit("seed", "np.random.seed", "nbtrack.set_seed"), tags={"nbtrack.seed": "1"}
        ),
        replace(
            BOOK.edit("seed", "np.random.seed(1)", "nbtrack.set_seed(2)"),
            tags={"nbtrack.seed": "2"},
        ),
        "seed",
        "seed 1 → 2 (nbtrack.set_seed)",
    ),
    (
        "no seed at all",
        UNSEEDED,
        UNSEEDED,
        "random state",
        "random numbers of numpy were drawn without a seed",
    ),
    ("a seed that was removed", BOOK, UNSEEDED, "code", "is gone: np.random.seed(1)"),
    # environment
    (
        "an environment variable",
        BOOK,
        world(BOOK, **{"env:THRESHOLD": "t2"}),
        "environment variable",
        "environment variable THRESHOLD changed",
    ),
    (
        "a package that is used",
        BOOK,
        packages(BOOK, scikit_learn="1.9.1"),
        "package",
        "scikit-learn 1.8.0 → 1.9.1",
    ),
    (
        "a package below the used ones",
        BOOK,
        packages(BOOK, joblib="1.7.0"),
        "package",
        "joblib 1.6.0 → 1.7.0",
    ),
    ("Python", BOOK, environment(BOOK, python="3.13.0"), "python", "Python 3.12.1 → 3.13.0"),
    (
        "the processor",
        BOOK,
        environment(BOOK, cpu="another one"),
        "machine",
        "processor a processor → another one",
    ),
    ("a GPU", BOOK, environment(BOOK, gpus=["A100"]), "machine", "GPUs none → A100"),
    # what comes along with every change of its kind
    (
        "a param beside a commit",
        replace(BOOK, tags={"mlflow.source.git.commit": "a" * 40}),
        replace(
            params(BOOK.edit("config", "1.0", "0.1"), C="0.1"),
            tags={"mlflow.source.git.commit": "b" * 40},
        ),
        "param",
        "param C: 1.0 → 0.1",
    ),
    (
        "a param beside a print",
        BOOK,
        params(
            BOOK.edit("config", "1.0", "0.1").edit("train", "print(acc)", "print(acc, 1)"), C="0.1"
        ),
        "param",
        "param C: 1.0 → 0.1",
    ),
    (
        "a param beside packages that are not used",
        BOOK,
        packages(params(BOOK.edit("config", "1.0", "0.1"), C="0.1"), joblib="2.0", new="1.0"),
        "param",
        "param C: 1.0 → 0.1",
    ),
    (
        "a param without a seed",
        UNSEEDED,
        params(UNSEEDED.edit("config", "1.0", "0.1"), C="0.1"),
        "param",
        "param C: 1.0 → 0.1",
    ),
    (
        "a column beside a comment",
        BOOK,
        data(BOOK, AGE).edit("train", "model.fit", "# fit\nmodel.fit"),
        "data",
        "column age of train.csv changed",
    ),
    (
        "a commit alone",
        replace(BOOK, tags={"mlflow.source.git.commit": "a" * 40}),
        replace(BOOK, tags={"mlflow.source.git.commit": "b" * 40}),
        "commit",
        "git commit aaaaaaaaa → bbbbbbbbb",
    ),
]
"""What is planted, both notebooks, and the kind and (part of) the title that must come first."""
