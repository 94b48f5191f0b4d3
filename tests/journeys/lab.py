"""A real JupyterLab in a real browser, for journeys: started, driven, photographed, ended.

    with Lab(folder) as lab:
        page = lab.open("story.ipynb", theme="dark")
        lab.run_all(page)
        lab.photograph(page, "story.png")

Needs JupyterLab (its `jupyter` may be that of another environment), Playwright for Python and a
Chromium. Everything that Lab writes stays in folders of its own, which end with it. With
`extended` it has nbtrack's sidebar as it was built last, installed or not.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
THEMES = {
    "light": "JupyterLab Light",
    "dark": "JupyterLab Dark",
    "contrast": "JupyterLab Dark High Contrast",
}
BUILT = Path(__file__).parents[2] / "nbtrack" / "labextension"
"""Where `jupyter-builder` puts the sidebar."""
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}
START_SECONDS = 60
"""A cold start on a small machine takes 10 s."""


def browser_path() -> str:
    """Where a Chromium is.

    Raises:
        FileNotFoundError: There is none on the path.
    """
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise FileNotFoundError(f"no browser found; one of {', '.join(BROWSERS)} is needed")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Lab:
    """One JupyterLab and one browser; as a context it starts and ends both."""

    def __init__(
        self,
        root: Path,
        jupyter: str | Path = "",
        kernel_python: str = "",
        *,
        extended: bool | None = None,
        browses: bool = True,
    ) -> None:
        """Prepare a server for the notebooks below `root`.

        Args:
            root: The folder it serves.
            jupyter: The `jupyter-lab` to start; that beside this Python unless told.
            kernel_python: The Python of the kernel `python3`; this one unless told.
            extended: With the sidebar and its server half, or surely without; as it is
                installed unless told.
            browses: Whether a browser is wanted.
        """
        self.extended, self.browses = extended, browses
        self.root = Path(root)
        self.jupyter = str(jupyter or Path(sys.executable).with_name("jupyter-lab"))
        self.kernel_python = kernel_python or sys.executable
        self.port, self.token = free_port(), secrets.token_hex(16)
        self.own = Path(tempfile.mkdtemp(prefix="lab-"))
        self.closing = contextlib.ExitStack()
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.closing.callback(shutil.rmtree, self.own, ignore_errors=True)
        try:
            self.write_settings()
            if self.extended is not None:
                self.extend()
            self.closing.callback(self.end_server)
            self.start_server()
            if not self.browses:
                return self
            playwright = self.closing.enter_context(sync_playwright())
            self.browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
            self.closing.callback(self.browser.close)
        except BaseException:
            self.closing.close()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        self.closing.close()

    def environment(self) -> dict[str, str]:
        """The environment of the server: its own home, and folders for all it keeps."""
        kept = {it: os.environ[it] for it in os.environ if not it.startswith(("JUPYTER", "XDG_"))}
        folders = ("CONFIG", "DATA", "RUNTIME")
        return (
            kept
            | {"HOME": str(self.own / "home"), "IPYTHONDIR": str(self.own / "ipython")}
            | {f"JUPYTER_{it}_DIR": str(self.own / it.lower()) for it in folders}
            | {"JUPYTERLAB_SETTINGS_DIR": str(self.own / "settings")}
            # else the kernel of the environment that Lab is installed in comes first
            | {"JUPYTER_PREFER_ENV_PATH": "0"}
        )

    def write_settings(self) -> None:
        """No news, and a kernel that runs the Python that was asked for."""
        (self.own / "home").mkdir()
        for name, values in SETTINGS.items():
            self.write_json(self.own / "settings" / name, values)
        argv = [self.kernel_python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
        self.write_json(self.own / "data" / "kernels" / "python3" / "kernel.json", spec)

    def extend(self) -> None:
        """Put the sidebar that was built last before one that is installed, or switch it off.

        Raises:
            FileNotFoundError: It was not built.
        """
        enabled = {"ServerApp": {"jpserver_extensions": {"nbtrack": self.extended}}}
        self.write_json(self.own / "config" / "jupyter_server_config.d" / "nbtrack.json", enabled)
        if not self.extended:
            off = {"disabledExtensions": {"@nbtrack/labextension": True}}
            self.write_json(self.own / "config" / "labconfig" / "page_config.json", off)
            return
        if not (BUILT / "package.json").exists():
            raise FileNotFoundError(f"{BUILT} is not built: make lab builds it")
        shutil.copytree(BUILT, self.own / "data" / "labextensions" / "@nbtrack" / "labextension")

    def write_json(self, path: Path, values: dict[str, object]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))

    def start_server(self) -> None:
        """Start the server and wait until it answers."""
        command = [
            self.jupyter,
            "--no-browser",
            "--allow-root",
            "--expose-app-in-browser",
            f"--ServerApp.root_dir={self.root}",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            "--KernelSpecManager.ensure_native_kernel=False",
            f"--IdentityProvider.token={self.token}",
        ]
        with (self.own / "server.log").open("a") as log:
            self.server = subprocess.Popen(
                command, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        ends = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.server.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"JupyterLab did not start:\n{self.log()}")
            time.sleep(0.2)

    def answers(self) -> bool:
        """Whether the server is up."""
        try:
            self.ask("api/status", seconds=2)
        except (urllib.error.URLError, OSError):
            return False
        return True

    def ask(
        self, path: str, body: object = None, *, method: str | None = None, seconds: float = 30
    ) -> Any:
        """What the server answers to a request, as any client with the token may send it."""
        request = urllib.request.Request(
            f"{self.url}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return json.loads(answer.read() or b"null")

    def end_kernels(self) -> None:
        """End every kernel, as the list of running ones does; none waits for what it runs."""
        for session in self.ask("api/sessions"):
            with contextlib.suppress(urllib.error.HTTPError):
                if session["kernel"]["execution_state"] == "busy":
                    self.ask(f"api/kernels/{session['kernel']['id']}/interrupt", method="POST")
                self.ask(f"api/sessions/{session['id']}", method="DELETE")

    def end_server(self) -> None:
        """End the server and what it started: it leads a process group of its own."""
        if self.server is None:
            return
        self.server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.wait(timeout=10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        self.server = None

    def log(self) -> str:
        """What the server said."""
        return (self.own / "server.log").read_text()

    def open(
        self, notebook: str, theme: str = "light", *, width: int = 1280, height: int = 1000
    ) -> Page:
        """Open a notebook in a page of its own, without the sidebar, and wait until it is drawn.

        Raises:
            ValueError: The notebook names no kernel: Lab would ask in a dialog, and wait.
        """
        if "kernelspec" not in json.loads((self.root / notebook).read_text())["metadata"]:
            raise ValueError(f"{notebook} needs the kernelspec python3 in its metadata")
        page = self.new_page(notebook, theme, width=width, height=height)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.command(page, "application:toggle-left-area")
        return page

    def new_page(
        self, path: str = "", theme: str = "light", *, width: int = 1280, height: int = 1000
    ) -> Page:
        """Load JupyterLab in a page of its own, with a document, in a theme."""
        name = THEMES[theme]
        self.write_json(
            self.own / "settings" / "@jupyterlab/apputils-extension/themes.jupyterlab-settings",
            {"theme": name},
        )
        page = self.browser.new_page(viewport={"width": width, "height": height})
        tree = f"/tree/{quote(path)}" if path else ""
        page.goto(f"{self.url}/lab{tree}?reset&token={self.token}")
        self.wait_until_ready(page)
        page.wait_for_selector(f'body[data-jp-theme-name="{name}"]', state="attached")
        return page

    def wait_until_ready(self, page: Page) -> None:
        """Wait until JupyterLab has put everything in its place."""
        page.wait_for_function("() => window.jupyterapp !== undefined", timeout=60_000)
        page.evaluate("() => window.jupyterapp.restored")

    def command(self, page: Page, name: str, seconds: float = 30, **arguments: object) -> None:
        """Let JupyterLab carry out one of its commands, as a menu does, and wait for its end."""
        page.evaluate(
            """([name, given, ms]) => Promise.race([
                window.jupyterapp.commands.execute(name, given).then(() => null),
                new Promise((_, fail) => setTimeout(() => fail(name + " takes long"), ms)),
            ])""",
            [name, arguments, seconds * 1000],
        )

    def run_all(self, page: Page, seconds: float = 120) -> None:
        """Run every cell and wait for the last one, or for the first that fails."""
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
        self.command(page, "notebook:run-all-cells", seconds)

    def photograph(self, page: Page, path: str | Path, selector: str = ".jp-NotebookPanel") -> Path:
        """Save what a part of the page looks like."""
        page.locator(selector).first.screenshot(path=path)
        return Path(path)
