"""The environment: packages really imported, the user's own modules, equal bytes when equal."""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading

import msgspec
import pytest

from nbtrack.capture.sources.packages import (
    PackageReader,
    environment,
    environment_json,
    package_reader,
    requirements_text,
)


def test_packages_are_those_imported_with_their_versions():
    packages = environment()["packages"]
    assert packages["msgspec"] == msgspec.__version__
    assert "nbtrack" in packages
    assert "build" not in packages
    assert not {"json", "os", "sys"} & set(packages)


def test_a_module_called_otherwise_names_its_distribution():
    pytest.importorskip("dateutil")
    assert environment()["imports"]["dateutil"] == ["python-dateutil"]


def test_equal_environments_are_equal_bytes():
    assert environment_json() == environment_json()
    assert list(json.loads(environment_json())) == sorted(environment())


def test_the_users_own_modules_have_digests(tmp_path, monkeypatch):
    (tmp_path / "my_features.py").write_text("def clean(x): return x\n")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("my_features")
    before = environment()["modules"]
    (tmp_path / "my_features.py").write_text("def clean(x): return x + 1\n")
    edited = environment()["modules"]
    importlib.reload(module)
    after = environment()["modules"]
    (tmp_path / "my_features.py").unlink()
    gone = environment()["modules"]
    del sys.modules["my_features"]
    assert before["my_features"] == edited["my_features"] != after["my_features"]
    assert "my_features" not in gone
    assert "msgspec" not in before
    assert not any(name.startswith("nbtrack") for name in before)


def test_packages_are_read_in_a_thread():
    reader = PackageReader()
    reader.start()
    reader.start()
    reader.thread.join()
    assert "msgspec" in reader.found
    assert reader.read() == reader.found


def test_a_forked_child_reads_by_itself():
    package_reader.read()
    child = os.fork()
    if not child:
        is_new = package_reader.homes is None and not package_reader.lock.locked()
        os._exit(0 if is_new and package_reader.read() else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_requirements_are_sorted_without_regard_to_capitals():
    kept = {"python": "3.12.1", "packages": {"numpy": "2.4", "Zope": "1", "attrs": "25"}}
    assert requirements_text(kept) == "# Python 3.12.1\nattrs==25\nnumpy==2.4\nZope==1\n"
    assert requirements_text({}) == "\n"


def test_no_thread_is_left():
    environment()
    assert "nbtrack-packages" not in {it.name for it in threading.enumerate() if it.is_alive()}
