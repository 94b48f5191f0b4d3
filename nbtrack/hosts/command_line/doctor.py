"""`nbtrack doctor`: what store this is, how it is, and what to do."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.verb import verb
from nbtrack.version import __version__

if TYPE_CHECKING:
    from nbtrack.store.health import Health, Verdict

__all__ = ["add_to"]

SIGNS = {
    "good": ("✓", "green"),
    "note": ("·", "cyan"),
    "warning": ("!", "yellow"),
    "error": ("✗", "red"),
}
EXIT_CODES = {"good": 0, "note": 0, "warning": 1, "error": 2}
PACKAGES = ("duckdb", "msgspec", "numpy", "pandas", "psutil", "typer")


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(app, "doctor", "nbtrack doctor", "nbtrack doctor --store ~/project/.nbtrack --json")(
        doctor
    )


def doctor(desk: Desk) -> None:
    """Examine the store: what is wrong, and what to do.

    The exit code is 0 if all is well, 1 if something wants attention, 2 if something is broken.
    """
    about = versions()
    place = desk.place
    described = {"path": str(place.folder.path), "reason": place.reason, "mlflow": place.foreign}
    if not desk.exists:
        data = described | {"exists": False, "verdicts": [], "versions": about}
        desk.answer(data, lambda: show_nothing(desk, about))
        return
    from nbtrack.store.health import examine

    with output.progress("examining the store"):
        health = examine(place.folder)
    data = described | {"exists": True} | health_json(health) | {"versions": about}
    desk.answer(data, lambda: show_health(desk, health, about))
    code = max(EXIT_CODES[verdict.level] for verdict in health.verdicts)
    if code:
        raise typer.Exit(code)


def versions() -> dict[str, str | None]:
    """What nbtrack runs on."""
    found: dict[str, str | None] = {
        "nbtrack": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def health_json(health: Health) -> dict[str, Any]:
    """The figures and verdicts, as programs read them."""
    import msgspec

    data: dict[str, Any] = msgspec.to_builtins(health)
    data["last_backup"] = wording.iso(health.last_backup)
    data["verdicts"] = [verdict._asdict() for verdict in health.verdicts]
    return data


def show_nothing(desk: Desk, about: dict[str, str | None]) -> None:
    """Say where a store would be made."""
    output.say("there is no store yet, and nothing is wrong with that", "bold")
    output.say(desk.place.message, "dim")
    if desk.place.foreign:
        output.say(f"· {desk.place.foreign}", "cyan")
    show_facts([("versions", worded_versions(about))])


def show_health(desk: Desk, health: Health, about: dict[str, str | None]) -> None:
    """Draw the figures, then the verdicts."""
    output.show(output.heading(health.path, f"({desk.place.reason})"))
    show_facts(facts(health, about))
    output.write("\n")
    for verdict in health.verdicts:
        show_verdict(verdict)
    if desk.place.foreign:
        output.say(f"· {desk.place.foreign}", "cyan")


def facts(health: Health, about: dict[str, str | None]) -> list[tuple[str, str]]:
    """What is known, in words."""
    schema = f"{health.schema_version}" if health.schema_version is not None else "unknown"
    return [
        ("holds", contents(health)),
        ("size", sizes(health)),
        ("written by", writers(health)),
        ("backlog", waiting(health)),
        ("quarantine", wording.plural(health.quarantined_lines, "line", none="empty")),
        ("backup", wording.ago(health.last_backup) or "never"),
        ("disk", f"{wording.size(health.free_bytes)} free"),
        ("schema", f"{schema} (this nbtrack knows {health.known_schema_version})"),
        ("versions", worded_versions(about)),
    ]


def contents(health: Health) -> str:
    """Experiments, runs and points; registered models and predictions, if there are any."""
    if health.runs is None:
        return "unknown: the database cannot be read"
    states = [
        f"{wording.count(number)} {name}"
        for name, number in (
            ("running", health.running),
            ("killed", health.killed),
            ("deleted", health.deleted_runs),
        )
        if number
    ]
    inner = f" ({', '.join(states)})" if states else ""
    experiments = wording.plural(health.experiments or 0, "experiment")
    points = wording.plural(health.points or 0, "point")
    found = [experiments, f"{wording.plural(health.runs, 'run')}{inner}", points]
    if health.registered_models:
        versions = wording.plural(health.model_versions or 0, "version")
        found.append(f"{wording.plural(health.registered_models, 'model')} ({versions})")
    if health.predictions or health.labels:
        found.append(wording.plural(health.predictions or 0, "prediction"))
        found.append(wording.plural(health.labels or 0, "label"))
    return ", ".join(found)


def sizes(health: Health) -> str:
    """How large each part is."""
    journals = sum(it.size_bytes for it in health.journals)
    return (
        f"database {wording.size(health.database_bytes)}, journals {wording.size(journals)}, "
        f"artifacts {wording.size(health.artifacts_bytes)}"
    )


def waiting(health: Health) -> str:
    """How much of the journals the database lacks."""
    if not health.backlog_bytes:
        return "nothing waits in the journals"
    return f"{wording.size(health.backlog_bytes)} in the journals, taken in by the next reading"


def writers(health: Health) -> str:
    """Which processes write into the store now."""
    alive = sorted({(it.host or "", it.pid or 0) for it in health.journals if it.alive})
    here = platform.node()
    found = [f"process {pid}" + (f" on {host}" if host != here else "") for host, pid in alive]
    return ", ".join(found) or "nobody now"


def worded_versions(about: dict[str, str | None]) -> str:
    """Versions in one line."""
    return ", ".join(f"{name} {number or 'missing'}" for name, number in about.items())


def show_facts(rows: list[tuple[str, str]]) -> None:
    """Draw names and values."""
    output.show(output.table([Column("", style="dim"), Column("", fold=True)], rows))


def show_verdict(verdict: Verdict) -> None:
    """Draw a finding, and below it what to do."""
    sign, style = SIGNS[verdict.level]
    first, *rest = verdict.finding.splitlines()
    output.say(f"{sign} {first}", style)
    for line in [*rest, *([verdict.advice] if verdict.advice else [])]:
        output.say(f"    {line}")
