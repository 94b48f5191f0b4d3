from __future__ import annotations

import json
import logging

from nbtrack.serving.scoring.logs import OwnLog


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
