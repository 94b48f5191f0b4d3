"""What the shell's tab key offers: experiments and runs, models with versions and aliases."""

from __future__ import annotations

import typer

from nbtrack.hosts.command_line.desk import Desk, Shared
from nbtrack.hosts.command_line.wording import one_line

__all__ = [
    "addresses_like",
    "aliases_like",
    "experiments_like",
    "managers_like",
    "models_like",
    "runs_like",
    "version_numbers_like",
    "versions_like",
]

MOST = 50
QUOTE = "'"


def desk_of(context: typer.Context) -> Desk:
    """The store of the line that is being typed."""
    shared = Shared()
    shared.add(
        context.params.get("store") or context.find_root().params.get("store"), as_json=False
    )
    return Desk(shared)


def experiments_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Experiments whose name begins so, with their ids."""
    from nbtrack.questions import experiments

    desk = desk_of(context)
    if not desk.exists:
        return []
    found = experiments.search(desk.store)
    return [(it.name, f"id {it.experiment_id}") for it in found if it.name.startswith(incomplete)][
        :MOST
    ]


def runs_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Runs whose name or id begins so, newest first."""
    from nbtrack.hosts.command_line.choice import runs_beginning

    desk = desk_of(context)
    if not desk.exists:
        return []
    offered = []
    for run in runs_beginning(desk, incomplete, most=MOST):
        name, run_id = one_line(run.info.run_name or ""), run.info.run_id
        offered.append((name, run_id) if name.startswith(incomplete) else (run_id, name))
    return offered


def models_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Registered models whose name begins so, with what is said of them."""
    from nbtrack.questions import registered_models

    desk = desk_of(context)
    if not desk.exists:
        return []
    found = registered_models.search(desk.store, max_results=1000)
    return [
        (it.name, one_line(it.description or "")) for it in found if it.name.startswith(incomplete)
    ][:MOST]


def versions_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Registered models; below a name its versions, and its aliases."""
    return offered_versions(context, incomplete, "")


def addresses_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The same, with or without `models:/` before it."""
    scheme = "models:/" if incomplete.startswith("models:/") else ""
    return offered_versions(context, incomplete.removeprefix(scheme), scheme)


def managers_like(incomplete: str) -> list[tuple[str, str]]:
    """What makes environments."""
    from nbtrack.registry.environments import MANAGERS

    return [(name, what) for name, what in MANAGERS.items() if name.startswith(incomplete)]


def offered_versions(context: typer.Context, incomplete: str, scheme: str) -> list[tuple[str, str]]:
    """What may stand where a model or a version is named."""
    name, joint = next(
        ((incomplete.partition(it)[0], it) for it in ("/", "@") if it in incomplete), ("", "")
    )
    if not joint:
        return [(f"{scheme}{it}", said) for it, said in models_like(context, incomplete)]
    found = numbers_of(context, name) if joint == "/" else aliases_of(context, name)
    whole = ((f"{name}{joint}{it}", said) for it, said in found)
    return [(f"{scheme}{it}", said) for it, said in whole if it.startswith(incomplete)][:MOST]


def version_numbers_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The versions of the model that stands before, the newest first."""
    found = numbers_of(context, str(context.params.get("name") or ""))
    return [it for it in found if it[0].startswith(incomplete)][:MOST]


def aliases_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The aliases of the model that stands before."""
    found = aliases_of(context, str(context.params.get("name") or ""))
    return [it for it in found if it[0].startswith(incomplete)][:MOST]


def numbers_of(context: typer.Context, name: str) -> list[tuple[str, str]]:
    """A model's versions, with their aliases; none of a model that is not there."""
    from nbtrack.questions import model_versions

    desk = desk_of(context)
    if not desk.exists:
        return []
    text = f"name = '{name.replace(QUOTE, QUOTE * 2)}'"
    found = model_versions.search(desk.store, text, order_by=["version_number DESC"])
    return [(it.version, ", ".join(f"@{alias}" for alias in it.aliases)) for it in found]


def aliases_of(context: typer.Context, name: str) -> list[tuple[str, str]]:
    """A model's aliases, with their versions."""
    from nbtrack.questions import registered_models

    desk = desk_of(context)
    found = registered_models.find(desk.store, name) if desk.exists else None
    aliases = {} if found is None else found.aliases
    return [(alias, f"version {version}") for alias, version in sorted(aliases.items())]
