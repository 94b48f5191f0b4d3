from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

ROWS = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)


def graph(inputs, nodes, outputs, weights=()):
    kind = onnx.TensorProto.FLOAT
    make = onnx.helper
    made = make.make_graph(
        nodes,
        "graph",
        [make.make_tensor_value_info(name, kind, shape) for name, shape in inputs.items()],
        [make.make_tensor_value_info(name, kind, shape) for name, shape in outputs.items()],
        list(weights),
    )
    sets = [make.make_opsetid("", 20)]
    return make.make_model(made, opset_imports=sets, ir_version=10)


def doubling(size=3):
    factor = onnx.numpy_helper.from_array(np.full(size, 2, dtype=np.float32), "factor")
    node = onnx.helper.make_node("Mul", ["rows", "factor"], ["doubled"])
    return graph({"rows": [None, size]}, [node], {"doubled": [None, size]}, [factor])


def adding():
    node = onnx.helper.make_node("Add", ["a", "b"], ["sum"])
    return graph({"a": [None], "b": [None]}, [node], {"sum": [None]})


def test_a_graph_is_read_without_consent(keep):
    kept = keep("onnx", doubling())
    assert kept.is_safe
    assert kept.native() == doubling()
    assert {key: it.tolist() for key, it in kept.predict(ROWS, consent=False).items()} == {
        "doubled": (ROWS * 2).tolist()
    }


def test_wide_numbers_are_given_in_the_graphs_precision(keep):
    assert keep("onnx", doubling()).predict(ROWS.astype("float64"))["doubled"].dtype == np.float32


def test_columns_are_the_inputs_of_their_names(keep):
    frame = pd.DataFrame({"b": [10.0, 20.0], "a": [1.0, 2.0]})
    assert keep("onnx", adding()).predict(frame).to_dict("list") == {"sum": [11.0, 22.0]}


def test_a_dict_of_arrays_names_the_inputs(keep):
    found = keep("onnx", adding()).predict({"a": np.ones(2), "b": np.ones(2)})
    assert found["sum"].tolist() == [2.0, 2.0]


def test_a_missing_column_is_named(keep):
    with pytest.raises(ModelError, match="the model's input 'b' is missing"):
        keep("onnx", adding()).predict(pd.DataFrame({"a": [1.0]}))


def test_one_array_is_not_enough_for_two_inputs(keep):
    with pytest.raises(ModelError, match=r"with the inputs \['a', 'b'\]"):
        keep("onnx", adding()).predict(np.ones(2))


def test_large_tensors_stand_in_a_file_of_their_own_if_asked(keep):
    model = doubling(5000)
    before = model.SerializeToString()
    kept = keep("onnx", model, save_as_external_data=True)
    rows = np.ones((2, 5000), dtype=np.float32)
    assert len([it for it in kept.folder.iterdir() if it.stat().st_size >= 20_000]) == 1
    assert kept.predict(rows)["doubled"].tolist() == (rows * 2).tolist()
    assert model.SerializeToString() == before


def test_options_of_a_session_are_kept_and_used(keep):
    wanted = {
        "intra_op_num_threads": 1,
        "execution_mode": "sequential",
        "graph_optimization_level": 99,
        "extra_session_config": {"session.disable_prepacking": "1"},
    }
    kept = keep("onnx", doubling(), onnx_session_options=wanted)
    assert kept.conf["onnx_session_options"] == wanted
    assert kept.predict(ROWS)["doubled"].tolist() == (ROWS * 2).tolist()


def test_an_unknown_option_of_a_session_is_refused(keep):
    with pytest.raises(InvalidValue, match="did you mean 'execution_mode'"):
        keep("onnx", doubling(), onnx_session_options={"execution_mod": "parallel"})
    with pytest.raises(InvalidValue, match="sequential or parallel"):
        keep("onnx", doubling(), onnx_session_options={"execution_mode": "fast"})


def test_options_of_a_provider_need_consent(keep):
    given = [("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})]
    kept = keep("onnx", doubling(), onnx_execution_providers=given)
    with pytest.raises(UnsafeModel, match="options of an execution provider"):
        kept.native(consent=False)
    assert kept.predict(ROWS)["doubled"].tolist() == (ROWS * 2).tolist()


def test_a_graph_of_unknown_operators_is_refused(keep):
    kept = keep("onnx", doubling())
    node = onnx.helper.make_node("Conjure", ["rows"], ["doubled"])
    bad = graph({"rows": [None, 3]}, [node], {"doubled": [None, 3]})
    (kept.folder / "model.onnx").write_bytes(bad.SerializeToString())
    with pytest.raises(ModelError, match=r"model\.onnx is no graph that ONNX knows.*Conjure"):
        kept.native()


def test_a_graph_answers_in_another_process(keep):
    found = keep("onnx", doubling()).elsewhere(f"np.array({ROWS.tolist()}, dtype='float32')")
    assert found == {"doubled": (ROWS * 2).tolist()}


def test_what_is_no_graph_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"takes an onnx\.ModelProto, not builtins\.bytes"):
        keep("onnx", b"model")


def test_only_graphs_are_recognised(keep):
    flavor = keep("onnx", doubling()).flavor
    assert flavor.recognises(doubling())
    assert not flavor.recognises(doubling().graph)
