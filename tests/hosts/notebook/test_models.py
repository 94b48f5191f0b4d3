"""Models from the cell: logged by `%%track --model`, on the card, in a real shell and a kernel."""

from __future__ import annotations

import ast

import pytest

import nbtrack
from nbtrack.hosts.notebook import extension, patience
from nbtrack.hosts.notebook.patience import Patience
from nbtrack.registry.signatures.signature import summary

DATA = (
    "import numpy as np, pandas as pd\n"
    "from sklearn.linear_model import LogisticRegression\n"
    "from sklearn.model_selection import GridSearchCV\n"
    "X = pd.DataFrame({'size': np.arange(12.0)})\n"
    "y = np.repeat([0, 1], 6)"
)
FIT = "clf = LogisticRegression(C={c}).fit(X, y)\nacc = clf.score(X, y)"


@pytest.fixture
def run(shell, monkeypatch):
    """Run a cell in a shell that has the data."""
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    extension.load(shell)
    shell.run_cell(DATA, store_history=True, cell_id="data")
    yield lambda source, cell_id="c1": shell.run_cell(source, store_history=True, cell_id=cell_id)
    extension.unload(shell)


def card(out):
    """The last card that was shown: as html, and as lines of text."""
    lines = [it for it in out.splitlines() if it.startswith("{'text/html'")]
    shown = ast.literal_eval(lines[-1])
    return shown["text/html"], shown["text/plain"].splitlines()


def newest():
    """The newest logged models, with what is known of them."""
    found = nbtrack.search_logged_models(output_format="list")
    return [nbtrack.models.get_model_info(it.model_uri) for it in found]


def test_a_variable_becomes_a_model_of_the_run_and_a_version(run, capsys):
    run("%%track one --model clf --register churn\n" + FIT.format(c=0.5))
    page, lines = card(capsys.readouterr().out)
    (kept,) = newest()
    (found,) = nbtrack.search_runs(output_format="list")
    assert (kept.name, kept.run_id) == ("clf", found.info.run_id)
    assert summary(kept.signature) == "1 input: size double; 1 output: int64 (-1,)"
    assert {it.key: it.value for it in kept.metrics} == {"acc": 1.0}
    model = nbtrack.pyfunc.load_model("models:/churn/1")
    assert model.input_example["size"].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert model.predict(model.input_example).tolist() == [0] * 5
    (line,) = [it for it in lines if it.startswith("  model")]
    assert line.startswith("  model     clf: sklearn, safe to load, a version of churn; 1 input")
    assert "nbtrack.sklearn.load_model(&quot;models:/churn/1&quot;)" in page


def test_several_variables_are_logged_and_the_metrics_are_of_the_first(run):
    run("%%track --model clf,search --register churn,searched\n" + FIT.format(c=1.0) + "\n"
        "search = GridSearchCV(LogisticRegression(), {'C': [1.0]}, cv=2).fit(X, y)")  # fmt: skip
    first, second = newest()
    assert (first.name, second.name) == ("clf", "search")
    assert "acc" in {it.key for it in first.metrics}
    assert "acc" not in {it.key for it in second.metrics}
    for name in ("churn", "searched"):
        assert nbtrack.sklearn.load_model(f"models:/{name}/1").classes_.tolist() == [0, 1]


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_the_best_of_a_search_has_what_the_search_was_fitted_on(run):
    run(
        "%%track -q --model best\n"
        "best = GridSearchCV(LogisticRegression(), {'C': [1.0]}, cv=2).fit(X, y).best_estimator_"
    )
    (kept,) = newest()
    assert summary(kept.signature).startswith("1 input: size double")


def test_a_function_and_a_model_of_an_earlier_cell_have_no_rows(run):
    run("clf = LogisticRegression().fit(X, y)", "earlier")
    run("%%track -q --model clf,double\ndef double(rows: list[int]):\n    return rows * 2")
    clf, double = newest()
    assert (clf.name, clf.signature) == ("clf", None)
    assert summary(double.signature) == "1 input: long"
    assert nbtrack.pyfunc.load_model(double.model_uri).predict([3]) == [3, 3]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("--model nope", "--model nope: there is no such variable after the cell"),
        ("--model X", "the model X was not logged: no flavor knows a DataFrame: a model is an"),
        ("--register churn", "--register churn: say which variable it is, --model NAME --register"),
        ("--model clf --register a/b", "the model clf was not logged: "),
    ],
)
def test_what_cannot_be_logged_is_a_line_of_the_card_and_the_run_stays(run, capsys, line, told):
    run(f"%%track {line} --metrics acc\n" + FIT.format(c=1.0)).raise_error()
    _, lines = card(capsys.readouterr().out)
    assert next(it for it in lines if "warning" in it).startswith(f"  warning   {told}"[:90])
    (found,) = nbtrack.search_runs(output_format="list")
    assert (found.info.status, found.data.metrics) == ("FINISHED", {"acc": 1.0})


def test_without_a_card_it_is_a_line_below_the_cell(run, capsys):
    run("%%track -q --model nope\na = 1")
    told = "nbtrack: --model nope: there is no such variable after the cell\n"
    assert capsys.readouterr().err.endswith(told)


def test_a_cell_that_fails_logs_no_model(run, capsys):
    run("clf = LogisticRegression().fit(X, y)", "earlier")
    run("%%track --model clf\n1 / 0")
    assert newest() == []
    _, lines = card(capsys.readouterr().out)
    assert "  warning   the model clf was not logged, as the cell did not come to its end" in lines


def test_a_cell_without_the_option_logs_none_but_autolog_does(run, capsys):
    run("%%track\n" + FIT.format(c=1.0))
    assert newest() == []
    try:
        run("%%track\nimport nbtrack\nnbtrack.sklearn.autolog()\n" + FIT.format(c=2.0), "c2")
        _, lines = card(capsys.readouterr().out)
    finally:
        nbtrack.autolog(disable=True)
    (kept,) = newest()
    assert (kept.name, kept.tags["nbtrack.fit"]) == ("model", "LogisticRegression")
    assert [it[:40] for it in lines if it.startswith("  model")] == [
        "  model     model: sklearn, safe to load"
    ]


def test_a_run_is_shown_with_its_models_and_versions(run, shell):
    run("%%track one -q --model clf --register churn\n" + FIT.format(c=0.5))
    shown = shell.run_line_magic("run_info", "models:/churn/1")
    (model,) = shown.models
    assert (model.name, model.registered, model.version) == ("clf", "churn", "1")
    assert "models" in shown.text().splitlines()
    assert "nbtrack.sklearn.load_model" in shown.html()
    assert [path for path, _ in shown.artifacts] == ["environment.json"]


def test_a_model_leads_to_its_cell_code_and_data(run, shell):
    run("%%track one -q --model clf --register churn\n" + FIT.format(c=0.5))
    nbtrack.promote("churn", 1)
    found = nbtrack.lineage("models:/churn@champion")
    assert found.target == "models:/churn@champion (run one)"
    assert [it.cell_id for it in found.cells] == ["data", "c1"]
    assert "LogisticRegression(C=0.5)" in found.code
    text = shell.run_line_magic("lineage", "models:/churn/1 --text")
    assert text.splitlines()[0] == "lineage of models:/churn/1 (run one): 2 executions, exact"


def test_a_version_that_is_made_in_the_cell_is_on_its_card(run, capsys):
    run(
        "%%track\nimport nbtrack\nclf = LogisticRegression().fit(X, y)\n"
        "info = nbtrack.sklearn.log_model(clf, name='clf', serialization_format='joblib')\n"
        "nbtrack.register_model(info.model_uri, 'churn')"
    )
    page, lines = card(capsys.readouterr().out)
    told = "  model     clf: sklearn, pickle: loading it runs code, a version of churn"
    assert told in lines
    assert "models:/churn/1" in page
    (step,) = nbtrack.sql("select writes from executions where cell_id = 'c1'")["writes"]
    assert not [it for it in step if it.startswith("file:")]


def test_a_run_is_made_again_by_its_model(run, shell):
    run("%%track one -q --model clf --register churn\n" + FIT.format(c=0.5))
    made = shell.run_line_magic("reproduce", "models:/churn/1")
    assert str(made).startswith("reproduction of run one: written, not run")


def test_long_work_is_told_and_its_line_replaced(monkeypatch, capsys):
    shown = []

    class Line:
        def update(self, bundle):
            shown.append(bundle["text/plain"])

    def show(bundle):
        shown.append(bundle["text/plain"])
        return Line()

    monkeypatch.setattr(patience.screen, "show", show)
    with Patience("logging the model …", has_screen=True, seconds=0) as told:
        told.timer.join()
    told.shown.update({"text/plain": "done"})
    assert shown == ["logging the model …", "done"]
    with Patience("logging the model …", has_screen=False, seconds=0) as told:
        told.timer.join()
    assert capsys.readouterr().err == "nbtrack: logging the model …\n"
    with Patience("", has_screen=True, seconds=0):
        pass
    assert len(shown) == 2
