"""A user's SQL: one SELECT, in an instance of its own that can reach nothing but the store."""

from __future__ import annotations

from nbtrack.errors import InvalidValue
from nbtrack.journal.folder import StoreFolder
from nbtrack.store import engine, recovery
from nbtrack.store.protocol import Answer

__all__ = ["check_select", "select"]

READABLE = {"SELECT", "EXPLAIN"}


def select(folder: StoreFolder, text: str) -> Answer:
    """The answer to one SELECT; under the lock of a reader.

    Raises:
        InvalidValue: DuckDB refuses it; its words say why.
        StoreBusy: Another program holds the file.
    """
    connection = engine.connect()
    try:
        engine.attach(connection, folder.database, "READ_ONLY", name="store")
        connection.execute("USE store")
        # READ_ONLY alone would still let COPY and read_csv reach files.
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        connection.execute(text)
        return Answer(engine.columns_of_answer(connection))
    except engine.EngineError as error:
        if recovery.diagnosis(str(error)) == "busy":
            raise recovery.refusal(folder, str(error)) from error
        raise InvalidValue(f"the SELECT cannot be answered: {error}") from error
    finally:
        connection.close()


def check_select(text: str) -> None:
    """Raise InvalidValue for what is not exactly one SELECT."""
    try:
        kinds = engine.statements(text)
    except engine.EngineError as error:
        raise InvalidValue(f"the SELECT cannot be read: {error}") from error
    if len(kinds) != 1:
        raise InvalidValue(f"one SELECT is answered at a time, these are {len(kinds)} statements")
    if kinds[0] not in READABLE:
        raise InvalidValue(
            f"only a SELECT is answered, this is {kinds[0]}: SQL reads the store; it is written by "
            f"logging, and by `nbtrack runs` and `nbtrack experiments`"
        )
