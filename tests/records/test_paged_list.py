from __future__ import annotations

from nbtrack.records.paged_list import PagedList


def test_a_page_is_a_list_with_a_token():
    page = PagedList([1, 2], "next")
    assert page == [1, 2]
    assert page.token == "next"
    assert type(page.to_list()) is list


def test_the_last_page_has_no_token():
    assert PagedList().token is None
