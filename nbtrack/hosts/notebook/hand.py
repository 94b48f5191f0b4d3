"""What a person does to a panel in the page, brought to the kernel and answered.

Panels are plain html in the outputs of cells, so a saved notebook reads the same without a kernel.
While there is one, a script sorts, filters and asks; it finds a panel by the id in its html.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Protocol

from IPython.core.error import UsageError
from IPython.core.getipython import get_ipython

from nbtrack.capture.guard import guarded
from nbtrack.errors import NbtrackError
from nbtrack.panels import theme

__all__ = ["Act", "Hand", "Page", "attached", "hand", "has_page", "let_go", "touchable"]

Act = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""Does what was asked; its answer may hold `html`, `words`, and what a kind of panel knows."""

MOST = 60
"""So many panels of a kernel answer; older ones stay as they are."""

TOO_OLD = "this panel is of long ago; run its cell again"
LACKING = theme.line(
    "to sort, filter, choose and promote here: <code>pip install 'nbtrack[notebook]'</code>",
    f"font-size:12px;{theme.MUTED}",
)

FAILED = "this did not work; a warning in the kernel's log says why"


class Page(Protocol):
    """What brings messages to a page, and back."""

    def send(self, content: Mapping[str, Any]) -> None:
        """Send a message to the script in the page."""


class Hand:
    """The panels of a kernel that answer."""

    def __init__(self, page: Page, key: str) -> None:
        self.page, self.key = page, key
        self.panels: dict[str, Mapping[str, Act]] = {}
        self.made = 0

    def attach(self, acts: Mapping[str, Act]) -> str:
        """Let a new panel answer; the result is its id."""
        self.made += 1
        panel = f"{self.key}:{self.made}"
        self.panels[panel] = acts
        for old in list(self.panels)[:-MOST]:
            del self.panels[old]
        return panel

    def take(self, message: Mapping[str, Any]) -> None:
        """Answer a message of the page, under its number."""
        answer = self.answered(message)
        self.page.send({**answer, "number": message.get("number")})

    def answered(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """What comes of a message; a problem is a line for the page."""
        acts = self.panels.get(str(message.get("panel")))
        if acts is None:
            return {"problem": TOO_OLD}
        act = acts.get(str(message.get("act")))
        if act is None:
            return {"problem": f"this panel cannot {message.get('act')}"}
        values = message.get("values")
        try:
            found = guarded(act)(values if isinstance(values, dict) else {})
        except (NbtrackError, UsageError) as error:
            return {"problem": str(error)}
        return {"problem": FAILED} if found is None else found


hands: dict[int, Hand] = {}
"""By the identity of the shell."""


def has_page() -> bool:
    """Whether this is a kernel, so that what it shows may be looked at in a page."""
    return getattr(get_ipython(), "kernel", None) is not None


def has_widgets() -> bool:
    """Whether the package is installed that brings a script to the page."""
    return find_spec("anywidget") is not None


def hand() -> Hand | None:
    """The hand of this kernel; None in a terminal, and where anywidget is not installed."""
    shell: Any = get_ipython()
    if not has_page() or not has_widgets():
        return None
    if id(shell) not in hands:
        from nbtrack.hosts.notebook.page_widget import PageWidget

        widget = PageWidget(key=f"nbt-{secrets.token_hex(4)}")
        made = hands[id(shell)] = Hand(widget, widget.key)
        widget.on_msg(lambda _, content, __: made.take(content))
    return hands[id(shell)]


def let_go() -> None:
    """Let the panels of this shell answer no more."""
    found: Any = hands.pop(id(get_ipython()), None)
    if found is not None:
        found.page.close()


def attached(acts: Mapping[str, Act]) -> str:
    """The id of a new panel that answers; empty where no page can ask it."""
    present = hand()
    return "" if present is None else present.attach(acts)


def touchable(html: str, kind: str, panel: str, *, is_live: bool = False) -> str:
    """A panel's html under its id, as a page can act on it; as it is, where it has none."""
    if not panel:
        return html + LACKING if has_page() and not has_widgets() else html
    named = {"data-nbtrack": panel, "data-kind": kind, "data-live": "1" if is_live else ""}
    return theme.element("div", html, **named)
