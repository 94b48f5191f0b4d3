"""A model goes from a cell into the registry, is promoted past a gate, and comes back."""

from __future__ import annotations

from models_panel import ModelsPanel
from playwright.sync_api import expect

FIT = """\
%%track {name} --model clf --register iris
clf = LogisticRegression(C={c}, max_iter=500).fit(X, y)
acc = clf.score(X, y)"""
LOAD = """\
%load_ext nbtrack
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
X, y = load_iris(return_X_y=True, as_frame=True)"""
CELLS = (LOAD, FIT.format(name="weak", c=0.001), FIT.format(name="strong", c=10.0))


def test_a_version_is_promoted_past_a_gate_and_rolled_back(tab, place):
    models = ModelsPanel(tab)
    tab.open_notebook(place.notebook(*CELLS))
    models.show()
    expect(models.empty).to_contain_text("--register")
    tab.picture("models-none")
    tab.run_all()
    models.open("iris")
    tab.picture("models-versions")
    models.begin_promotion("1")
    models.promote()
    expect(models.version("1")).to_contain_text("champion")
    models.begin_promotion("1", "acc >= 0.99")
    models.check()
    expect(models.report).to_contain_text("failed")
    tab.picture("models-refused")
    models.close()
    models.begin_promotion("2", "acc >= 0.9")
    models.promote()
    expect(models.version("2")).to_contain_text("champion")
    expect(models.version("1")).not_to_contain_text("champion")
    tab.picture("models-promoted")
    models.roll_back()
    expect(models.version("1")).to_contain_text("champion")
    expect(models.version("2")).not_to_contain_text("champion")
    tab.picture("models-rolled-back")
