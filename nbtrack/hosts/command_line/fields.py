"""`nbtrack runs fields`: what a filter can ask about, and how."""

from __future__ import annotations

from typing import Any

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.choice import experiment_called
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.output import Column
from nbtrack.query.fields import ATTRIBUTES, KEYED, PREFIXES
from nbtrack.query.operators import OPERATORS
from nbtrack.questions import names

__all__ = ["answer_fields"]

SHOWN_KEYS = 40


def answer_fields(desk: Desk, experiment: str | None) -> None:
    """Answer with operators, attributes, and the keys that runs have."""
    operators = {it.symbol: it.sentence.format(field="it", value="x") for it in OPERATORS.values()}
    attributes = {it.name: it.doc for it in ATTRIBUTES["run"].values()}
    keys = keys_of(desk, experiment)
    data = {"operators": operators, "attributes": attributes, **keys}
    desk.answer(data, lambda: show(operators, attributes, keys))


def keys_of(desk: Desk, experiment: str | None) -> dict[str, list[str]]:
    """The metrics, params and tags there are, by prefix."""
    if not desk.exists:
        return {}
    ids = None if experiment is None else [experiment_called(desk, experiment).experiment_id]
    return {PREFIXES[it]: names.known(desk.store, it, ids) for it in KEYED["run"]}


def show(operators: dict[str, str], attributes: dict[str, str], keys: dict[str, list[str]]) -> None:
    """Draw what can be asked about, what one has first."""
    for prefix, found in keys.items():
        output.show(output.heading(prefix, wording.plural(len(found), "name")))
        more = f" and {len(found) - SHOWN_KEYS} more" if len(found) > SHOWN_KEYS else ""
        output.say(f"  {', '.join(found[:SHOWN_KEYS])}{more}")
    for title, hint, sentences in (
        ("attributes", "of every run", attributes),
        ("operators", "joined with and, or, not and parentheses", operators),
    ):
        output.show(output.heading(title, hint))
        rows: list[list[Any]] = [[f"  {name}", sentence] for name, sentence in sentences.items()]
        output.show(output.table([Column(""), Column("", fold=True, style="dim")], rows))
