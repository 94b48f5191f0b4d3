"""The source as the rules of the house see it: modules, and what each imports."""

from __future__ import annotations

import ast
from functools import cached_property
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


class Module:
    """One source file of a package."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root
        self.dotted = [root.name, *path.relative_to(root).with_suffix("").parts]

    def __str__(self) -> str:
        return str(self.path.relative_to(self.root.parent))

    @property
    def name(self) -> str:
        """The name it is imported by."""
        return ".".join(part for part in self.dotted if part != "__init__")

    @property
    def unit(self) -> str:
        """The package or module right below the root that it belongs to."""
        return self.dotted[1]

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, however deep."""
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]

    def imports_of(self, package: str) -> list[tuple[int, str]]:
        """Line and full name of all imports from a package: in functions and for types, too."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                source = self.absolute(node)
                found += [(node.lineno, self.reached(source, alias.name)) for alias in node.names]
        unique = list(dict.fromkeys(found))
        return [(line, name) for line, name in unique if name.split(".")[0] == package]

    def absolute(self, node: ast.ImportFrom) -> str:
        """The module a `from` names, dots resolved."""
        if not node.level:
            return node.module or ""
        parts = [*self.dotted[: -node.level], *([node.module] if node.module else [])]
        return ".".join(parts)

    def reached(self, source: str, name: str) -> str:
        """`from package import module` reaches the module, any other name its source."""
        path = self.root.parent / Path(*source.split("."), name)
        is_module = path.with_suffix(".py").exists() or (path / "__init__.py").exists()
        return f"{source}.{name}" if is_module else source

    @cached_property
    def exported(self) -> list[str] | None:
        """The value of `__all__`, or None where there is none."""
        for node in self.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(it, ast.Name) and it.id == "__all__" for it in targets):
                    return list(ast.literal_eval(node.value))
        return None


def modules_below(root: Path) -> list[Module]:
    """All modules of a package, in order."""
    return [Module(path, root) for path in sorted(root.rglob("*.py"))]


@pytest.fixture(scope="session")
def project() -> Path:
    """Where pyproject.toml stands."""
    return PROJECT


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Every module of nbtrack."""
    return modules_below(PROJECT / "nbtrack")


@pytest.fixture(scope="session")
def test_modules() -> list[Module]:
    """Every module of the tests."""
    return modules_below(PROJECT / "tests")


@pytest.fixture
def written(tmp_path):
    """Write a module of a package nobody has, to see whether a rule would find its fault."""

    def write(place: str, text: str) -> Module:
        path = tmp_path / "nbtrack" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return Module(path, tmp_path / "nbtrack")

    return write
