"""Models of plain Python in both directions between nbtrack and the real MLflow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
MLFLOW = PROJECT / ".bench" / "mlflow" / "bin" / "python"

pytestmark = pytest.mark.skipif(
    not MLFLOW.exists(), reason="there is no environment with MLflow in .bench/mlflow"
)

IMPORTS = {sys.executable: "import nbtrack as mlflow", str(MLFLOW): "import mlflow"}

WRITES = """
import os
import pandas as pd
from pathlib import Path

RATE = 2.0

class Scale(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.offset = float(Path(context.artifacts["offset"]).read_text())

    def predict(self, context, model_input, params=None):
        power = (params or {}).get("power", 1)
        factor = context.model_config["factor"]
        return [(RATE * factor * it + self.offset) ** power for it in model_input["x"]]

class Uses(mlflow.pyfunc.PythonModel):
    def predict(self, model_input):
        return isinstance(self, mlflow.pyfunc.PythonModel)

def double(model_input: list[str]) -> list[str]:
    return [it * 2 for it in model_input]

Path("offset.txt").write_text("0.5")
Path("coded.py").write_text('''
import mlflow
from mlflow.models import ModelConfig, set_model

config = ModelConfig(development_config={"k": 3})

class Coded(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [config.get("k") * it for it in model_input]

set_model(Coded())
''')
frame = pd.DataFrame({"x": [1.0, 2.0]})
save = mlflow.pyfunc.save_model
save("scale", python_model=Scale(), artifacts={"offset": "offset.txt"},
     model_config={"factor": 3.0}, input_example=(frame, {"power": 2}))
save("function", python_model=double, pip_requirements=["pandas"])
save("uses", python_model=Uses())
save("coded", python_model="coded.py", model_config={"k": 5})
"""

READS = """
import json
import pandas as pd

load = mlflow.pyfunc.load_model
scale = load("scale", model_config={"factor": 1.0})
frame = pd.DataFrame({"y": ["dropped"], "x": [3.0]})
double = load("function")
found = {
    "scale": [scale.predict(frame), scale.predict(frame, params={"power": 1})],
    "function": [double.predict(["a"]), double.predict(pd.DataFrame({"t": ["b"]}))],
    "uses": load("uses").predict([1]),
    "coded": load("coded").predict([1]),
    "signature": scale.metadata.signature.to_dict(),
    "example": scale.input_example.to_dict("list"),
    "hinted": double.metadata.signature.to_dict()["inputs"],
}
print("FOUND", json.dumps(found))
"""

EXPECTED = {
    "scale": [[42.25], [6.5]],
    "function": [["aa"], ["bb"]],
    "uses": True,
    "coded": [5],
    "signature": {
        "inputs": '[{"type": "double", "name": "x", "required": true}]',
        "outputs": '[{"type": "double", "required": true}]',
        "params": '[{"name": "power", "default": 2, "shape": null, "type": "long"}]',
    },
    "example": {"x": [1.0, 2.0]},
    "hinted": '[{"type": "string", "required": true}]',
}


def ran(python, code, folder):
    """What code prints in an environment, with the models in the working directory."""
    env = os.environ | {"NBTRACK_ALLOW_PICKLE": "true", "MLFLOW_TRACKING_URI": ""}
    done = subprocess.run(
        [python, "-W", "ignore", "-c", f"{IMPORTS[str(python)]}\n{code}"],
        capture_output=True,
        text=True,
        cwd=folder,
        env=env,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("writer", "reader"),
    [(sys.executable, str(MLFLOW)), (str(MLFLOW), sys.executable)],
    ids=["nbtrack to mlflow", "mlflow to nbtrack"],
)
def test_models_of_plain_python_are_read_on_the_other_side(tmp_path, writer, reader):
    ran(writer, WRITES, tmp_path)
    (line,) = [it for it in ran(reader, READS, tmp_path).splitlines() if it.startswith("FOUND ")]
    assert json.loads(line.removeprefix("FOUND ")) == EXPECTED
