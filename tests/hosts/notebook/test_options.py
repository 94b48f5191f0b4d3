"""What `%config NbtrackMagics` shows and changes."""

from __future__ import annotations

import pytest
from traitlets.config import Config

from nbtrack.hosts.notebook import options


@pytest.fixture
def loaded(shell):
    return options.load(shell)


def test_the_options_have_their_defaults(loaded):
    assert loaded.trait_values(config=True) == {
        "track": "cells",
        "card": True,
        "autolog": True,
        "figures": True,
        "max_bytes": 64_000_000,
        "max_nodes": 3000,
        "redact": True,
    }


def test_config_shows_every_option_with_its_sentence(shell, loaded, capsys):
    shell.run_cell("%config NbtrackMagics")
    shown = capsys.readouterr().out
    for name, trait in loaded.traits(config=True).items():
        assert f"NbtrackMagics.{name}=" in shown
        assert trait.help
        assert " ".join(trait.help.split())[:40] in " ".join(shown.split())
    assert "Choices: any of ['cells', 'all', 'off']" in shown


def test_a_change_acts_at_once(shell, loaded):
    seen = []
    loaded.observe(lambda change: seen.append((change.old, change.new)), names=["track"])
    shell.run_cell("%config NbtrackMagics.track = 'all'")
    shell.run_cell("%config NbtrackMagics.track = 'all'")
    assert (loaded.track, seen) == ("all", [("cells", "all")])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("track = 'al'", "expected any of ['cells', 'all', 'off'], not the str 'al'."),
        ("card = 3", "expected a boolean, not the int 3."),
        ("max_bytes = 0", "should not be less than 1, but a value of 0 was specified"),
        ("max_nodes = '3'", "expected an int, not the str '3'."),
        ("redact = False", 'The "redact" trait is read-only.'),
        ("trakc = 'all'", "Did you mean `track`?"),
    ],
)
def test_a_wrong_value_is_told_and_changes_nothing(shell, loaded, caplog, line, message):
    before = loaded.trait_values(config=True)
    shell.run_cell(f"%config NbtrackMagics.{line}")
    assert message in caplog.text
    assert loaded.trait_values(config=True) == before


def test_a_profile_sets_options_before_the_extension_is_loaded(shell):
    shell.update_config(Config(NbtrackMagics={"track": "all", "card": False}))
    loaded = options.load(shell)
    assert (loaded.track, loaded.card) == ("all", False)


def test_whether_secrets_are_redacted_is_shown_as_it_was_set(loaded, monkeypatch):
    monkeypatch.setenv("NBTRACK_REDACT", "0")
    assert loaded.redact is False


def test_loading_twice_is_loading_once_and_unloading_leaves_nothing(shell):
    before = list(shell.configurables)
    loaded = options.load(shell)
    seen = []
    loaded.observe(seen.append)
    assert options.load(shell) is loaded
    options.unload(shell)
    options.unload(shell)
    loaded.track = "all"
    assert (shell.configurables, seen) == (before, [])
