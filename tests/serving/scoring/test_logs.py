from __future__ import annotations

import json
import logging

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.serving.scoring.logs import OwnLog, is_debugging, least, log


@pytest.fixture
def leveled(monkeypatch):
    """Has another level set."""

    def change(level):
        monkeypatch.setenv("NBTRACK_SERVING_LOG", level)
        least.cache_clear()

    yield change
    least.cache_clear()


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("debug", ["debug", "info", "warning", "error", "critical"]),
        ("info", ["info", "warning", "error", "critical"]),
        ("error", ["error", "critical"]),
        ("loud", ["debug", "info", "warning", "error", "critical"]),  # why, is to be told
    ],
)
def test_lines_below_the_level_that_is_set_are_left_out(leveled, capsys, level, written):
    leveled(level)
    for it in ("debug", "info", "warning", "error", "critical"):
        log(it, "so it is")
    lines = map(json.loads, capsys.readouterr().err.splitlines())
    assert [it["level"] for it in lines] == written


def test_a_level_that_is_none_is_told_with_those_there_are(leveled):
    leveled("loud")
    problem = "NBTRACK_SERVING_LOG is 'loud'; there are debug, info, warning, error"
    with pytest.raises(InvalidValue, match=problem):
        is_debugging()


def test_what_nbtrack_itself_logs_is_a_line_of_the_log(capsys):
    logger = logging.getLogger("nbtrack.testing.logs")
    handler = OwnLog(logging.WARNING)
    logger.addHandler(handler)
    try:
        logger.info("nothing happened")
        logger.warning("the journal in %s cannot be written", "here")
    finally:
        logger.removeHandler(handler)
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["level"], told["message"]) == ("warning", "the journal in here cannot be written")
