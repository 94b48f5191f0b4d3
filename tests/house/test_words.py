"""Words of the house: how modules are called, what is never written."""

from __future__ import annotations

import ast
import re
import subprocess

import pytest

NO_NOUNS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core"}

MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|Users|root|work|opt|mnt)/[\w.-]+")


def test_modules_are_called_by_nouns(modules):
    wrong = [str(module) for module in modules if NO_NOUNS & set(module.dotted)]
    assert not wrong


def test_no_module_hides_behind_an_underscore(modules):
    own = {"__init__", "__main__"}
    wrong = [it for it in modules if it.dotted[-1].startswith("_") and it.dotted[-1] not in own]
    assert not wrong


def catches_everything(handler):
    """Whether an `except` names no class, or one that everything is."""
    kind = handler.type
    named = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(
        it is None or getattr(it, "id", "") in {"Exception", "BaseException"} for it in named
    )


def is_silent(handler):
    """Whether an `except` neither raises, nor calls, nor keeps what it caught."""
    speaking = ast.Raise | ast.Call
    return not any(
        isinstance(node, speaking) or (isinstance(node, ast.Name) and node.id == handler.name)
        for statement in handler.body
        for node in ast.walk(statement)
    )


def silent_handlers(module):
    """The lines of broad handlers that say nothing."""
    return [
        f"{module}:{node.lineno}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and catches_everything(node) and is_silent(node)
    ]


def test_nothing_fails_in_silence(modules):
    assert [found for module in modules for found in silent_handlers(module)] == []


@pytest.mark.parametrize(
    "handler",
    ["except Exception: pass", "except: x = 1", "except (ValueError, BaseException): pass"],
)
def test_a_silent_handler_would_be_found(written, handler):
    assert silent_handlers(written("x.py", f"try:\n f()\n{handler}"))


def test_suppress_names_what_it_suppresses(modules):
    wrong = [
        f"{module}:{node.lineno}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == "suppress"
        and {"Exception", "BaseException"} & {getattr(it, "id", "") for it in node.args}
    ]
    assert not wrong


def test_no_file_names_a_place_on_somebodys_machine(project):
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=project, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git clone: the files of the project cannot be told from others")
    wrong = []
    for name in filter(None, listed.stdout.split("\0")):
        path = project / name
        if path.suffix in {".py", ".md", ".toml", ".yml", ""} and path.is_file():
            wrong += [f"{name}: {it}" for it in MACHINE_PATHS.findall(path.read_text())]
    assert not wrong


def test_a_todo_names_an_issue(modules):
    wrong = [
        f"{module}:{number}"
        for module in modules
        for number, line in enumerate(module.text.splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX)\b", line) and not re.search(r"#\d+", line)
    ]
    assert not wrong


def typed_decodings(module):
    """The lines that read JSON into a type by msgspec itself, which ends a process of threads."""
    return [
        f"{module}:{node.lineno}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and (
            ast.unparse(node.func) == "msgspec.convert"
            or (
                ast.unparse(node.func) == "msgspec.json.decode"
                and any(it.arg == "type" for it in node.keywords)
            )
        )
    ]


def test_json_is_read_into_types_where_threads_are_thought_of(modules):
    found = [it for module in modules for it in typed_decodings(module)]
    assert [it.rpartition(":")[0] for it in found] == ["nbtrack/decoding.py"], found
