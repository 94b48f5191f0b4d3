"""How soon a run is in the sidebar after its cell was started in a notebook beside it."""

from __future__ import annotations

import json
from pathlib import Path

from figure import Figure, Row, main, median
from labs import lab_at

FIGURE = Figure(
    rows=(
        Row("a run in the sidebar after its cell started", "seen", "s", at_most=1.5),
        Row("… the slowest of all", "slowest", "s", worst=True),
    ),
    sides=("nbtrack",),
    rounds=3,
    note="from the command that runs the cell to the row painted; 8 cells, each after another wait",
)
CELLS = 8
SEEN = """([name, index]) => new Promise(done => {
    const { shell, commands } = window.jupyterapp;
    shell.currentWidget.content.activeCellIndex = index;
    const begun = performance.now();
    void commands.execute('notebook:run-cell');
    const look = () =>
        [...document.querySelectorAll('#nbtrack-sidebar [data-run-id]')]
            .some(it => it.textContent.includes(name))
        ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)))
        : requestAnimationFrame(look);
    look();
})"""
SETUP = "%load_ext nbtrack\nimport nbtrack, time"
TRACKED = "%%track {name}\nnbtrack.log_metric('loss', 0.5)\ntime.sleep(4)"


def measure(side: str, folder: Path) -> dict[str, float]:
    names = [f"seen-{number}" for number in range(CELLS)]
    with lab_at(folder, browses=True) as lab:
        write_notebook(lab.root / "live.ipynb", [SETUP, *map(tracked, names)])
        page = lab.open("live.ipynb")
        page.evaluate("() => window.jupyterapp.shell.activateById('nbtrack-sidebar')")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
        lab.command(page, "notebook:run-cell", 60)
        seen = []
        for index, name in enumerate(names, 1):
            seen.append(page.evaluate(SEEN, [name, index]) / 1000)
            page.wait_for_selector(
                '.jp-Notebook-ExecutionIndicator[data-status="idle"]', state="attached"
            )
            page.wait_for_timeout(1000 + 130 * index)
    return {"seen": median(seen), "slowest": max(seen)}


def tracked(name: str) -> str:
    return TRACKED.replace("{name}", name)


def write_notebook(path: Path, sources: list[str]) -> None:
    cells = [
        {"cell_type": "code", "id": f"cell-{number}", "source": source}
        | {"metadata": {}, "outputs": [], "execution_count": None}
        for number, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3"}
    facts = {"metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps({"cells": cells, **facts}))


if __name__ == "__main__":
    main(measure)
