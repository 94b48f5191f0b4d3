from __future__ import annotations

from nbtrack.panels.lineage_graph import MOST, GraphEdge, GraphNode, LineageGraph

GRAPH = LineageGraph(
    target="acc",
    nodes=[
        GraphNode("a", 1, "import pandas as pd", "import pandas as pd", ["pd"], kind="import"),
        GraphNode(
            "b",
            3,
            "df = pd.read_csv('a.csv')",
            "df = 1",
            ["df"],
            False,
            "a.csv changed",
            kind="data",
        ),
        GraphNode("c", 5, "X, y = split(df)", "X, y = split(df)", ["X", "y"], is_exact=False),
        GraphNode("d", 9, "acc = score(X, y)", "acc = score(X, y)", ["acc"], is_target=True),
    ],
    edges=[
        GraphEdge("a", "b", ["pd"]),
        GraphEdge("b", "c", ["df"]),
        GraphEdge("c", "d", ["X", "y"]),
    ],
)

TEXT = """\
lineage of acc: 4 executions, not exact, 1 stale
                                  gives  from
  [1]  import pandas as pd        pd
  [3]  df = pd.read_csv('a.csv')  df     [1] pd
  [5]  X, y = split(df)           X, y   [3] df
  [9]  acc = score(X, y)          acc    [5] X, y
  [3] stale: a.csv changed
  [5] not exact"""


def chain(count):
    nodes = [
        GraphNode(str(it), it, f"x{it} = f()", f"x{it} = f()", [f"x{it}"], is_target=it == count)
        for it in range(1, count + 1)
    ]
    edges = [GraphEdge(str(it), str(it + 1), [f"x{it}"]) for it in range(1, count)]
    return LineageGraph(nodes=nodes, edges=edges, target="x")


def test_a_lineage_reads_as_a_list_in_order():
    assert GRAPH.text() == TEXT


def test_boxes_say_what_they_are_and_arrows_what_flows(read):
    page = read(GRAPH.html())
    drawn = page.text.partition("4 executions with their code")[0]
    assert drawn == (
        "lineage of acc · 4 executions, not exact, 1 stale "
        "[1] import pandas as pd import → pd "
        "pd [3] df = pd.read_csv('a.csv') ⟳ stale data → df "
        "df [5] X, y = split(df) ≈ not exact compute → X, y "
        "X, y [9] acc = score(X, y) target → acc "
    )
    (image,) = page.named("img")
    assert image["alt"] == "arrows: [1] to [3], [3] to [5], [5] to [9]"


def test_sources_are_below_on_a_click(read):
    page = read(GRAPH.html())
    assert len(page.named("details")) == 1 + len(GRAPH.nodes)
    assert page.words.count("X, y = split(df)") == 2


def test_nothing_in_code_is_taken_for_html(read):
    evil = "</pre><script>alert(1)</script>"
    graph = LineageGraph(
        nodes=[
            GraphNode("a", None, evil, evil, [evil], stale_reason=evil),
            GraphNode("b", 2, evil, evil, [], is_target=True),
        ],
        edges=[GraphEdge("a", "b", [evil])],
        target=evil,
        doubts=[evil],
    )
    assert read(graph.html()).text.count("<script>") >= 8
    assert max(map(len, graph.text().splitlines())) <= 100


def test_of_many_executions_the_nearest_are_drawn_and_all_listed(read):
    page = read(chain(MOST + 40).html())
    drawn, _, listed = page.text.partition("and 40 earlier executions, listed below")
    assert "[41] x41" in drawn
    assert "[40] x40" not in drawn
    assert "[1] x1 = f()" in listed


def test_nothing_known_is_said(read):
    nothing = LineageGraph(nodes=[], target="x")
    assert nothing.text() == "lineage of x: no execution is known that it came from"
    assert read(nothing.html()).text == "no execution is known that it came from"
