"""Figures and pictures as bytes."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
import pytest

from nbtrack.api.files.figures import Image, as_pil, figure_bytes, image_bytes
from nbtrack.errors import InvalidValue, MissingPackage


@pytest.fixture
def figure():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2])
    return figure


@pytest.mark.parametrize(
    ("path", "start"),
    [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF"), ("no_extension", b"\x89PNG")],
)
def test_matplotlib_draws_in_the_format_of_the_extension(figure, path, start):
    assert figure_bytes(figure, path).startswith(start)


def test_axes_are_drawn_with_their_figure(figure):
    assert figure_bytes(figure.axes[0], "a.png").startswith(b"\x89PNG")


def test_options_reach_savefig(figure):
    small, large = (figure_bytes(figure, "a.png", {"dpi": dpi}) for dpi in (20, 200))
    assert PIL.Image.open(io.BytesIO(small)).width * 10 == PIL.Image.open(io.BytesIO(large)).width


def test_a_format_that_matplotlib_lacks_is_named(figure):
    with pytest.raises(InvalidValue, match=r"a\.docx"):
        figure_bytes(figure, "a.docx")


def test_plotly_becomes_a_page_or_json():
    import plotly.graph_objects as go

    figure = go.Figure(go.Scatter(y=[1, 2]))
    assert b"plotly" in figure_bytes(figure, "a.html")
    assert figure_bytes(figure, "a.json").startswith(b'{"data"')
    with pytest.raises(InvalidValue, match=r"\.docx"):
        figure_bytes(figure, "a.docx")
    with pytest.raises(MissingPackage, match="kaleido"):
        figure_bytes(figure, "a.png")


def test_what_is_no_figure_is_refused():
    with pytest.raises(InvalidValue, match="not a int"):
        figure_bytes(3, "a.png")


@pytest.mark.parametrize(
    ("array", "mode"),
    [
        (np.zeros((4, 6)), "L"),
        (np.zeros((4, 6, 1), dtype="uint8"), "L"),
        (np.full((4, 6, 3), 255), "RGB"),
        (np.ones((4, 6, 4), dtype="float32"), "RGBA"),
        (np.ones((4, 6), dtype=bool), "L"),
    ],
)
def test_an_array_becomes_a_picture(array, mode):
    picture = PIL.Image.open(io.BytesIO(image_bytes(array, "a.png")))
    assert (picture.size, picture.mode) == ((6, 4), mode)
    assert picture.getpixel((0, 0)) == as_pil(array).getpixel((0, 0))


def test_floats_are_scaled_and_rounded():
    assert np.asarray(as_pil(np.array([[0.0, 0.999, 1.0]]))).tolist() == [[0, 255, 255]]


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (np.zeros(3), "shape"),
        (np.zeros((2, 2, 2)), "shape"),
        (np.zeros((0, 2)), "no pixels"),
        (np.array([["a"]]), "numbers"),
        (np.array([[256]]), "from 0 to 255"),
        (np.array([[-0.1]]), "from 0 to 1"),
        (np.array([[np.nan]]), "from 0 to 1"),
        ("text", "not a str"),
    ],
)
def test_what_is_no_picture_is_refused(array, why):
    with pytest.raises(InvalidValue, match=why):
        image_bytes(array)


def test_a_picture_with_transparency_is_kept_as_jpeg_without():
    assert image_bytes(np.zeros((2, 2, 4)), "a.jpg").startswith(b"\xff\xd8")


def test_a_format_that_no_picture_has_is_named():
    with pytest.raises(InvalidValue, match=r"a\.docx"):
        image_bytes(np.zeros((2, 2)), "a.docx")


def test_an_image_takes_what_holds_pixels(tmp_path):
    first = Image(np.zeros((4, 6, 3), dtype="uint8"))
    first.save(str(tmp_path / "a.png"))
    again = Image(str(tmp_path / "a.png"))
    assert again.size == (6, 4)
    assert (again.to_array() == first.to_array()).all()
    assert Image(first.to_list()).to_pil().size == (6, 4)
    assert first.resize((3, 2)).size == (3, 2)
    assert image_bytes(first) == image_bytes(first.to_pil())
