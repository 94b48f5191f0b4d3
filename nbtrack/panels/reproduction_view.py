"""A result made again, beside what it was: `%reproduce`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbtrack.api.reproduction.check import Check
from nbtrack.api.reproduction.reproduce import Reproduction
from nbtrack.panels import formats, theme
from nbtrack.panels.formats import one_line, plural, shortened

__all__ = ["ReproductionView"]

DIGEST = re.compile(r"[0-9a-f]{16,}")

SHOWN = 10
"""So many values are shown at once, and all that differ."""

SIGNS = {"equal": ("✓", theme.GREEN), "differs": ("≠", theme.RED), "missing": ("?", theme.AMBER)}


@dataclass(frozen=True, kw_only=True)
class ReproductionView(theme.Panel):
    """The notebook that was written, and what came out of running it."""

    made: Reproduction

    def html(self) -> str:
        """The outcome, then each value beside what it was."""
        made = self.made
        colour = {True: theme.GREEN, False: theme.RED, None: theme.GREY}[made.is_equal]
        title = theme.heading(f"reproduction of {theme.cut(made.title)}", [outcome(made)])
        file = theme.line(f"notebook: <code>{theme.safe(made.path.name)}</code>")
        shown, rest = divided(made.checks)
        table = check_table("what was compared", shown) if shown else ""
        if rest:
            told = f"and {plural(len(rest), 'more value')}, equal"
            table += theme.details(told, check_table("equal", rest))
        notes = [theme.note("!", "", theme.cut(it, 300), theme.AMBER) for it in remarks(made)]
        failed = ""
        if made.failure is not None:
            place, error = made.failure
            told = f"in {theme.safe(place)}: {theme.cut(error, 300)}"
            failed = theme.note("✗", "failed", told, theme.RED)
        return theme.frame("".join([title, file, failed, table, *notes]), colour, "reproduction")

    def text(self) -> str:
        """The same for a terminal."""
        made = self.made
        lines = [f"reproduction of {one_line(made.title)}: {outcome(made)}"]
        lines.append(f"  notebook: {made.path.name}")
        if made.failure is not None:
            lines.append(f"  failed in {made.failure[0]}: {one_line(made.failure[1])}")
        shown, rest = divided(made.checks)
        rows = [tuple(one_line(it) for it in told(check)) for check in shown]
        if rows:
            lines.append(formats.aligned(rows, indent="  "))
        if rest:
            lines.append(f"  and {plural(len(rest), 'more value')}, equal")
        lines += [f"  {it}" for it in remarks(made)]
        return "\n".join(shortened(it, formats.COLUMNS) for it in lines)


def divided(checks: Sequence[Check]) -> tuple[list[Check], list[Check]]:
    """What is shown at once, and what opens on a click: differences come first, params last."""
    ranked = sorted(checks, key=lambda it: (it.status == "equal", it.name.startswith("param ")))
    least = sum(it.status != "equal" for it in checks)
    return ranked[: max(least, SHOWN)], ranked[max(least, SHOWN) :]


def outcome(made: Reproduction) -> str:
    """How it went, in a few words."""
    if not made.was_run:
        return "written, not run"
    if made.failure is not None:
        return "it failed"
    if not made.checks:
        return "it ran; there was nothing to compare"
    equal = sum(it.status == "equal" for it in made.checks)
    if made.is_equal:
        return f"{plural(equal, 'value')} equal"
    return f"{equal} of {plural(len(made.checks), 'value')} equal"


def remarks(made: Reproduction) -> Iterator[str]:
    """What may explain a difference: other versions, secrets that are not set."""
    if made.is_equal:
        return
    for name, (then, now) in made.packages.items():
        yield f"{name} was {then}, is {now}"
    for name in made.unset:
        yield f"set {name} to the secret that was used"


def told(check: Check) -> tuple[str, str, str, str, str]:
    """A check in columns."""
    before, after = shown(check.before), shown(check.after)
    apart = ""
    if check.status == "differs" and check.relative_difference is not None:
        apart = f"{check.relative_difference:.2g} apart"
    if check.status == "missing":
        after, apart = "", "was not made again"
    return SIGNS[check.status][0], check.name, before, after, apart


def shown(value: str) -> str:
    """A value; of a content its digest, cut."""
    return f"content {value[:12]}" if DIGEST.fullmatch(value) else shortened(value, 40)


def check_table(caption: str, checks: Sequence[Check]) -> str:
    """Checks in rows."""
    return theme.table(caption, ("", "value", "was", "is", ""), map(check_html, checks))


def check_html(check: Check) -> str:
    """The cells of a check."""
    sign, name, before, after, apart = told(check)
    mark = theme.element("span", sign, f"color:{SIGNS[check.status][1]};font-weight:bold")
    cells = [
        theme.cell(f"{mark} {check.status}", nowrap=True),
        theme.cell(theme.cut(name), head="row"),
    ]
    return "".join([*cells, *(theme.cell(theme.cut(it, 40)) for it in (before, after, apart))])
