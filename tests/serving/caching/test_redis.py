"""A real Redis: answers, their time, and a server that goes away and comes back."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time

import pytest

from nbtrack.serving.caching import redis as caches
from nbtrack.serving.caching.redis import RedisCache

REDIS = shutil.which("redis-server")

pytestmark = pytest.mark.skipif(REDIS is None, reason="redis-server is not installed")


class Server:
    """A Redis that keeps nothing on the disk."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = [REDIS, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


def test_workers_share_answers_until_they_are_too_old(server):
    async def tell():
        one, other = RedisCache(server.url, 0.3), RedisCache(server.url, 0.3)
        assert await one.find(b"key") is None
        await one.keep(b"key", b'{"predictions": [1]}')
        found = await other.find(b"key")
        await asyncio.sleep(0.4)
        gone = await other.find(b"key")
        for cache in (one, other):
            await cache.client.aclose()
        return found, gone

    assert asyncio.run(tell()) == (b'{"predictions": [1]}', None)


def test_a_redis_that_fails_has_nothing_and_is_told_of_once(server, monkeypatch, caplog):
    monkeypatch.setattr(caches, "PAUSE_SECONDS", 0.05)

    async def tell():
        cache = RedisCache(server.url, 60)
        await cache.keep(b"a", b"answer")
        server.stop()
        begin = time.monotonic()
        found = []
        for _ in range(5):
            found.append(await cache.find(b"a"))
            await cache.keep(b"a", b"answer")
            await asyncio.sleep(0.06)
        took = time.monotonic() - begin
        server.start()
        await asyncio.sleep(0.1)
        await cache.find(b"a")
        await cache.keep(b"a", b"answer")
        found.append(await cache.find(b"a"))
        await cache.client.aclose()
        return found, took

    found, took = asyncio.run(tell())
    assert found == [None] * 5 + [b"answer"]
    assert took < 5
    assert caplog.text.count("every request goes to the model") == 1
    assert caplog.text.count("is asked again") == 1


def test_a_redis_that_hangs_holds_nobody_up(caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://:hunter2@127.0.0.1:{silent.getsockname()[1]}/0"

        async def tell():
            cache = RedisCache(url, 60)
            begin = time.monotonic()
            found = [await cache.find(b"a"), await cache.find(b"a")]
            took = time.monotonic() - begin
            await cache.client.aclose()
            return found, took

        found, took = asyncio.run(tell())
    assert found == [None, None]
    assert took < 3
    assert "hunter2" not in caplog.text
