"""What every chart has: a plotly figure, and the same as a picture and in words.

A saved or exported notebook shows the picture where nothing draws plotly figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtrack.errors import MissingPackage
from nbtrack.panels import theme

__all__ = ["COLOURS", "MEDIA_TYPE", "Chart", "finite", "layout_of"]

MEDIA_TYPE = "application/vnd.plotly.v1+json"

COLOURS = (
    *("#3b82f6", "#d97706", "#1f9254", "#d64550", "#8b5cf6"),
    *("#0891b2", "#db2777", "#65a30d", "#a16207", "#808080"),
)
"""One for each run; all are seen on white and on a dark page."""

LINE = "rgba(128,128,128,0.3)"


class Chart(theme.Panel):
    """A chart of runs."""

    def spec(self) -> dict[str, Any]:
        """The figure as plotly's JSON: its `data` and `layout`."""
        raise NotImplementedError

    @property
    def figure(self) -> Any:
        """The chart as a `plotly.graph_objects.Figure`, to go on with.

        Raises:
            MissingPackage: Plotly is not installed.
        """
        try:
            from plotly.graph_objects import Figure
        except ImportError:
            raise MissingPackage("plotly", "for a chart as a figure", "notebook") from None
        return Figure(self.spec())

    def bundle(self, *, is_still: bool = False) -> dict[str, Any]:
        """The chart in all its forms.

        Args:
            is_still: Whether it goes without the figure: JupyterLab draws one once and for all,
                so a chart that is brought up to date is a picture until it is finished.
        """
        still = {"text/html": self.html(), "text/plain": self.text()}
        return still if is_still else {MEDIA_TYPE: self.spec(), **still}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        del include, exclude
        return self.bundle()


def layout_of(height: int, **more: Any) -> dict[str, Any]:
    """A layout as wide as the page that reads well in every theme."""
    axis = {"gridcolor": LINE, "zerolinecolor": LINE, "linecolor": LINE, "automargin": True}
    axes = {name: {**axis, **more.pop(name, {})} for name in ("xaxis", "yaxis")}
    return {
        "autosize": True,
        "height": height,
        "margin": {"l": 50, "r": 20, "t": 34, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": theme.GREY, "size": 12},
        "legend": {"orientation": "h", "y": -0.25},
        "hovermode": "closest",
        **axes,
        **more,
    }


def finite(values: Mapping[str, Any] | Any) -> list[float | None]:
    """Values as JSON takes them, in six digits: what is no number is a gap."""
    found = [float(it) for it in values]
    return [float(f"{it:.6g}") if abs(it) < float("inf") else None for it in found]
