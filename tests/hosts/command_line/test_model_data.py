from __future__ import annotations

import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, NotFound
from nbtrack.hosts.command_line.model_data import format_of, read_data, read_input
from nbtrack.models import ModelSignature
from nbtrack.types import ColSpec, Schema

FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", "a,b\n1,x\n2,y\n"),
        ("t.json", '[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]'),
        ("t.json", '{"a": [1, 2], "b": ["x", "y"]}'),
        ("t.json", '{"columns": ["a", "b"], "data": [[1, "x"], [2, "y"]]}'),
        ("t.jsonl", '{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n'),
        ("no-ending", "a,b\n1,x\n2,y\n"),
        ("no-ending", '[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]'),
    ],
)
def test_tables_are_read_from_files(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    pd.testing.assert_frame_equal(read_data(str(tmp_path / name)), FRAME)


def test_parquet_is_known_by_its_beginning(tmp_path):
    pytest.importorskip("pyarrow")
    FRAME.to_parquet(tmp_path / "t")
    pd.testing.assert_frame_equal(read_data(str(tmp_path / "t")), FRAME)


def test_what_is_no_table_is_told(tmp_path):
    with pytest.raises(NotFound, match="no file"):
        read_data(str(tmp_path / "none.csv"))
    for name, text in (("a.csv", ""), ("b.json", "{"), ("c.json", "3"), ("d.parquet", "x")):
        (tmp_path / name).write_text(text)
        with pytest.raises(InvalidValue, match=name):
            read_data(str(tmp_path / name))


def test_columns_of_text_stay_text(tmp_path):
    (tmp_path / "t.csv").write_text("code,n\n007,1\n")
    signature = ModelSignature(Schema([ColSpec("string", "code"), ColSpec("long", "n")]))
    data, params = read_input(str(tmp_path / "t.csv"), None, signature)
    assert (list(data["code"]), list(data["n"]), params) == (["007"], [1], None)


def test_types_are_told_by_words_and_by_types_of_http():
    assert format_of(None, "text/csv", b"") == "csv"
    assert format_of("x.csv", "application/json", b"") == "json"
    assert format_of("x.PQ", None, b"") == "parquet"
    with pytest.raises(InvalidValue, match="'xls' is no type of data"):
        format_of(None, "xls", b"")
