"""What a person has in front of them: a folder of notebooks, and JupyterLab in a tab."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import nbformat
from lab import Lab
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

__all__ = ["PICTURES", "Place", "Tab"]

PICTURES = Path(__file__).parents[3] / "screenshots" / "journeys"
KERNEL = {"name": "python3", "display_name": "Python 3"}
RUN_SECONDS = 120
"""A kernel's start and an import of a library, on a busy machine."""


class Place:
    """A folder of the server's with notebooks and a store of its own."""

    def __init__(self, lab: Lab, name: str) -> None:
        self.lab, self.name = lab, name
        self.folder = lab.root / name
        self.folder.mkdir()
        self.store_path = self.folder / ".nbtrack"
        self.store_path.mkdir()

    def notebook(self, *cells: str, name: str = "story.ipynb") -> str:
        """Write a notebook; its path for the server. Cells are called `cell-1`, `cell-2`, …"""
        nodes = [new_code_cell(it, id=f"cell-{n}") for n, it in enumerate(cells, 1)]
        notebook = new_notebook(cells=nodes, metadata={"kernelspec": KERNEL})
        nbformat.write(notebook, self.folder / name)
        return f"{self.name}/{name}"

    def store(self):
        """The store, as another process works with it."""
        from nbtrack.journal.folder import StoreFolder
        from nbtrack.store.duckdb import DuckDBStore

        folder = StoreFolder(self.store_path)
        folder.prepare()
        return contextlib.closing(DuckDBStore(folder))


class Tab:
    """JupyterLab in a tab of the browser."""

    def __init__(self, lab: Lab, page: Page) -> None:
        self.lab, self.page = lab, page
        self.notebook_id = ""
        self.is_kept = True
        """Whether another journey may go on in it."""
        self.problems: list[str] = []
        page.on("pageerror", self.heard_error)
        page.on("dialog", self.heard_dialog)

    def heard_error(self, problem: object) -> None:
        """None of ours is what JupyterLab does not catch when a kernel dies, or the extension
        for widgets where a notebook has none.
        """
        told = f"{problem}\n{getattr(problem, 'stack', '')}"
        if "Canceled future" not in told and "/@jupyter-widgets/" not in told:
            self.problems.append(told)

    def heard_dialog(self, dialog) -> None:
        """The browser's own dialogs are none of ours: an alert would be a hostile name's."""
        if dialog.type != "beforeunload":
            self.problems.append(f"{dialog.type}: {dialog.message}")
        dialog.accept()

    def command(self, name: str, **arguments: object) -> None:
        """Have JupyterLab carry out a command, and wait for its end."""
        self.lab.command(self.page, name, RUN_SECONDS, **arguments)

    def open_notebook(self, path: str, *, kernel: bool = True) -> None:
        """Open a notebook, bring it to the front and wait for its kernel, if it is to have one."""
        self.notebook_id = self.page.evaluate(
            """async ([path, shouldStart]) => {
                const { commands, shell } = window.jupyterapp;
                const told = { path, kernelPreference: { shouldStart } };
                const widget = await commands.execute('docmanager:open', told);
                await widget.context.ready;
                shell.activateById(widget.id);
                await widget.sessionContext.ready;
                return widget.id;
            }""",
            [path, kernel],
        )
        expect(self.cells.first).to_be_visible()

    def with_notebook(self, act: str, *given: object) -> Any:
        """What a function in the page makes of the notebook that was opened last."""
        return self.page.evaluate(
            f"""([id, given]) => {{
                const {{ shell }} = window.jupyterapp;
                shell.activateById(id);
                const panel = [...shell.widgets('main')].find(it => it.id === id);
                return ({act})(panel.content, ...given);
            }}""",
            [self.notebook_id, given],
        )

    @property
    def notebook(self) -> Locator:
        """The notebook that is in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    @property
    def cells(self) -> Locator:
        """The cells of the notebook in front."""
        return self.notebook.locator(".jp-Notebook .jp-Cell")

    def front(self, title: str) -> None:
        """Bring what has this title in the main area to the front."""
        self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").filter(has_text=title).click()

    def select_cell(self, number: int) -> None:
        """Make a cell the active one; the first is 1."""
        self.with_notebook(
            "(notebook, index) => { notebook.activeCellIndex = index; notebook.activate(); }",
            number - 1,
        )

    def run_cell(self, number: int) -> None:
        """Run a cell and wait until it is done."""
        self.select_cell(number)
        self.command("notebook:run-cell")

    def start_cell(self, number: int) -> None:
        """Start a cell, and go on at once."""
        self.select_cell(number)
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell') }")

    def run_all(self) -> None:
        """Run every cell and wait for the last one."""
        self.command("notebook:run-all-cells")

    def sources(self) -> list[str]:
        """The code of each cell."""
        return self.with_notebook(
            "notebook => notebook.widgets.map(it => it.model.sharedModel.getSource())"
        )

    def write_cell(self, number: int, source: str) -> None:
        """Put other code into a cell."""
        self.with_notebook(
            "(notebook, index, source) =>"
            " notebook.widgets[index].model.sharedModel.setSource(source)",
            number - 1,
            source,
        )

    def interrupt(self) -> None:
        """Stop what the kernel does."""
        self.command("notebook:interrupt-kernel")

    def notification(self, text: str | re.Pattern[str]) -> Locator:
        """What JupyterLab tells in a corner."""
        return self.page.locator(".Toastify__toast").filter(has_text=text)

    def clear(self) -> None:
        """Close what is open, without asking, and say whether anything went wrong meanwhile.

        Nothing of this journey is seen afterwards: the next one may have runs of the same names.
        """
        self.page.evaluate(
            """() => {
                const { commands, shell } = window.jupyterapp;
                for (const area of ["main", "down"]) {
                    for (const it of [...shell.widgets(area)]) {
                        if (it.context) it.context.model.dirty = false;
                        it.close();
                    }
                }
                return commands.execute('apputils:dismiss-notification', {});
            }"""
        )
        expect(self.page.locator(".Toastify__toast")).to_have_count(0)
        # JupyterLab opens a launcher where nothing is left, a moment later
        expect(self.page.locator(".jp-Launcher").first).to_be_visible()
        expect(self.page.locator("#nbtrack-sidebar [data-run-id]")).to_have_count(0)
        assert not self.problems, self.problems

    def picture(self, name: str, part: Locator | None = None) -> Path:
        """Keep what the tab, or a part of it, looks like."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}.png"
        (part or self.page).screenshot(path=path)
        return path
