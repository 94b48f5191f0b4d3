from __future__ import annotations

import csv
import io
import json

import pytest

import nbtrack

KEYS = [
    "run_id",
    "run_name",
    "experiment_id",
    "experiment_name",
    "status",
    "start_time",
    "end_time",
    "duration_seconds",
    "user_id",
    "lifecycle_stage",
    "params",
    "metrics",
    "tags",
]


def names(done):
    return [it["run_name"] for it in done.json]


def test_the_newest_runs_come_first(logged, command):
    done = command("runs", "list", "--json")
    assert names(done) == ["third", "second", "first"]
    assert [list(it) for it in done.json] == [KEYS] * 3
    third, _, first = done.json
    assert third["metrics"] == {"acc": "NaN"}
    assert first["metrics"] == {"acc": 0.8, "loss": 0.3}
    assert first["params"] == {"lr": "0.1", "model": "tree", "seed": "1"}
    assert (first["experiment_name"], first["status"]) == ("iris", "FINISHED")
    assert first["start_time"].endswith("Z")


def test_a_table_has_metrics_and_the_params_that_differ(logged, command):
    head = command("runs", "list", "-x", "iris").out.splitlines()[0].split()
    assert head == ["run", "name", "status", "started", "took", "acc", "loss", "lr", "stage"]
    everywhere = command("runs", "list").out.splitlines()[0].split()
    assert "experiment" in everywhere
    assert "seed" in everywhere


def test_a_narrow_table_says_what_it_leaves_out(logged, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    done = command("runs", "list", "-x", "iris", "--limit", 1)
    assert max(map(len, done.out.splitlines())) <= 60
    assert "1 of 2 runs: --limit 2 shows more" in done.err
    assert "more: --columns chooses" in done.err


def test_columns_are_chosen_by_name(logged, command):
    done = command(
        "runs", "list", "-c", "acc,params.lr", "-c", "tags.stage,status,attributes.user_id,none"
    )
    head, _, *rows = (line.split() for line in done.out.splitlines())
    assert head == [
        "run", "name", "acc", "params.lr", "tags.stage", "status", "attributes.user_id", "none"
    ]  # fmt: skip
    assert rows[2][2:6] == ["0.8", "0.1", "dev", "FINISHED"]


def test_runs_are_searched_in_the_filter_language(logged, command):
    done = command("runs", "search", "acc > 0.5 and lr < 0.2", "--order-by", "acc desc", "--json")
    assert names(done) == ["second", "first"]
    assert names(command("runs", "search", "params.lr = '0.5'", "-x", "iris", "--json")) == []
    none = command("runs", "search", "acc > 7")
    assert none.out == "no run is found among 3 runs\n"
    assert none.err == "--view all looks at deleted ones too\n"


@pytest.mark.parametrize("option", ["-x", "--experiment", "--experiment-id", "--experiment-name"])
@pytest.mark.parametrize("experiment", ["iris", "1"])
def test_an_experiment_is_chosen_as_here_or_as_in_mlflow(logged, command, option, experiment):
    assert names(command("runs", "list", option, experiment, "--json")) == ["second", "first"]


def test_a_filter_that_cannot_be_read_shows_where(logged, command):
    done = command("runs", "search", "acc >")
    assert (done.code, done.out) == (1, "")
    assert done.err == ("error: a value is missing after >, at position 5:\n  acc >\n       ^\n")


def test_a_name_that_nothing_has_is_an_error(logged, command):
    done = command("runs", "search", "metrics.accc > 1")
    assert done.code == 1
    assert "did you mean 'acc'?" in done.err


def test_a_card_shows_all_of_a_run(logged, command):
    shown = command("runs", "show", "first").out
    for words in (
        "first  FINISHED",
        f"id          {logged['first']}",
        "experiment  iris",
        "params  3",
        "model  tree",
        "loss     0.3  0.3  0.9       3  █▃▁",
        "stage  dev",
        "├── config.json",
        "    └── readme.txt  5 B",
    ):
        assert words in shown


def test_a_card_says_what_went_wrong(store, command):
    with pytest.raises(ZeroDivisionError), nbtrack.start_run(run_name="broken"):
        nbtrack.log_metric("loss", 1 / 0)
    shown = command("runs", "show", "broken").out
    assert "error       ZeroDivisionError: division by zero" in shown
    assert "artifacts  1 file, " in shown


def test_a_card_in_json_has_what_the_store_knows(logged, command):
    card = command("runs", "show", "first", "--json").json
    assert list(card) == [
        *KEYS, "metric_summaries", "artifacts", "datasets", "param_conflicts"
    ]  # fmt: skip
    assert card["metric_summaries"]["loss"] == {
        "key": "loss", "value": 0.3, "step": 2, "min": 0.3, "max": 0.9, "n": 3
    }  # fmt: skip
    assert [it["path"] for it in card["artifacts"]] == ["config.json", "notes/readme.txt"]
    assert card["artifacts"][1]["size_bytes"] == 5


def test_the_newest_run_is_shown_if_none_is_named(logged, command):
    assert command("runs", "show", "--json").json["run_name"] == "third"


@pytest.mark.parametrize("spelling", [("describe", "--run-id"), ("show",), ("get", "-r")])
def test_a_run_is_named_by_its_id_its_beginning_or_its_name(logged, command, spelling):
    run_id = logged["second"]
    others = [it for it in logged.values() if it != run_id]
    unique = next(n for n in range(1, 33) if not any(it.startswith(run_id[:n]) for it in others))
    for text in (run_id, run_id[:unique], run_id[:unique].upper(), "second"):
        assert command("runs", *spelling, text, "--json").json["run_id"] == run_id


def test_an_ambiguous_name_lists_the_candidates(logged, command):
    with nbtrack.start_run(run_name="first"):
        pass
    done = command("runs", "show", "first")
    assert (done.code, done.out) == (1, "")
    message, one, two = done.err.splitlines()
    assert message == "error: 'first' could be any of 2 runs; say more of the id:"
    assert {it.split()[1] for it in (one, two)} == {"first"}
    assert logged["first"].startswith(two.split()[0])


def test_many_candidates_are_cut_short(store, command):
    for _ in range(12):
        with nbtrack.start_run(run_name="same"):
            pass
    lines = command("runs", "show", "same").err.splitlines()
    assert lines[0].startswith("error: 'same' could be any of 12 runs")
    assert lines[-1] == "  … and 4 more"


def test_an_active_run_is_meant_before_a_deleted_one_of_its_name(logged, command):
    command("runs", "delete", "first", "-y")
    nbtrack.set_experiment("iris")
    with nbtrack.start_run(run_name="first") as again:
        pass
    assert command("runs", "show", "first", "--json").json["run_id"] == again.info.run_id


def test_a_run_that_is_not_there_is_an_error_that_names_the_nearest(logged, command):
    done = command("runs", "show", "secnod")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: no run is called 'secnod', and no id begins so; ")
    assert done.err.endswith("did you mean 'second'?\n")


def test_names_with_quotes_and_wildcards_are_taken_literally(store, command):
    for name in ("it's", "100%", "a_b"):
        with nbtrack.start_run(run_name=name):
            pass
        assert command("runs", "show", name, "--json").json["run_name"] == name
    assert command("runs", "show", "_").code == 1


def test_a_comparison_tells_first_what_differs(logged, command):
    done = command("runs", "compare", "first", "second")
    different, metrics = done.out.split("\n\n")
    assert [line.split() for line in different.splitlines()[3:]] == [
        ["lr", "0.1", "0.01"],
        ["tag", "stage", "dev", "-"],
    ]
    assert ["acc", "0.8", "0.9", "+0.1", "(+12.5%)"] in [it.split() for it in metrics.splitlines()]
    assert "2 params" in done.err
    assert (
        "params      model       tree" in command("runs", "compare", "first", "second", "--all").out
    )


def test_a_comparison_in_json_has_values_side_by_side(logged, command):
    done = command("runs", "compare", "first", "third", "--json").json
    assert list(done) == ["run_ids", "different", "same", "metrics"]
    assert done["run_ids"] == [logged["first"], logged["third"]]
    assert done["different"]["params"]["seed"] == ["1", None]
    assert done["metrics"]["acc"] == [0.8, "NaN"]


def test_many_runs_are_compared_as_rows(logged, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    done = command("runs", "compare", "first", "second", "third")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["run", "─" * len(lines[1]), *logged]
    assert "found no room" in done.err


def test_runs_that_do_not_differ_are_told_so(store, command):
    for name in ("a", "b"):
        with nbtrack.start_run(run_name=name):
            pass
    done = command("runs", "compare", "a", "b")
    assert done.out == "no param, tag, dataset or attribute differs\n"


@pytest.mark.parametrize("names", [[], ["first"], ["first", "first"]])
def test_fewer_than_two_runs_cannot_be_compared(logged, command, names):
    done = command("runs", "compare", *names)
    assert (done.code, done.out) == (2, "")
    assert "two runs or more" in done.err


def test_runs_are_deleted_and_come_back(logged, command):
    done = command("runs", "delete", "first", "second", "--yes")
    assert done.out == (
        "deleted 2 runs; bring back with: "
        f"nbtrack runs restore {logged['first']} {logged['second']}\n"
    )
    assert names(command("runs", "list", "--json")) == ["third"]
    assert "deleted" in command("runs", "list", "--view", "all").out
    assert "first  deleted" in command("runs", "show", "first").out
    assert command("runs", "restore", "--run-id", logged["first"]).out == "run first is back\n"
    assert names(command("runs", "list", "--json")) == ["third", "first"]


def test_a_purged_run_is_gone(logged, command):
    done = command("runs", "purge", "first", "-y")
    assert done.out == "run first: gone for good; nbtrack gc frees what files they had\n"
    assert names(command("runs", "list", "--view", "all", "--json")) == ["third", "second"]


@pytest.mark.parametrize("verb", ["delete", "purge", "restore"])
def test_runs_must_be_named_to_be_taken_away(logged, command, verb):
    done = command("runs", verb)
    assert (done.code, done.out) == (2, "")
    assert "RUN is missing" in done.err


def test_runs_are_exported_as_csv_and_json(logged, command, tmp_path):
    columns = ["run_id", "metrics.acc", "start_time"]
    done = command("runs", "export", "lr < 0.3", "--columns", ",".join(columns))
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [list(it) for it in rows] == [columns] * 2
    assert rows[0]["run_id"] == logged["second"]
    assert rows[0]["start_time"].endswith("Z")
    target = tmp_path / "runs.json"
    assert command("runs", "export", "-o", target, "--json").json["runs"] == 3
    assert [it["run_id"] for it in json.loads(target.read_text())] == list(logged.values())[::-1]


def test_no_runs_yet_is_an_answer_that_teaches(store, command, tmp_path):
    for place in (store, tmp_path / "none"):
        shown = command("runs", "list", "--store", place).out
        assert shown.startswith("no runs yet\nnbtrack keeps runs in ")
        assert 'nbtrack.log_metric("loss", 0.25)' in shown
        assert command("runs", "search", "--store", place, "--json").json == []
        assert command("runs", "show", "--store", place, "--json").json is None
    assert not (tmp_path / "none").exists()
    done = command("runs", "show", "first", "--store", tmp_path / "none")
    assert (done.code, done.out) == (1, "")
    assert "there is no store at" in done.err


def test_a_conflict_of_params_is_shown_on_the_card(store, command, process):
    with nbtrack.start_run(run_name="both") as run:
        run_id = run.info.run_id
        nbtrack.log_param("lr", 1)
        nbtrack.api.session.session().writer.write(
            nbtrack.records.param.Param("lr", "2", run_id, nbtrack.records.ids.next_time())
        )
    assert "! lr: '1' was kept, '2' came from elsewhere" in command("runs", "show", "both").out
    assert command("runs", "show", "both", "--json").json["param_conflicts"] == [
        {"key": "lr", "kept": "1", "refused": "2"}
    ]


def test_datasets_of_a_run_are_shown(store, command):
    import pandas as pd

    with nbtrack.start_run(run_name="trained"):
        frame = pd.DataFrame({"x": [1, 2]})
        nbtrack.log_input(nbtrack.data.from_pandas(frame, name="flowers"), context="training")
    shown = command("runs", "show", "trained").out
    assert "datasets  1\nflowers  " in shown
    (dataset,) = command("runs", "show", "trained", "--json").json["datasets"]
    assert (dataset["name"], dataset["context"]) == ("flowers", "training")
