"""The sidebar with 10,000 runs in a real browser: opened, scrolled, filtered, weighed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from figure import Figure, Row, main, median
from labs import BUILT, Lab, lab_at
from playwright.sync_api import Page

FIGURE = Figure(
    rows=(
        Row("the sidebar with 10k runs: first paint", "paint", "s", at_most=0.5),
        Row("… frames while it is scrolled", "frames", "/s", at_least=50),
        Row("… the slowest frame in a hundred", "slow_frame", "s"),
        Row("… a filter's result", "filter", "s", at_most=0.2),
        Row("the sidebar's code", "bundle", "B", at_most=400e3),
    ),
    sides=("nbtrack",),
    rounds=3,
    fill="runs-10k",
    note=(
        "Chromium without a graphics card; from opening to the first rows painted, from Enter in"
        " the filter to the rows painted that it left; code is all .js and .css, not packed"
    ),
)
SIDEBAR = "#nbtrack-sidebar"
ROWS = f"{SIDEBAR} [data-run-id]"
OPENED = """rows => new Promise(done => {
    const begun = performance.now();
    const look = () => document.querySelector(rows)
        ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)))
        : requestAnimationFrame(look);
    window.jupyterapp.shell.activateById('nbtrack-sidebar');
    look();
})"""
SCROLLED = """rows => new Promise(done => {
    let list = document.querySelector(rows);
    const scrolls = () => list.scrollHeight > list.clientHeight + 1
        && getComputedStyle(list).overflowY !== 'visible';
    while (!scrolls()) list = list.parentElement;
    const frames = [];
    const step = now => {
        frames.push(now);
        list.scrollTop += 60;
        frames.length < 300 ? requestAnimationFrame(step) : done(frames);
    };
    requestAnimationFrame(step);
})"""
FILTERED = """([rows, text]) => new Promise(done => {
    const box = document.querySelector('#nbtrack-sidebar .nbtrack-Filter input');
    const total = () => document.querySelector(rows)?.closest('[aria-rowcount]')
        ?.getAttribute('aria-rowcount');
    const before = total();
    box.focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, text);
    box.dispatchEvent(new Event('input', { bubbles: true }));
    const begun = performance.now();
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    const look = () => ![before, undefined].includes(total())
        ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)))
        : requestAnimationFrame(look);
    look();
})"""


def measure(side: str, folder: Path) -> dict[str, float]:
    with lab_at(folder, browses=True) as lab:
        opened = [paint(lab)[0] for _ in range(2)]
        seconds, page = paint(lab)
        frames = page.evaluate(SCROLLED, ROWS)
        filters = [filtered(page, f"params.p0 = '{digit}'") for digit in range(3)]
    gaps = sorted(after - before for before, after in pairwise(frames))
    return {
        "paint": median([*opened, seconds]),
        "frames": 1000 * len(gaps) / sum(gaps),
        "slow_frame": gaps[int(len(gaps) * 0.99)] / 1000,
        "filter": median(filters),
        "bundle": float(sum(it.stat().st_size for it in code_files())),
    }


def paint(lab: Lab) -> tuple[float, Page]:
    """Seconds from opening the sidebar in a new tab to its first rows, and the tab."""
    page = lab.new_page()
    page.wait_for_timeout(1000)
    return page.evaluate(OPENED, ROWS) / 1000, page


def filtered(page: Page, text: str) -> float:
    """Seconds from Enter to the rows that a filter left; then all rows are there again."""
    seconds = page.evaluate(FILTERED, [ROWS, text]) / 1000
    page.evaluate(FILTERED, [ROWS, ""])
    return seconds


def code_files() -> list[Path]:
    """What a browser may have to load."""
    return [it for it in BUILT.rglob("*") if it.suffix in {".js", ".css"}]


if __name__ == "__main__":
    main(measure)
