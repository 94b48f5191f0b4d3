from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.questions.views import page_limit, view_of


@pytest.mark.parametrize(
    ("view", "name"), [(1, "ACTIVE_ONLY"), (2, "DELETED_ONLY"), (3, "ALL"), ("all", "ALL")]
)
def test_a_view_has_a_number_and_a_name(view, name):
    assert view_of(view) == name


@pytest.mark.parametrize("view", [0, 4, "some", ""])
def test_an_unknown_view_is_told_with_those_there_are(view):
    with pytest.raises(InvalidValue, match=r"ACTIVE_ONLY.*DELETED_ONLY.*ALL"):
        view_of(view)


def test_no_limit_means_all_there_are():
    assert page_limit(None) is None
    assert page_limit(7) == 7
