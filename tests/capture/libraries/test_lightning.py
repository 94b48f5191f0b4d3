"""Lightning itself trains a few weights, and what it tells is compared whole."""

from __future__ import annotations

import logging
import pickle
import warnings

import pytest

from nbtrack.capture import training
from nbtrack.capture.guard import TrackingWarning
from nbtrack.capture.libraries import lightning as observer
from nbtrack.capture.libraries import torch as torch_observer
from nbtrack.capture.training import Failed, Fitted, Fitting, Measured

torch = pytest.importorskip("torch")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Lightning says of its own dependencies
    lightning = pytest.importorskip("lightning.pytorch")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")

X = torch.linspace(0, 1, 32).reshape(16, 2)
DATA = torch.utils.data.TensorDataset(X, X.sum(dim=1))
LOADER = torch.utils.data.DataLoader(DATA, batch_size=4)


class Line(lightning.LightningModule):
    """Two weights; what it logs is known beforehand."""

    def __init__(self, rate=0.1, width=2):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(width, 1)
        self.fails_at = None

    def loss(self, batch):
        return torch.nn.functional.mse_loss(self.layer(batch[0])[:, 0], batch[1])

    def training_step(self, batch, index):
        if self.global_step == self.fails_at:
            raise RuntimeError("out of memory")
        self.log("by_step", float(self.global_step))
        self.log("both", float(index), on_step=True, on_epoch=True)
        return self.loss(batch)

    def validation_step(self, batch, index):
        self.log("val_loss", 1.0 + self.current_epoch)

    def test_step(self, batch, index):
        self.log("test_loss", 0.5)

    def on_train_epoch_end(self):
        self.log("late", float(self.current_epoch))

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)


class Scheduled(Line):
    def configure_optimizers(self):
        optimizer = super().configure_optimizers()
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)]


@pytest.fixture(autouse=True)
def quiet(caplog):
    for name in ("lightning.pytorch", "lightning.fabric"):
        caplog.set_level(logging.ERROR, logger=name)


@pytest.fixture
def told():
    told = []
    leave = training.subscribe(told.append)
    observer.observe()
    observer.observe()
    torch_observer.observe()
    yield told
    leave()
    observer.ignore()
    torch_observer.ignore()


@pytest.fixture
def trainer(tmp_path):
    def trainer(**given):
        plain = {
            "accelerator": "cpu",
            "default_root_dir": tmp_path,
            "enable_checkpointing": False,
            "enable_model_summary": False,
            "enable_progress_bar": False,
            "log_every_n_steps": 2,
            "logger": False,
            "max_epochs": 2,
        }
        return lightning.Trainer(**(plain | given))

    return trainer


def test_fit_tells_params_steps_validations_and_epochs(told, trainer):
    model, fitting = Line(), trainer()
    before = list(fitting.callbacks)
    fitting.fit(model, LOADER, LOADER)
    assert fitting.callbacks == before
    fitted = told.pop()
    begun = told.pop(0)
    expected = {"rate": 0.1, "width": 2, "epochs": 2, "optimizer_name": "SGD", "lr": 0.1}
    assert begun == Fitting("lightning", "Line", begun.params)
    assert {key: begun.params[key] for key in expected} == expected
    steps = [
        Measured(key, value, step, "lightning")
        for step, index in ((2, 1.0), (4, 3.0), (6, 1.0), (8, 3.0))
        for key, value in (("by_step", step - 1.0), ("both_step", index))
    ]
    epochs = [
        [
            Measured("val_loss", 1.0 + epoch, epoch, "lightning"),
            Measured("both", 1.5, epoch, "lightning"),
            Measured("both_epoch", 1.5, epoch, "lightning"),
            Measured("late", float(epoch), epoch, "lightning"),
        ]
        for epoch in range(2)
    ]
    assert told == [*steps[:4], *epochs[0], *steps[4:], *epochs[1]]
    summary = fitted.pieces["model_summary.txt"]
    assert "layer | Linear" in summary
    pieces = {"model_summary.txt": summary}
    assert fitted == Fitted("lightning", "Line", model, seconds=fitted.seconds, pieces=pieces)


def test_a_schedule_of_the_rate_is_told(told, trainer):
    trainer().fit(Scheduled(), LOADER)
    rates = [event for event in told if isinstance(event, Measured) and event.key == "lr"]
    assert rates == [
        Measured("lr", rate, step, "lightning") for rate, step in ((0.1, 0), (0.05, 4), (0.025, 8))
    ] or rates == [Measured("lr", rate, step, "lightning") for rate, step in ((0.1, 0), (0.05, 6))]


def test_validations_within_an_epoch_are_told_by_steps(told, trainer):
    trainer(max_epochs=1, val_check_interval=2).fit(Line(), LOADER, LOADER)
    assert [event.step for event in told[1:-1] if event.key == "val_loss"] == [2, 4]


def test_few_steps_are_told_at_the_end_of_an_epoch(told, trainer):
    trainer(log_every_n_steps=50).fit(Line(), LOADER)
    assert [event for event in told[1:-1] if event.key == "by_step"] == [
        Measured("by_step", 3.0, 4, "lightning"),
        Measured("by_step", 7.0, 8, "lightning"),
    ]


def test_early_stopping_and_checkpoints_are_told(told, trainer, tmp_path):
    stopping = lightning.callbacks.EarlyStopping("val_loss", patience=2)
    keeping = lightning.callbacks.ModelCheckpoint(tmp_path, "best", "val_loss")
    fitting = trainer(max_epochs=9, callbacks=[stopping, keeping], enable_checkpointing=True)
    fitting.fit(Line(), LOADER, LOADER)
    asked = {"monitor": "val_loss", "mode": "min", "patience": 2, "min_delta": 0.0}
    assert {key: told[0].params[key] for key in asked} == asked
    assert told[-1].metrics == {"best_score": 1.0, "wait_count": 2.0, "stopped_epoch": 2.0}
    assert told[-1].data == {"checkpoints": [str(tmp_path / "best.ckpt")]}


def test_a_test_is_told(told, trainer):
    trainer().test(Line(), LOADER, verbose=False)
    assert told == [Measured("test_loss", 0.5, None, "lightning")]


def test_a_failing_fit_is_told_and_raised_after_what_it_measured(told, trainer):
    model, fitting = Line(), trainer()
    model.fails_at = 6
    before = list(fitting.callbacks)
    with pytest.raises(RuntimeError, match="out of memory") as raised:
        fitting.fit(model, LOADER)
    assert told[-1] == Failed("lightning", "Line", raised.value)
    assert Measured("late", 0.0, 0, "lightning") in told
    assert fitting.callbacks == before


def test_what_is_pickled_during_a_fit_knows_no_listeners(told, trainer):
    class Looking(lightning.Callback):
        def on_train_end(self, trainer, pl_module):
            seen.append(pickle.loads(pickle.dumps(trainer.callbacks[-1])))

    seen = []
    trainer(max_epochs=1, callbacks=[Looking()]).fit(Line(), LOADER)
    assert [type(it) for it in seen] == [lightning.Callback]


def test_a_raising_listener_does_not_stop_the_training(told, trainer):
    def raising(event):
        raise RuntimeError("no room for lightning")

    leave, fitting = training.subscribe(raising), trainer()
    with pytest.warns(TrackingWarning, match="no room for lightning"):
        fitting.fit(Line(), LOADER)
    leave()
    assert fitting.global_step == 8
    assert isinstance(told[-1], Fitted)


def test_nothing_is_told_once_it_is_ignored(told, trainer):
    observer.ignore()
    observer.ignore()
    torch_observer.ignore()
    trainer(max_epochs=1).fit(Line(), LOADER)
    assert told == []
