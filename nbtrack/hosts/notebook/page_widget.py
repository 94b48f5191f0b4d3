"""The one widget of a kernel: its script makes the panels of the page answer; it shows nothing.

Imported only where anywidget is there; `hand` makes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import traitlets
from anywidget import AnyWidget

from nbtrack import panels

__all__ = ["PageWidget"]

SCRIPT = Path(panels.__file__).with_name("static") / "panels.js"


class PageWidget(AnyWidget):
    """What a page loads once for each kernel.

    Attributes:
        key: How the ids of this kernel's panels begin.
    """

    _esm: ClassVar[str] = SCRIPT.read_text(encoding="utf-8")
    key = traitlets.Unicode().tag(sync=True)
