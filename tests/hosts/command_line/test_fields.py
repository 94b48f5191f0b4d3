from __future__ import annotations

from nbtrack.query.operators import OPERATORS


def test_what_filters_can_ask_about_is_listed(logged, command):
    found = command("runs", "fields", "--json").json
    assert found["metrics"] == ["acc", "loss"]
    assert "lr" in found["params"]
    assert "stage" in found["tags"]
    assert set(found["operators"]) == set(OPERATORS)
    assert found["attributes"]["run_name"] == "Its name."


def test_the_list_can_be_read(logged, command):
    shown = command("runs", "fields", "-x", "iris").out
    assert "  acc, loss\n" in shown
    assert "it lies within x, ends included" in shown


def test_without_a_store_operators_and_attributes_are_listed(command, tmp_path):
    found = command("runs", "fields", "--json", "--store", tmp_path / "none").json
    assert list(found) == ["operators", "attributes"]
    assert not (tmp_path / "none").exists()
