"""Registered models with all their versions, and what was moved lately: `%registry`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nbtrack.panels import formats, theme
from nbtrack.panels.model_table import ModelTable, VersionTable
from nbtrack.panels.promotion_view import OUTCOMES
from nbtrack.registry.promotion.report import Promotion

__all__ = ["RegistryView"]

MOST = 8
"""Promotions of a model that are told."""


@dataclass(frozen=True, kw_only=True)
class RegistryView(theme.Panel):
    """Models, each with its versions.

    Attributes:
        tables: The models.
        moves: What was tried with each model, by its name, the oldest first.
    """

    tables: Sequence[VersionTable] = ()
    moves: Mapping[str, Sequence[Promotion]] = field(default_factory=dict)

    def html(self) -> str:
        """All models for a page; how a version is promoted stands below."""
        if not self.tables:
            return ModelTable().html()
        parts = []
        for it in self.tables:
            parts.append(it.html())
            moves = list(reversed(self.moves.get(it.name, ())))
            if moves:
                lines = "".join(move_html(move) for move in moves[:MOST])
                words = formats.plural(len(moves), "promotion or way back", "promotions, ways back")
                parts.append(theme.line(theme.details(words, lines), "margin-left:16px"))
        name = self.tables[0].name
        told = f"%promote {name} VERSION --gate 'metric >= 0.9'"
        hint = f"<code>{theme.safe(told)}</code> promotes a version, "
        hint += f"<code>{theme.safe(f'%rollback {name}')}</code> takes it back"
        return "".join([*parts, theme.line(hint, f"margin-left:16px;font-size:13px;{theme.MUTED}")])

    def text(self) -> str:
        """All models for a terminal."""
        if not self.tables:
            return ModelTable().text()
        return "\n\n".join(it.text() for it in self.tables)


def move_html(move: Promotion) -> str:
    """A promotion, or a way back, in a line."""
    sign, colour = OUTCOMES.get(move.outcome, ("", theme.GREY))
    mark = theme.element("span", sign, f"color:{colour};font-weight:bold")
    facts = [theme.cut(move.actor, 40), formats.clock(move.time) if move.time else ""]
    told = f" · {' · '.join(filter(None, facts))}" if any(facts) else ""
    return theme.line(f"{mark} {theme.cut(move.headline(), 160)}{theme.element('span', told)}")
