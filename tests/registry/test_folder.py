"""A model's folder, written."""

from __future__ import annotations

import pandas as pd
import pytest

from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import InvalidValue
from nbtrack.registry.flavors.python_function import FLAVOR
from nbtrack.registry.flavors.python_model import PythonModel
from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.folder import Given, write_model
from nbtrack.registry.format.environment import Wanted
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.signatures.inference import infer_signature

FRAME = pd.DataFrame({"x": [1.0, 2.0]})


class Doubler(PythonModel):
    def predict(self, model_input):
        return model_input["x"] * 2


class Failing(PythonModel):
    def predict(self, model_input):
        raise RuntimeError("no luck")


def written(folder, model, flavor=FLAVOR, **given):
    folder.mkdir(exist_ok=True)
    return write_model(folder, flavor, model, Model("m"), Given(**given))


def test_a_folder_has_all_that_mlflow_wants(tmp_path):
    written(tmp_path, Doubler(), input_example=FRAME)
    assert sorted(it.name for it in tmp_path.iterdir()) == [
        *("MLmodel", "conda.yaml", "input_example.json", "python_env.yaml", "python_model.pkl"),
        *("requirements.txt", "serving_input_example.json"),
    ]
    assert Model.load(tmp_path).conf_of("python_function")["env"] == {
        "conda": "conda.yaml",
        "virtualenv": "python_env.yaml",
    }


def test_the_signature_is_inferred_by_asking(tmp_path):
    description = written(tmp_path, Doubler(), input_example=FRAME)
    assert description.signature == infer_signature(FRAME, FRAME["x"] * 2)
    assert Model.load(tmp_path).signature == description.signature
    assert not description.is_signature_from_type_hint


def test_a_signature_that_types_name_goes_before(tmp_path):
    def shout(texts: list[str]) -> list[str]:
        return [it.upper() for it in texts]

    description = written(tmp_path, shout, input_example=["a"])
    assert description.is_signature_from_type_hint
    assert repr(description.signature.inputs) == "[string (required)]"


def test_a_model_that_fails_on_its_example_is_kept_without_a_signature(tmp_path):
    with pytest.warns(TrackingWarning, match=r"no signature was inferred.*RuntimeError: no luck"):
        description = written(tmp_path, Failing(), input_example=FRAME)
    assert description.signature is None
    assert (tmp_path / "MLmodel").is_file()


def test_an_example_that_does_not_fit_the_signature_is_told(tmp_path):
    given = infer_signature({"y": 1.0}, [1.0])
    with pytest.warns(TrackingWarning, match="input example is not what the signature takes"):
        assert written(tmp_path, Doubler(), signature=given, input_example=FRAME).signature == given


def test_no_signature_is_kept_where_none_is_wanted(tmp_path):
    assert written(tmp_path, Doubler(), signature=False, input_example=FRAME).signature is None


def test_code_and_further_files_are_taken_along(tmp_path):
    (tmp_path / "mine" / "__pycache__").mkdir(parents=True)
    (tmp_path / "mine" / "tool.py").write_text("x = 1\n")
    (tmp_path / "note.txt").write_text("note")
    folder = tmp_path / "model"
    description = written(
        folder,
        Doubler(),
        code_paths=[tmp_path / "mine"],
        extra_files=[tmp_path / "note.txt"],
    )
    assert (folder / "code" / "mine" / "tool.py").is_file()
    assert not (folder / "code" / "mine" / "__pycache__").exists()
    assert (folder / "extra_files" / "note.txt").read_text() == "note"
    assert description.conf_of("python_function")["code"] == "code"


@pytest.mark.parametrize(
    ("paths", "said"), [("mine.py", "code_paths is a list"), (["none.py"], "which is not there")]
)
def test_code_that_is_not_there_is_refused(tmp_path, paths, said):
    with pytest.raises(InvalidValue, match=said):
        written(tmp_path / "model", Doubler(), code_paths=paths)


def test_requirements_follow_from_the_model(tmp_path):
    def frame(rows):
        return pd.DataFrame(rows)

    written(tmp_path / "found", frame)
    lines = (tmp_path / "found" / "requirements.txt").read_text().splitlines()
    assert f"pandas=={pd.__version__}" in lines
    written(tmp_path / "given", frame, environment=Wanted(pip_requirements=["mlflow==3"]))
    assert (tmp_path / "given" / "requirements.txt").read_text() == "mlflow==3\n"


def test_a_transformer_has_nothing_to_be_asked_with(tmp_path):
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(FRAME)
    description = written(tmp_path, scaler, flavor_named("sklearn"), input_example=FRAME)
    assert [*description.flavors] == ["sklearn"]
    assert description.signature is None
    assert description.saved_input_example_info is not None
