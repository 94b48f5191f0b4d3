"""Data that a signature is inferred from, and data that is held against one: told as Python.

Run here and by a real MLflow, whose answers are kept in `written_by_mlflow.json`; see
`tests/interop/test_signatures.py`, which writes it anew when asked.
"""

from __future__ import annotations

INFERRED = {
    "frame": (
        "pd.DataFrame({'age': [1, 2], 'income': [1.5, 2.5], 'name': ['a', 'b'], 'ok': "
        "[True, False]})"
    ),
    "narrow numbers": (
        "pd.DataFrame({'a': np.array([1], 'int8'), 'b': np.array([1], 'uint16'), 'c': "
        "np.array([1], 'uint32'), 'd': np.array([1], 'float16'), 'e': np.array([1], "
        "'float32'), 'f': np.array([1], 'int32')})"
    ),
    "gaps": (
        "pd.DataFrame({'x': [1.0, np.nan], 'y': ['a', None], 'z': pd.array([1, None], "
        "'Int64'), 'b': pd.array([True, None], 'boolean')})"
    ),
    "times": "pd.DataFrame({'t': pd.to_datetime(['2026-01-01', '2026-01-02'])})",
    "bytes": "pd.DataFrame({'b': [b'a', b'b']})",
    "lists in cells": "pd.DataFrame({'l': [['a'], ['b', 'c']], 'n': [[[1]], [[2, 3]]]})",
    "dicts in cells": "pd.DataFrame({'d': [{'a': 1, 'b': 'x'}, {'a': 2}]})",
    "numbered columns": "pd.DataFrame([[1.5, 2.5]])",
    "series": "pd.Series([1.5, 2.5], name='x')",
    "series without a name": "pd.Series([1, 2])",
    "array": "np.zeros((3, 4))",
    "image": "np.zeros((2, 28, 28, 3), 'uint8')",
    "array of text": "np.array(['ab', 'c'])",
    "array of objects": "np.array(['ab', 1], dtype=object)",
    "array of times": "np.array(['2026-01-01'], 'datetime64[D]')",
    "flat array": "np.array([0, 1])",
    "named arrays": "{'a': np.zeros((2, 3), 'float32'), 'b': np.array([1, 2])}",
    "sparse": "sparse.csr_matrix(np.eye(3))",
    "sparse by columns": "sparse.csc_matrix(np.eye(3, dtype='float32'))",
    "dict of scalars": "{'a': 1, 'b': 'x', 'c': 1.5, 'd': True, 'e': None}",
    "dict of lists": "{'a': ['x', 'y'], 'b': [1, 2], 'c': [], 'd': ['x', None]}",
    "nested dict": "{'a': {'b': {'c': 1}, 'l': [{'x': 1}, {'y': 'z'}]}}",
    "records": "[{'a': 1, 'b': ['x']}, {'a': 2, 'b': ['y', 'z'], 'c': 1.5}]",
    "records with none": "[{'a': 1, 'b': None}, {'a': 2, 'b': 'x'}]",
    "list of text": "['a', 'b']",
    "list of lists": "[['a', 'b'], ['c']]",
    "empty list": "[]",
    "text": "'a sentence'",
    "number": "7",
    "time": "dt.datetime(2026, 1, 31)",
    "bytes alone": "b'abc'",
}

PARAMS = (
    "{'a': 1, 'b': 1.5, 'c': 'x', 'd': True, 'e': ['x', 'y'], 'f': [1, 2], 'g': "
    "{'h': 1}, 'i': np.float32(1.5), 'j': dt.datetime(2026, 1, 31, 8)}"
)

XY = "[('double', 'x'), ('string', 'y')]"
NUMBERS = "[('integer', 'i'), ('long', 'l'), ('float', 'f'), ('double', 'd')]"

HELD = {
    "all fits": (XY, "pd.DataFrame({'x': [1.5], 'y': ['a']})"),
    "order and extras": (XY, "pd.DataFrame({'z': [0], 'y': ['a'], 'x': [1.5]})"),
    "missing": (XY, "pd.DataFrame({'x': [1.5]})"),
    "other index": (XY, "pd.DataFrame({'x': [1.5], 'y': ['a']}, index=[7])"),
    "wider": (
        NUMBERS,
        (
            "pd.DataFrame({'i': np.array([1], 'int8'), 'l': np.array([1], 'int32'), 'f': "
            "np.array([1], 'float16'), 'd': np.array([1], 'float32')})"
        ),
    ),
    "unsigned": (
        NUMBERS,
        (
            "pd.DataFrame({'i': np.array([1], 'uint16'), 'l': np.array([1], 'uint32'), 'f': "
            "np.array([1], 'float32'), 'd': np.array([1], 'int32')})"
        ),
    ),
    "long to integer": ("[('integer', 'x')]", "pd.DataFrame({'x': [1]})"),
    "double to float": ("[('float', 'x')]", "pd.DataFrame({'x': [0.1]})"),
    "double to long": ("[('long', 'x')]", "pd.DataFrame({'x': [1.5]})"),
    "gap in long": ("[('long', 'x')]", "pd.DataFrame({'x': [1, np.nan]})"),
    "zeros and ones to double": ("[('double', 'x')]", "pd.DataFrame({'x': [0, 1]})"),
    "text to double": ("[('double', 'x')]", "pd.DataFrame({'x': ['1.5']})"),
    "number to text": ("[('string', 'x')]", "pd.DataFrame({'x': [1]})"),
    "text of either kind": (
        "[('string', 'x'), ('string', 'y')]",
        "pd.DataFrame({'x': pd.Series(['a'], dtype=object), 'y': pd.Series(['a'], dtype='str')})",
    ),
    "objects that are numbers": (
        "[('double', 'x'), ('long', 'y')]",
        "pd.DataFrame({'x': pd.Series([1.5], dtype=object), 'y': pd.Series([1], dtype=object)})",
    ),
    "gap in booleans": (
        "[('boolean', 'x')]",
        "pd.DataFrame({'x': pd.Series([True, None], dtype=object)})",
    ),
    "time of another precision": (
        "[('datetime', 'x')]",
        "pd.DataFrame({'x': np.array(['2026-01-01'], 'datetime64[s]')})",
    ),
    "time with a zone": (
        "[('datetime', 'x')]",
        "pd.DataFrame({'x': pd.to_datetime(['2026-01-01']).tz_localize('UTC')})",
    ),
    "pandas' own numbers": ("[('long', 'x')]", "pd.DataFrame({'x': pd.array([1, 2], 'Int64')})"),
    "bytes": ("[('binary', 'x')]", "pd.DataFrame({'x': [b'a']})"),
    "one row as a dict": (XY, "{'x': 1.5, 'y': 'a'}"),
    "columns as a dict": (
        "[('double', 'x'), ('double', 'y')]",
        "{'x': [1.5, 2.5], 'y': [3.5, 4.5]}",
    ),
    "arrays as a dict": ("[('double', 'x')]", "{'x': np.array([1.5, 2.5])}"),
    "records": (XY, "[{'x': 1.5, 'y': 'a'}, {'x': 2.5, 'y': 'b'}]"),
    "list for one column": ("[('string', None)]", "['a', 'b']"),
    "scalar for one column": ("[('string', None)]", "'a'"),
    "two columns without names": ("[('double', None), ('long', None)]", "pd.DataFrame([[1.5, 2]])"),
    "too few columns": ("[('double', None), ('long', None)]", "pd.DataFrame([[1.5]])"),
    "series": ("[('double', 'x')]", "pd.Series([1.5], name='x')"),
    "list in a cell": (
        "[(Array('string'), 'x'), ('long', 'y')]",
        "pd.DataFrame({'x': [['a', 'b'], []], 'y': [1, 2]})",
    ),
    "list in a dict": ("[(Array('long'), 'x'), ('string', 'y')]", "{'x': [1, 2], 'y': 'a'}"),
    "wrong in a list": ("[(Array('long'), 'x')]", "{'x': ['a']}"),
    "object": (
        "[(Object([Property('a', 'long'), Property('b', 'string', False)]), 'x')]",
        "{'x': {'a': 1}}",
    ),
    "object lacks": ("[(Object([Property('a', 'long')]), 'x')]", "{'x': {}}"),
    "object has more": ("[(Object([Property('a', 'long')]), 'x')]", "{'x': {'a': 1, 'z': 2}}"),
    "map": ("[(Map('double'), 'x')]", "{'x': {'a': 1.5, 'b': 2.5}}"),
    "any": ("[(AnyType(), 'x')]", "{'x': 'whatever'}"),
    "array": ("np.dtype('float64'), (-1, 2)", "np.array([[1.5, 2.5]])"),
    "array of another shape": ("np.dtype('float64'), (-1, 2)", "np.array([[1.5, 2.5, 3.5]])"),
    "array of too few dimensions": ("np.dtype('float64'), (-1, 2)", "np.array([1.5, 2.5])"),
    "array of a wider dtype": ("np.dtype('float32'), (-1, 2)", "np.array([[1.5, 2.5]])"),
    "array from a frame": (
        "np.dtype('float64'), (-1, 2)",
        "pd.DataFrame({'a': [1.5], 'b': [2.5]})",
    ),
    "array from lists in a column": (
        "np.dtype('float32'), (-1, 2)",
        "pd.DataFrame({'a': [[1.5, 2.5], [3.5, 4.5]]})",
    ),
    "ragged": (
        "np.dtype('float64'), (-1, -1)",
        "np.array([np.array([1.5]), np.array([1.5, 2.5])], dtype=object)",
    ),
    "sparse": ("np.dtype('float64'), (-1, 3)", "sparse.csr_matrix(np.eye(3))"),
}
"""What a schema is made of, and the data: columns as (type, name), or the dtype and the shape."""
