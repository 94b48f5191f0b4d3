"""A notebook that is followed without being run, and what can be planted in it.

What a cell writes has a digest made of its code and of the digests it read, so that a change
spreads as it would.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace

from nbtrack.api.cells.lines import python_of
from nbtrack.api.differences.code_changes import other_lines
from nbtrack.api.differences.comparison import Side
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
