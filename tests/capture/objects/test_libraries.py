from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects import memory
from nbtrack.capture.objects.scan import scan


def frame():
    return pd.DataFrame(
        {
            "a": [1.0, 2, 3],
            "b": [1, 2, 3],
            "c": ["x", "y", None],
            "o": pd.Series([[1], 2, 3], dtype=object),
            "d": pd.date_range("2020", periods=3, tz="UTC"),
            "e": pd.Categorical(["u", "v", "u"]),
            "i": pd.array([1, None, 3], dtype="Int64"),
        }
    )


CHANGES = {
    "a cell": lambda it: it.loc.__setitem__((0, "a"), 9.0),
    "a column": lambda it: it.__setitem__("b", [4, 5, 6]),
    "a new column": lambda it: it.__setitem__("z", 1),
    "a column taken away": lambda it: it.__delitem__("a"),
    "the names of columns": lambda it: setattr(it, "columns", list("tuvwxyz")),
    "a text": lambda it: it.loc.__setitem__((0, "c"), "k"),
    "a nullable integer": lambda it: it.loc.__setitem__((0, "i"), 9),
    "a category": lambda it: it.loc.__setitem__((0, "e"), "v"),
    "an object": lambda it: it.loc.__setitem__((1, "o"), 7),
    "a date": lambda it: it.loc.__setitem__((0, "d"), pd.Timestamp("2021", tz="UTC")),
    "a row": lambda it: it.loc.__setitem__(3, it.loc[0]),
    "attrs": lambda it: it.attrs.update(unit="m"),
    "insert": lambda it: it.insert(0, "first", 1),
    "pop": lambda it: it.pop("a"),
    "the index": lambda it: setattr(it, "index", [5, 6, 7]),
}


@pytest.mark.parametrize("act", CHANGES.values(), ids=CHANGES)
def test_a_change_of_a_frame_is_its_own(act, changed):
    value, copy = frame(), frame()
    before = scan(copy)
    parts, differs = changed(value, lambda: act(value))
    assert (identity_of(value) in parts, differs) == (True, True)
    assert scan(copy) == before


def test_reading_a_frame_is_no_change(changed):
    value = frame()

    def read():
        value.to_numpy(), value.describe(), value.T, repr(value), value["a"], value.loc[1]
        value.groupby("e", observed=True)["b"].sum()
        value.index.is_unique, value.columns.get_loc("a"), value.c.str.upper()
        value.memory_usage(deep=True)
        value._consolidate_inplace()

    assert changed(value, read) == (set(), False)


def test_equal_frames_are_equal_however_their_blocks_lie():
    whole = pd.DataFrame({"a": [1.0, 2], "b": [3.0, 4], "c": [5, 6]})
    pieced = pd.DataFrame({"a": [1.0, 2]})
    pieced["b"] = [3.0, 4]
    pieced["c"] = [5, 6]
    shown = pd.DataFrame(np.array([[1.0, 3], [2, 4]]), columns=["a", "b"], copy=False)
    assert len(pieced._mgr.blocks) > len(whole._mgr.blocks)
    assert scan(pieced).digest == scan(whole).digest
    assert scan(shown).digest == scan(whole[["a", "b"]]).digest
    assert scan(frame()).digest == scan(frame()).digest
    assert scan(whole[["b", "a"]]).digest != scan(whole[["a", "b"]]).digest


def test_a_slice_equals_its_copy():
    texts = pd.DataFrame({"s": [f"item {it}" for it in range(100)] + [None]})
    assert scan(texts.iloc[50:]).digest == scan(texts.iloc[50:].copy()).digest
    assert (
        scan(texts["s"].iloc[50:]).digest
        == scan(pd.Series(texts["s"].tolist()[50:], texts.index[50:], name="s")).digest
    )


@pytest.mark.skipif(pd.__version__ < "3", reason="before, a series was a view of its frame")
def test_a_series_taken_from_a_frame_is_kept_when_the_frame_changes():
    value = frame()
    taken = value["a"]
    before = scan(taken), scan(value)
    value.loc[0, "a"] = 9
    assert scan(taken) == before[0]
    assert scan(value).digest != before[1].digest


def test_the_name_of_shared_labels_is_a_change_of_each_that_has_them(changed):
    value = frame()
    labels = value.columns
    parts, _ = changed([value, labels], lambda: setattr(labels, "name", "field"))
    assert parts >= {identity_of(labels), identity_of(value)}


def test_setting_a_column_hashes_no_memory_twice(monkeypatch):
    value = pd.DataFrame(np.random.default_rng(0).random((10_000, 10)))
    value[3] = 1.5
    sizes = []
    digest = memory.xxh3_64_digest

    def counted(octets):
        sizes.append(memoryview(octets).nbytes)
        return digest(octets)

    monkeypatch.setattr(memory, "xxh3_64_digest", counted)
    scan(value)
    assert sum(size for size in sizes if size >= 80_000) == 11 * 80_000


VALUES = {
    "an empty frame": pd.DataFrame(),
    "no rows": pd.DataFrame({"a": [], "b": []}),
    "timestamps": pd.Timestamp("2020", tz="Europe/Paris"),
    "NaT": pd.NaT,
    "NA": pd.NA,
    "a period": pd.Period("2020-01"),
    "an interval": pd.Interval(0, 1),
    "intervals": pd.interval_range(0, 3),
    "sparse": pd.Series(pd.arrays.SparseArray([0, 0, 1])),
    "dates": pd.date_range("2020", periods=3),
    "periods": pd.period_range("2020", periods=3).to_series(),
    "offset": pd.offsets.MonthEnd(),
    "levels": pd.MultiIndex.from_product([[1, 2], ["a", "b"]]),
    "a groupby": frame().groupby("b"),
    "a dtype": pd.CategoricalDtype(["a"]),
    "nullable": pd.Series([True, None], dtype="boolean"),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_kinds_of_pandas_are_exact(value):
    found = scan(value)
    assert (found.is_exact, found.doubts) == (True, "")
    assert found == scan(value)


def test_nullable_values_are_equal_whatever_lies_under_the_mask():
    one = pd.arrays.IntegerArray(np.array([1, 7]), np.array([False, True]))
    two = pd.arrays.IntegerArray(np.array([1, 8]), np.array([False, True]))
    assert scan(one).digest == scan(two).digest


def test_arrow_columns_are_equal_however_they_are_cut():
    pa = pytest.importorskip("pyarrow")
    for values in ([1, 2, None], ["a", "bb", None], [1.5, 2.5], ["a", "b"]):
        whole = pa.chunked_array([values])
        cut = pa.chunked_array([values[:1], values[1:]])
        assert scan(whole).digest == scan(cut).digest
        assert scan(whole).digest != scan(whole.slice(1)).digest
        assert (
            scan(pa.array(["x", *map(str, values)])[1:]).digest
            == scan(pa.array(list(map(str, values)))).digest
        )
    assert scan(pa.table({"a": [1]})).parts == {}
    assert scan(pa.array([True, False])).digest != scan(pa.array([True, True])).digest


def test_polars_frames_change_in_place_and_lazy_ones_are_not_computed(changed):
    pl = pytest.importorskip("polars")
    value = pl.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    assert scan(value).digest == scan(value.clone()).digest
    assert changed(value, lambda: value.__setitem__((0, "a"), 9)) == ({identity_of(value)}, True)
    found = scan(value.lazy())
    assert (found.is_exact, found.opaque) == (False, frozenset())
    assert found.doubts == "a polars LazyFrame is not computed to be looked at"


def test_estimators_change_by_fitting_and_not_by_predicting(changed):
    pytest.importorskip("sklearn")
    from sklearn.base import clone
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(0)
    data, truth = rng.random((40, 3)), np.arange(40) % 2
    for model in (
        RandomForestClassifier(3, random_state=0),
        make_pipeline(StandardScaler(), LogisticRegression()),
        KNeighborsClassifier(),
    ):
        twin = clone(model).fit(data, truth)
        assert changed(model, lambda model=model: model.fit(data, truth))[1]
        assert scan(model).is_exact
        assert scan(model).digest == scan(twin).digest
        assert changed(model, lambda model=model: model.predict(data)) == (set(), False)
        assert changed(model, lambda model=model: model.fit(data, 1 - truth))[1]


def test_tensors_share_the_part_of_their_storage(changed):
    torch = pytest.importorskip("torch")
    owner = torch.zeros(3, 4)
    column = owner[:, 1]
    assert changed(column, lambda: owner.fill_(1)) == ({owner.data_ptr()}, True)
    shared = np.zeros(4)
    tensor = torch.from_numpy(shared)
    assert scan(tensor).parts[tensor.data_ptr()] == scan(shared).parts[tensor.data_ptr()]
    model = torch.nn.Linear(2, 1)
    assert changed(model, lambda: model(torch.ones(1, 2))) == (set(), False)
    with torch.no_grad():
        assert changed(model, lambda: model.weight.add_(1)) == ({model.weight.data_ptr()}, True)


@pytest.mark.parametrize("name", ["xgboost:XGBClassifier", "lightgbm:LGBMClassifier"])
def test_boosted_trees_are_told_by_their_model(name, changed):
    library, _, kind = name.partition(":")
    make = getattr(pytest.importorskip(library), kind)
    data = pd.DataFrame(np.random.default_rng(0).random((60, 2)), columns=["a", "b"])
    truth = (data["a"] > 0.5).astype(int)
    model = make(n_estimators=3, verbosity=0 if library == "xgboost" else -1).fit(data, truth)
    assert scan(model).is_exact
    assert changed(model, lambda: model.predict(data)) == (set(), False)
    assert changed(model, lambda: model.fit(data, 1 - truth))[1]


def test_a_database_is_opaque_and_its_relations_are_not_computed():
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        assert scan(connection).opaque == {identity_of(connection)}
        relation = connection.sql("SELECT 1")
        found = scan(relation)
        assert (found.opaque, found.is_exact) == (frozenset(), False)
        del relation


def test_a_closed_stream_is_told_as_closed():
    stream = io.StringIO("a")
    stream.close()
    assert scan(stream).is_exact


class Holder:
    def __init__(self, **attributes):
        vars(self).update(attributes)


def test_what_is_told_with_its_holder_is_a_part_of_its_own(changed):
    holder = Holder(weights=np.arange(3.0), count=np.int64(3))
    alone = scan(holder.weights)
    assert alone.parts.items() <= scan(holder).parts.items()
    parts, differs = changed(holder, lambda: holder.weights.__setitem__(0, 5))
    assert differs
    assert parts == {holder.weights.__array_interface__["data"][0]}


def test_an_array_put_in_the_place_of_an_equal_one_changes_its_holder_only(changed):
    holder = Holder(weights=np.arange(3.0))
    kept = holder.weights
    parts, differs = changed(holder, lambda: setattr(holder, "weights", kept.copy()))
    assert (parts, differs) == ({identity_of(holder)}, False)


FIRST_LOOK = """
import numpy as np
from nbtrack.capture.objects.scan import scan
class Holder: pass
it = Holder()
it.array, it.number = np.zeros(3), np.int64(3)
print(scan(it).digest == scan(it).digest)
"""


def test_the_first_look_at_a_library_finds_what_later_ones_find():
    told = subprocess.run(
        [sys.executable, "-c", FIRST_LOOK], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["True"]
