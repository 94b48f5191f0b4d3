"""Golden schemas: the journal's records, the store's tables and its views, as they were agreed on.

    python tests/house/golden.py            write them anew (`make codegen`)
    python tests/house/golden.py --check    fail on a difference, change nothing

A field of a record or a column of a view may be added, never taken away or retyped: journals and
queries of earlier versions must stay readable. Writing anew refuses to do so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import duckdb
import msgspec

from nbtrack.journal.folder import StoreFolder
from nbtrack.records.event import Event, Op
from nbtrack.store.duckdb import DuckDBStore

HERE = Path(__file__).parent / "golden"

TABLES = "SELECT sql FROM duckdb_tables() WHERE NOT internal ORDER BY schema_name, table_name"
VIEWS = """
SELECT table_name, column_name, data_type
FROM duckdb_columns() JOIN duckdb_views() ON view_oid = table_oid
WHERE duckdb_views.schema_name = 'main' AND NOT duckdb_views.internal
ORDER BY table_name, column_index
"""


def records_schema() -> str:
    """The JSON schema of every line a journal or `ops.jsonl` may hold."""
    shapes, definitions = msgspec.json.schema_components([Event, Op])
    schema = {"journal": shapes[0], "ops": shapes[1], "$defs": definitions}
    return json.dumps(plain(schema), indent=1, sort_keys=True) + "\n"


def plain(value):
    """Docstrings may change without anybody's journal becoming unreadable."""
    if isinstance(value, dict):
        return {key: plain(it) for key, it in value.items() if key != "description"}
    return [plain(it) for it in value] if isinstance(value, list) else value


def tables_and_views() -> tuple[str, str]:
    """The DDL of a new store, and the columns of its views."""
    with tempfile.TemporaryDirectory() as place:
        folder = StoreFolder(Path(place) / ".nbtrack")
        folder.prepare()
        store = DuckDBStore(folder)
        store.drain()
        store.close()
        with duckdb.connect(folder.database, read_only=True) as connection:
            ddl = connection.execute(TABLES).fetchall()
            columns = connection.execute(VIEWS).fetchall()
    views: dict[str, dict[str, str]] = {}
    for view, name, kind in columns:
        views.setdefault(view, {})[name] = kind
    return "\n".join(sql for (sql,) in ddl) + "\n", json.dumps(views, indent=1) + "\n"


def generated() -> dict[str, str]:
    """Every golden file as it would be written now."""
    tables, views = tables_and_views()
    return {"records.json": records_schema(), "tables.sql": tables, "views.json": views}


def taken_away(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """What an earlier version could rely on and a later one does not give."""
    lost = []
    if "records.json" in old:
        before, after = (json.loads(it["records.json"])["$defs"] for it in (old, new))
        for record, shape in before.items():
            lost += lost_fields(record, shape["properties"], after.get(record, {}))
    if "views.json" in old:
        before, after = (json.loads(it["views.json"]) for it in (old, new))
        for view, columns in before.items():
            lost += lost_fields(view, columns, {"properties": after.get(view, {})})
    return lost


def lost_fields(name: str, before: dict, after: dict) -> list[str]:
    """The fields of one record or view that are gone or of another type."""
    lost = []
    for field, kind in before.items():
        if field not in after.get("properties", {}):
            lost.append(f"{name}.{field} is gone")
        elif types(after["properties"][field]) != types(kind):
            lost.append(f"{name}.{field} was {kind}, is {after['properties'][field]}")
        elif field in after.get("required", []) and "default" in str(kind):
            lost.append(f"{name}.{field} was optional, is required")
    return lost


def types(shape: object) -> object:
    """A field's type without its default."""
    if isinstance(shape, dict):
        return {key: it for key, it in shape.items() if key != "default"}
    return shape


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("--golden", type=Path, default=HERE, help="where the files stand")
    options = parser.parse_args()
    old = {path.name: path.read_text() for path in options.golden.glob("*.*")}
    new = generated()
    different = sorted(name for name in new if old.get(name) != new[name])
    lost = taken_away(old, new)
    for line in lost:
        print(line)
    if lost or options.check:
        for name in different:
            print(f"{name} differs from what the code says: make codegen, and read the difference")
        return 1 if lost or different else 0
    options.golden.mkdir(exist_ok=True)
    for name in different:
        (options.golden / name).write_text(new[name])
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
