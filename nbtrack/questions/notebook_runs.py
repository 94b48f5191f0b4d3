"""Which runs are those of a notebook, as a condition: for its page, the sidebar and `%runs`."""

from __future__ import annotations

from collections.abc import Iterable

from nbtrack.query.tree import All, Comparison, Condition, Either, Field

__all__ = ["all_of", "of_notebook", "with_ids"]

SOURCE_TAG = "mlflow.source.name"


def of_notebook(paths: Iterable[str], session_id: str | None = None) -> Condition:
    """The runs of recorded cells of a notebook, and those without cells that name it as source.

    Args:
        paths: The notebook's path in each spelling that its kernels may have told.
        session_id: A kernel session whose runs are meant too, whatever its notebook is called.
    """
    told = tuple(dict.fromkeys(it for it in paths if it))
    found: list[Condition] = []
    if session_id is not None:
        found.append(Comparison(Field("attribute", "session_id"), "=", session_id))
    if told:
        notebook = Field("attribute", "notebook")
        name = told[0].replace("\\", "/").rpartition("/")[2]
        is_named = Comparison(Field("tag", SOURCE_TAG), "=", name)
        found.append(Comparison(notebook, "IN", told))
        found.append(All((is_named, Comparison(notebook, "IS NULL"))))
    return Either(tuple(found)) if found else with_ids(())


def with_ids(run_ids: Iterable[str]) -> Condition:
    """The runs of some ids."""
    return Comparison(Field("attribute", "run_id"), "IN", tuple(run_ids) or ("",))


def all_of(*conditions: Condition | None) -> Condition | None:
    """Each of the conditions that there are; None if there is none."""
    given = tuple(it for it in conditions if it is not None)
    return All(given) if len(given) > 1 else next(iter(given), None)
