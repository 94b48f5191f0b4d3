from __future__ import annotations

import pytest

import nbtrack
from nbtrack import ui
from nbtrack.errors import NotFound
from nbtrack.testing import temporary_store


def total(model_input):
    return sum(model_input)


@pytest.fixture
def panel():
    """The registry with two versions of a model."""
    with temporary_store():
        for acc in (0.8, 0.9):
            with nbtrack.start_run():
                info = nbtrack.pyfunc.log_model(name="total", python_model=total)
                nbtrack.log_metric("acc", acc)
            nbtrack.register_model(info.model_uri, "totals")
        yield ui.registry()


def test_a_click_asks_the_gates_then_promotes_and_takes_back(panel):
    wish = {"name": "totals", "version": "2", "to": "champion", "gates": ["acc >= 0.95"]}
    tried = panel.promote({**wish, "dry_run": True})
    assert (tried["moved"], tried["refused"], "panel" in tried) == (False, True, False)
    assert panel.promote(wish)["moved"] is False
    assert "acc is 0.9, not at least 0.95" in tried["html"]
    forced = panel.promote({**wish, "force": True, "note": "urgent"})
    assert (forced["moved"], forced["refused"]) == (True, True)
    assert nbtrack.promotions("totals")[-1].note == "urgent"
    assert 'data-alias="champion"' in forced["panel"]

    assert panel.promote({"name": "totals", "version": "1"})["moved"]
    back = panel.rollback({"name": "totals", "alias": "champion"})
    assert "totals version 2 is @champion again" in back["html"]
    assert nbtrack.MlflowClient().get_model_version_by_alias("totals", "champion").version == "2"
    assert [it.outcome for it in panel.view.moves["totals"]] == [
        "refused",
        "forced",
        "promoted",
        "rolled_back",
    ]
    with pytest.raises(NotFound):
        panel.promote({"name": "totals", "version": "7"})


def test_outside_of_a_page_it_is_text(panel, capsys):
    panel._ipython_display_()
    assert capsys.readouterr().out == f"{panel!r}\n"
    assert repr(panel).splitlines()[0] == "totals: 2 versions"
    with pytest.raises(NotFound, match="did you mean 'totals'"):
        ui.registry("total")


def test_what_others_promote_is_seen(panel):
    before = panel.view
    store = nbtrack.api.session.session().store
    assert panel.look(store)
    assert panel.view is before
    nbtrack.promote("totals", 1)
    assert panel.look(store)
    assert "@champion" in repr(panel)
