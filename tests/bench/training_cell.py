"""What following adds to a cell that trains a random forest for about a second of CPU."""

from __future__ import annotations

from pathlib import Path

from figure import Figure, Row, main
from shells import followed_shell, pairs

FIGURE = Figure(
    rows=(
        Row("a training cell under `%track on`: CPU added", "all", "%", at_most=2),
        Row("… by the median of pairs", "all_median", "%"),
        Row("… by the fastest of each", "all_quiet", "%"),
        Row("a training cell with `%%track`: CPU added", "cell", "%", at_most=2),
        Row("… by the median of pairs", "cell_median", "%"),
        Row("… by the fastest of each", "cell_quiet", "%"),
        Row("… how far plain cells are from each other", "noise", "%"),
        Row("… the plain cell itself", "plain", "s"),
    ),
    sides=("nbtrack",),
    rounds=5,
    note="training: a forest of 100 trees on 4,000 × 20, plain and tracked by turns in one process",
)
PAIRS = 14

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


def measure(side: str, folder: Path) -> dict[str, float]:
    shell = followed_shell(folder, SETUP)
    recorded = pairs(shell, TRAIN, PAIRS)
    tracked = pairs(shell, TRAIN, PAIRS, "%%track\n")
    return {
        "all": recorded.lower_percent,
        "all_median": recorded.percent,
        "all_quiet": recorded.quiet_percent,
        "cell": tracked.lower_percent,
        "cell_median": tracked.percent,
        "cell_quiet": tracked.quiet_percent,
        "noise": max(recorded.noise_percent, tracked.noise_percent),
        "plain": min(recorded.plain),
    }


if __name__ == "__main__":
    main(measure)
