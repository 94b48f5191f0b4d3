"""Runs as rows of a table, and what may be done to them."""

from __future__ import annotations

from nbtrack.api.runs.experiments import change_stages
from nbtrack.api.runs.start import run_to_write
from nbtrack.api.tracking.values import drop_tag
from nbtrack.errors import InvalidValue
from nbtrack.rest import run_groups, run_table
from nbtrack.rest.endpoints.run import page
from nbtrack.rest.routing import Reply, Request, Route
from nbtrack.rest.run_file import table_of
from nbtrack.rest.shapes import (
    GroupsQuestion,
    GroupsReply,
    MembersQuestion,
    RenameWish,
    RunReply,
    RunsQuestion,
    RunsReply,
    RunsWish,
    TagWish,
)

__all__ = [
    "ROUTES",
    "csv",
    "delete",
    "groups",
    "members",
    "rename",
    "restore",
    "search",
    "tag",
]

MOST_IN_FILE = 100_000


def search(request: Request) -> RunsReply:
    """A page of the runs that are asked for.

    Raises:
        InvalidValue: The filter or the order cannot be read, or a column is none.
    """
    asked = request.sent(RunsQuestion)
    paths = request.stores.spellings(asked.notebook) if asked.notebook else ()
    return run_table.found(request.here.store, asked, paths, request.stores.memory_of(request.here))


def groups(request: Request) -> GroupsReply:
    """A page of the groups of the runs that are asked for.

    Raises:
        InvalidValue: The filter, the order or a column cannot be read, or runs have no such column.
    """
    asked = request.sent(GroupsQuestion)
    paths = request.stores.spellings(asked.runs.notebook) if asked.runs.notebook else ()
    memory = request.stores.memory_of(request.here)
    return run_groups.groups(request.here.store, asked, paths, memory)


def members(request: Request) -> RunsReply:
    """A page of the runs of a group.

    Raises:
        InvalidValue: As for groups.
        NotFound: There is no such group.
    """
    asked = request.sent(MembersQuestion)
    paths = request.stores.spellings(asked.runs.notebook) if asked.runs.notebook else ()
    memory = request.stores.memory_of(request.here)
    return run_groups.members(request.here.store, asked, paths, memory)


def rename(request: Request) -> RunReply:
    """Give a run another name; the result is its page.

    Raises:
        NotFound: There is no such run.
        InvalidValue: It is deleted, or the name is empty.
    """
    wish, run_id = request.sent(RenameWish), request.path["run_id"]
    if not wish.run_name.strip():
        raise InvalidValue("the name of a run is empty; write what it should be called")
    run_to_write(run_id, request.here).change(name=wish.run_name.strip())
    return page(request.here, run_id)


def tag(request: Request) -> None:
    """Set a tag of a run, or take it away.

    Raises:
        NotFound: There is no such run, or no such tag to be taken away.
        InvalidValue: The run is deleted, or the key cannot be taken.
    """
    wish = request.sent(TagWish)
    run = run_to_write(request.path["run_id"], request.here)
    if wish.value is None:
        drop_tag(run, wish.key)
    else:
        run.set_tags({wish.key: wish.value})


def delete(request: Request) -> None:
    """Delete runs, all or none, so that they can be restored."""
    change_stages(request.here, "run", request.sent(RunsWish).run_ids, "deleted")


def restore(request: Request) -> None:
    """Bring deleted runs back, all or none."""
    change_stages(request.here, "run", request.sent(RunsWish).run_ids, "active")


def csv(request: Request) -> Reply:
    """Some runs as a file for spreadsheets, in the order asked for."""
    run_ids = request.listed("run_ids") or []
    if len(run_ids) > MOST_IN_FILE:
        raise InvalidValue(f"{len(run_ids)} runs are too many for a file; {MOST_IN_FILE} may be")
    return Reply(
        content=table_of(request.here.store, run_ids).encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="runs.csv"'},
    )


ROUTES = (
    Route("POST", "runs/search", search, RunsQuestion, is_reading=True),
    Route("POST", "runs/groups", groups, GroupsQuestion, is_reading=True),
    Route("POST", "runs/members", members, MembersQuestion, is_reading=True),
    Route("GET", "runs.csv", csv),
    Route("PATCH", "runs/{run_id}", rename, RenameWish),
    Route("POST", "runs/{run_id}/tags", tag, TagWish),
    Route("POST", "runs/delete", delete, RunsWish),
    Route("POST", "runs/restore", restore, RunsWish),
)
