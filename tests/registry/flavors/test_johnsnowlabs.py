from __future__ import annotations

import importlib.util

import pytest

from nbtrack.errors import MissingPackage, NotYet
from nbtrack.registry.flavors.johnsnowlabs import FLAVOR
from nbtrack.registry.safety import Consent

IS_THERE = importlib.util.find_spec("johnsnowlabs") is not None


@pytest.mark.skipif(IS_THERE, reason="the library is there")
def test_a_missing_library_names_its_extra(tmp_path):
    with pytest.raises(MissingPackage, match=r"nbtrack\[johnsnowlabs\]"):
        FLAVOR.save(object(), tmp_path, {})
    with pytest.raises(MissingPackage, match=r"nbtrack\[johnsnowlabs\]"):
        FLAVOR.load(tmp_path, {}, Consent("a folder"))


def test_asking_comes_later():
    with pytest.raises(NotYet, match=r"nbtrack\.spark"):
        FLAVOR.predictor(object(), {})


def test_nothing_else_is_recognised():
    assert not FLAVOR.recognises(object())
