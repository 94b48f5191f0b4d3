"""What two runs differ in: the cause comes first, and what follows from it is no cause."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

import nbtrack
from nbtrack.api.differences.diff import compared, diff
from nbtrack.api.differences.finding import Finding, MetricChange
from nbtrack.capture.redaction import keyed_digest
from nbtrack.errors import InvalidValue, NotFound


def loaded(name):
    """A module that stands beside this one."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


planted = loaded("differences_notebook")
CASES = loaded("differences_cases").CASES
BOOK = planted.BOOK


def comparison(before, after):
    return compared(before.side("before"), after.side("after"))


@pytest.mark.parametrize("case", CASES, ids=[it[0] for it in CASES])
def test_the_planted_change_is_named_first(case):
    _, before, after, kind, title = case
    found = comparison(before, after)
    assert found.cause is not None
    assert found.cause.kind == kind, found.text()
    assert title in found.cause.title, found.text()
    causes = [it for it in found.findings if it.role == "cause"]
    assert len(causes) <= 1, found.text()


def keyed(side):
    """A side whose digests are under the user's key, as where a cell holds a secret."""

    def told(symbols):
        return {symbol: keyed_digest(it) for symbol, it in symbols.items()}

    executions = [
        structs.replace(it, reads=told(it.reads), writes=told(it.writes)) for it in side.executions
    ]
    return replace(side, executions=executions)


def test_a_digest_under_a_key_is_as_good_as_a_plain_one():
    before, after = BOOK.side("before"), keyed(BOOK.side("after"))
    assert compared(before, after).findings == compared(after, before).findings == []


@pytest.mark.parametrize("case", CASES[::6], ids=[it[0] for it in CASES[::6]])
def test_the_planted_change_is_named_under_a_key_too(case):
    _, before, after, _, _ = case
    plain = comparison(before, after)
    found = compared(before.side("before"), keyed(after.side("after")))
    assert [it.title for it in found.findings] == [it.title for it in plain.findings]


def test_the_cases_are_at_least_sixty():
    assert len({it[0] for it in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize(
    ("cell", "old", "new"),
    [
        ("train", "model.fit", "# a comment\nmodel.fit"),
        ("prepare", "data = clean(df)", "data  =  clean( df )"),
        ("train", "%%track", "%%track acc\n%%time"),
    ],
)
def test_a_change_of_layout_is_no_finding(cell, old, new):
    found = comparison(BOOK, BOOK.edit(cell, old, new))
    assert (found.findings, found.cause, found.effects) == ([], None, [])


def test_what_only_shows_something_is_an_aside():
    found = comparison(BOOK, BOOK.edit("train", "print(acc)", "print(acc, 2)"))
    assert [(it.kind, it.role) for it in found.findings] == [("code", "aside")]


def test_a_commit_alone_is_no_cause():
    before, after = (
        replace(BOOK, tags={"mlflow.source.git.commit": letter * 40}) for letter in "ab"
    )
    found = comparison(before, after)
    assert found.cause is None
    assert found.text().splitlines()[1:3] == [
        "no cause was found",
        "  aside: git commit aaaaaaaaa → bbbbbbbbb",
    ]


def test_derived_data_is_an_effect():
    found = comparison(BOOK, BOOK.edit("clean", "> low", "> 21"))
    roles = [(it.kind, it.role) for it in found.findings]
    assert roles == [("code", "cause"), ("data", "effect")]
    assert "X_train" in found.findings[1].title


def test_a_changed_file_is_told_once():
    found = comparison(BOOK, planted.data(BOOK, planted.AGE))
    titles = [it.title for it in found.findings if it.role == "cause"]
    assert titles == ["column age of train.csv changed"]


def test_of_two_causes_the_one_nearer_to_the_roots_comes_first():
    changed = planted.data(BOOK, planted.AGE).edit("split", "0.2", "0.3")
    found = comparison(BOOK, changed)
    assert [(it.kind, it.position) for it in found.findings if it.role == "cause"] == [
        ("data", 2),
        ("code", 6),
    ]


def test_what_nobody_meant_comes_after_what_somebody_did():
    changed = planted.packages(BOOK, scikit_learn="1.9.1")
    changed = planted.params(changed, C="0.5")
    found = comparison(BOOK, changed)
    assert [it.role for it in found.findings] == ["possible", "ambient"]


def test_what_nbtrack_itself_loads_is_no_difference():
    found = comparison(BOOK, planted.packages(BOOK, duckdb="2.0.1", polars="1.0"))
    assert [it.title for it in found.findings] == ["polars not loaded → 1.0"]


def test_a_package_of_another_version_explains_a_frame_of_the_same_file():
    changed = planted.packages(BOOK, pandas="3.2.0")
    found = comparison(BOOK, replace(changed, columns=planted.AGE))
    assert [(it.kind, it.role) for it in found.findings][:2] == [
        ("package", "ambient"),
        ("data", "effect"),
    ]


def test_the_first_cell_that_does_not_repeat_itself_is_named():
    before, after = BOOK.side("before"), BOOK.side("after")
    told = list(after.executions)
    told[6] = type(told[6])(
        **{it: getattr(told[6], it) for it in told[6].__struct_fields__ if it != "writes"},
        writes=dict.fromkeys(told[6].writes, "other"),
    )
    found = compared(before, replace(after, executions=tuple(told)))
    assert found.cause.title == "cell [7] gave other results from the same code and data"


def test_what_is_equal_is_counted():
    kept = replace(BOOK, tags={"nbtrack.seed": "1"})
    found = comparison(kept, planted.params(kept, C="0.5"))
    assert found.same == [
        "8 cells",
        "3 params",
        "3 datasets",
        "4 packages",
        "seed 1",
        "Python 3.12.1",
    ]


def test_metrics_are_effects():
    found = comparison(BOOK, BOOK.edit("train", "1e-4", "1e-2"))
    (effect,) = found.effects
    assert effect.key == "acc"
    assert effect.difference == effect.after - effect.before
    assert MetricChange("f1", None, 0.5).words() == "f1: none → 0.5"


def test_the_text_tells_the_cause_then_what_follows():
    changed = planted.params(BOOK.edit("config", "1.0", "0.1"), C="0.1")
    lines = comparison(BOOK, changed).text().splitlines()
    assert lines[:4] == [
        "before → after",
        "cause: param C: 1.0 → 0.1 (line 1 of cell [5])",
        "  follows: all 2 columns of X_train changed: other rows, or another order (cell [7])",
        "metrics:",
    ]
    assert lines[-1].startswith("equal: 7 cells, 3 params, 2 datasets")


def log(name, **params):
    with nbtrack.start_run(run_name=name) as run:
        nbtrack.log_params(params)
        nbtrack.log_metric("acc", 0.5)
        nbtrack.log_metric("nan", float("nan"))
    return run.info.run_id


def test_runs_are_named_by_id_beginning_name_or_object():
    first, second = log("one", a=1), log("two", a=2)
    expected = [Finding("param", "param a: 1 → 2", "1", "2", role="possible")]
    for pair in (
        (first, second),
        ("one", "two"),
        (nbtrack.get_run(first), nbtrack.get_run(second)),
        (first[:-1], second[:-1]),
        (second,),
        (),
    ):
        found = diff(*pair)
        assert (found.findings, found.effects) == (expected, [])
        assert found.before.info.run_id == first


def test_one_run_is_compared_with_the_one_before_it_of_its_cell():
    for cell, value in (("x", 1), ("y", 2), ("x", 3)):
        with nbtrack.start_run(run_name=f"{cell}{value}", tags={"nbtrack.cell": cell}):
            nbtrack.log_param("a", value)
    assert diff("x3").cause.title == "param a: 1 → 3"
    with pytest.raises(NotFound, match="y2 is the first run of this cell; name another"):
        diff("y2")


def test_a_run_that_is_not_there_is_refused():
    with pytest.raises(NotFound, match="there is no run yet"):
        diff()
    first, second = log("one"), log("two")
    with pytest.raises(NotFound, match=r"no run is called 'tow', .* did you mean 'two'"):
        diff("tow")
    with pytest.raises(InvalidValue, match="2 runs have an id that begins with"):
        diff(first, first[:4])
    assert second[:4] == first[:4]


def test_the_environments_of_runs_are_read_from_their_files():
    for name, version in (("one", "1.0"), ("two", "2.0")):
        with nbtrack.start_run(run_name=name):
            nbtrack.log_text(json.dumps({"packages": {"numpy": version}}), "environment.json")
    assert diff("one", "two").cause.title == "numpy 1.0 → 2.0"


def test_the_executions_behind_runs_are_read_from_the_store():
    changed = BOOK.edit("clean", "dropna()", "fillna(0)")
    writer = nbtrack.api.session.session().writer
    for name, book in (("one", BOOK), ("two", changed)):
        run_id = log(name)
        for execution in book.side(name).executions:
            is_own = execution.cell_id == "train"
            owned = {"cell_run": run_id} if is_own else {}
            writer.write(structs.replace(execution, **owned))
    assert diff("one", "two").cause.title == (
        "line 4 of cell [4], in clean: return frame.dropna() → return frame.fillna(0)"
    )
