"""A notebook as a screen: one output of the cell, updated in place.

The extension registers `show` with `nbtrack.api.screens.screen.display_with` when it is loaded.
"""

from __future__ import annotations

from nbtrack.api.screens.screen import Bundle, Shown

__all__ = ["CellOutput", "show"]


class CellOutput:
    """An output of the cell that runs; a saved notebook has its last content."""

    def __init__(self, bundle: Bundle) -> None:
        from IPython.display import display

        self.handle = display(dict(bundle), raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def update(self, bundle: Bundle) -> None:
        if self.handle is not None:
            self.handle.update(dict(bundle), raw=True)

    def finish(self, bundle: Bundle) -> None:
        self.update(bundle)


def show(bundle: Bundle) -> Shown | None:
    """Show something in the cell that runs."""
    return CellOutput(bundle)
