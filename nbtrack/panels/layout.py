"""Where the boxes and arrows of a layered graph lie: top to bottom, few crossings, plain geometry.

Arrows pass through places of their own in the layers between, so none runs through a box; those
that would pass through many become stubs that only name where they come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["BOX_HEIGHT", "BOX_WIDTH", "Arrow", "Layout", "laid_out"]

BOX_WIDTH, BOX_HEIGHT = 240, 42
SPACE, LANE, LAYER = 24, 14, 96
"""Between boxes; what a passing arrow needs; from the top of a layer to that of the next."""

STUB = 24

LONGEST = 3
"""An arrow over more layers is a stub: lines across the whole page lead no eye."""

ABREAST = 3
"""Boxes in one layer; more go on in the next."""

SWEEPS = 8


class Arrow(NamedTuple):
    """An arrow through points, from the lower edge of a box to the upper edge of another."""

    source: str
    target: str
    points: list[tuple[float, float]]
    room: float
    """How wide a label beside its end may be."""
    is_stub: bool = False


class Layout(NamedTuple):
    """Upper left corners of boxes, arrows, and the size of all."""

    boxes: dict[str, tuple[float, float]]
    arrows: list[Arrow]
    width: float
    height: float


class Slot(NamedTuple):
    """A place in a layer: a box, or the n-th stop of an arrow on its way."""

    source: str
    target: str = ""
    stop: int = 0

    @property
    def width(self) -> float:
        """How much room it needs."""
        return LANE if self.target else BOX_WIDTH


def laid_out(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> Layout:
    """Lay out nodes, given in an order in which every edge points forward."""
    place = {node: number for number, node in enumerate(nodes)}
    wanted = dict.fromkeys(edges)
    forward = [(a, b) for a, b in wanted if a in place and b in place and place[a] < place[b]]
    layer_of = layers_of(nodes, forward)
    far = {(a, b) for a, b in forward if layer_of[b] - layer_of[a] > LONGEST}
    near = [it for it in forward if it not in far]
    rows, links = with_stops(nodes, near, layer_of)
    untangle(rows, links)
    centre = centred(rows, links)
    left = min((x - it.width / 2 for it, x in centre.items()), default=0.0)
    right = max((x + it.width / 2 for it, x in centre.items()), default=0.0)
    boxes = {
        node: (round(centre[Slot(node)] - left - BOX_WIDTH / 2, 1), float(layer_of[node] * LAYER))
        for node in nodes
    }
    middle = {it: x - left for it, x in centre.items()}
    arrows = arrows_of(forward, layer_of, middle)
    height = (len(rows) - 1) * LAYER + BOX_HEIGHT if rows else 0
    return Layout(boxes, arrows, round(right - left, 1), height)


def layers_of(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The layer of each node: below all it depends on; what depends on nothing stays near."""
    before, after = defaultdict(list), defaultdict(list)
    for a, b in edges:
        before[b].append(a)
        after[a].append(b)
    filled: dict[int, int] = defaultdict(int)
    layer_of: dict[str, int] = {}
    for node in nodes:
        layer = 1 + max((layer_of[it] for it in before[node]), default=-1)
        while filled[layer] >= ABREAST:
            layer += 1
        layer_of[node] = layer
        filled[layer] += 1
    for node in reversed(nodes):
        if not before[node] and after[node]:
            layer = min(layer_of[it] for it in after[node]) - 1
            while filled[layer] >= ABREAST and layer > layer_of[node]:
                layer -= 1
            filled[layer_of[node]] -= 1
            filled[layer] += 1
            layer_of[node] = layer
    used = {layer: number for number, layer in enumerate(sorted(set(layer_of.values())))}
    return {node: used[layer] for node, layer in layer_of.items()}


def with_stops(
    nodes: Sequence[str], edges: Sequence[tuple[str, str]], layer_of: Mapping[str, int]
) -> tuple[list[list[Slot]], list[tuple[Slot, Slot]]]:
    """The slots of each layer, with a stop wherever an arrow passes, and links of neighbours."""
    rows: list[list[Slot]] = [[] for _ in range(1 + max(layer_of.values(), default=-1))]
    for node in nodes:
        rows[layer_of[node]].append(Slot(node))
    links: list[tuple[Slot, Slot]] = []
    for a, b in edges:
        way = way_of(a, b, layer_of)
        for layer, slot in enumerate(way[1:-1], layer_of[a] + 1):
            rows[layer].append(slot)
        links += pairwise(way)
    return rows, links


def way_of(source: str, target: str, layer_of: Mapping[str, int]) -> list[Slot]:
    """The slots that an arrow goes through, its ends among them."""
    between = layer_of[target] - layer_of[source] - 1
    return [
        Slot(source),
        *(Slot(source, target, stop) for stop in range(1, between + 1)),
        Slot(target),
    ]


def neighbours(links: Sequence[tuple[Slot, Slot]]) -> tuple[dict[Slot, list[Slot]], ...]:
    """Those above and those below each slot."""
    above: dict[Slot, list[Slot]] = defaultdict(list)
    below: dict[Slot, list[Slot]] = defaultdict(list)
    for upper, lower in links:
        above[lower].append(upper)
        below[upper].append(lower)
    return above, below


def untangle(rows: list[list[Slot]], links: Sequence[tuple[Slot, Slot]]) -> None:
    """Order each layer by where its neighbours are, down and up again, so that few cross."""
    above, below = neighbours(links)
    for sweep in range(SWEEPS):
        near, ordered = (above, rows) if sweep % 2 == 0 else (below, rows[::-1])
        share = {slot: rank_of(row, slot) for row in rows for slot in row}
        for row in ordered:
            wish = {
                it: sum(share[other] for other in near[it]) / len(near[it])
                if near[it]
                else share[it]
                for it in row
            }
            row.sort(key=wish.__getitem__)
            share.update({it: rank_of(row, it) for it in row})


def rank_of(row: Sequence[Slot], slot: Slot) -> float:
    """Where in its layer a slot is, from 0 to 1."""
    return (row.index(slot) + 0.5) / len(row)


def centred(rows: Sequence[list[Slot]], links: Sequence[tuple[Slot, Slot]]) -> dict[Slot, float]:
    """The middle of each slot: as near to its neighbours as the others of its layer allow."""
    above, below = neighbours(links)
    centre = {it: x for row in rows for it, x in spread(row, [0.0] * len(row)).items()}
    for sweep in range(2 * SWEEPS):
        near, ordered = (above, rows) if sweep % 2 == 0 else (below, rows[::-1])
        for row in ordered:
            wishes = [
                sum(centre[other] for other in near[it]) / len(near[it]) if near[it] else centre[it]
                for it in row
            ]
            centre.update(spread(row, wishes))
    return centre


def spread(row: Sequence[Slot], wishes: Sequence[float]) -> dict[Slot, float]:
    """Places near to the wishes, in order and apart: the mean of packing from either side."""
    gaps = [(one.width + other.width) / 2 + SPACE for one, other in pairwise(row)]
    lefts, rights = list(wishes), list(wishes)
    for place, gap in enumerate(gaps):
        lefts[place + 1] = max(lefts[place + 1], lefts[place] + gap)
    for place, gap in reversed(list(enumerate(gaps))):
        rights[place] = min(rights[place], rights[place + 1] - gap)
    return {it: (a + b) / 2 for it, a, b in zip(row, lefts, rights, strict=True)}


def arrows_of(
    edges: Sequence[tuple[str, str]], layer_of: Mapping[str, int], centre: Mapping[Slot, float]
) -> list[Arrow]:
    """Each edge as points; those that end at one box end side by side."""
    arriving: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for a, b in edges:
        stop = way_of(a, b, layer_of)[-2]
        arriving[b].append((centre.get(stop, centre[Slot(a)]), a))
    arrows = []
    for target, found in arriving.items():
        found.sort()
        room = BOX_WIDTH / len(found)
        start = centre[Slot(target)] - BOX_WIDTH / 2
        for number, (_, source) in enumerate(found):
            end = round(start + room * (number + (0.5 if len(found) == 1 else 0.25)), 1)
            wide = room * (0.5 if len(found) == 1 else 1)
            top = layer_of[target] * LAYER
            way = way_of(source, target, layer_of)
            is_stub = len(way) - 1 > LONGEST
            begin = [(end, top - STUB)] if is_stub else passing(way, layer_of[source], centre)
            arrows.append(Arrow(source, target, [*begin, (end, top)], wide, is_stub))
    return arrows


def passing(
    way: Sequence[Slot], layer: int, centre: Mapping[Slot, float]
) -> list[tuple[float, float]]:
    """The points of an arrow from where it leaves a box to the last stop on its way."""
    points = [(centre[way[0]], layer * LAYER + BOX_HEIGHT)]
    for slot in way[1:-1]:
        top = (layer + slot.stop) * LAYER
        points += [(centre[slot], top), (centre[slot], top + BOX_HEIGHT)]
    return [(round(x, 1), y) for x, y in points]
