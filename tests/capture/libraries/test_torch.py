"""PyTorch itself takes some steps, in loops as people write them."""

from __future__ import annotations

import copy
import pickle
import warnings

import pytest

from nbtrack.capture import stack, training
from nbtrack.capture.guard import TrackingWarning
from nbtrack.capture.libraries import torch as observer
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.training import Fitting, Measured, enclosed

torch = pytest.importorskip("torch")


@pytest.fixture
def told():
    told = []
    leave = training.subscribe(told.append)
    observer.observe()
    observer.observe()
    yield told
    leave()
    observer.ignore()


@pytest.fixture
def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr=0.1, momentum=0.9)


def step(optimizer, times=1):
    for _ in range(times):
        optimizer.zero_grad()
        (optimizer.param_groups[0]["params"][0] ** 2).sum().backward()
        optimizer.step()


def test_an_optimizer_is_told_at_its_first_step(told, optimizer):
    step(optimizer, 3)
    (begun,) = told
    expected = {"optimizer_name": "SGD", "lr": 0.1, "momentum": 0.9, "nesterov": False}
    assert begun == Fitting("torch", "SGD", begun.params)
    assert {key: begun.params[key] for key in expected} == expected
    assert None not in begun.params.values()


def test_a_rate_that_changes_is_told_with_the_one_before(told, optimizer):
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5)
    for _ in range(5):
        step(optimizer)
        schedule.step()
    assert told[1:] == [
        Measured("lr", 0.1, 1, "torch"),
        Measured("lr", 0.05, 3, "torch"),
        Measured("lr", 0.025, 5, "torch"),
    ]


def test_small_changes_of_the_rate_add_up_before_they_are_told(told, optimizer):
    for number in range(10):
        optimizer.param_groups[0]["lr"] = 0.1 * (1 + number / 250)
        step(optimizer)
    assert [(event.step, round(event.value, 4)) for event in told[1:]] == [
        (1, 0.1),
        (4, 0.1012),
        (7, 0.1024),
        (10, 0.1036),
    ]


def test_a_rate_in_a_tensor_is_left_alone(told):
    rate = torch.tensor(0.1)
    optimizer = torch.optim.Adam([torch.nn.Parameter(torch.ones(1))], lr=rate)
    step(optimizer)
    rate.mul_(0.5)
    step(optimizer)
    (begun,) = told
    assert begun.params["lr"] == pytest.approx(0.1)


def test_a_later_run_hears_of_the_same_optimizer_again(told, optimizer, writer):
    step(optimizer)
    run = OpenRun(writer, "b" * 32)
    stack.enter(run)
    try:
        step(optimizer, 2)
    finally:
        stack.leave(run)
    assert [event.name for event in told] == ["SGD", "SGD"]


def test_steps_inside_of_a_fit_are_its_own_matter(told, optimizer):
    with enclosed():
        step(optimizer)
    assert told == []


def test_models_and_optimizers_pickle_and_copy(told, optimizer):
    model = torch.nn.Linear(2, 1)
    step(optimizer)
    assert pickle.loads(pickle.dumps(model)).weight.tolist() == model.weight.tolist()
    assert copy.deepcopy(optimizer).state_dict().keys() == optimizer.state_dict().keys()


def test_a_raising_listener_does_not_stop_the_training(told, optimizer):
    def raising(event):
        raise RuntimeError("no room for torch")

    leave = training.subscribe(raising)
    with pytest.warns(TrackingWarning, match="no room for torch"):
        step(optimizer, 2)
    leave()
    assert len(told) == 1


def test_nothing_is_told_once_it_is_ignored(told, optimizer):
    observer.ignore()
    observer.ignore()
    step(optimizer)
    assert told == []


def test_numbers_for_tensorboard_are_told_too(told, tmp_path):
    pytest.importorskip("tensorboard")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what TensorBoard says of its own dependencies
        from torch.utils.tensorboard import SummaryWriter
    observer.observe()  # as is done when its module is loaded
    with SummaryWriter(str(tmp_path)) as writer:
        writer.add_scalar("loss", torch.tensor(0.5), 3)
        writer.add_scalars("rates", {"a": 1, "b": 2.5}, global_step=4)
    assert told == [
        Measured("loss", 0.5, 3, "torch"),
        Measured("rates/a", 1.0, 4, "torch"),
        Measured("rates/b", 2.5, 4, "torch"),
    ]
