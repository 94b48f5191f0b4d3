"""A Jupyter server with nbtrack, in a thread with its own loop: one for a process of tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

pytest.importorskip("jupyter_server")

from jupyter_server.serverapp import ServerApp
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.websocket import websocket_connect

from nbtrack.hosts.jupyter_server.event import CHANGE

TOKEN = "secret"
BASE = "/user/a%40b/"


class Answered(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self):
        return json.loads(self.content)


class Server:
    """A running server, asked without a library of its own."""

    def __init__(self, app, port, loop):
        self.app, self.port, self.loop = app, port, loop

    @property
    def extension(self):
        """The part that is nbtrack."""
        return self.app.extension_manager.extension_points["nbtrack"].app

    def ask(self, method, route, body=None, *, token=TOKEN, headers=None, **query):
        """Ask at a route of nbtrack."""
        url = f"http://127.0.0.1:{self.port}{BASE}nbtrack/api/{route}?{urlencode(query)}"
        told = {"Authorization": f"token {token}"} if token else {}
        sent = None if body is None else json.dumps(body).encode()
        request = Request(url, sent, {**told, **(headers or {})}, method=method)
        try:
            with urlopen(request, timeout=30) as reply:
                return Answered(reply.status, dict(reply.headers), reply.read())
        except HTTPError as error:
            with error:
                return Answered(error.code, dict(error.headers), error.read())

    def get(self, route, **query):
        return self.ask("GET", route, **query)

    def log_in(self):
        """The cookies of a browser that opened the server by a link with its token."""
        jar = CookieJar()
        opener = build_opener(HTTPCookieProcessor(jar))
        with opener.open(f"http://127.0.0.1:{self.port}{BASE}login?token={TOKEN}"):
            return {it.name: it.value for it in jar}

    def run(self, coroutine):
        """Have the server's loop do something."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    @contextlib.contextmanager
    def events(self):
        """What the server tells browsers: a function that waits for the next change."""
        url = f"ws://127.0.0.1:{self.port}{BASE}api/events/subscribe?token={TOKEN}"

        async def connect():
            return await websocket_connect(url)

        socket = self.run(connect())

        async def read():
            while message := await socket.read_message():
                told = json.loads(message)
                if told.pop("schema_id") == CHANGE:
                    return told
            return None

        yield lambda: self.run(read())
        self.loop.call_soon_threadsafe(socket.close)


@pytest.fixture(scope="session")
def jupyter_folders(tmp_path_factory):
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="session")
def running(jupyter_folders):
    """A server, for all tests of this folder in a process."""
    patch = pytest.MonkeyPatch()
    for name in ("CONFIG", "DATA", "RUNTIME"):
        patch.setenv(f"JUPYTER_{name}_DIR", str(jupyter_folders / name.lower()))
    patch.setenv("JUPYTER_NO_CONFIG", "1")
    root = jupyter_folders / "root"
    root.mkdir()
    begun, loop = threading.Event(), asyncio.new_event_loop()
    held = {}

    def serve():
        asyncio.set_event_loop(loop)
        loop.run_until_complete(begin())
        begun.set()
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    async def begin():
        app = ServerApp(
            root_dir=str(root),
            base_url=BASE,
            jpserver_extensions={"nbtrack": True},
            open_browser=False,
            allow_root=True,
            log_level="ERROR",
        )
        app.config.IdentityProvider.token = TOKEN
        app.init_signal = lambda: None
        app.initialize(argv=[], find_extensions=False, new_httpserver=False)
        socket, port = bind_unused_port()
        http = HTTPServer(app.web_app)
        http.add_socket(socket)
        await app.extension_manager.start_all_extensions()
        held.update(app=app, port=port, http=http)

    thread = threading.Thread(target=serve, name="jupyter-server")
    thread.start()
    assert begun.wait(60)
    server = Server(held["app"], held["port"], loop)
    yield server

    async def end():
        held["http"].stop()
        await held["http"].close_all_connections()
        await held["app"].extension_manager.stop_all_extensions()
        await held["app"].kernel_manager.shutdown_all()

    server.run(end())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    patch.undo()


@pytest.fixture
def server(running, tmp_path):
    """The server, showing a folder of the test's own."""
    stores = running.extension.stores
    stores.root = tmp_path
    stores.folders.clear()
    stores.asked.clear()
    stores.memories.clear()
    stores.problems.clear()
    return running
