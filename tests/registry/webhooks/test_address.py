"""Where webhooks may point to."""

from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.registry.webhooks.address import Target, addresses_of, is_allowed, target_of


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.org/a/b?c=1", Target("https", "example.org", 443, "/a/b?c=1")),
        ("http://example.org", Target("http", "example.org", 80, "/")),
        ("http://127.0.0.1:8080/hook", Target("http", "127.0.0.1", 8080, "/hook")),
        ("http://[::1]:8080/", Target("http", "::1", 8080, "/")),
    ],
)
def test_a_url_is_taken_apart(url, target):
    assert target_of(url) == target


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("https://example.org/a", "example.org"),
        ("https://example.org:80/a", "example.org:80"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
    ],
)
def test_a_host_is_called_as_requests_call_it(url, header):
    assert target_of(url).host_header == header


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is a text such as"),
        (None, "is a text such as"),
        ("ftp://example.org/x", "There are http, https"),
        ("file:///etc/passwd", "There are http, https"),
        ("javascript:alert(1)", "There are http, https"),
        ("https:///path", "names no host"),
        ("http://example.org:port/", "is no URL"),
        ("http://" + "a" * 70 + ".org/", "is no name of a host"),
        ("http://example.org/a b", "no spaces or control characters"),
        ("http://example.org/\r\nX-Injected: 1", "no spaces or control characters"),
        ("http://example.org/" + "x" * 3000, "at most 2000"),
        ("http://example.org/ä", "must be quoted"),
    ],
)
def test_what_is_no_place_to_post_to_is_refused_and_says_why(url, words):
    with pytest.raises(InvalidValue, match=words):
        target_of(url)


def test_a_password_in_a_url_is_refused_without_being_repeated():
    with pytest.raises(InvalidValue, match="authorization=") as caught:
        target_of("https://ana:hunter2@example.org/")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "at_home", "elsewhere"),
    [
        ("127.0.0.1", True, False),
        ("10.1.2.3", True, False),
        ("::1", True, False),
        ("93.184.215.14", True, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("::ffff:10.0.0.1", True, False),
    ],
)
def test_metadata_of_machines_is_never_asked_and_private_ones_only_if_allowed(
    address, at_home, elsewhere
):
    assert is_allowed(address, private=True) is at_home
    assert is_allowed(address, private=False) is elsewhere


def test_a_host_is_looked_up_where_it_is_connected_to():
    target = target_of("http://localhost:9/")
    assert any(place[0] == "127.0.0.1" for _, place in addresses_of(target, private=True))
    with pytest.raises(InvalidValue, match="NBTRACK_WEBHOOK_PRIVATE_ADDRESSES"):
        addresses_of(target, private=False)
    with pytest.raises(InvalidValue, match="never posted to"):
        addresses_of(target_of("http://169.254.169.254/latest"), private=True)
