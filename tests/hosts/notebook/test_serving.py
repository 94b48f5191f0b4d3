from __future__ import annotations

import socket

import pandas as pd
import pytest
from IPython.core.error import UsageError

import nbtrack
from nbtrack.hosts.notebook import extension


def ones(model_input):
    """As many ones as rows."""
    return [1] * len(model_input)


@pytest.fixture
def magics(shell, tmp_path):
    """A shell with the extension, and a store with a registered model."""
    nbtrack.set_tracking_uri(tmp_path / ".nbtrack")
    extension.load(shell)
    yield shell
    extension.unload(shell)


def test_a_line_serves_a_model_shows_it_again_and_stops_it(magics):
    data = pd.DataFrame({"x": [1.0]})
    nbtrack.pyfunc.log_model(
        name="model", python_model=ones, input_example=data, registered_model_name="churn"
    )
    nbtrack.MlflowClient().set_registered_model_alias("churn", "champion", 1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = (
        f"churn@champion -p {port} --canary churn/1=0.2 --shadow churn/1 --cache-ttl 0.01 -t 9"
        ' --salt again --log-columns "x, y" --most-waiting 99 --drain-seconds 2.5'
    )
    magics.run_line_magic("serve", line)
    found = nbtrack.endpoint("churn")
    assert found.predict(data) == [1]
    shares = [(it.share, it.is_shadow) for it in found.plan.variants]
    assert shares == [(0.8, False), (0.2, False), (0.0, True)]
    assert (found.plan.traffic.mode, found.plan.options.timeout_seconds) == ("canary", 9)
    options = found.plan.options
    assert (options.log_columns, options.most_waiting) == (("x", "y"), 99)
    assert (found.plan.traffic.salt, options.drain_seconds) == ("again", 2.5)
    since = found.since
    magics.run_line_magic("serve", line)
    assert found.since == since
    magics.run_line_magic("serve", "--stop churn")
    assert found.status == "STOPPED"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "say which model, such as models:/churn@champion"),
        ("--stop nobody", "there is no endpoint 'nobody'"),
        ("models:/churn/1 --split models:/churn/2", "write URI=SHARE"),
        ("models:/churn/1 --canary models:/churn/2=much", "--canary models:/churn/2=much: write"),
        ("models:/churn/1 --token secret_word", "names no variable with a text 'secret_word'"),
        ("models:/churn/1", "churn"),
    ],
)
def test_a_line_that_cannot_be_served_is_told_as_wrong_use(magics, line, problem):
    with pytest.raises(UsageError, match=problem):
        magics.run_line_magic("serve", line)
