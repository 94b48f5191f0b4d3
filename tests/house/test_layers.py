"""Imports point down: the rows of the house, read from every import there is."""

from __future__ import annotations

import ast
import graphlib

import pytest

ROWS = [
    {"ui"},
    {"hosts", "testing"},
    {"panels", "rest"},
    {"api"},
    {"serving"},
    {"registry"},
    {"questions"},
    {"capture", "store"},
    {"journal", "blobs", "query"},
    {"records", "settings"},
    {"decoding", "errors", "version"},
]
"""Top to bottom; units of one row never import each other."""

ONLY_IN = {
    "duckdb": ["nbtrack.store"],
    "typer": ["nbtrack.hosts"],
    "rich": ["nbtrack.hosts", "nbtrack.api.files.progress"],
    "click": ["nbtrack.hosts"],
    "IPython": ["nbtrack.hosts"],
    "jupyter_server": ["nbtrack.hosts"],
    "tornado": ["nbtrack.hosts"],
    "psycopg": ["nbtrack.store"],
    "plotly": ["nbtrack.panels", "nbtrack.api"],
}
"""Packages that few may know."""


FACES_WITH_MODULES = {"models", "tracking", "types"}
"""Faces that are packages, because a name below theirs is imported too."""


def row_of(unit):
    """The number of a unit's row; `__main__` starts a host, other names at the top are faces."""
    if unit == "__main__":
        return -1
    return next(number for number, row in enumerate(ROWS) if unit in row)


def is_face(unit):
    """Whether a unit is a module that users import by its name, such as `nbtrack.entities`."""
    return unit != "__main__" and not any(unit in row for row in ROWS)


def allowed(importer, imported):
    """Whether one unit may import another; the root of the package is a face as well."""
    if importer == imported:
        return True
    if is_face(imported):
        return is_face(importer) or row_of(importer) < row_of("api")
    if is_face(importer):
        return row_of(imported) >= row_of("api")
    return row_of(importer) < row_of(imported)


def wrong_imports(module):
    """The imports of a module that do not point down."""
    return [
        f"{module}:{line} imports {target}"
        for line, target in module.imports_of("nbtrack")
        if not allowed(module.unit, [*target.split("."), "__init__"][1])
    ]


def test_every_import_points_down(modules):
    wrong = [found for module in modules for found in wrong_imports(module)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "line",
    [
        "from nbtrack.store import protocol",
        "import nbtrack.store.duckdb",
        "from ..api.client import MlflowClient",
        "from nbtrack import settings",
        "from nbtrack.entities import Run",
        "import nbtrack",
    ],
)
@pytest.mark.parametrize(
    "shape", ["{}", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n {}", "def f():\n {}"]
)
def test_an_import_upwards_or_sideways_is_found_wherever_it_stands(written, line, shape):
    written("settings.py", "")
    assert wrong_imports(written("records/run.py", shape.format(line)))


def test_siblings_do_not_import_each_other(written):
    assert wrong_imports(written("capture/stack.py", "from nbtrack.store.tables import tables"))
    assert wrong_imports(written("query/tree.py", "from nbtrack.journal import reader"))
    assert not wrong_imports(written("store/ingest.py", "from nbtrack.journal import reader"))


def cycles(modules):
    """The modules of one import cycle, or nothing."""
    names = {module.name for module in modules}
    graph = {
        module.name: {target for _, target in module.imports_of("nbtrack") if target in names}
        - {module.name}
        for module in modules
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_is_in_a_cycle(modules):
    assert cycles(modules) == []


def test_a_cycle_is_found_even_inside_functions(written):
    one = written("api/one.py", "from nbtrack.api import two")
    two = written("api/two.py", "def f():\n from nbtrack.api.one import x")
    one = written("api/one.py", one.text)
    assert set(cycles([one, two])) == {"nbtrack.api.one", "nbtrack.api.two"}


@pytest.mark.parametrize("package", sorted(ONLY_IN))
def test_a_package_is_known_only_where_it_belongs(modules, package):
    wrong = [
        f"{module}:{line}"
        for module in modules
        for line, _ in module.imports_of(package)
        if not module.name.startswith(tuple(ONLY_IN[package]))
    ]
    assert not wrong, f"{package} belongs to {ONLY_IN[package]}, but is imported by {wrong}"


def test_every_row_exists(modules):
    assert set().union(*ROWS) <= {module.unit for module in modules}


def logic(module):
    """What a module does beyond naming things: all but imports, assignments and module hooks."""
    naming = ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.Expr
    return [
        f"{module}:{node.lineno}"
        for node in module.tree.body
        if not isinstance(node, naming)
        and getattr(node, "name", "") not in {"__getattr__", "__dir__"}
    ]


def test_what_has_no_row_is_a_face_without_logic(modules):
    """Faces re-export under the names users import; the root, which loads lazily, is tested."""
    faces = [it for it in modules if is_face(it.unit) and it.name != "nbtrack"]
    assert [found for module in faces for found in logic(module)] == []


def test_a_package_has_nothing_but_its_sentence_in_init(modules):
    """What is imported is named in full; only faces and tables of one kind hold code."""
    tables = {
        "nbtrack.capture.sources",
        "nbtrack.hosts.command_line",
        "nbtrack.rest.shapes",
    }
    wrong = [
        str(module)
        for module in modules
        if module.dotted[-1] == "__init__" and not is_face(module.unit)
        if module.name not in tables and module.tree.body[1:]
    ]
    assert not wrong
