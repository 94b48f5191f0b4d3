from __future__ import annotations

import sys

from nbtrack.journal import reader
from nbtrack.serving.predictions import ingestion
from nbtrack.serving.predictions.ingestion import Ingestion


def test_full_segments_are_taken_in_by_a_process_of_its_own(log, scored, store_folder):
    log.ingestion = Ingestion(store_folder, segments=2)
    log.offer(scored({"x": [1.0]}, [1]))
    log.close()
    assert log.ingestion.process is None
    log.writer.chain.rotate()
    log.offer(scored({"x": [2.0]}, [1]))
    log.close()
    process = log.ingestion.process
    assert process.wait(60) == 0
    assert store_folder.database.exists()
    log.ingestion.look(3)
    assert log.ingestion.process is process
    assert sum(1 for _ in reader.segments(store_folder)) <= 2


def test_the_journals_wait_where_no_process_can_be_started(store_folder, monkeypatch, caplog):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    Ingestion(store_folder, segments=1).look(1)
    assert "wait for the store's next reading" in caplog.text


def test_a_store_that_is_busy_is_left_for_later(store_folder, monkeypatch):
    monkeypatch.setattr(ingestion.os, "nice", lambda _: 0)
    assert ingestion.main([str(store_folder.path)]) == 0
    store_folder.database.write_bytes(b"no database at all" * 1000)
    assert ingestion.main([str(store_folder.path)]) == 1
