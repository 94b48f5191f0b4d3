from __future__ import annotations

import collections

import pytest

from nbtrack.errors import InvalidValue, MissingPackage
from nbtrack.registry.flavors.library import imported, is_one_of, one_word


def test_a_missing_library_names_the_extra_that_brings_it():
    with pytest.raises(MissingPackage, match=r"pip install 'nbtrack\[wonder\]'"):
        imported("no_such_library.part", "to wonder", "wonder")


def test_a_class_is_known_by_its_own_name_and_those_it_derives_from():
    counter = collections.Counter()
    assert is_one_of(counter, "collections.Counter")
    assert is_one_of(counter, "builtins.dict")
    assert is_one_of(counter, "collections.")
    assert not is_one_of(counter, "collections.OrderedDict", "builtins.list")


def test_a_library_below_another_ones_name_is_not_taken_for_it():
    assert not is_one_of(collections.Counter(), "collect.")


def test_an_option_is_one_of_the_words_or_left_out():
    assert one_word({}, "form", ["a", "b"]) is None
    assert one_word({"form": "a"}, "form", ["a", "b"]) == "a"
    with pytest.raises(InvalidValue, match="form is 'c'; it can be 'a', 'b'"):
        one_word({"form": "c"}, "form", ["a", "b"])
