"""Models changed after they were logged or saved."""

from __future__ import annotations

from pathlib import Path

import pytest

import nbtrack
from nbtrack.api.models.logging import retriever_schemas
from nbtrack.errors import InvalidValue, SchemaMismatch
from nbtrack.models import (
    Model,
    get_model_info,
    infer_pip_requirements,
    infer_signature,
    set_retriever_schema,
    set_signature,
    update_model_requirements,
    validate_serving_input,
)

SIGNATURE = infer_signature([1, 2])


def total(numbers):
    return sum(numbers)


def tabled(rows):
    import pandas as pd

    return len(pd.DataFrame(rows))


@pytest.fixture
def info():
    with nbtrack.start_run():
        return nbtrack.pyfunc.log_model("total", python_model=total)


def test_a_logged_model_gets_a_signature(info):
    set_signature(info.model_uri, SIGNATURE)
    assert get_model_info(info.model_uri).signature == SIGNATURE
    assert get_model_info(f"runs:/{info.run_id}/total").signature == SIGNATURE
    assert nbtrack.pyfunc.load_model(info.model_uri).predict([1, 2]) is not None


def test_a_saved_model_gets_a_signature(tmp_path):
    nbtrack.pyfunc.save_model(tmp_path / "m", python_model=total)
    set_signature(tmp_path / "m", SIGNATURE)
    assert Model.load(tmp_path / "m").signature == SIGNATURE


def test_requirements_of_a_model_are_changed(info):
    update_model_requirements(info.model_uri, "add", ["pandas==2.0"])
    path = nbtrack.pyfunc.get_model_dependencies(info.model_uri)
    assert Path(path).read_text().splitlines()[-1] == "pandas==2.0"


def test_a_version_stays_what_was_registered(info):
    nbtrack.register_model(info.model_uri, "totals")
    with pytest.raises(InvalidValue, match="stays what was registered; change the logged model"):
        set_signature("models:/totals/1", SIGNATURE)
    with pytest.raises(InvalidValue, match="is registered as totals/1, which stays"):
        set_signature(info.model_uri, SIGNATURE)


def test_what_is_no_signature_is_refused(info):
    with pytest.raises(InvalidValue, match="not dict"):
        set_signature(info.model_uri, {})


def test_requirements_are_found_by_loading():
    info = nbtrack.pyfunc.log_model("rows", python_model=tabled)
    found = infer_pip_requirements(info.model_uri, "python_function")
    assert [it.partition("==")[0] for it in found] == ["cloudpickle", "pandas"]


def test_requirements_fall_back_where_loading_fails(tmp_path):
    from nbtrack.capture.guard import TrackingWarning

    (tmp_path / "MLmodel").write_text("flavors: {}\n")
    with pytest.warns(TrackingWarning, match="requirements are the given ones"):
        assert infer_pip_requirements(tmp_path, "sklearn", fallback=["x"]) == ["x"]
    with pytest.raises(ValueError, match="nothing to predict with"):
        infer_pip_requirements(tmp_path, "sklearn")


def test_a_request_is_tried_out(info):
    set_signature(info.model_uri, SIGNATURE)
    assert validate_serving_input(info.model_uri, '{"inputs": [1, 2]}') is not None
    with pytest.raises(SchemaMismatch):
        validate_serving_input(info.model_uri, '{"inputs": ["a"]}')


def test_what_a_retriever_gives_stands_in_the_metadata(tmp_path):
    set_retriever_schema(primary_key="id", text_column="text")
    try:
        nbtrack.pyfunc.save_model(tmp_path / "m", python_model=total)
    finally:
        retriever_schemas.clear()
    (schema,) = Model.load(tmp_path / "m").metadata["dependencies_schemas"]["retrievers"]
    assert (schema["primary_key"], schema["text_column"]) == ("id", "text")
