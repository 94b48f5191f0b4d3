from __future__ import annotations

from typing import Annotated, Literal

import pytest
import typer

from nbtrack.hosts.command_line import typed
from nbtrack.hosts.command_line.verb import noun, verb


def louder(value: str | None) -> str | None:
    return value and f"{value}!"


def look(
    desk,
    *,
    name: Annotated[str | None, typer.Option("--name", callback=louder)] = None,
    often: Annotated[int, typer.Option("--often", "-n", min=1, max=9)] = 2,
    share: Annotated[float, typer.Option("--share", envvar="LOOK_SHARE")] = 0.5,
    also: Annotated[list[str] | None, typer.Option("--also")] = None,
    view: Annotated[Literal["few", "all"] | None, typer.Option("--view")] = None,
    is_long: Annotated[bool, typer.Option("--long")] = False,
    odd: Annotated[str, typer.Option("--odd", parser=str.upper)] = "odd",
    words: Annotated[list[str] | None, typer.Argument()] = None,
) -> None:
    """Look at it."""
    desk.typed.append((name, often, share, also, view, is_long, odd, words))


class Root:
    """What a command looks for at the root of all contexts."""

    uri, as_json = None, False

    def __init__(self):
        self.typed = []

    def add(self, *_, **__):
        """Take no note of shared options."""


def looked(*arguments):
    """The values that a command gets."""
    app, root = noun("Looks."), Root()
    app.callback()(lambda: None)
    verb(app, "look", "nbtrack look")(look)
    app(["look", *arguments], standalone_mode=False, obj=root)
    return root.typed[0]


CALLS = {
    "nothing": [],
    "texts": ["--name", "a b", "--view", "all", "--long"],
    "numbers": ["-n", "7", "--share", "0.25"],
    "odd numbers": ["-n", " 7", "--share", "1e-3"],
    "several": ["--also", "a", "--also", "b", "c", "d"],
    "parsed": ["--odd", "text"],
    "dashes": ["--name=-x", "--", "-y"],
}


@pytest.mark.parametrize("arguments", CALLS.values(), ids=CALLS)
def test_values_are_as_typer_makes_them(arguments, monkeypatch):
    monkeypatch.setenv("LOOK_SHARE", "2")
    ours = looked(*arguments)
    monkeypatch.setattr(typed, "take_plainly", lambda params, _: params)
    theirs = looked(*arguments)
    assert ours == theirs
    assert [type(it) for it in ours] == [type(it) for it in theirs]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-n", "10"], "'--often' / '-n'"),
        (["-n", "x"], "'--often' / '-n'"),
        (["--share", "much"], "'--share'"),
        (["--view", "some"], "'--view'"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_typer(arguments, said):
    with pytest.raises(typer.BadParameter) as caught:
        looked(*arguments)
    assert said in caught.value.format_message()


def test_plain_values_are_taken_without_pydantic(process, tmp_path):
    wanted = ("runs", "list", "--limit", "3", "--view", "all", "--store", tmp_path / "none")
    done = process(*wanted, PYTHONPROFILEIMPORTTIME="1")
    assert done.code == 0
    assert "typer" in done.err
    assert "pydantic" not in done.err
