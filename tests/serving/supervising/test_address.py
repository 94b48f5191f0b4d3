from __future__ import annotations

import socket

import pytest

from nbtrack.errors import EndpointError, PortTaken
from nbtrack.serving.supervising import address
from nbtrack.serving.supervising.address import bound, url_of


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_told_with_the_next_that_is_free(taken):
    with pytest.raises(PortTaken, match="another program listens there; choose another") as found:
        bound("127.0.0.1", taken)
    assert found.value.port == taken
    with bound("127.0.0.1", found.value.free) as sock:
        assert url_of(sock) == f"http://127.0.0.1:{found.value.free}"


def test_without_a_port_the_first_free_one_is_taken(taken, monkeypatch):
    monkeypatch.setattr(address, "FIRST_PORT", taken)
    with bound("127.0.0.1", None) as sock:
        assert sock.getsockname()[1] > taken


def test_where_all_of_them_are_taken_any_port_will_do(taken, monkeypatch):
    monkeypatch.setattr(address, "FIRST_PORT", taken)
    monkeypatch.setattr(address, "MOST_TRIED", 1)
    with bound("127.0.0.1", None) as sock:
        assert sock.getsockname()[1] != taken


@pytest.mark.parametrize(
    ("host", "said"),
    [("no-such-host.invalid", "no address of this machine"), ("192.0.2.1", "0.0.0.0 whoever")],
)
def test_a_host_of_somebody_else_is_refused_with_what_would_do(host, said):
    with pytest.raises(EndpointError, match=said):
        bound(host, 0)


def test_an_address_that_listens_everywhere_is_reached_at_this_machine():
    with bound("0.0.0.0", 0) as sock:
        port = sock.getsockname()[1]
        assert url_of(sock) == f"http://127.0.0.1:{port}"
        assert url_of(sock, "models.example") == f"http://models.example:{port}"
