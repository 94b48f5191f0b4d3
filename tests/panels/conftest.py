"""Pages taken apart: what a panel's html says, and that it is whole."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

VOID = {"img", "br"}
LEFT_BY_LAB = {
    *(
        "a",
        "b",
        "caption",
        "code",
        "del",
        "details",
        "div",
        "em",
        "img",
        "ins",
        "li",
        "pre",
        "span",
    ),
    *("strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
"""Elements that JupyterLab leaves in the outputs of a notebook that nobody trusted yet."""


class Page(HTMLParser):
    """A page read strictly: what opens is closed, and nothing is there that would be removed."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.html, self.open, self.elements, self.words = html, [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in LEFT_BY_LAB, f"<{tag}> is removed from a saved notebook"
        given = dict(attrs)
        assert len(given) == len(attrs)
        assert not [it for it in given if it.startswith("on")]
        self.elements.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        """All that is read."""
        return " ".join(" ".join(self.words).split())

    def named(self, tag):
        """The attributes of every element of a name."""
        return [given for name, given in self.elements if name == tag]


@pytest.fixture
def read():
    return Page
