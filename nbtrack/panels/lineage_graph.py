"""Executions and what flowed between them, as a layered graph with the sources below: `%lineage`.

Boxes are html over a picture of arrows: both survive where a page removes svg, and follow themes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from nbtrack.panels import figures, formats, theme
from nbtrack.panels.formats import one_line, plural, shortened
from nbtrack.panels.layout import BOX_HEIGHT, BOX_WIDTH, Arrow, laid_out

__all__ = ["GraphEdge", "GraphNode", "Kind", "LineageGraph"]

Kind = Literal["import", "definition", "data", "compute", "target"]

MOST = 60
"""More executions are not drawn, but listed."""

COLOURS = {
    "import": theme.GREY,
    "definition": "#8b6fd1",
    "data": "#1b8a8f",
    "compute": theme.BLUE,
    "target": theme.GREEN,
}

BOX = (
    "position:absolute;box-sizing:border-box;overflow:hidden;padding:2px 8px;background:#8080801a;"
    "border:1px solid #80808066;border-radius:4px;line-height:18px"
)
STRAIGHT = 18
"""How far an arrow goes straight at its end, beside its label."""

ONE_LINE = "overflow:hidden;text-overflow:ellipsis;white-space:nowrap"


class GraphNode(NamedTuple):
    """An execution."""

    id: str
    number: int | None
    """IPython's execution count."""
    title: str
    """The line of its code that says most."""
    source: str = ""
    symbols_out: Sequence[str] = ()
    """What it gave to others, or to the target."""
    is_target: bool = False
    stale_reason: str = ""
    is_exact: bool = True
    kind: Kind = "compute"


class GraphEdge(NamedTuple):
    """What one execution took from another."""

    source: str
    target: str
    symbols: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class LineageGraph(theme.Panel):
    """The executions that something came from."""

    nodes: Sequence[GraphNode]
    """In the order in which they ran."""
    edges: Sequence[GraphEdge] = ()
    target: str = ""
    """What was asked for: a variable, a run, a metric."""
    stale: Sequence[str] = ()
    """Why the target is out of date."""
    doubts: Sequence[str] = ()
    """Why the answer may not be exact."""

    def html(self) -> str:
        """The graph, then each execution with its source."""
        if not self.nodes:
            return theme.frame(theme.line(safe_summary(self)), theme.GREY, "lineage")
        shown = nearest(self.nodes, self.edges)
        hidden = len(self.nodes) - len(shown)
        content = [
            theme.heading(
                f"lineage of {theme.cut(self.target)}" if self.target else "lineage",
                [safe_summary(self)],
            ),
            *(theme.note("⟳", "stale:", theme.cut(it, 300), theme.AMBER) for it in self.stale),
            *(theme.note("≈", "not exact:", theme.cut(it, 300), theme.AMBER) for it in self.doubts),
            drawing(shown, self.edges),
        ]
        if hidden:
            content.append(theme.line(f"and {plural(hidden, 'earlier execution')}, listed below"))
        content.append(listing(self))
        return theme.frame("".join(content), theme.GREY, f"lineage of {self.target}")

    def text(self) -> str:
        """The executions in order, each with what it gave and took."""
        named = f"lineage of {one_line(self.target)}" if self.target else "lineage"
        taken = taken_by(self)
        rows = [
            (
                tag_of(it),
                shortened(one_line(it.title), 44),
                shortened(gives_of(it), 22),
                shortened("; ".join(f"{tag} {names}" for tag, names in taken[it.id]), 32),
            )
            for it in self.nodes
        ]
        lines = [f"{named}: {summary(self)}"]
        if rows:
            lines.append(formats.aligned([("", "", "gives", "from"), *rows], indent="  "))
        lines += [
            f"  {tag_of(it)} stale: {one_line(it.stale_reason)}"
            for it in self.nodes
            if it.stale_reason
        ]
        lines += [f"  stale: {one_line(it)}" for it in self.stale]
        lines += [f"  {tag_of(it)} not exact" for it in self.nodes if not it.is_exact]
        lines += [f"  not exact: {one_line(it)}" for it in self.doubts]
        return "\n".join(shortened(it, formats.COLUMNS) for it in "\n".join(lines).splitlines())


def tag_of(node: GraphNode) -> str:
    """An execution as IPython numbers it."""
    return f"[{' ' if node.number is None else node.number}]"


def gives_of(node: GraphNode) -> str:
    """The names it gave."""
    return ", ".join(map(one_line, node.symbols_out))


def summary(graph: LineageGraph) -> str:
    """How many executions, whether all is known of them, and what is out of date."""
    if not graph.nodes:
        return "no execution is known that it came from"
    stale = sum(bool(it.stale_reason) for it in graph.nodes)
    outdated = f"{stale} stale" if stale else "stale" if graph.stale else ""
    exact = all(it.is_exact for it in graph.nodes) and not graph.doubts
    facts = [plural(len(graph.nodes), "execution"), "exact" if exact else "not exact"]
    return ", ".join([*facts, outdated] if outdated else facts)


def safe_summary(graph: LineageGraph) -> str:
    """The summary as html."""
    return theme.safe(summary(graph))


def taken_by(graph: LineageGraph) -> dict[str, list[tuple[str, str]]]:
    """For each execution the tags of those it took from, with the names it took."""
    tags = {it.id: tag_of(it) for it in graph.nodes}
    taken = defaultdict(list)
    for edge in graph.edges:
        if edge.source in tags:
            taken[edge.target].append((tags[edge.source], ", ".join(map(one_line, edge.symbols))))
    return taken


def nearest(nodes: Sequence[GraphNode], edges: Sequence[GraphEdge]) -> list[GraphNode]:
    """The executions to draw: the target and those fewest steps before it."""
    if len(nodes) <= MOST:
        return list(nodes)
    before = defaultdict(list)
    for edge in edges:
        before[edge.target].append(edge.source)
    queue = [it.id for it in nodes if it.is_target] or [nodes[-1].id]
    for reached in queue:
        queue += [it for it in before[reached] if it not in queue]
    queue += [it.id for it in reversed(nodes) if it.id not in queue]
    kept = set(queue[:MOST])
    return [it for it in nodes if it.id in kept]


def drawing(nodes: Sequence[GraphNode], edges: Sequence[GraphEdge]) -> str:
    """Boxes over a picture of arrows."""
    layout = laid_out([it.id for it in nodes], [(it.source, it.target) for it in edges])
    symbols = {(it.source, it.target): it.symbols for it in edges}
    tags = {it.id: tag_of(it) for it in nodes}
    words = "arrows: " + ", ".join(
        f"{tags[it.source]} to {tags[it.target]}" for it in layout.arrows
    )
    arrows = figures.picture(
        "".join(map(arrow_drawn, layout.arrows)),
        layout.width,
        layout.height,
        shortened(words, 400),
        "position:absolute;left:0;top:0;max-width:none",
        is_backdrop=True,
    )
    arriving = defaultdict(list)
    for it in layout.arrows:
        names = ", ".join(map(one_line, symbols[it.source, it.target]))
        told = f"{tags[it.source]} {names}" if it.is_stub else names
        arriving[it.target].append(label(it, told))
    boxes = "".join("".join(arriving[it.id]) + box(it, layout.boxes[it.id]) for it in nodes)
    size = f"position:relative;width:{layout.width:g}px;height:{layout.height:g}px"
    inner = theme.element("div", arrows + boxes, size)
    return theme.element("div", inner, "overflow-x:auto;padding:6px 0")


def arrow_drawn(arrow: Arrow) -> str:
    """A curve that leaves and arrives upright, with a head."""
    (x, y), *others = arrow.points
    end_x, end_y = others[-1]
    path = f"M{x:g} {y:g}"
    for to_x, to_y in [*others[:-1], (end_x, end_y - STRAIGHT)]:
        middle = (y + to_y) / 2
        path += f"C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}"
        x, y = to_x, to_y
    path += f"V{end_y - 6:g}"
    head = f"M{end_x - 4:g} {end_y - 7:g}L{end_x:g} {end_y:g}L{end_x + 4:g} {end_y - 7:g}z"
    return (
        f"<path d='{path}' fill='none' stroke='{theme.GREY}'/>"
        f"<path d='{head}' fill='{theme.GREY}'/>"
    )


def label(arrow: Arrow, names: str) -> str:
    """The names that flowed, beside the end of an arrow."""
    if not names:
        return ""
    x, y = arrow.points[-1]
    style = (
        f"position:absolute;left:{x + 6:g}px;top:{y - 18:g}px;width:{max(arrow.room - 12, 20):g}px;"
        f"font-family:monospace;font-size:11px;line-height:14px;opacity:.85;{ONE_LINE}"
    )
    return theme.element("div", theme.safe(names), style, title=shortened(names, 300))


def box(node: GraphNode, corner: tuple[float, float]) -> str:
    """An execution: its number and code; below its kind, what it gives, and marks."""
    marks = "".join(
        f"{theme.element('strong', sign)} "
        for sign, holds in (("⟳ stale", node.stale_reason), ("≈ not exact", not node.is_exact))
        if holds
    )
    kind = "target" if node.is_target else node.kind
    gives = f" → {theme.safe(gives_of(node))}" if node.symbols_out else ""
    colour = theme.AMBER if node.stale_reason else COLOURS[kind]
    style = (
        f"{BOX};left:{corner[0]:g}px;top:{corner[1]:g}px;width:{BOX_WIDTH}px;height:{BOX_HEIGHT}px;"
        f"border-left:4px solid {colour}"
    )
    if node.is_target:
        style += f";border-color:{colour}"
    code = f"<strong>{tag_of(node)}</strong> {theme.safe(shortened(node.title, 80))}"
    lines = theme.element("div", code, f"font-family:monospace;font-size:12px;{ONE_LINE}")
    lines += theme.element("div", f"{marks}{kind}{gives}", f"font-size:11px;opacity:.85;{ONE_LINE}")
    hint = node.stale_reason or shortened(node.source or node.title, 300)
    return theme.element("div", lines, style, title=hint)


def listing(graph: LineageGraph) -> str:
    """Every execution with what it took and gave, its source on a click."""
    taken = taken_by(graph)
    rows = []
    for it in graph.nodes:
        title = f"<code>{theme.cut(it.title, 70)}</code>"
        source = theme.details(title, theme.code(it.source)) if it.source else title
        if it.stale_reason:
            source += theme.note("⟳", "stale:", theme.cut(it.stale_reason, 200), theme.AMBER)
        sources = ", ".join(f"{tag} {theme.cut(names, 40)}" for tag, names in taken[it.id])
        rows.append(
            theme.cell(tag_of(it), head="row", nowrap=True)
            + theme.cell(source)
            + theme.cell(theme.cut(gives_of(it), 40))
            + theme.cell(sources)
        )
    told = theme.table("executions in their order", ("", "code", "gives", "from"), rows)
    count = len(graph.nodes)
    whose = "its" if count == 1 else "their"
    return theme.details(f"{plural(count, 'execution')} with {whose} code", told)
