"""Every command has a sentence, an example, and reads JSON where it answers."""

from __future__ import annotations

import shlex

import pytest

from nbtrack.hosts.command_line.application import NOUNS, application


def commands():
    """Each command as its words; the hidden ones too."""
    found = commands_of(application(), "")
    return [pytest.param(*it, id=f"{it[0]} {it[1]}".strip()) for it in found]


def commands_of(app, noun):
    """The commands of a noun, and of the nouns within it."""
    found = []
    for group in app.registered_groups:
        found += commands_of(group.typer_instance, f"{noun} {group.name}".strip())
    return found + [(noun, it.name, it) for it in app.registered_commands]


@pytest.mark.parametrize(("noun", "name", "info"), commands())
def test_every_command_has_a_sentence_and_an_example(noun, name, info, command):
    words = [*noun.split(), name]
    done = command(*words, "--help")
    assert done.code == 0
    assert info.callback.__doc__.splitlines()[0].endswith((".", "."))
    assert info.callback.__doc__.splitlines()[0] in " ".join(done.out.split())
    assert "Example" in done.out
    assert "$ nbtrack " in done.out or "nbtrack " in info.epilog


@pytest.mark.parametrize(("noun", "name", "info"), commands())
def test_every_example_is_a_call_of_a_command_that_there_is(noun, name, info, command):
    known = {f"{it.values[0]} {it.values[1]}".strip() for it in commands()}
    lines = [line.removeprefix("$ ") for line in info.epilog.splitlines()[1:]]
    assert lines
    for line in lines:
        words = [it for it in shlex.split(line.partition("|")[0]) if "=" not in it or " " in it]
        assert words[0] == "nbtrack"
        most = 3 if words[1] in NOUNS else 1
        called = {" ".join(words[1 : 1 + count]) for count in range(1, most + 1)}
        assert called & known, line


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_alone_shows_its_verbs(noun, command):
    done = command(noun)
    assert f"Usage: nbtrack {noun}" in done.out
    assert "list" in done.out


def test_every_command_takes_the_shared_options(command):
    for param in commands():
        noun, name, _ = param.values
        shown = command(*noun.split(), name, "--help").out
        assert "--store" in shown, param.id
        answers = param.id != "models serve"  # in the foreground until it is ended
        assert ("--json" in shown) == answers, param.id
