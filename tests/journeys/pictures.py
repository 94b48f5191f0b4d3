"""Pictures of what a person sees: a notebook in a real JupyterLab, light and dark, and exported.

    python tests/journeys/pictures.py [--jupyter PATH] [--to screenshots]

Needs JupyterLab, nbconvert, Playwright and a Chromium (`make pictures` installs the first three
where they are missing). The pictures are for looking at; nothing is compared.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from lab import Lab
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CELLS = (
    "# Which depth is enough?",
    "%load_ext nbtrack\nimport nbtrack",
    (
        "import numpy as np, pandas as pd\nfrom sklearn.datasets import load_iris\n"
        "data = load_iris(as_frame=True)\nX, y = data.data, data.target"
    ),
    (
        "from sklearn.model_selection import train_test_split\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=1)"
    ),
    (
        "%%track baseline --tags stage=first\nfrom sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.metrics import accuracy_score, f1_score\ndepth = 1\n"
        "model = RandomForestClassifier(n_estimators=20, max_depth=depth, random_state=0)\n"
        "model.fit(X_train, y_train)\npred = model.predict(X_test)\n"
        "acc = accuracy_score(y_test, pred)\nf1 = f1_score(y_test, pred, average='macro')"
    ),
    (
        "%%track deeper --tags stage=second\nfrom sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.metrics import accuracy_score, f1_score\ndepth = 4\n"
        "model = RandomForestClassifier(n_estimators=20, max_depth=depth, random_state=0)\n"
        "model.fit(X_train, y_train)\npred = model.predict(X_test)\n"
        "acc = accuracy_score(y_test, pred)\nf1 = f1_score(y_test, pred, average='macro')"
    ),
    "%matplotlib inline\nimport matplotlib.pyplot as plt",
    (
        "%%track a-figure\nimportance = pd.Series(model.feature_importances_, X.columns)\n"
        "ax = importance.plot.barh(figsize=(5, 2))"
    ),
    (
        "%%track curve\nloss = 1.0\nfor epoch in nbtrack.track(range(200), 'epoch'):\n"
        "    loss = loss * 0.98 + 0.001\n    nbtrack.log_metric('loss', loss)"
    ),
    "%lineage acc",
    "%diff baseline deeper",
    "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1)",
    "%stale",
    "%runs",
    "%run_info deeper",
    "%%track broken\nsteps = 3\nsteps / 0",
)

MODELS = (
    "# Which model goes out?",
    "%load_ext nbtrack\nimport nbtrack",
    (
        "from sklearn.datasets import load_iris\n"
        "from sklearn.model_selection import train_test_split\n"
        "X, y = load_iris(return_X_y=True, as_frame=True)\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=1)"
    ),
    (
        "%%track shallow --model model --register iris\n"
        "from sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.metrics import accuracy_score\n"
        "model = RandomForestClassifier(n_estimators=20, max_depth=1, random_state=0)\n"
        "model.fit(X_train, y_train)\naccuracy = accuracy_score(y_test, model.predict(X_test))"
    ),
    "%promote iris 1",
    (
        "%%track deeper --model model --register iris\n"
        "model = RandomForestClassifier(n_estimators=20, max_depth=4, random_state=0)\n"
        "model.fit(X_train, y_train)\naccuracy = accuracy_score(y_test, model.predict(X_test))"
    ),
    '%promote iris 2 --gate "accuracy >= 0.99" --gate smoke',
    (
        '%promote iris 2 --gate "accuracy >= 0.9" --gate better --gate schema --gate smoke'
        " --data X_test --target y_test"
    ),
    "%models",
    "%models iris",
    "%rollback iris",
    'nbtrack.compare_versions("iris", 1, 2)',
    'nbtrack.pyfunc.load_model("models:/iris@champion").predict(X_test.head(3))',
    "%promote iris 9",
)

STORIES = {"runs": CELLS, "models": MODELS}

HEIGHT = 4200


def story(sources: tuple[str, ...]) -> nbformat.NotebookNode:
    """A notebook: a title, and cells of code."""
    cells = [new_markdown_cell(sources[0]), *map(new_code_cell, sources[1:])]
    for cell in cells:
        cell.metadata["tags"] = ["raises-exception"]
    kernel = {"name": "python3", "display_name": "Python 3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def export(notebook: Path) -> Path:
    """The notebook as a page, by nbconvert."""
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "--log-level=ERROR", str(notebook)],
        check=True,
    )
    return notebook.with_suffix(".html")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jupyter", default="", help="the jupyter-lab to start")
    parser.add_argument("--to", type=Path, default=Path("screenshots"), help="the folder")
    options = parser.parse_args()
    target = options.to.resolve()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        os.environ["NBTRACK_TRACKING_URI"] = str(root / "story.nbtrack")
        with Lab(root, options.jupyter) as lab:
            for name, sources in STORIES.items():
                notebook = root / f"{name}.ipynb"
                nbformat.write(story(sources), notebook)
                photograph(lab, notebook, target)
                size = notebook.stat().st_size / 1024
                print(f"{name}: pictures are in {target}; the saved notebook has {size:.0f} KB")


def photograph(lab: Lab, notebook: Path, target: Path) -> None:
    """Run a notebook; take pictures of it, light and dark, and of the page it exports to."""
    page = lab.open(notebook.name, theme="light", height=HEIGHT)
    lab.run_all(page)
    lab.photograph(page, target / f"{notebook.stem}-light.png")
    lab.command(page, "docmanager:save")
    page.close()
    page = lab.open(notebook.name, theme="dark", height=HEIGHT)
    lab.photograph(page, target / f"{notebook.stem}-dark.png")
    page.close()
    page = lab.browser.new_page(viewport={"width": 1280, "height": HEIGHT})
    page.goto(export(notebook).as_uri())
    page.screenshot(path=str(target / f"{notebook.stem}-exported.png"), full_page=True)
    page.close()


if __name__ == "__main__":
    main()
