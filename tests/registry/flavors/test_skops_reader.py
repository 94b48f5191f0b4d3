"""Skops files that somebody else wrote: what they may not do."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections import OrderedDict, defaultdict
from functools import partial

import numpy as np
import pytest
import scipy.sparse
from sklearn.feature_selection import SelectKBest, mutual_info_classif
from sklearn.linear_model import LinearRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from nbtrack.errors import ModelError, TamperedModel
from nbtrack.registry.flavors.skops_reader import read, untrusted_names
from nbtrack.registry.flavors.skops_trust import Untrusted
from nbtrack.registry.flavors.skops_writer import Unwritable, write

rows = np.random.default_rng(0).random((30, 3))
labels = (rows.sum(axis=1) > 1.5).astype(int)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skops"


@pytest.fixture
def scaler(path, apart):
    """A scaler's file, taken apart."""
    write(StandardScaler().fit(rows), path)
    return apart(path)


def back(thing, path):
    """A thing in an estimator, written and read."""
    write(FunctionTransformer(kw_args={"it": thing}), path)
    return read(path).model.kw_args["it"]


def same(first, second):
    if isinstance(first, np.ndarray | np.generic):
        return first.dtype == second.dtype and np.array_equal(first, second)
    return first == second


THINGS = [
    None,
    True,
    1.5,
    float("inf"),
    10**30,
    "é\n",
    b"\x00\xff",
    bytearray(b"ab"),
    (1, (2, [3])),
    {1, 2},
    {1: "a", 2.5: "b", "c": None},
    {np.int64(3): 1},
    OrderedDict(a=1),
    defaultdict(OrderedDict, a=OrderedDict(b=1)),
    slice(1, None, 2),
    np.float32(1.25),
    np.str_("a"),
    np.bool_(True),
    np.datetime64("2026-01-31", "D"),
    np.dtype("float32"),
    np.arange(6).reshape(2, 3),
    np.asfortranarray(np.arange(6).reshape(2, 3)),
    np.array([], dtype=float),
    np.array(["a", "bc"]),
    np.array([("a", 1)], dtype=[("name", "U3"), ("n", "<i8")]),
    np.array(["a", None, 1], dtype=object),
    np.array([["a", 1], [2.5, None]], dtype=object),
    np.float64,
    int,
    np.log1p,
    np.mean,
    frozenset({1, 2}),
]


@pytest.mark.parametrize("thing", THINGS, ids=lambda it: type(it).__name__)
def test_things_that_estimators_hold_come_back_as_they_were(thing, path):
    found = back(thing, path)
    assert type(found) is type(thing)
    assert same(found, thing)


def test_real_skops_reads_what_is_written_here_and_the_reverse(path):
    skops = pytest.importorskip("skops.io")
    model = make_pipeline(
        StandardScaler(), SelectKBest(partial(mutual_info_classif, random_state=0), k=2)
    ).fit(rows, labels)
    write(model, path)
    theirs = skops.load(path, trusted=skops.get_untrusted_types(file=path))
    assert np.array_equal(theirs.transform(rows), model.transform(rows))
    skops.dump(model, path)
    assert np.array_equal(read(path).model.transform(rows), model.transform(rows))


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "bsr", "dia"])
@pytest.mark.parametrize("family", ["matrix", "array"])
def test_sparse_matrices_come_back_as_they_were(kind, family, path):
    matrix = getattr(scipy.sparse, f"{kind}_{family}")(np.eye(4))
    found = back(matrix, path)
    assert type(found) is type(matrix)
    assert np.array_equal(found.toarray(), matrix.toarray())


def test_random_states_go_on_where_they_were(path):
    state = np.random.RandomState(3)
    assert back(state, path).random() == state.random()
    for bits in (np.random.PCG64, np.random.MT19937):
        generator = np.random.Generator(bits(4))
        assert back(generator, path).random() == generator.random()


def test_one_thing_in_two_places_stays_one(path):
    shared = [1, 2]
    found = back({"a": shared, "b": shared}, path)
    assert found["a"] is found["b"]


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        ({(1, 2): 3}, r"key \(1, 2\)"),
        ({True: 1}, "key True"),
        ({1: "a", "1": "b"}, "two keys that are one as text"),
        (lambda x: x, "not found by its name"),
        (np.array(["a"], dtype=np.dtypes.StringDType()), "an array of StringDType"),
        (iter([1]), "iterator"),
        (1j, "complex"),
    ],
    ids=lambda it: it if isinstance(it, str) else type(it).__name__,
)
def test_what_the_format_cannot_hold_is_named(thing, reason, path):
    with pytest.raises((Unwritable, Untrusted), match=reason):
        back(thing, path)


def test_a_thing_inside_of_itself_is_not_written(path):
    ring = []
    ring.append(ring)
    with pytest.raises(Unwritable, match="a list that is inside of itself"):
        back(ring, path)


def attack(file, node, **changes):
    """Put another node in place of an attribute."""
    target = file.attribute("with_std")
    target.clear()
    target.update({"__id__": 1, **node, **changes})
    return file.write()


def named(loader, module, name, **more):
    return {"__loader__": loader, "__module__": module, "__class__": name, **more}


NOTHING = named("TupleNode", "builtins", "tuple", content=[])
COMMAND = named(
    "TupleNode",
    "builtins",
    "tuple",
    content=[named("JsonNode", "builtins", "str", content='"touch owned"')],
)
ATTACKS = {
    "function": named("FunctionNode", "os", "system"),
    "builtin": named("TypeNode", "builtins", "eval"),
    "getattr": named("FunctionNode", "builtins", "getattr"),
    "called": named("ConstructorFromReduceNode", "os", "system", content=COMMAND),
    "popen": named("ConstructorFromReduceNode", "subprocess", "Popen", content=COMMAND),
    "object": named("ObjectNode", "subprocess", "Popen", content=None),
    "dotted": named("FunctionNode", "numpy", "f2py.compile"),
    "not a ufunc": named("FunctionNode", "numpy", "load"),
    "save": named("FunctionNode", "numpy", "save"),
    "metrics": named("FunctionNode", "sklearn.metrics._scorer", "partial"),
    "imported": named("ObjectNode", "sklearn.tests.test_base", "MyEstimator", content=None),
    "imported there": named("FunctionNode", "sklearn.metrics.pairwise", "Parallel"),
    "python": named("ObjectNode", "sklearn.metrics._dist_metrics", "PyFuncDistance64"),
    "method": named("MethodNode", "numpy", "ndarray", content={"func": "tofile", "obj": NOTHING}),
    "operator": named("OperatorFuncNode", "operator", "methodcaller", attrs=COMMAND),
    "unknown": named("NoNode", "os", "system"),
    "loss": named("LossNode", "os", "system", __reduce__={"args": COMMAND}),
    "loss elsewhere": named(
        "LossNode", "sklearn._loss._loss", "__import__", __reduce__={"args": COMMAND}
    ),
    "dict": named(
        "DictNode",
        "os",
        "_Environ",
        content={},
        key_types=named("ListNode", "builtins", "list", content=[]),
    ),
    "key": named(
        "DictNode",
        "builtins",
        "dict",
        content={"touch owned": NOTHING},
        key_types=named(
            "ListNode", "builtins", "list", content=[named("TypeNode", "os", "system")]
        ),
    ),
    "tuple": named("TupleNode", "os", "stat_result", content=[]),
    "number": named("NdArrayNode", "os", "system", type="numpy", file="x.npy"),
    "factory": named(
        "DefaultDictNode",
        "collections",
        "defaultdict",
        content={"main": NOTHING, "default_factory": named("FunctionNode", "numpy", "sin")},
    ),
}


@pytest.mark.parametrize("what", ATTACKS)
def test_nothing_that_nobody_vouched_for_is_made_or_called(what, scaler, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    scaler.parts["x.npy"] = scaler.parts[scaler.attribute("mean_")["file"]]
    path = attack(scaler, ATTACKS[what])
    with pytest.raises((Untrusted, ModelError)):
        read(path)
    assert not (tmp_path / "owned").exists()


def test_all_names_that_nobody_vouched_for_are_listed(scaler):
    scaler.attribute("with_mean").update(named("ObjectNode", "mine", "Thing"), __id__=2)
    path = attack(scaler, named("FunctionNode", "os", "system"))
    assert untrusted_names(path) == ["mine.Thing", "os.system"]
    assert untrusted_names(path, {"mine.Thing", "os.system"}.__contains__) == ["mine.Thing"]


def test_what_the_user_vouches_for_is_made(scaler):
    path = attack(scaler, named("FunctionNode", "os.path", "join"))
    with pytest.raises(Untrusted, match=r"os\.path\.join"):
        read(path)
    import os.path

    assert read(path, {"os.path.join"}.__contains__).model.with_std is os.path.join


def header(dtype, shape):
    """The beginning of a NumPy file that claims something."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        buffer, {"descr": dtype, "fortran_order": False, "shape": shape}
    )
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (header("<f8", (10**12,)), "claims shape"),
        (header("<f8", (10**12, 10**12)), "claims shape"),
        (header("<U0", (10**15,)), "claims shape"),
        (header("|O", (1,)) + b"cos\nsystem\n.", "holds Python objects"),
        (header([("a", "|O")], (1,)), "holds Python objects"),
        (header("<f8", (3,)), "which is not the 0 bytes it has"),
        (header("<f8", (1,)) + b"0" * 16, "claims shape"),
        (b"\x93NUMPY\x01\x00\xff\xff", "header is too long"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b"(" * 300, "header is too long"),
        (b"\x93NUMPY\x01\x00\x0a\x00" + b"(" * 10, "is not an array NumPy wrote"),
        (b"\x80\x04cos\nsystem\n", "does not begin as one"),
        (b"", "does not begin as one"),
    ],
    ids=range(12),
)
def test_arrays_are_no_larger_than_their_bytes_and_never_pickled(content, reason, scaler):
    scaler.parts[scaler.attribute("mean_")["file"]] = content
    with pytest.raises(TamperedModel, match=reason):
        read(scaler.write())


def test_a_file_that_unpacks_to_far_more_is_refused(path):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
        out.open("schema.json", "w") as part,
    ):
        for _ in range(70):
            part.write(b" " * (1 << 20))
    assert path.stat().st_size < 100_000
    with pytest.raises(TamperedModel, match="would unpack from"):
        read(path)


def test_two_parts_of_one_name_are_refused(scaler):
    scaler.write()
    with zipfile.ZipFile(scaler.path, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr("schema.json", "{}")
    with pytest.raises(TamperedModel, match="two parts of one name"):
        read(scaler.path)


def test_a_part_that_was_changed_is_seen(scaler, path):
    scaler.write()
    content = bytearray(path.read_bytes())
    place = content.index(scaler.parts[scaler.attribute("mean_")["file"]]) + 130
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(TamperedModel, match="is not what was written"):
        read(path)


def test_a_file_cut_off_or_of_another_kind_is_told(path):
    write(StandardScaler().fit(rows), path)
    content = path.read_bytes()
    for wrong in (content[:-40], content[:100], b"", b"PK\x05\x06", b"cos\nsystem\n"):
        path.write_bytes(wrong)
        with pytest.raises(ModelError, match="is not a skops file"):
            read(path)


def test_any_cut_is_told(path):
    write(StandardScaler().fit(rows), path)
    content = path.read_bytes()
    for end in range(0, len(content) - 1, 97):
        path.write_bytes(content[:end])
        with pytest.raises(ModelError):
            read(path)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("", "no readable schema"),
        ("[" * 100_000, "no readable schema"),
        ("[]", "protocol None"),
        ('{"protocol": true}', "protocol True"),
        ('{"protocol": 99}', "update nbtrack"),
        ('{"protocol": 2}', "cannot be read: KeyError"),
    ],
)
def test_a_schema_that_is_none_is_told(schema, reason, path):
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("schema.json", schema)
    with pytest.raises(ModelError, match=reason):
        read(path)


def test_a_thing_inside_of_itself_is_not_read(scaler):
    ring = named("ListNode", "builtins", "list", __id__=7)
    inner = named("ListNode", "builtins", "list", __id__=7, content=[])
    path = attack(scaler, {**ring, "content": [inner]}, __id__=7)
    with pytest.raises(TamperedModel, match="inside of itself"):
        read(path)


def test_values_that_make_no_sense_are_told(scaler):
    deep = "[" * 100_000
    for content in (deep, "1" * 10_000, "nul", "{"):
        path = attack(scaler, named("JsonNode", "builtins", "str", content=content))
        with pytest.raises(ModelError, match="cannot be read"):
            read(path)


def test_indices_of_sparse_matrices_are_in_bounds(path, apart):
    model = SGDClassifier(random_state=0).fit(rows, labels).sparsify()
    write(model, path)
    file = apart(path)
    name = file.attribute("coef_")["file"]
    with np.load(io.BytesIO(file.parts[name])) as parts:
        good = dict(parts)
    for change in (
        {"indices": np.full_like(good["indices"], 10**8)},
        {"indices": -np.ones_like(good["indices"])},
        {"indptr": np.array([0, 10**6], dtype=good["indptr"].dtype)},
        {"shape": np.array([1, 10**9])},
        {"format": np.array("__class__")},
        {"indices": good["indices"].astype(float)},
    ):
        buffer = io.BytesIO()
        np.savez(buffer, **{**good, **change})
        file.parts[name] = buffer.getvalue()
        if "shape" in change:
            assert read(file.write()).model.coef_.shape == (1, 10**9)
            continue
        with pytest.raises(ModelError):
            read(file.write())


def test_a_random_state_does_not_read_beyond_its_words(path, apart):
    write(FunctionTransformer(kw_args={"it": np.random.RandomState(0)}), path)
    file = apart(path)
    file.attribute("pos").update(content="1000000", __id__=5)
    with pytest.raises(TamperedModel, match="at place 1000000; there are 624"):
        read(file.write())


def test_what_a_class_raises_is_told_as_a_model_that_cannot_be_read(scaler):
    scaler.schema["content"] = named("JsonNode", "builtins", "str", content='"a text"')
    with pytest.raises(ModelError, match="another version of a library, or damaged"):
        read(scaler.write())


def test_reading_and_writing_need_no_skops(path):
    code = (
        "import sys; from pathlib import Path; from sklearn.linear_model import LinearRegression;"
        "from nbtrack.registry.flavors.skops_reader import read;"
        "from nbtrack.registry.flavors.skops_writer import write;"
        "model = LinearRegression().fit([[1], [2]], [1, 2]); path = Path(sys.argv[1]);"
        "write(model, path); read(path); assert 'skops' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True)


def test_the_schema_is_what_skops_calls_it(path):
    write(LinearRegression().fit(rows, labels), path)
    with zipfile.ZipFile(path) as parts:
        schema = json.loads(parts.read("schema.json"))
    assert (schema["protocol"], schema["__loader__"]) == (2, "ObjectNode")
