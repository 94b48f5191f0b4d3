"""The progress bar of long work."""

from __future__ import annotations

import io
import sys

import pytest

from nbtrack.api.files import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("patience", [0, 3600])
def test_a_terminal_shows_how_far_long_work_is(monkeypatch, patience):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", patience)
    assert list(progress.watched(iter("abc"), 3, "copying")) == ["a", "b", "c"]
    assert ("copying" in terminal.getvalue()) == (patience == 0)


def test_nothing_is_shown_where_nobody_looks(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0)
    assert list(progress.watched(range(3), 3, "copying")) == [0, 1, 2]
    assert capsys.readouterr().err == ""
