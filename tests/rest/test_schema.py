"""The shapes as TypeScript."""

from __future__ import annotations

from typing import Literal

import msgspec

from nbtrack.rest.schema import typescript


class Inner(msgspec.Struct):
    """What is inside."""

    name: str


class SomeWish(msgspec.Struct, kw_only=True):
    """A wish.

    It has a second line.
    """

    items: list[Inner]
    kind: Literal["a", "b"] = "a"
    values: dict[str, float | None] = {}
    many: list[str | None] = []


def test_a_shape_becomes_an_interface():
    assert typescript([Inner]).endswith(
        "/**\n * What is inside.\n */\nexport interface Inner {\n  name: string;\n}\n"
    )


def test_what_a_wish_may_leave_out_is_optional():
    assert typescript([SomeWish]).endswith(
        "/**\n * A wish.\n *\n * It has a second line.\n */\n"
        "export interface SomeWish {\n"
        "  items: Inner[];\n"
        "  kind?: 'a' | 'b';\n"
        "  values?: Record<string, number | null>;\n"
        "  many?: (string | null)[];\n"
        "}\n"
    )
