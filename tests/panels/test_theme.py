from __future__ import annotations

import pytest

from nbtrack.panels import theme


def brightness(colour):
    """How bright a colour is to the eye: relative luminance, as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts]
    return sum(share * it for share, it in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
@pytest.mark.parametrize("name", ["GREEN", "RED", "BLUE", "AMBER", "GREY"])
def test_signs_and_lines_are_seen_on_light_and_dark(name, page):
    assert contrast(getattr(theme, name), page) >= 3


@pytest.mark.parametrize(("text", "page"), [(0, 255), (0xE0, 0x11), (0x33, 255)])
def test_quiet_text_can_be_read_on_light_and_dark(text, page):
    mixed = round(0.75 * text + 0.25 * page)
    assert contrast(f"#{mixed:02x}{mixed:02x}{mixed:02x}", f"#{page:02x}{page:02x}{page:02x}") > 4.5


def test_a_text_is_text_whatever_it_holds(read):
    evil = "<script>alert(1)</script>\"'&\n$x$"
    page = read(theme.cut(evil) + theme.element("span", "", title=evil))
    assert page.text == "<script>alert(1)</script>\"'&⏎ $x$"
    assert page.named("span") == [{"title": evil}]


def test_the_rest_of_a_long_value_is_its_tooltip(read):
    page = read(theme.cut("a" * 100 + "b" * 9900, 50))
    assert page.text == "a" * 49 + "…"
    (span,) = page.named("span")
    assert span["title"] == "a" * 100 + "b" * 3900 + " … (10,000 characters)"


def test_a_table_tells_whose_heads_its_heads_are(read):
    row = theme.cell("lr", head="row") + theme.cell("0.1", right=True)
    page = read(theme.table("params", ("name", "value"), [row]))
    assert [it["scope"] for it in page.named("th")] == ["col", "col", "row"]
    assert page.text == "params name value lr 0.1"


def test_code_and_captions_need_no_style_sheet_of_the_page(read):
    (code,) = read(theme.code("a = 1")).named("pre")
    assert "font-family:monospace" in code["style"]
    (caption,) = read(theme.table("1 param", ["a"], [])).named("caption")
    assert "white-space:nowrap" in caption["style"]


def test_code_keeps_its_lines_and_shows_what_would_not_be_seen(read):
    assert read(theme.code("if a < b:\n\tgo()\x1b\n")).words == ["if a < b:\n    go()\\x1b"]
    assert read(theme.code("x\n" * 300)).words[0].endswith("\n… 100 more lines")
