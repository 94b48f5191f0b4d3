from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

import nbtrack
from nbtrack.errors import InvalidValue, NotFound, ParamChanged

YAML = """\
# how the model is trained
lr: 0.1
epochs: 3
name: net
debug: true
seed: null
model: {depth: 3, layers: [64, 32], head: {kind: linear}}
classes: [cat, dog]
started: 2026-01-02
"""

PARAMS = {
    "lr": "0.1",
    "epochs": "3",
    "name": "net",
    "debug": "True",
    "seed": "None",
    "model.depth": "3",
    "model.head.kind": "linear",
    "started": "2026-01-02",
}


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002 - what is seeded
    yield
    random.setstate(state)
    np.random.set_state(numpy_state)  # noqa: NPY002 - what is seeded


@pytest.fixture
def run():
    with nbtrack.start_run() as run:
        yield run


def artifact(run, path):
    return nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/{path}")


def paths(run):
    client, found, folders = nbtrack.MlflowClient(), [], [None]
    while folders:
        for file in client.list_artifacts(run.info.run_id, folders.pop()):
            (folders if file.is_dir else found).append(file.path)
    return sorted(found)


def test_scalars_of_a_file_are_params_and_structures_and_the_file_are_artifacts(run):
    Path("train.yaml").write_text(YAML)
    config = nbtrack.log_config("train.yaml")
    assert config["model"]["layers"] == [64, 32]
    assert run.data.params == PARAMS
    assert paths(run) == ["config/classes.json", "config/model.json", "config/train.yaml"]
    assert artifact(run, "config/train.yaml") == YAML
    assert json.loads(artifact(run, "config/model.json")) == {"model": config["model"]}


def test_json_and_toml_are_read_too(run):
    Path("a.json").write_text('{"a": 1, "b": {"c": [1]}}')
    Path("b.toml").write_text("d = 2\n[e]\nf = 2026-01-02\n")
    nbtrack.log_config(Path("a.json"))
    nbtrack.log_config("b.toml")
    assert run.data.params == {"a": "1", "d": "2", "e.f": "2026-01-02"}
    assert {"config/a.json", "config/b.json", "config/b.toml"} <= set(paths(run))


def test_a_dictionary_is_logged_without_a_file(run):
    assert nbtrack.log_config({"a": 1, "b/c d": {"e": [np.int64(1)]}}) == {
        "a": 1,
        "b/c d": {"e": [1]},
    }
    assert run.data.params == {"a": "1"}
    assert paths(run) == ["config/b_c_d.json"]


def test_secrets_of_a_file_are_taken_out_of_all_of_it(run):
    text = "lr: 0.1\npassword: tr0ub4dor\ndb: {api_key: tr0ub4dor2, port: 1}\n"
    Path("a.yaml").write_text(text)
    Path("b.toml").write_text('secret = "tr0ub4dor3"\n')
    assert nbtrack.log_config("a.yaml")["password"] == "tr0ub4dor"
    nbtrack.log_config("b.toml")
    assert run.data.params["password"].startswith("[redacted:")
    assert paths(run) == ["config/a.yaml", "config/b.toml.json", "config/db.json"]
    for path in paths(run):
        assert "tr0ub4dor" not in artifact(run, path)
        assert "[redacted:" in artifact(run, path)


def test_a_secret_in_a_remark_is_taken_out_too(run):
    Path("a.yaml").write_text("# was AKIAIOSFODNN7EXAMPLE\nlr: 1\n")
    nbtrack.log_config("a.yaml")
    assert "AKIA" not in artifact(run, "config/a.yaml")


def test_a_value_that_was_logged_otherwise_is_an_error_and_nothing_is_kept(run):
    nbtrack.log_param("lr", 0.2)
    Path("train.yaml").write_text(YAML)
    with pytest.raises(ParamChanged):
        nbtrack.log_config("train.yaml")
    assert run.data.params == {"lr": "0.2"}
    assert paths(run) == []


def test_an_empty_file_says_nothing(run):
    Path("a.yaml").write_text("")
    assert nbtrack.log_config("a.yaml") == {}
    assert run.data.params == {}


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.yaml", "a: [1", "a.yaml cannot be read"),
        ("a.yaml", "!!python/object:os.system {}", "a.yaml cannot be read"),
        ("a.json", "{", "a.json cannot be read"),
        ("a.toml", "a = ", "a.toml cannot be read"),
        ("a.yaml", "- 1", "holds a list"),
        ("a.ini", "[a]", r"a.ini is no .json, .toml, .yaml, .yml file"),
    ],
)
def test_what_is_no_configuration_is_refused(run, name, text, problem):
    Path(name).write_text(text)
    with pytest.raises(InvalidValue, match=problem):
        nbtrack.log_config(name)


def test_a_file_that_is_not_there_or_no_text_is_told(run):
    with pytest.raises(NotFound, match=r"there is no file 'a\.yaml'"):
        nbtrack.log_config("a.yaml")
    Path("a.yaml").write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(InvalidValue, match="no UTF-8 text"):
        nbtrack.log_config("a.yaml")


def test_a_seed_makes_numbers_repeat_and_is_a_tag_of_later_runs():
    assert set(nbtrack.set_seed(42)) >= {"random", "numpy"}
    first = random.random(), np.random.random()  # noqa: NPY002 - what is seeded
    nbtrack.set_seed(42)
    assert (random.random(), np.random.random()) == first  # noqa: NPY002 - what is seeded
    assert nbtrack.active_run() is None
    with nbtrack.start_run() as run:
        assert run.data.tags["nbtrack.seed"] == "42"
        nbtrack.set_seed(43)
        assert run.data.tags["nbtrack.seed"] == "43"


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "42", None])
def test_a_seed_has_32_bits(seed):
    with pytest.raises(InvalidValue, match="a seed is a whole number from 0 to 4294967295"):
        nbtrack.set_seed(seed)
