from __future__ import annotations

import os

import nbtrack
from nbtrack.journal.folder import StoreFolder

KEYS = {"path", "reason", "mlflow", "exists", "verdicts", "versions"}


def test_a_good_store_is_told_so(logged, store, command):
    with nbtrack.start_run(run_id=logged["third"]):
        pass  # this process writes, too
    command("runs", "list")
    done = command("doctor")
    assert done.code == 0
    assert done.out.startswith(f"{store}  (as the settings say)\n")
    assert "3 experiments, 3 runs, 6 points" in done.out
    assert f"written by  process {os.getpid()}" in done.out
    assert "✓ the store is in good health" in done.out
    assert "· there is no backup" in done.out
    assert "    nbtrack backup TARGET\n" in done.out


def test_the_figures_are_given_in_json(logged, store, command):
    command("runs", "list")
    done = command("doctor", "--json").json
    assert done.keys() >= KEYS
    assert (done["exists"], done["path"]) == (True, str(store))
    assert (done["runs"], done["experiments"], done["points"]) == (3, 3, 6)
    assert done["last_backup"] is None
    assert done["versions"]["nbtrack"] == nbtrack.__version__
    assert {"level", "finding", "advice"} == set(done["verdicts"][0])


def test_what_waits_in_the_journals_is_told(store, command):
    with nbtrack.start_run():
        nbtrack.log_metric("loss", 1)
        done = command("doctor")
    assert "in the journals, taken in by the next reading" in done.out


def test_a_backup_that_was_made_is_told(logged, command, tmp_path):
    command("backup", tmp_path / "b")
    assert "no backup" not in command("doctor").out
    assert command("doctor", "--json").json["last_backup"].endswith("Z")


def test_a_warning_is_exit_code_1(logged, store, command):
    journal = StoreFolder(store).journal / "0190-1.jsonl"
    journal.write_text(
        '{"type":"journal","owner":"o","host":"h","boot_id":"b","pid":1,"started":1}\nx\n'
    )
    command("runs", "list")
    done = command("doctor")
    assert done.code == 1
    assert "\n! 1 line" in done.out
    assert "quarantine  1 line\n" in done.out


def test_a_damaged_store_is_exit_code_2(store, command):
    folder = StoreFolder(store)
    folder.database.write_text("this is no database " * 1000)
    done = command("doctor")
    assert done.code == 2
    assert "\n✗ " in done.out
    assert "unknown: the database cannot be read" in done.out
    assert command("doctor", "--json").json["verdicts"][0]["level"] == "error"
    assert command("runs", "list").code == 1


def test_no_store_is_nothing_wrong(command, tmp_path):
    place = tmp_path / "none"
    done = command("doctor", "--store", place)
    assert done.code == 0
    assert done.out.startswith("there is no store yet, and nothing is wrong with that\n")
    assert set(command("doctor", "--store", place, "--json").json) == KEYS
    assert not place.exists()


def test_a_database_of_mlflow_is_pointed_at(command, tmp_path):
    database = tmp_path / "mlflow.db"
    database.write_bytes(b"SQLite format 3\0" + bytes(100))
    uri = f"sqlite:///{database}"
    assert "left untouched" in command("doctor", "--store", uri).out
    command("experiments", "create", "e", "--store", uri)
    done = command("doctor", "--store", uri)
    assert "left untouched" in done.out
    assert "left untouched" in command("doctor", "--store", uri, "--json").json["mlflow"]


def test_how_models_are_is_told(churn, store, command):
    command("runs", "list")
    assert "2 runs, 2 points, 1 model (2 versions)" in command("doctor").out
    nbtrack.initialize_logged_model("begun")
    command("runs", "list")
    done = command("doctor")
    assert done.code == 0
    assert "· 1 models are being logged, or wait to be finalized" in done.out
    told = command("doctor", "--json").json
    assert (told["pending_models"], told["missing_model_files"]) == (1, 0)
    one = next(it for it in StoreFolder(store).artifacts.rglob("*") if it.is_file())
    one.unlink()
    done = command("doctor")
    assert done.code == 2
    assert "✗ 1 files of models are missing in " in done.out
    assert "nbtrack models check NAME/VERSION says which" in done.out
