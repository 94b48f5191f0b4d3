from __future__ import annotations

from nbtrack.journal.writer import JournalWriter
from nbtrack.questions import endpoints
from nbtrack.records.endpoint_event import EndpointEvent
from nbtrack.store.duckdb import DuckDBStore

EVENTS = [
    EndpointEvent("e1", "churn", "started", "http://h:1", "serves churn", '{"n": 1}', 10),
    EndpointEvent("e1", "churn", "stopped", None, "asked to stop", None, 20),
    EndpointEvent("e2", "churn", "started", "http://h:2", "serves churn", '{"n": 1}', 30),
    EndpointEvent("e3", "prices", "failed", time=5),
]


def test_events_of_endpoints_are_taken_in_once_and_told_in_order(store_folder):
    writer = JournalWriter(store_folder)
    writer.write_all(EVENTS)
    store = DuckDBStore(store_folder)
    assert endpoints.events(store, name="churn") == EVENTS[:3]
    assert endpoints.events(store, endpoint_id="e1") == EVENTS[:2]
    assert endpoints.events(store)[0] == EVENTS[3]
    assert endpoints.names(store) == ["churn", "prices"]
    writer.close()
    assert len(endpoints.events(store)) == 4
    store.close()


def test_an_event_without_its_endpoint_is_put_aside(store_folder):
    writer = JournalWriter(store_folder)
    writer.append(b'{"type":"endpoint_event","name":"churn","kind":"started"}\n')
    writer.write(EVENTS[0])
    store = DuckDBStore(store_folder)
    assert endpoints.events(store) == EVENTS[:1]
    assert store_folder.quarantine.is_dir()
    assert any(store_folder.quarantine.iterdir())
    writer.close()
    store.close()
