"""Our scoring server beside MLflow's: each request is answered with the same status and answer.

What MLflow 3.17.2 answers is kept in answers.json, which record.py writes, or checks anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.append(str(HERE))

from conformance.asking import answer_of  # noqa: E402 - found by the line above
from conformance.better import BETTER  # noqa: E402
from conformance.case import PRIVATE  # noqa: E402
from conformance.cases import CASES  # noqa: E402
from conformance.comparing import is_same  # noqa: E402
from conformance.models import MODELS, write_models  # noqa: E402
from conformance.ours import ours_serving  # noqa: E402

THEIRS = json.loads((HERE / "answers.json").read_text(encoding="utf-8"))
FEWEST = 550


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What ours answers to each case."""
    folder = tmp_path_factory.mktemp("models")
    write_models(folder)
    with ours_serving(folder, list(MODELS)) as ports:
        return {case.name: answer_of(ports[case.model], case) for case in CASES}


def test_each_request_is_answered_as_mlflow_does_or_better(answers):
    differing = {}
    for case in CASES:
        ours, wanted = answers[case.name], THEIRS[case.name]
        if case.name in BETTER:
            better = BETTER[case.name]
            wanted = {"status": better.status, "told": better.told}
        if not is_same(ours, wanted):
            differing[case.name] = (ours, wanted)
    assert not differing


def test_where_ours_is_better_it_is_otherwise(answers):
    names = {case.name for case in CASES}
    assert set(BETTER) <= names
    assert len(CASES) == len(names) >= FEWEST
    assert not [name for name in BETTER if is_same(answers[name], THEIRS[name])]


def test_no_error_tells_what_a_person_sent(answers):
    refused = [
        case.name
        for case in CASES
        if PRIVATE in str(case.body) and answers[case.name].status >= 400
    ]
    assert len(refused) > 10
    assert not [name for name in refused if PRIVATE in answers[name].body]


def test_each_error_is_json_that_says_what_to_do(answers):
    for name, answer in answers.items():
        if answer.status >= 400:
            told = json.loads(answer.body)
            assert set(told) == {"error_code", "message"}, name
            assert told["error_code"].isupper(), name
            assert len(told["message"]) > 15, name


def test_every_answer_is_json_that_browsers_read(answers):
    def refuse(word):
        raise AssertionError(word)

    for answer in answers.values():
        if answer.told is not None:
            json.loads(answer.body, parse_constant=refuse)
