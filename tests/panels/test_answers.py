from __future__ import annotations

import pytest

from nbtrack.api.differences.diff import Difference
from nbtrack.api.differences.finding import Finding as Found
from nbtrack.api.differences.finding import MetricChange
from nbtrack.api.lineage import Lineage
from nbtrack.panels.answers import difference_panel, lineage_panel
from nbtrack.panels.difference_view import DifferenceView, Effect, Finding
from nbtrack.panels.lineage_graph import GraphEdge, GraphNode, LineageGraph
from nbtrack.records.entities import Run, RunData
from nbtrack.records.execution import Execution
from nbtrack.records.run import RunInfo


def a_run(name):
    return Run(RunInfo(run_id=name + "-id", run_name=name, experiment_id="1"), RunData())


def test_a_difference_is_shown_with_titles_that_tell_the_values():
    found = [
        Found("param", "param max_depth: 3 → 5", "3", "5", "line 1 of cell [4]"),
        Found("code", "cell [5] changed", "a\n", "b\n", "cell [5]"),
        Found("code", "module tools changed", "ab12cd34ef", "0123456789", role="possible"),
        Found("python", "Python 3.11 → 3.12", "3.11", "3.12", role="ambient"),
    ]
    changes = [MetricChange("accuracy", 0.9, 0.95)]
    answer = Difference(a_run("one"), a_run("two"), found, changes, ["7 params"])
    assert difference_panel(answer) == DifferenceView(
        left="one",
        right="two",
        findings=[
            Finding("param", "param max_depth: 3 → 5", "", "", 4, "line 1 of cell [4]"),
            Finding("code", "cell [5] changed", "a\n", "b\n", 3),
            Finding("code", "module tools changed", "", "", 2, ""),
            Finding("python", "Python 3.11 → 3.12", "", "", 1, "perhaps"),
        ],
        effects=[Effect("accuracy", 0.9, 0.95)],
        same=["7 params"],
        cause="param max_depth: 3 → 5",
    )


def test_a_lineage_is_shown_with_what_flowed():
    records = [
        Execution("a", number=1, source="import pandas as pd", writes={"pd": "1"}),
        Execution(
            "b",
            number=2,
            source="# rows\npath = 'a.csv'\ndf = pd.read_csv(path)\ndf.head()",
            uses=["a"],
            reads={"pd": "1"},
            writes={"path": "2", "df": "3"},
        ),
        Execution(
            "c",
            number=5,
            source="acc = df.mean()",
            uses=["b", "gone"],
            reads={"df": "3", "len": "0"},
            writes={"acc": "4", "rng:numpy": "5"},
            is_exact=False,
        ),
    ]
    answer = Lineage("acc", records, ["file a.csv has changed"], ["df is large"], ["gone"])
    sources = [it.source for it in records]
    assert lineage_panel(answer) == LineageGraph(
        target="acc",
        nodes=[
            GraphNode("a", 1, "import pandas as pd", sources[0], ["pd"], kind="import"),
            GraphNode("b", 2, "df = pd.read_csv(path)", sources[1], ["df"], kind="data"),
            GraphNode(
                "c", 5, "acc = df.mean()", sources[2], ["acc"], is_target=True, is_exact=False
            ),
        ],
        edges=[GraphEdge("a", "b", ["pd"]), GraphEdge("b", "c", ["df"])],
        stale=["file a.csv has changed"],
        doubts=["df is large", "1 of the executions before are not in the store"],
    )
    assert "stale: file a.csv has changed" in lineage_panel(answer).text()


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        ("import a\nfrom b import c", "import", "import a"),
        ("import a\n\ndef f():\n    return 1", "definition", "def f():"),
        ("%matplotlib inline\nx = 1", "compute", "x = 1"),
        ("x = open('a').read()", "data", "x = open('a').read()"),
        ("", "compute", ""),
    ],
)
def test_a_cell_is_of_a_kind_and_has_a_line_that_says_most(source, kind, title):
    records = [
        Execution("a", number=1, source=source, writes={"f": "1", "x": "2"}),
        Execution("b", number=2, source="f", uses=["a"], reads={"f": "1", "x": "2"}),
    ]
    node = lineage_panel(Lineage("y", records)).nodes[0]
    assert (node.kind, node.title) == (kind, title)


def test_a_name_comes_from_the_last_that_wrote_it():
    records = [
        Execution("a", number=1, source="x = 0", writes={"x": "1"}),
        Execution(
            "b", number=2, source="x += [1]", uses=["a"], reads={"x": "1"}, writes={"x": "2"}
        ),
        Execution("c", number=3, source="len(x)", uses=["a", "b"], reads={"x": "2"}),
    ]
    assert lineage_panel(Lineage("y", records)).edges == [
        GraphEdge("a", "b", ["x"]),
        GraphEdge("a", "c", []),
        GraphEdge("b", "c", ["x"]),
    ]
    assert lineage_panel(Lineage("y", [])).nodes == []
