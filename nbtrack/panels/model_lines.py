"""Models that a run made, as lines of its card and as a table of its sheet: how to load each."""

from __future__ import annotations

from collections.abc import Sequence

from nbtrack.capture.open_run import MadeModel
from nbtrack.panels import formats, theme
from nbtrack.panels.formats import one_line

__all__ = ["load_line", "model_lines", "model_table", "text_model"]

MOST = 6
"""Models shown at once; more open on a click."""


def load_line(model: MadeModel) -> str:
    """The code that loads a model, to be copied."""
    face = "pyfunc" if model.flavor == "python_function" else model.flavor
    return f'nbtrack.{face}.load_model("{model.address}")'


def model_lines(models: Sequence[MadeModel]) -> str:
    """Each model with its version, its signature, and how it is loaded."""
    drawn = [model_html(it) for it in models]
    rest = drawn[MOST:]
    more = theme.details(f"{len(rest):,} more models", "".join(rest)) if rest else ""
    return "".join(drawn[:MOST]) + more


def model_html(model: MadeModel) -> str:
    """One model."""
    name = f"{theme.element('span', 'model', theme.MUTED)} <strong>{theme.cut(model.name)}</strong>"
    if model.problem:
        return theme.line(f"{name} {theme.badge('failed', theme.RED)} {theme.cut(model.problem)}")
    facts = [theme.safe(model.flavor), formats.size(model.size_bytes), kind_html(model)]
    if model.registered:
        version = f"{model.registered} version {model.version}"
        facts.append(f"<strong>{theme.cut(version)}</strong>")
    facts.append(f"<code>{theme.safe(model.address)}</code>")
    first = theme.line(f"{name} {' · '.join(facts)}")
    signature = theme.line(theme.cut(model.signature, 200), theme.MUTED) if model.signature else ""
    code = theme.element("code", theme.safe(load_line(model)), "user-select:all")
    return first + signature + theme.line(code)


def kind_html(model: MadeModel) -> str:
    """Whether it is safe to load, with a sign."""
    colour = theme.GREEN if model.is_safe else theme.AMBER
    sign = theme.element("span", "✓" if model.is_safe else "⚠", f"color:{colour}")
    return f"{sign} {theme.safe(model.kind)}"


def text_model(model: MadeModel) -> str:
    """A model in a line of text, without what is another one each time."""
    if model.problem:
        return f"{one_line(model.name)}: failed"
    told = f"{one_line(model.name)}: {model.flavor}, {model.kind}"
    if model.registered:
        told += f", a version of {one_line(model.registered)}"
    return f"{told}; {one_line(model.signature)}" if model.signature else told


def model_table(models: Sequence[MadeModel]) -> str:
    """Models as rows of a table."""
    rows = [
        theme.cell(f"<strong>{theme.cut(it.name)}</strong>", head="row")
        + theme.cell(theme.safe(it.flavor))
        + theme.cell(formats.size(it.size_bytes), right=True)
        + theme.cell(theme.cut(it.problem) if it.problem else kind_html(it))
        + theme.cell(theme.cut(f"{it.registered} version {it.version}") if it.registered else "")
        + theme.cell(theme.cut(it.signature, 80))
        + theme.cell(f'<code style="user-select:all">{theme.safe(load_line(it))}</code>')
        for it in models
    ]
    heads = ("model", "flavor", "size", "kind", "registered", "signature", "to load it")
    return theme.table(formats.plural(len(models), "model"), heads, rows, right=(2,))
