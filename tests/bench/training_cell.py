"""What following adds to a cell that trains a random forest for about a second of CPU."""

from __future__ import annotations

from pathlib import Path

from figure import Figure, Row, main
from parts import parts
from shells import LOADED, followed_shell, pairs

FIGURE = Figure(
    rows=(
        Row("a training cell under `%track on`: CPU added, by parts", "all", "%", at_most=2),
        Row("… how far by every other cell from the others", "all_noise", "%"),
        Row("… around its statements, all threads", "all_around", "s"),
        Row("… inside its statements", "all_inside", "s"),
        Row("… by garbage collections", "all_collecting", "s"),
        Row("… a thread every two minutes, which takes the journal in", "all_taking", "s"),
        Row("… by pairs of whole cells, lower quartiles", "all_pairs", "%"),
        Row("a training cell with `%%track`: CPU added, by parts", "cell", "%", at_most=2),
        Row("… how far by every other cell from the others", "cell_noise", "%"),
        Row("… around its statements, all threads", "cell_around", "s"),
        Row("… inside its statements", "cell_inside", "s"),
        Row("… by garbage collections", "cell_collecting", "s"),
        Row("… a thread every two minutes, which takes the journal in", "cell_taking", "s"),
        Row("… by pairs of whole cells, lower quartiles", "cell_pairs", "%"),
        Row("… how far plain cells of the pairs are from each other", "noise", "%"),
        Row("… the plain cell itself", "plain", "s"),
    ),
    sides=("nbtrack",),
    rounds=3,
    note="training: a forest of 100 trees on 4,000 × 20; what the parts are is told in parts.py",
)
PAIRS = 5
CELLS = 8

SETUP = """
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
X, y = make_classification(n_samples=8000, n_features=20, random_state=0)
"""
TRAIN = """
model = RandomForestClassifier(n_jobs=1, random_state=0)
model.fit(X[:4000], y[:4000])
accuracy = accuracy_score(y[4000:], model.predict(X[4000:]))
"""
FEW = TRAIN.replace(":4000", ":40").replace("4000:", "4000:4040")
"""The same calls, over so few rows that they take hardly any time in C."""

LINE = "%%track\n"
FOLLOWED = {"all": (LOADED["nbtrack"], ""), "cell": (("%load_ext nbtrack",), LINE)}
"""How a session is followed: the cells that begin it, and the line above each cell."""


def measure(side: str, folder: Path) -> dict[str, float]:
    result = {}
    for key, (loading, line) in FOLLOWED.items():
        place = folder / key
        place.mkdir()
        found = parts(place, loading, SETUP, (line + TRAIN, line + FEW), CELLS)
        result |= {
            key: found.percent,
            f"{key}_noise": found.noise_percent,
            f"{key}_around": found.added.around,
            f"{key}_inside": found.added.inside,
            f"{key}_collecting": found.added.collecting,
            f"{key}_taking": found.taking_in,
        }
    shell = followed_shell(folder, SETUP)
    recorded = pairs(shell, TRAIN, PAIRS)
    tracked = pairs(shell, TRAIN, PAIRS, LINE)
    return result | {
        "all_pairs": recorded.lower_percent,
        "cell_pairs": tracked.lower_percent,
        "noise": max(recorded.noise_percent, tracked.noise_percent),
        "plain": min(recorded.plain),
    }


if __name__ == "__main__":
    main(measure)
