from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from urllib.parse import unquote

from nbtrack.panels.figures import sparkline

SVG = "{http://www.w3.org/2000/svg}"


def drawn(read, html):
    (image,) = read(html).named("img")
    begin, _, svg = image["src"].partition(",")
    assert begin == "data:image/svg+xml"
    return image, ET.fromstring(unquote(svg))


def test_a_sparkline_is_a_picture_with_words(read):
    image, svg = drawn(read, sparkline([1, 3, 2], "run"))
    assert (image["width"], image["height"]) == ("80", "18")
    assert image["alt"] == image["title"] == "3 runs: from 1 to 2, least 1, most 3"
    (line,) = svg.iter(f"{SVG}polyline")
    assert line.get("points") == "3,15 40,3 77,9"
    (dot,) = svg.iter(f"{SVG}circle")
    assert (dot.get("cx"), dot.get("cy")) == ("77", "9")


def test_what_is_no_number_breaks_the_line(read):
    _, svg = drawn(read, sparkline([1, 2, math.nan, 4, math.inf, 5]))
    parts = [it.get("points").count(",") for it in svg.iter(f"{SVG}polyline")]
    assert parts == [2, 1, 1]


def test_a_long_curve_is_thinned_and_huge_numbers_stay_on_the_picture(read):
    assert len(sparkline(list(range(100_000)))) < 1000
    _, svg = drawn(read, sparkline([-1.7e308, 1.7e308]))
    (line,) = svg.iter(f"{SVG}polyline")
    assert line.get("points") == "3,15 77,3"


def test_there_is_no_curve_of_one_point():
    assert sparkline([1.0]) == ""
    assert sparkline([math.nan, math.nan]) == ""
