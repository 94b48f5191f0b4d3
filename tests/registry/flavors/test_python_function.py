"""Models of plain Python: objects, functions, files, loaders of one's own."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, SchemaMismatch, UnsafeModel
from nbtrack.registry.flavors.python_function import FLAVOR, Artifact
from nbtrack.registry.flavors.python_model import PythonModel
from nbtrack.registry.safety import Consent

TRUSTED = Consent("here", own=True)


class Scale(PythonModel):
    def __init__(self, factor):
        self.factor = factor

    def load_context(self, context):
        self.offset = float(Path(context.artifacts["offset"]).read_text())
        self.unit = context.model_config["unit"]

    def predict(self, context, model_input, params=None):
        return [self.factor * it + self.offset for it in model_input], self.unit, params


class Plain(PythonModel):
    def predict(self, model_input):
        return len(model_input)


class Pieces(PythonModel):
    def predict(self, model_input):
        return "".join(self.predict_stream(model_input))

    def predict_stream(self, model_input):
        yield from model_input


@dataclass
class Order:
    price: float
    count: int = 1


class Prices(PythonModel):
    def predict(self, model_input: list[Order]) -> list[float]:
        return [it.price * it.count for it in model_input]


def shout(texts: list[str]) -> list[str]:
    return [text.upper() for text in texts]


def written(folder, model, **options):
    """What stands below `python_function` after a save."""
    return FLAVOR.save(model, folder, options).pyfunc


def asked(folder, conf, data, params=None, reading=TRUSTED):
    loaded = FLAVOR.load(folder, conf, reading)
    return FLAVOR.predictor(loaded, conf)(data, params)


def test_a_model_takes_its_files_and_configuration_along(tmp_path):
    (tmp_path / "offset.txt").write_text("0.5")
    folder = tmp_path / "model"
    folder.mkdir()
    artifacts = {"offset": Artifact("s3://b/offset.txt", tmp_path / "offset.txt")}
    conf = written(folder, Scale(2), artifacts=artifacts, model_config={"unit": "cm"})
    (tmp_path / "offset.txt").unlink()
    assert conf["artifacts"] == {
        "offset": {"path": "artifacts/offset.txt", "uri": "s3://b/offset.txt"}
    }
    assert asked(folder, conf, [1, 2], {"k": 1}) == ([2.5, 4.5], "cm", {"k": 1})


def test_artifacts_of_one_name_are_kept_apart(tmp_path):
    artifacts = {}
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_text(name)
        artifacts[name] = Artifact(name, tmp_path / name / "weights")
    folder = tmp_path / "model"
    folder.mkdir()
    kept = written(folder, Plain(), artifacts=artifacts)["artifacts"]
    assert [(folder / it["path"]).read_text() for it in kept.values()] == ["a", "b"]


def test_folders_are_artifacts_too(tmp_path):
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "deep" / "x").write_text("1")
    folder = tmp_path / "model"
    folder.mkdir()
    kept = written(folder, Plain(), artifacts={"d": Artifact("d", tmp_path / "data")})["artifacts"]
    assert (folder / kept["d"]["path"] / "deep" / "x").read_text() == "1"


def test_a_model_needs_neither_context_nor_params(tmp_path):
    assert asked(tmp_path, written(tmp_path, Plain()), [1, 2, 3], {"k": 1}) == 3


def test_a_function_is_a_model(tmp_path):
    conf = written(tmp_path, shout)
    assert asked(tmp_path, conf, ["a"]) == ["A"]
    assert asked(tmp_path, conf, pd.DataFrame({"text": ["a", "b"]})) == ["A", "B"]
    assert FLAVOR.load(tmp_path, conf, TRUSTED).get_raw_model()(["x"]) == ["X"]


def test_types_are_made_of_what_comes(tmp_path):
    conf = written(tmp_path, Prices())
    assert asked(tmp_path, conf, [{"price": 2.0, "count": 3}]) == [6.0]
    assert asked(tmp_path, conf, pd.DataFrame({"price": [2.0], "count": [4]})) == [8.0]
    with pytest.raises(SchemaMismatch):
        asked(tmp_path, conf, [{"cost": 2.0}])


def test_types_make_a_signature():
    from nbtrack.registry.flavors.python_model import LoadedPython, PythonModelContext

    hinted = FLAVOR.hinted(LoadedPython(Prices(), PythonModelContext({})))
    assert [it.name for it in hinted.inputs] == [None]
    assert FLAVOR.hinted(LoadedPython(Plain(), PythonModelContext({}))) is None
    assert FLAVOR.hinted(object()) is None


def test_a_model_may_answer_piece_by_piece(tmp_path):
    conf = written(tmp_path, Pieces())
    assert conf["streamable"]
    assert list(FLAVOR.load(tmp_path, conf, TRUSTED).predict_stream("ab")) == ["a", "b"]
    plain = tmp_path / "plain"
    plain.mkdir()
    conf = written(plain, Plain())
    assert not conf["streamable"]
    with pytest.raises(ModelError, match="Plain has no predict_stream"):
        FLAVOR.load(plain, conf, TRUSTED).predict_stream("ab")


CODE = """
from nbtrack.models import ModelConfig, set_model
from nbtrack.pyfunc import PythonModel

config = ModelConfig(development_config={"factor": 10})

class Times(PythonModel):
    def predict(self, model_input):
        return [config.get("factor") * it for it in model_input]

set_model(Times())
"""


def test_a_file_that_makes_a_model_is_kept_as_code(tmp_path):
    source = tmp_path / "times.py"
    source.write_text(CODE)
    folder = tmp_path / "model"
    folder.mkdir()
    conf = written(folder, source, model_config={"factor": 3})
    source.unlink()
    assert sorted(it.name for it in folder.iterdir()) == ["times.py"]
    assert asked(folder, conf, [1, 2]) == [3, 6]
    with pytest.raises(UnsafeModel, match=r"a model from code \(times.py\)"):
        asked(folder, conf, [1], reading=Consent("elsewhere"))


def test_a_missing_file_is_told_with_the_likely_one(tmp_path):
    (tmp_path / "times.py").write_text(CODE)
    with pytest.raises(InvalidValue, match=r"did you mean times.py\?"):
        written(tmp_path, tmp_path / "times")


def test_a_loader_of_ones_own_reads_its_data(tmp_path, monkeypatch):
    (tmp_path / "my_loader.py").write_text(
        "from pathlib import Path\n"
        "class Reader:\n"
        "    def __init__(self, text): self.text = text\n"
        "    def predict(self, data): return self.text * data\n"
        "def _load_pyfunc(path): return Reader(Path(path).read_text())\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "data.txt").write_text("ab")
    folder = tmp_path / "model"
    folder.mkdir()
    conf = written(folder, None, loader_module="my_loader", data_path=tmp_path / "data.txt")
    assert conf["data"] == "data/data.txt"
    assert asked(folder, conf, 2) == "abab"
    with pytest.raises(UnsafeModel, match="the loader my_loader"):
        asked(folder, conf, 2, reading=Consent("elsewhere"))
    del sys.modules["my_loader"]


def test_a_loader_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(ModelError, match="'no_such_loader'"):
        FLAVOR.load(tmp_path, {"loader_module": "no_such_loader"}, TRUSTED)
    with pytest.raises(ModelError, match="has no _load_pyfunc"):
        FLAVOR.load(tmp_path, {"loader_module": "json"}, TRUSTED)


def test_a_pickle_that_nobody_vouched_for_is_not_read(tmp_path):
    conf = written(tmp_path, Plain())
    with pytest.raises(UnsafeModel, match=r"python_model\.pkl"):
        asked(tmp_path, conf, [1], reading=Consent("elsewhere"))
    assert asked(tmp_path, conf, [1], reading=Consent("elsewhere", allowed=True)) == 1


@pytest.mark.parametrize("path", ["../outside.pkl", "/etc/passwd"])
def test_a_path_that_leads_out_is_refused(tmp_path, path):
    with pytest.raises(ModelError, match="lies outside of the model"):
        FLAVOR.load(
            tmp_path, {"loader_module": "mlflow.pyfunc.model", "python_model": path}, TRUSTED
        )
    conf = written(tmp_path, Plain()) | {"artifacts": {"a": {"path": path, "uri": "x"}}}
    with pytest.raises(ModelError, match="lies outside of the model"):
        FLAVOR.load(tmp_path, conf, TRUSTED)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Plain, r"give an instance: Plain\(\)"),
        (3, "a function, or the path of a"),
        ("no.py", "not there"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path, model, said):
    with pytest.raises(InvalidValue, match=said):
        written(tmp_path, model)


def test_a_missing_artifact_is_named(tmp_path):
    with pytest.raises(InvalidValue, match="the artifact 'w' is"):
        written(tmp_path, Plain(), artifacts={"w": Artifact("w", tmp_path / "none")})


def test_requirements_are_what_its_code_uses(tmp_path):
    saved = FLAVOR.save(shout, tmp_path, {})
    assert saved.packages == ("cloudpickle",)

    def frames(rows):
        return pd.DataFrame(rows)

    assert "pandas" in FLAVOR.save(frames, tmp_path, {}).modules


def test_only_its_own_models_are_recognised():
    assert FLAVOR.recognises(Plain())
    assert not FLAVOR.recognises(shout)
