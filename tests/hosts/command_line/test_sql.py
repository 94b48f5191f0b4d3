from __future__ import annotations

import csv
import io

import pytest

from nbtrack.store.views import VIEWS

QUERY = "select run_name, started, duration_seconds from runs order by run_name"


def test_rows_are_shown_as_a_table(logged, command):
    done = command("sql", "select key, n, value from latest_metrics order by all")
    assert [line.split() for line in done.out.splitlines()][2:] == [
        ["acc", "1", "0.8"],
        ["acc", "1", "0.9"],
        ["acc", "1", "NaN"],
        ["loss", "3", "0.3"],
    ]


def test_rows_are_given_as_json(logged, command):
    done = command("sql", QUERY, "--json", "--limit", 2)
    assert [it["run_name"] for it in done.json] == ["first", "second"]
    assert list(done.json[0]) == ["run_name", "started", "duration_seconds"]
    assert "T" in done.json[0]["started"]
    assert command("sql", QUERY, "--format", "json", "--limit", 2).json == done.json


def test_rows_are_given_as_csv(logged, command):
    done = command("sql", "select run_id, key, value from params order by all", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {"run_id": logged["third"], "key": "lr", "value": "0.5"} in rows
    assert len(rows) == 7


def test_a_query_is_read_from_stdin(logged, process):
    done = process("sql", "-", "--json", stdin="select count(*) as n from runs")
    assert (done.code, done.json) == (0, [{"n": 3}])


@pytest.mark.parametrize("query", ["select * from runs where false", "select null as x"])
def test_no_rows_and_no_values_are_no_error(logged, command, query):
    for form in ("table", "json", "csv"):
        assert command("sql", query, "-f", form).code == 0


def test_lists_and_structs_stay_so_in_json(logged, command):
    done = command("sql", "select [1, 2] as l, {'a': [1.5]} as s, ['x', null] as t", "--json")
    assert done.json == [{"l": [1, 2], "s": {"a": [1.5]}, "t": ["x", None]}]


def test_values_of_every_kind_can_be_shown(logged, command):
    query = "select date '2026-01-02' as d, [1, 2] as l, {'a': 1} as s, true as b, 'a\nb' as t"
    shown = command("sql", query).out.splitlines()[2].split("  ")
    assert [it.strip() for it in shown if it.strip()] == [
        "2026-01-02 00:00:00", "[1, 2]", "{'a': 1}", "True", "a⏎ b"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("drop table runs", "only a SELECT is answered"),
        ("select * from run", 'Did you mean "runs"?'),
        ("selec", "cannot be read"),
        ("select 1; select 2", "one SELECT is answered at a time"),
        ("select * from read_csv('/etc/passwd')", "cannot be answered"),
    ],
)
def test_what_is_no_question_is_refused(logged, command, query, said):
    done = command("sql", query)
    assert (done.code, done.out) == (1, "")
    assert said in done.err


def test_without_a_query_the_views_are_described_even_without_a_store(command, tmp_path):
    done = command("sql", "--store", tmp_path / "none")
    for view in VIEWS:
        assert f"\n{view.name}  {view.doc}\n" in f"\n{done.out}"
    described = command("sql", "--store", tmp_path / "none", "--json").json
    assert [it["name"] for it in described] == [it.name for it in VIEWS]
    assert described[0]["columns"] == VIEWS[0].columns
    assert not (tmp_path / "none").exists()


def test_the_example_that_is_shown_can_be_run(logged, command):
    shown = command("sql").out
    query = shown.partition('nbtrack sql "')[2].rpartition('"')[0]
    (row,) = command("sql", query, "--json").json
    assert row == {"run_name": "first", "lr": "0.1", "loss": 0.3}


def test_a_terminal_is_told_what_it_does_not_see(logged, terminal):
    text = "select i, repeat('x', 100) as a, repeat('y', 100) as b from range(150) t(i)"
    shown = terminal("sql", text, columns=90).out
    assert "100 of 150 rows: --limit 150; 1 column more than fit: --format csv or --json" in shown
    assert max(map(len, shown.splitlines())) < 120
    assert "3 rows" in terminal("sql", QUERY).out
