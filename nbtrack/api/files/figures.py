"""Figures and images as bytes: whatever draws is rendered here, by the file's extension."""

from __future__ import annotations

import io
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, MissingPackage

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image

__all__ = ["Image", "as_pil", "figure_bytes", "image_bytes"]

NEEDS_KALEIDO = (".png", ".jpg", ".jpeg", ".webp", ".svg", ".pdf")


def figure_bytes(figure: Any, path: str, options: dict[str, Any] | None = None) -> bytes:
    """A figure of matplotlib, plotly or what draws with them, in the format of the extension.

    Raises:
        InvalidValue: It is no figure, or cannot be written in that format.
    """
    extension = PurePosixPath(path).suffix.lower()
    if hasattr(type(figure), "to_plotly_json"):
        return plotly_bytes(figure, extension, options or {})
    drawn: Any = figure if hasattr(type(figure), "savefig") else getattr(figure, "figure", None)
    if not hasattr(type(drawn), "savefig"):
        raise InvalidValue(
            f"log_figure takes a figure of matplotlib, seaborn or plotly, not a "
            f"{type(figure).__name__}; log an array or a picture with log_image"
        )
    buffer = io.BytesIO()
    try:
        drawn.savefig(buffer, **{"format": extension.lstrip(".") or "png", **(options or {})})
    except ValueError as problem:
        raise InvalidValue(f"a figure cannot be written as {path!r}: {problem}") from problem
    return buffer.getvalue()


def plotly_bytes(figure: Any, extension: str, options: dict[str, Any]) -> bytes:
    """A plotly figure; a page of HTML loads plotly.js from the network, as MLflow's does."""
    if extension == ".html":
        return str(figure.to_html(**{"include_plotlyjs": "cdn", **options})).encode()
    if extension == ".json":
        return str(figure.to_json(**options)).encode()
    if extension not in NEEDS_KALEIDO:
        raise InvalidValue(
            f"a plotly figure is written as .html, .json, {', '.join(NEEDS_KALEIDO)}, "
            f"not as {extension or 'a file without extension'}"
        )
    try:
        return bytes(figure.to_image(**{"format": extension.lstrip("."), **options}))
    except (ImportError, RuntimeError, ValueError) as problem:
        if "kaleido" in str(problem).lower():
            raise MissingPackage(
                "kaleido", f"to draw a plotly figure as {extension} (.html needs nothing)"
            ) from problem
        raise


def image_bytes(image: Any, path: str = "image.png") -> bytes:
    """A picture in the format of the extension.

    Raises:
        InvalidValue: It is no picture, or cannot be written in that format.
    """
    picture = as_pil(image)
    kind = registered().get(PurePosixPath(path).suffix.lower() or ".png")
    if kind is None:
        raise InvalidValue(
            f"no picture can be written as {path!r}; .png, .jpg, .webp and others can"
        )
    if kind == "JPEG" and picture.mode not in ("RGB", "L", "CMYK"):
        picture = picture.convert("RGB")
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def registered() -> dict[str, str]:
    """The formats Pillow writes, by extension."""
    return dict(pillow().registered_extensions())


def pillow() -> Any:
    """Pillow's image module, where it is installed."""
    try:
        import PIL.Image
    except ImportError as problem:
        raise MissingPackage("pillow", "to log an image", "images") from problem
    return PIL.Image


def as_pil(image: Any) -> Any:
    """A picture as Pillow holds it; an array is height x width, with 1, 3 or 4 channels or none.

    Raises:
        InvalidValue: It is no picture, or its numbers are none of a picture.
    """
    library = pillow()
    if isinstance(image, library.Image):
        return image
    if isinstance(image, Image):
        return image.to_pil()
    if not hasattr(type(image), "__array__"):
        raise InvalidValue(
            f"an image is a NumPy array, a Pillow image or nbtrack.Image, "
            f"not a {type(image).__name__}"
        )
    pixels = pixels_of(image)
    return library.fromarray(pixels.squeeze(axis=2) if pixels.shape[2:] == (1,) else pixels)


def pixels_of(image: Any) -> np.ndarray[Any, Any]:
    """An array as bytes of 0..255: whole numbers as they are, floats of 0..1 scaled."""
    import numpy as np

    array = np.asarray(image)
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise InvalidValue(
            f"an image has the shape (height, width) or (height, width, 1, 3 or 4), "
            f"not {array.shape}"
        )
    if array.size == 0:
        raise InvalidValue(f"an image of shape {array.shape} has no pixels")
    low, high = (0, 1) if array.dtype.kind in "fb" else (0, 255)
    if array.dtype.kind not in "fbiu":
        raise InvalidValue(f"an image holds numbers, not {array.dtype}")
    smallest, largest = array.min(), array.max()
    if not low <= smallest <= largest <= high:
        raise InvalidValue(
            f"an image of {array.dtype} holds values from {low} to {high}, "
            f"not from {smallest} to {largest}"
        )
    return np.rint(array * 255.0).astype(np.uint8) if high == 1 else array.astype(np.uint8)


class Image:
    """A picture that can be logged, as MLflow's class of this name."""

    def __init__(self, image: np.ndarray[Any, Any] | PIL.Image.Image | list[Any] | str) -> None:
        """Take a picture.

        Args:
            image: An array, nested lists, a Pillow image, or the path of a file.
        """
        if isinstance(image, str | os.PathLike):
            self.image = pillow().open(image)
        elif isinstance(image, list):
            import numpy as np

            self.image = as_pil(np.array(image, dtype=np.uint8))
        else:
            self.image = as_pil(image)
        self.size = self.image.size

    def to_list(self) -> Any:
        """The pixels as nested lists."""
        return self.to_array().tolist()

    def to_array(self) -> np.ndarray[Any, Any]:
        """The pixels as an array."""
        import numpy as np

        return np.array(self.image)

    def to_pil(self) -> Any:
        """The picture as Pillow holds it."""
        return self.image

    def resize(self, size: tuple[int, int]) -> Image:
        """The picture in another size."""
        return Image(self.image.resize(size))

    def save(self, path: str) -> None:
        """Write a file, in the format of its extension."""
        self.image.save(path)
