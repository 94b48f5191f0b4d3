"""What is written is run: examples of README and docstrings, and the shape of the rest."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import inspect
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbtrack
from nbtrack import settings
from nbtrack.api import session
from nbtrack.hosts.notebook.usage import MAGICS

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"^(make|pip install)\b")
"""Commands that set up or test the project: another test looks whether they exist."""


def blocks(*kinds):
    """The fenced examples of the README, in order."""
    return [(kind, text) for kind, text in BLOCK.findall(README) if kind in kinds]


def without_setup(text):
    """A shell example without the commands that install things."""
    return "\n".join(line for line in text.splitlines() if not NOT_RUN.match(line))


def run(kind, text, folder):
    """Run one example as a person would who stands in a folder."""
    python = Path(sys.executable)
    environment = {**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}"}
    command = [python, "-W", "error", "-c", text]
    if kind == "sh":
        command = ["sh", "-eu", "-c", without_setup(text)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_examples_of_the_readme_run_one_after_the_other(tmp_path):
    """In order, in one folder: first those that make runs, then the shell's, which look at them."""
    examples = [*blocks("python"), *blocks("sh")]
    assert len(examples) >= 8
    for kind, text in examples:
        done = run(kind, text, tmp_path)
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / ".nbtrack" / "store.duckdb").exists()
    shown = run("sh", "nbtrack runs list --json", tmp_path).stdout
    assert len(json.loads(shown)) == 3


def test_an_example_that_fails_is_noticed(tmp_path):
    assert run("python", "import nbtrack; nbtrack.no_such_thing", tmp_path).returncode != 0
    assert run("sh", "nbtrack no-such-thing\ntrue", tmp_path).returncode != 0


def test_every_example_of_a_filter_is_one():
    from nbtrack.query.grammar import parse_filter

    section = README.split("## Finding runs")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`+) ?(.+?) ?\1 \|", section, re.MULTILINE)
    filters = [text for _, text in rows]
    assert len(filters) >= 8
    for text in filters:
        assert parse_filter(text) is not None, text


def test_every_magic_in_the_readme_is_one():
    named = set(re.findall(r"%%?[a-z]\w+", README)) - {"%load_ext", "%config", "%time"}
    assert named == set(MAGICS) | {"%%track"}


def test_every_make_command_exists():
    makefile = (PROJECT / "Makefile").read_text()
    named = set(re.findall(r"\bmake ([a-z-]+)", README + (PROJECT / ".ci" / "run").read_text()))
    assert named >= {"test", "check", "bench", "demo", "build"}
    assert [it for it in named if not re.search(rf"^{it}:", makefile, re.MULTILINE)] == []


def test_the_readme_compares_with_what_make_bench_installs():
    makefile = (PROJECT / "Makefile").read_text()
    peers = re.search(r"^PEERS := (.*)$", makefile, re.MULTILINE).group(1).split()
    assert len(peers) == 3
    said = README.replace("\n", " ").lower()
    assert [it for it in peers if it.replace("==", " ") not in said] == []


def test_every_view_is_in_the_readme():
    views = json.loads((PROJECT / "tests" / "house" / "golden" / "views.json").read_text())
    section = README.split("## SQL over your experiments")[1].split("```")[0]
    assert set(re.findall(r"`(\w+)`", section)) == set(views)


def test_every_variable_in_the_readme_is_one():
    known = {name for setting in settings.declared() for name in setting.variables}
    assert set(re.findall(r"\b(?:NBTRACK|MLFLOW)_[A-Z_]+", README)) <= known


def test_every_link_inside_the_project_leads_somewhere():
    for text in (README, (PROJECT / "CHANGELOG.md").read_text()):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (PROJECT / target).exists(), target


def source_modules():
    """The names of all modules but the one that runs on import."""
    for path in sorted((PROJECT / "nbtrack").rglob("*.py")):
        parts = path.relative_to(PROJECT).with_suffix("").parts
        if parts[-1] != "__main__":
            yield ".".join(part for part in parts if part != "__init__")


class OnlyWhatIsShown(doctest.OutputChecker):
    """An example that shows no output may have some: `log_param` gives its value back."""

    def check_output(self, want, got, optionflags):
        return not want or super().check_output(want, got, optionflags)


def test_examples_in_docstrings_run_each_in_a_store_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    said = io.StringIO()
    runner = doctest.DocTestRunner(OnlyWhatIsShown(), optionflags=doctest.ELLIPSIS)
    for name in source_modules():
        found = doctest.DocTestFinder().find(importlib.import_module(name))
        for number, example in enumerate(it for it in found if it.examples):
            (tmp_path / name / str(number) / ".nbtrack").mkdir(parents=True)
            monkeypatch.chdir(tmp_path / name / str(number))
            session.reset()
            with contextlib.redirect_stdout(said):
                runner.run(example, out=said.write)
    assert runner.tries > 10
    assert runner.failures == 0, said.getvalue()


def test_every_module_begins_with_a_sentence():
    for name in source_modules():
        doc = importlib.import_module(name).__doc__ or ""
        assert re.match(r"\S.*[.:?]$", doc.split("\n\n")[0].strip(), re.DOTALL), f"{name}: {doc!r}"


def test_everything_public_says_what_one_gets():
    silent = [
        name
        for name in nbtrack.__all__
        if callable(getattr(nbtrack, name)) and not inspect.getdoc(getattr(nbtrack, name))
    ]
    assert silent == []


def test_the_changelog_has_the_form_of_keep_a_changelog():
    text = (PROJECT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]" or versions[0].startswith(f"[{nbtrack.__version__}]")
    for version in versions:
        assert re.fullmatch(r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= kinds
    for section in re.split(r"^##+ .*$", text, flags=re.MULTILINE)[2:]:
        assert all(re.match(r"- |  |$", line) for line in section.splitlines()), section


def test_the_command_line_is_installed_under_the_name_the_readme_uses():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"nbtrack": "nbtrack.hosts.command_line:main"}
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in README
