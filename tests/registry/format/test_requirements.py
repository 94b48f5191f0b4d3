"""What a model needs installed."""

from __future__ import annotations

import importlib.metadata

import numpy as np
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.registry.format.requirements import (
    Requirements,
    changed_requirements,
    mismatches,
    name_of,
    pinned,
    pins_of_modules,
    pins_of_packages,
    read_requirements,
)


def test_modules_lead_to_the_packages_that_were_loaded():
    assert pins_of_modules(["numpy.linalg", "json", "nbtrack.api"]) == [f"numpy=={np.__version__}"]


def test_a_module_that_is_not_loaded_is_looked_up():
    version = importlib.metadata.version("nbconvert")
    assert pins_of_modules(["nbconvert"]) == [f"nbconvert=={version}"]


def test_a_module_of_no_package_needs_nothing():
    assert pins_of_modules(["my_own_module", "__main__"]) == []


def test_packages_are_pinned_once_and_in_order():
    numpy = f"numpy=={np.__version__}"
    assert pins_of_packages(["numpy", "Not_Installed", "numpy"]) == ["Not_Installed", numpy]


def test_a_local_build_is_pinned_to_what_an_index_has(tmp_path, monkeypatch):
    place = tmp_path / "built_here-2.13.0+cpu.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: built-here\nVersion: 2.13.0+cpu\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert importlib.metadata.version("built-here") == "2.13.0+cpu"
    assert pinned("built-here") == "built-here==2.13.0"


def test_lines_are_read_without_comments(tmp_path):
    given = ["numpy>=2  # arrays", "# nothing", "", "pandas \\\n  ==2", "numpy>=2"]
    assert read_requirements(given) == Requirements(["numpy>=2", "pandas ==2"], [])


def test_files_are_followed(tmp_path):
    (tmp_path / "more.txt").write_text("pandas\n")
    (tmp_path / "limits.txt").write_text("numpy<3\n")
    (tmp_path / "all.txt").write_text("numpy\n-r more.txt\n-c limits.txt\n")
    read = Requirements(["numpy", "pandas"], ["numpy<3"])
    assert read_requirements(tmp_path / "all.txt") == read
    assert read_requirements(str(tmp_path / "all.txt")) == read


def test_passwords_in_addresses_are_left_out():
    lines = ["git+https://me:secret@host/x.git", "--index-url https://${USER}:${TOKEN}@host/simple"]
    assert read_requirements(lines).requirements == [
        "git+https://host/x.git",
        "--index-url https://${USER}:${TOKEN}@host/simple",
    ]


def test_a_missing_file_and_other_things_are_refused(tmp_path):
    with pytest.raises(InvalidValue, match="cannot be read"):
        read_requirements(tmp_path / "none.txt")
    with pytest.raises(InvalidValue, match="requirements are texts"):
        read_requirements([3])


def test_lines_are_added_in_place_of_others():
    lines = ["numpy==1", "Scikit_learn==1.4"]
    assert changed_requirements(lines, "add", ["scikit-learn==1.9", "pandas"]) == [
        *("numpy==1", "scikit-learn==1.9", "pandas")
    ]
    assert changed_requirements(lines, "remove", ["scikit-learn"]) == ["numpy==1"]


@pytest.mark.parametrize("wanted", ["==2", "numpy=="])
def test_a_line_that_names_nothing_is_refused(wanted):
    with pytest.raises(InvalidValue, match="is no requirement"):
        changed_requirements([], "add", [wanted])


def test_another_operation_is_refused():
    with pytest.raises(InvalidValue, match="'add' or 'remove', not 'drop'"):
        changed_requirements([], "drop", ["numpy"])


def test_differences_are_told():
    lines = [f"numpy=={np.__version__}", "pandas==1.0", "nothing-here==2", "mlflow==3", "x>=1"]
    pandas = importlib.metadata.version("pandas")
    assert mismatches(lines) == [f"pandas is {pandas}, was 1.0", "nothing-here 2 is not installed"]


def test_a_path_has_no_name():
    assert name_of("-e ./package") == ""
    assert name_of("./package") == ""
