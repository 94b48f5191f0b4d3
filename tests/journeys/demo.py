"""`make demo`: train a few small models, then look at their runs as one would every day.

    python tests/journeys/demo.py [FOLDER]      where the store goes; build/demo unless told

Needs NumPy alone. Each command is shown before its output, so that it can be tried again.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

import nbtrack

BUILD = Path(__file__).parents[2] / "build" / "demo"
STEPS = 300
POINTS = "select run_name, count(*) as points from metrics join runs using (run_id) group by all"


def spirals(points: int, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two spirals that no straight line divides."""
    kind = np.arange(points) % 2
    turn = np.sqrt(chance.random(points)) * 3 * np.pi
    place = np.stack([np.cos(turn + np.pi * kind), np.sin(turn + np.pi * kind)], axis=1)
    return place * turn[:, None] / 8 + chance.normal(0, 0.03, (points, 2)), kind


class Network:
    """One hidden layer, trained by gradient descent with momentum."""

    def __init__(self, hidden: int, chance: np.random.Generator) -> None:
        self.weights = [
            chance.normal(0, 2.5, (3, hidden)),
            chance.normal(0, 1 / np.sqrt(hidden), (hidden + 1, 1)),
        ]
        self.speeds = [np.zeros_like(it) for it in self.weights]

    def forward(self, places: np.ndarray) -> list[np.ndarray]:
        """The input, the hidden layer and the chance of being of kind one."""
        given = with_one(places)
        hidden = with_one(np.tanh(given @ self.weights[0]))
        return [given, hidden, 1 / (1 + np.exp(-hidden @ self.weights[1]))]

    def train(self, places: np.ndarray, kinds: np.ndarray, lr: float) -> float:
        """One step; the loss before it."""
        given, hidden, chance = self.forward(places)
        error = (chance - kinds[:, None]) / len(kinds)
        back = (error @ self.weights[1][:-1].T) * (1 - hidden[:, :-1] ** 2)
        slopes = given.T @ back, hidden.T @ error
        self.speeds = [0.9 * it - lr * slope for it, slope in zip(self.speeds, slopes, strict=True)]
        self.weights = [it + speed for it, speed in zip(self.weights, self.speeds, strict=True)]
        likely = np.where(kinds[:, None] == 1, chance, 1 - chance)
        return float(-np.log(likely + 1e-12).mean())

    def accuracy(self, places: np.ndarray, kinds: np.ndarray) -> float:
        return float(((self.forward(places)[-1][:, 0] > 0.5) == kinds).mean())


def with_one(values: np.ndarray) -> np.ndarray:
    """A column of ones beside, for the offset."""
    return np.hstack([values, np.ones((len(values), 1))])


def train(hidden: int, lr: float, seed: int = 0) -> None:
    """One tracked run."""
    chance = np.random.default_rng(seed)
    train_set, test_set = spirals(400, chance), spirals(200, chance)
    with nbtrack.start_run(run_name=f"tanh-{hidden}-lr-{lr}"):
        nbtrack.log_params({"hidden": hidden, "lr": lr, "seed": seed})
        network = Network(hidden, chance)
        for step in range(STEPS):
            nbtrack.log_metric("loss", network.train(*train_set, lr), step=step)
            if step % 20 == 19:
                nbtrack.log_metric("accuracy", network.accuracy(*test_set), step=step)
        nbtrack.set_tag("data", "spirals")
        nbtrack.log_dict({"shapes": [it.shape for it in network.weights]}, "network.json")


def shown(command: str, folder: Path) -> None:
    """A command of nbtrack, as one types it, and what it answers."""
    print(f"\n$ {command}", flush=True)
    arguments = [sys.executable, "-m", *shlex.split(command)]
    subprocess.run(arguments, cwd=folder, check=True)


def main() -> None:
    folder = Path(sys.argv[1]).resolve() if sys.argv[1:] else BUILD
    if folder == BUILD:
        shutil.rmtree(folder, ignore_errors=True)
    (folder / ".nbtrack").mkdir(parents=True)
    os.chdir(folder)
    nbtrack.set_experiment("spirals")
    print("training a few networks …", flush=True)
    for hidden in (4, 16, 64):
        for lr in (0.1, 1.0):
            train(hidden, lr)
    best = nbtrack.search_runs(
        filter_string="accuracy > 0.5",
        order_by=["accuracy DESC"],
        max_results=2,
        output_format="list",
    )
    names = " ".join(run.info.run_name for run in best)
    shown("nbtrack runs list", folder)
    shown("nbtrack runs search 'accuracy > 0.8 and (lr = 1 or hidden >= 64)'", folder)
    shown(f"nbtrack runs compare {names}", folder)
    shown(f"nbtrack sql '{POINTS}'", folder)
    shown("nbtrack doctor", folder)
    print(
        f"\nEverything is in {os.path.relpath(folder, BUILD.parents[1])}/.nbtrack; go there and try"
    )
    print("nbtrack --help (in .venv/bin, unless the environment is active)")


if __name__ == "__main__":
    main()
