from __future__ import annotations

import random
import re

from nbtrack.capture.names import adjectives, animals, random_name


def test_a_name_is_an_adjective_an_animal_and_a_number():
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{1,3}", random_name())


def test_words_stand_once_in_their_list():
    assert len(set(adjectives)) == len(adjectives) > 100
    assert len(set(animals)) == len(animals) > 100


def test_names_hardly_repeat():
    assert len({random_name() for _ in range(1_000)}) > 990


def test_a_seed_neither_fixes_names_nor_is_used_up_by_them():
    random.seed(1)
    first, number = random_name(), random.random()
    random.seed(1)
    second, same = random_name(), random.random()
    assert first != second
    assert number == same
