from __future__ import annotations

import pytest

from nbtrack.hosts.command_line.application import ALONE, NOUNS, VERBS, application


def names_in(app):
    """The commands of an application, as they are typed."""
    found = {it.name for it in app.registered_commands}
    for group in app.registered_groups:
        found |= {f"{group.name} {it}" for it in names_in(group.typer_instance)}
    return found


@pytest.fixture(scope="module")
def whole():
    return names_in(application())


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_is_made_alone_and_whole(noun, whole):
    assert names_in(application([noun, "list"])) == {it for it in whole if it.split()[0] == noun}


@pytest.mark.parametrize("words", [*((it,) for it in VERBS if it != "later"), *ALONE])
def test_a_verb_is_made_with_little_else(words, whole):
    made = names_in(application([*words, "--json"]))
    assert " ".join(words) in made
    assert made < whole
    assert len(made) <= 2


@pytest.mark.parametrize("typed", [(), ("--help",), ("--json", "runs"), ("rnus",), ("later",)])
def test_anything_else_makes_the_whole(typed, whole):
    assert names_in(application(typed)) == whole
