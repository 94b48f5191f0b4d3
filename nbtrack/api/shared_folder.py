"""The papers in a folder of shared runs: its README, a notebook that looks, what Binder needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.api.reproduction.notebook import Recipe, code, markdown, used_packages
from nbtrack.records.entities import Run
from nbtrack.records.ids import now_ms
from nbtrack.version import __version__

__all__ = ["NOTE", "Contents", "file_name", "file_words", "named", "put_papers", "size_words"]

NOTE = "share.json"
"""The file by which a folder is known as one that was written here."""

PYTHON = "3.11"

MOST_COLUMNS = 8
"""So many params and metrics stand in the table; the store has all."""

KILO = 1000

SEEN = """Shared with nbtrack {version}. The results are in the folder `.nbtrack`: no cell has to be
run to see them."""

OPEN = """## Open it

```sh
pip install -r binder/requirements.txt
nbtrack runs list           # in this folder
jupyter lab runs.ipynb      # the same in a notebook
```

On Binder: put this folder into a repository of its own, and open
`https://mybinder.org/v2/gh/OWNER/REPOSITORY/HEAD?urlpath=lab/tree/runs.ipynb`."""


class Contents(NamedTuple):
    """What a folder of shared runs holds."""

    runs: list[Run]
    recipes: list[Recipe]
    notebooks: list[str]
    models: list[str]
    requirements: list[str]
    files: int
    left_out: list[str]


def put_papers(contents: Contents, folder: Path) -> None:
    """Write all that is not the store and not the notebooks of single runs."""
    put(folder / "README.md", readme(contents))
    put(folder / "runs.ipynb", as_json(notebook(contents)))
    put(folder / "binder" / "requirements.txt", "\n".join(requirements(contents)) + "\n")
    put(folder / "binder" / "runtime.txt", f"python-{python_of(contents)}\n")
    ids = [run.info.run_id for run in contents.runs]
    put(folder / NOTE, as_json({"nbtrack": __version__, "time": now_ms(), "runs": ids}))


def put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def as_json(told: Any) -> str:
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def file_name(text: str) -> str:
    """A name as a file may have it."""
    return "-".join(re.findall(r"\w[\w.-]*", text))[:80].rstrip(".-") or "run"


def size_words(size_bytes: float) -> str:
    """A size as a person says it."""
    for unit in ("bytes", "kB", "MB"):
        if size_bytes < KILO:
            return f"{size_bytes:.3g} {unit}"
        size_bytes /= KILO
    return f"{size_bytes:.3g} GB"


def file_words(count: int) -> str:
    return f"{count} file{'s' * (count != 1)}"


def named(run: Run) -> str:
    """What a run is called."""
    return run.info.run_name or str(run.info.run_id)


def readme(contents: Contents) -> str:
    """What a person reads first."""
    count = len(contents.runs)
    title = named(contents.runs[0]) if count == 1 else f"{count} runs"
    parts = [
        f"# {title}",
        SEEN.format(version=__version__),
        results_table(contents.runs),
        OPEN,
        "## What is here\n\n" + "\n".join(f"- {it}" for it in inventory(contents)),
    ]
    if contents.left_out:
        left = "\n".join(f"- {it}" for it in contents.left_out)
        parts.append(f"## What is not here\n\n{left}")
    if secrets := secrets_of(contents):
        parts.append(
            "## Secrets\n\nThey were taken out of the code before it was recorded. To run the "
            f"cells again, set {', '.join(f'`{it}`' for it in secrets)}."
        )
    return "\n\n".join(parts) + "\n"


def inventory(contents: Contents) -> Iterator[str]:
    """What the folder holds, a line for each."""
    yield "`runs.ipynb`: looks at the results"
    titles = [recipe.title for recipe in contents.recipes]
    for name, title in zip(contents.notebooks[1:], titles, strict=True):
        yield f"`{name}`: the cells that {title} came from, to run them again"
    for name in contents.models:
        yield f"the registered model `models:/{name}`"
    yield f"{file_words(contents.files)} of runs and models, in the store"
    yield "`binder/`: the packages, in the versions that were used"


def secrets_of(contents: Contents) -> list[str]:
    """The environment variables that stand for secrets in the cells."""
    return sorted({name for recipe in contents.recipes for name in recipe.secrets})


def results_table(runs: list[Run]) -> str:
    """Metrics and params side by side, as Markdown."""
    kinds: list[tuple[str, list[Mapping[str, Any]]]] = [
        ("metrics", [told(run.data.metrics) for run in runs]),
        ("params", [run.data.params for run in runs]),
    ]
    columns = [
        (number, key)
        for number, (_, values) in enumerate(kinds)
        for key in sorted({key for one in values for key in one})
    ][:MOST_COLUMNS]
    heads = ["run", "status", *(key for _, key in columns)]
    rows = [
        [
            named(run),
            str(run.info.status).lower(),
            *(value_words(kinds[number][1][place].get(key)) for number, key in columns),
        ]
        for place, run in enumerate(runs)
    ]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(in_table, line))} |" for line in lines)


def told(metrics: Mapping[str, float]) -> Mapping[str, float]:
    """The metrics that somebody named: not those of the machine."""
    return {key: it for key, it in metrics.items() if not key.startswith("system/")}


def value_words(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def in_table(text: str) -> str:
    """A text that stays within its place of a table."""
    line = " ".join(text.split())[:60]
    return re.sub(r"([|<>\\`*\[\]])", r"\\\1", line)


def notebook(contents: Contents) -> dict[str, Any]:
    """A notebook that shows the results from the store beside it."""
    first = str(contents.runs[0].info.run_id)
    cells = [
        markdown("about", f"# Shared runs\n\n{results_table(contents.runs)}"),
        code("extension", "%load_ext nbtrack"),
        code("runs", "%runs --all"),
    ]
    if contents.recipes:
        cells.append(code("lineage", f"%lineage {contents.recipes[0].run_id}"))
    cells.append(code("run", f"%run_info {first}"))
    if contents.models:
        cells.append(code("models", "%models"))
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def requirements(contents: Contents) -> list[str]:
    """The packages that cells and models need; a version that was used goes before a range."""
    found = {"nbtrack": f"nbtrack[notebook]>={__version__}", "jupyterlab": "jupyterlab"}
    for line in contents.requirements:
        found.setdefault(package_of(line), line)
    for recipe in contents.recipes:
        for name, version in used_packages(recipe).items():
            if package_of(name) != "nbtrack":
                found[package_of(name)] = f"{name}=={version.partition('+')[0]}"
    return list(dict.fromkeys(found.values()))


def package_of(line: str) -> str:
    """The package that a line of requirements is about, in the spelling of package indexes."""
    name = re.match(r"[\w.-]+", line)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else line


def python_of(contents: Contents) -> str:
    """The Python that the cells ran on, as Binder wants it told."""
    for recipe in contents.recipes:
        version = re.match(r"3\.\d+", str(recipe.environment.get("python") or ""))
        if version:
            return version[0]
    return PYTHON
