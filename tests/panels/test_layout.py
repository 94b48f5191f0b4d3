from __future__ import annotations

import random
from itertools import combinations, pairwise

from nbtrack.panels.layout import ABREAST, BOX_HEIGHT, BOX_WIDTH, laid_out


def crowd(count, seed):
    """A graph as long sessions have: most take from what ran shortly before."""
    chance = random.Random(seed)
    nodes = [str(it) for it in range(count)]
    edges = [
        (str(max(0, it - 1 - int(chance.expovariate(0.4)))), str(it))
        for it in range(3, count)
        for _ in range(2)
    ]
    return nodes, edges


def apart(one, other):
    return abs(one[0] - other[0]) >= BOX_WIDTH or abs(one[1] - other[1]) >= BOX_HEIGHT


def test_a_chain_goes_straight_down():
    layout = laid_out("abc", [("a", "b"), ("b", "c")])
    assert [x for x, _ in layout.boxes.values()] == [0, 0, 0]
    heights = [y for _, y in layout.boxes.values()]
    assert heights == sorted(set(heights))
    assert layout.width == BOX_WIDTH
    assert layout.height == heights[-1] + BOX_HEIGHT


def test_no_boxes_overlap_and_every_arrow_points_down():
    for seed in range(5):
        nodes, edges = crowd(40, seed)
        layout = laid_out(nodes, edges)
        assert all(apart(*pair) for pair in combinations(layout.boxes.values(), 2))
        assert {(it.source, it.target) for it in layout.arrows} == set(edges)
        for it in layout.arrows:
            ys = [y for _, y in it.points]
            assert ys == sorted(ys)
            assert ys[-1] == layout.boxes[it.target][1]


def test_a_layer_holds_a_few_boxes_at_most():
    layout = laid_out([str(it) for it in range(20)], [])
    tops = [y for _, y in layout.boxes.values()]
    assert max(map(tops.count, tops)) == ABREAST


def test_an_arrow_over_many_layers_is_a_stub():
    nodes = "abcdefgh"
    layout = laid_out(nodes, [*pairwise(nodes), ("a", "h")])
    stubs = [it for it in layout.arrows if it.is_stub]
    assert [(it.source, it.target, len(it.points)) for it in stubs] == [("a", "h", 2)]


def test_what_is_unknown_or_points_backwards_is_left_out():
    layout = laid_out("ab", [("b", "a"), ("a", "a"), ("x", "b"), ("a", "b"), ("a", "b")])
    assert [(it.source, it.target) for it in layout.arrows] == [("a", "b")]
    assert laid_out([], []) == ({}, [], 0.0, 0)
