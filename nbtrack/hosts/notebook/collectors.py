"""What a tracked cell shows, prints and fits, collected while it goes on to where it belongs."""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

from nbtrack.api.tracking.listening import listening
from nbtrack.capture import training
from nbtrack.capture.samples import first_rows

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["FigureCollector", "FitCollector", "PrintCollector"]

PICTURES = {
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/jpeg": "jpg",
    "application/vnd.plotly.v1+json": "plotly.json",
}
VEGA = "application/vnd.vegalite."
MOST_FIGURES = 20
MOST_CHARACTERS = 10_000_000
"""Of what is printed; the rest is only shown."""


class FigureCollector:
    """Keeps the pictures that a cell shows, where the kernel lets displays be heard."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.places: list[Any] = [
            it for it in (shell.display_pub, shell.displayhook) if hasattr(it, "register_hook")
        ]
        self.figures: dict[object, tuple[str, bytes]] = {}
        """By the id of the display: one that is updated is one figure."""
        for place in self.places:
            place.register_hook(self.heard)

    def heard(self, message: dict[str, Any]) -> dict[str, Any]:
        """A display goes out; whatever is wrong with it, it goes on."""
        content = message.get("content", {})
        shown = (content.get("transient") or {}).get("display_id")
        place = len(self.figures) if shown is None else shown
        if place in self.figures or len(self.figures) < MOST_FIGURES:
            try:
                found = picture_in(content.get("data") or {})
            except (TypeError, ValueError):
                found = None  # no base64 or JSON, whatever it calls itself
            if found is not None:
                known = self.figures.get(place)
                name = known[0].partition(".")[0] if known else f"figures/figure-{self.count + 1}"
                self.figures[place] = (f"{name}.{found[0]}", found[1])
        return message

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.figures)

    def stop(self) -> list[tuple[str, bytes]]:
        """Hear no more; the files of what was shown."""
        for place in self.places:
            place.unregister_hook(self.heard)
        return list(self.figures.values())


def picture_in(data: dict[str, Any]) -> tuple[str, bytes] | None:
    """The ending and the bytes of the picture in a display; the first of the forms it has."""
    for kind, ending in PICTURES.items():
        if kind in data:
            return ending, content_of(data[kind], kind)
    for kind, content in data.items():
        if kind.startswith(VEGA):
            return "vegalite.json", content_of(content, kind)
    return None


def content_of(data: Any, kind: str) -> bytes:
    """The bytes of a picture as a message carries it."""
    if isinstance(data, bytes):
        return data
    if kind.endswith("json"):
        return json.dumps(data).encode()
    return str(data).encode() if kind == "image/svg+xml" else base64.b64decode(data)


class PrintCollector:
    """Keeps what a cell prints; whoever still holds it afterwards prints as before."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.room = MOST_CHARACTERS
        self.stream: Any = sys.stdout
        sys.stdout = self

    def write(self, text: str) -> int:
        """Print, and keep it."""
        if self.room > 0:
            self.parts.append(text[: self.room])
            self.room -= len(text)
        return int(self.stream.write(text))

    def writelines(self, lines: Any) -> None:
        """Print several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def stop(self) -> str:
        """Print straight again; what was printed."""
        if sys.stdout is self:
            sys.stdout = self.stream
        printed, self.parts, self.room = "".join(self.parts), [], 0
        return printed


class FitCollector:
    """Keeps the models that a cell fits, each with the first rows of what it was fitted on."""

    def __init__(self) -> None:
        self.fits: list[tuple[Any, Any]] = []
        training.wanted.samples = True
        self.leave = training.subscribe(self.heard)

    def heard(self, event: training.Event) -> None:
        """Something was told of a training."""
        if isinstance(event, training.Fitted) and event.model is not None:
            rows = event.sample
            if rows is None:
                rows = first_rows((*event.inputs, None)[0])
            self.fits = [*(it for it in self.fits if it[0] is not event.model), (event.model, rows)]

    def stop(self) -> list[tuple[Any, Any]]:
        """Hear no more; what was fitted, in order."""
        self.leave()
        listening.update()
        return self.fits
