"""Signatures between nbtrack and a real MLflow, in an environment of its own.

`python tests/interop/test_signatures.py` writes anew what other tests take for MLflow's answers.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PYTHON = PROJECT / ".bench" / "mlflow" / "bin" / "python"
ASK = Path(__file__).parent / "ask_mlflow_signatures.py"
CASES = PROJECT / "tests" / "registry" / "signatures" / "cases.py"
WRITTEN = CASES.with_name("written_by_mlflow.json")


def ask(*arguments):
    """What MLflow says, run in its own environment."""
    done = subprocess.run(
        [PYTHON, ASK, *arguments], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


@pytest.fixture(autouse=True)
def mlflow_is_there():
    if not PYTHON.exists():
        pytest.skip("there is no MLflow to ask: make bench installs one into .bench/mlflow")


def test_mlflow_answers_as_it_is_kept():
    assert json.loads(ask("answer", CASES)) == json.loads(WRITTEN.read_text(encoding="utf-8"))


def test_mlflow_reads_the_signatures_that_are_written_here(tmp_path):
    from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
    from nbtrack.registry.signatures.schema import ColSpec, Schema
    from nbtrack.registry.signatures.signature import ModelSignature
    from nbtrack.registry.signatures.types import (
        AnyType,
        Array,
        DataType,
        Map,
        Object,
        Property,
        SparkMLVector,
    )

    message = Object([Property("a", "long"), Property("b", Map("string"), required=False)])
    kinds = [*DataType, AnyType(), Array(Array("long")), Map(AnyType()), message, SparkMLVector()]
    columns = [ColSpec(kind, f"c{at}", required=at % 2 == 0) for at, kind in enumerate(kinds)]
    params = ParamSchema(
        [
            ParamSpec("k", "long", 3),
            ParamSpec("stop", "string", ["a"], (-1,)),
            ParamSpec("since", "datetime", "2026-01-31T08:00:00"),
            ParamSpec("tool", message, {"a": 1}),
        ]
    )
    full = ModelSignature(Schema(columns), Schema([ColSpec("long")]), params).to_dict()
    kept = json.loads(WRITTEN.read_text(encoding="utf-8"))["inferred"]
    ours = {name: ModelSignature.from_dict(it).to_dict() for name, it in kept.items()}
    path = tmp_path / "signatures.json"
    path.write_text(json.dumps({**ours, "full": full}))
    assert json.loads(ask("read", path)) == {**kept, "full": full}


if __name__ == "__main__":
    WRITTEN.write_text(ask("answer", CASES), encoding="utf-8")
