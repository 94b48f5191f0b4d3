"""What the store in use offers for completion; nothing is made where there is none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbtrack.store.protocol import Store

__all__ = ["StoreChoices"]

MOST = 100


class StoreChoices:
    """The names and keys in the store in use, read anew each time."""

    def experiments(self, prefix: str) -> list[str]:
        """Names of experiments that begin so."""
        from nbtrack.questions import experiments

        store = present()
        found = [] if store is None else experiments.search(store, max_results=None)
        return [it.name for it in found if it.name.lower().startswith(prefix.lower())]

    def runs(self, prefix: str) -> list[str]:
        """Names of runs that begin so, and their ids where no name does, the newest first."""
        from nbtrack.questions import runs

        store = present()
        if store is None:
            return []
        like = "'" + prefix.replace("'", "''") + "%'"
        words = f"run_name ILIKE {like} or run_id LIKE {like.lower()}" if prefix else None
        offered: list[str] = []
        for run in runs.search(store, None, words, max_results=MOST, parts=()):
            name = run.info.run_name or ""
            fits = bool(name) and name.lower().startswith(prefix.lower())
            offered.append(name if fits else run.info.run_id)
        return list(dict.fromkeys(offered))

    def metrics(self, prefix: str) -> list[str]:
        """Keys of metrics that begin so."""
        return keys("metric", prefix)

    def params(self, prefix: str) -> list[str]:
        """Keys of params that begin so."""
        return keys("param", prefix)

    def models(self, prefix: str) -> list[str]:
        """Names of registered models that begin so."""
        from nbtrack.questions import registered_models

        store = present()
        found = [] if store is None else registered_models.search(store, max_results=1000)
        return [it.name for it in found if it.name.lower().startswith(prefix.lower())]

    def addresses(self, prefix: str) -> list[str]:
        """Addresses of registered versions that begin so, those of aliases first."""
        from nbtrack.questions import registered_models

        store = present()
        found = [] if store is None else registered_models.search(store, max_results=1000)
        offered = [
            f"models:/{it.name}{place}"
            for it in found
            for place in (
                *(f"@{alias}" for alias in it.aliases),
                *(f"/{version.version}" for version in it.latest_versions[:1]),
            )
        ]
        return [it for it in offered if it.lower().startswith(prefix.lower())]

    def endpoints(self, prefix: str) -> list[str]:
        """Names of endpoints that begin so."""
        from nbtrack.api.endpoints.serve import endpoints

        found = [] if present() is None else endpoints()
        return [it.name for it in found if it.name.lower().startswith(prefix.lower())]


def keys(entity: str, prefix: str) -> list[str]:
    """Keys of the runs in the store that begin so."""
    from nbtrack.questions.names import known

    store = present()
    if store is None:
        return []
    found = known(store, "metric" if entity == "metric" else "param")
    return [key for key in found if key.lower().startswith(prefix.lower())]


def present() -> Store | None:
    """The store in use, if there is one already."""
    from nbtrack.api.session import chosen, session
    from nbtrack.journal.location import locate

    if chosen.current is None:
        folder = locate(chosen.uri).folder
        if not (folder.database.exists() or folder.journal.is_dir()):
            return None
    return session().store
