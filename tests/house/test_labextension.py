"""The sidebar and the package belong together: records, version, and what the wheel carries."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import pytest

from nbtrack.version import __version__


@pytest.fixture
def generate(project):
    """Run the generator of the sidebar's records."""

    def run(*arguments):
        script = project / "tests" / "house" / "typescript.py"
        command = [sys.executable, script, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_the_records_of_the_sidebar_are_what_the_shapes_say(generate):
    told = generate("--check")
    assert (told.returncode, told.stdout) == (0, "")


def test_a_difference_is_told_and_mended(generate, tmp_path):
    records = tmp_path / "records.ts"
    records.write_text("export interface Gone {}\n")
    told = generate("--check", "--records", records)
    assert told.returncode == 1
    assert told.stdout == "records.ts differs from what the shapes say: make codegen\n"
    assert records.read_text() == "export interface Gone {}\n"
    assert generate("--records", records).returncode == 0
    assert generate("--check", "--records", records).returncode == 0


def test_the_sidebar_has_the_version_of_the_package(project):
    package = json.loads((project / "labextension" / "package.json").read_text())
    assert package["version"] == __version__


def test_the_lock_file_names_no_host(project):
    lock = (project / "labextension" / "yarn.lock").read_text()
    assert "://" not in lock


def test_what_the_wheel_shares_is_where_it_is_said_to_be(project):
    wheel = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    shared = wheel["targets"]["wheel"]["shared-data"]
    package = json.loads((project / "labextension" / "package.json").read_text())
    built = (project / "labextension" / package["jupyterlab"]["outputDir"]).resolve()
    assert shared == {
        built.relative_to(project.resolve()).as_posix(): (
            f"share/jupyter/labextensions/{package['name']}"
        ),
        "labextension/install.json": (
            f"share/jupyter/labextensions/{package['name']}/install.json"
        ),
        "labextension/jupyter-config/jupyter_server_config.d": (
            "etc/jupyter/jupyter_server_config.d"
        ),
    }
    enabled = project / "labextension" / "jupyter-config" / "jupyter_server_config.d"
    assert json.loads((enabled / "nbtrack.json").read_text()) == {
        "ServerApp": {"jpserver_extensions": {"nbtrack": True}}
    }
