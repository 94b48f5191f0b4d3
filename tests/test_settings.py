from __future__ import annotations

import re

import msgspec
import pytest

from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.settings import Settings, declared, read


def test_nothing_set_gives_the_defaults():
    assert read({}) == Settings()
    assert read({}).sync == "second"


def test_the_environment_of_the_process_is_read(monkeypatch):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "from the seeds")
    assert read().experiment_name == "from the seeds"


def test_our_own_variable_comes_before_mlflows():
    both = {"NBTRACK_TRACKING_URI": "ours", "MLFLOW_TRACKING_URI": "theirs"}
    assert read(both).tracking_uri == "ours"
    assert read({"MLFLOW_TRACKING_URI": "theirs"}).tracking_uri == "theirs"


def test_an_empty_variable_is_not_set():
    assert read({"NBTRACK_RUN_ID": "", "MLFLOW_RUN_ID": "r"}).run_id == "r"


def test_every_setting_can_be_set():
    given = {
        "NBTRACK_TRACKING_URI": "uri",
        "NBTRACK_EXPERIMENT_NAME": "name",
        "NBTRACK_EXPERIMENT_ID": "7",
        "NBTRACK_RUN_ID": "r",
        "NBTRACK_RUN_NAME": "n",
        "NBTRACK_RUN_TAGS": '{"team": "vision"}',
        "NBTRACK_USER": "u",
        "NBTRACK_ARTIFACT_ROOT": "s3://bucket",
        "NBTRACK_SYNC": "record",
        "NBTRACK_SYSTEM_METRICS": "on",
        "NBTRACK_SYSTEM_METRICS_INTERVAL": "2.5",
        "NBTRACK_SYSTEM_METRICS_SAMPLES": "3",
        "NBTRACK_SYSTEM_METRICS_NODE_ID": "node",
        "NBTRACK_REDACT": "no",
        "NBTRACK_WEBHOOK_SECONDS": "1.5",
        "NBTRACK_WEBHOOK_ATTEMPTS": "4",
        "NBTRACK_WEBHOOK_WAIT": "0.5",
        "NBTRACK_WEBHOOK_PRIVATE_ADDRESSES": "no",
        "NBTRACK_ACTIVE_MODEL_ID": "m-1",
        "NBTRACK_ALLOW_PICKLE": "yes",
        "NBTRACK_SERVING_LOG": "debug",
        "NBTRACK_QUIET": "1",
    }
    assert set(given) == {setting.variables[0] for setting in declared()}
    assert read(given) == Settings(
        tracking_uri="uri",
        experiment_name="name",
        experiment_id="7",
        run_id="r",
        run_name="n",
        run_tags={"team": "vision"},
        user="u",
        artifact_root="s3://bucket",
        sync="record",
        system_metrics=True,
        system_metrics_interval_seconds=2.5,
        system_metrics_samples=3,
        system_metrics_node_id="node",
        redact=False,
        webhook_seconds=1.5,
        webhook_attempts=4,
        webhook_wait_seconds=0.5,
        webhook_private_addresses=False,
        active_model_id="m-1",
        allow_pickle=True,
        serving_log="debug",
        quiet=True,
    )


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("NBTRACK_SYNC", "minute", "NBTRACK_SYNC is 'minute'; there are second, record"),
        ("NBTRACK_QUIET", "perhaps", "there are 1, true, yes, on, 0, false, no, off"),
        ("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "fast", "a number is expected"),
        ("NBTRACK_SYSTEM_METRICS_SAMPLES", "1.5", "a whole number is expected"),
        ("NBTRACK_RUN_TAGS", "team=vision", "a JSON object of texts is expected"),
        ("NBTRACK_RUN_TAGS", '{"a": [1]}', "a JSON object of texts is expected"),
    ],
)
def test_a_value_that_cannot_be_taken_says_what_can(name, value, says):
    with pytest.raises(InvalidValue, match=re.escape(says)) as caught:
        read({name: value})
    assert name in str(caught.value)


def test_settings_are_frozen():
    with pytest.raises(AttributeError):
        Settings().quiet = True


def test_each_setting_is_declared_with_a_sentence_and_variables():
    for setting in declared():
        assert setting.doc.endswith(".")
        assert setting.variables[0].startswith("NBTRACK_")
        assert all(name.startswith("MLFLOW_") for name in setting.variables[1:])
        assert setting.default == getattr(Settings(), setting.name)
    assert [setting.name for setting in declared()] == list(Settings.__struct_fields__)
    assert msgspec.json.decode(msgspec.json.encode(Settings()), type=Settings) == Settings()


class TestProject:
    @pytest.fixture
    def project(self, tmp_path):
        def write(text):
            (tmp_path / "pyproject.toml").write_text(text)
            below = tmp_path / "deep" / "below"
            below.mkdir(parents=True, exist_ok=True)
            return below

        return write

    def test_the_nearest_pyproject_gives_what_the_environment_does_not(self, project):
        below = project('[tool.nbtrack]\nexperiment_name = "a"\nrun_name = "b"\nquiet = true\n')
        found = read({"MLFLOW_EXPERIMENT_NAME": "c"}, below)
        assert (found.experiment_name, found.run_name, found.quiet) == ("c", "b", True)

    def test_the_working_directory_is_where_the_search_begins(self, project, monkeypatch):
        monkeypatch.chdir(project('[tool.nbtrack]\nrun_name = "b"\n'))
        assert read({}).run_name == "b"

    def test_one_without_our_table_says_nothing(self, project):
        assert read({}, project('[project]\nname = "x"\n')) == Settings()

    @pytest.mark.parametrize("border", [".git", "home"])
    def test_one_above_the_repository_or_the_home_is_not_read(
        self, project, tmp_path, monkeypatch, border
    ):
        below = project('[tool.nbtrack]\nrun_name = "b"\n')
        if border == ".git":
            (below.parent / ".git").mkdir()
        else:
            monkeypatch.setenv("HOME", str(below.parent))
        assert read({}, below) == Settings()

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("runs", "{}/runs"),
            ("file:runs", "file:{}/runs"),
            ("sqlite:///x.db", "sqlite:///{}/x.db"),
            ("duckdb:///x", "duckdb:///{}/x"),
            ("/abs", "/abs"),
            ("~/x", "~/x"),
            ("file:///abs", "file:///abs"),
            ("sqlite:////abs.db", "sqlite:////abs.db"),
            ("s3://bucket/x", "s3://bucket/x"),
            ("http://host", "http://host"),
        ],
    )
    def test_places_in_it_are_relative_to_it(self, project, tmp_path, value, expected):
        below = project(f'[tool.nbtrack]\ntracking_uri = "{value}"\nartifact_root = "{value}"\n')
        found = read({}, below)
        assert found.tracking_uri == found.artifact_root == expected.format(tmp_path)

    def test_an_unknown_name_says_which_is_near(self, project):
        with pytest.raises(UnknownName, match="did you mean 'experiment_id'") as caught:
            read({}, project('[tool.nbtrack]\nexperiment = "a"\n'))
        assert "pyproject.toml" in str(caught.value)

    def test_a_value_of_a_wrong_type_is_refused(self, project):
        with pytest.raises(InvalidValue, match="run_name is 7; a text is expected"):
            read({}, project("[tool.nbtrack]\nrun_name = 7\n"))

    @pytest.mark.parametrize("text", ["[tool", "[tool]\nnbtrack = 3", "tool = 3"])
    def test_a_file_that_cannot_be_read_is_named(self, project, text):
        with pytest.raises(InvalidValue, match=r"pyproject\.toml"):
            read({}, project(text))
