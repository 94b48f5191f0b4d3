"""A journal to write to, and what was written."""

from __future__ import annotations

import pytest

from nbtrack.journal import reader
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.event import JournalHeader


@pytest.fixture
def writer(store_folder):
    writer = JournalWriter(store_folder)
    yield writer
    writer.close()


@pytest.fixture
def written(store_folder):
    """The records in the journal, in order, without the headers of segments."""

    def read():
        found = []
        for segment in reader.segments(store_folder):
            decoded = reader.decode(reader.read(segment.path).lines)
            assert decoded.bad == []
            found += [it for it in decoded.records if not isinstance(it, JournalHeader)]
        return found

    return read
