"""Answers of the API show as panels in a notebook, while the extension is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nbtrack.api.screens.screen import display_with
from nbtrack.hosts.notebook import screen

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load", "unload"]

Bundle = Mapping[str, str]
Show = Callable[..., Bundle]


def lineage(found: Any, include: Any = None, exclude: Any = None) -> Bundle:
    """A lineage as a graph."""
    from nbtrack.panels.answers import lineage_panel

    return lineage_panel(found)._repr_mimebundle_(include, exclude)


def difference(found: Any, include: Any = None, exclude: Any = None) -> Bundle:
    """A difference of two runs, its cause first."""
    from nbtrack.panels.answers import difference_panel

    return difference_panel(found)._repr_mimebundle_(include, exclude)


def reproduction(found: Any, include: Any = None, exclude: Any = None) -> Bundle:
    """What was made again."""
    from nbtrack.panels.reproduction_view import ReproductionView

    return ReproductionView(made=found)._repr_mimebundle_(include, exclude)


def promotion(found: Any, include: Any = None, exclude: Any = None) -> Bundle:
    """A promotion with its gates."""
    from nbtrack.panels.promotion_view import PromotionView

    return PromotionView(promotion=found)._repr_mimebundle_(include, exclude)


def endpoint(found: Any, include: Any = None, exclude: Any = None) -> Bundle:
    """An endpoint with the lines that ask it."""
    from nbtrack.panels.endpoint_view import endpoint_view

    return endpoint_view(found)._repr_mimebundle_(include, exclude)


SHOWN: tuple[tuple[str, str, Show], ...] = (
    ("nbtrack.api.lineage", "Lineage", lineage),
    ("nbtrack.api.differences.diff", "Difference", difference),
    ("nbtrack.api.reproduction.reproduce", "Reproduction", reproduction),
    ("nbtrack.registry.promotion.report", "Promotion", promotion),
    ("nbtrack.api.endpoints.endpoint", "Endpoint", endpoint),
)
"""Named, not imported: most sessions never see one of them."""

leavers: dict[int, Callable[[], None]] = {}
"""What ends showing loops in a shell, by its identity."""


def load(shell: InteractiveShell) -> None:
    """Show the answers, and loops, as panels in a shell; a second time changes nothing."""
    formatter = formatter_of(shell)
    for module, name, show in SHOWN:
        formatter.for_type_by_name(module, name, show)
    if id(shell) not in leavers:
        leavers[id(shell)] = display_with(screen.show)


def unload(shell: InteractiveShell) -> None:
    """Show them as text again."""
    formatter = formatter_of(shell)
    for module, name, _ in SHOWN:
        formatter.deferred_printers.pop((module, name), None)
        for kind in [it for it in formatter.type_printers if is_called(it, module, name)]:
            del formatter.type_printers[kind]
    leave = leavers.pop(id(shell), None)
    if leave is not None:
        leave()


def formatter_of(shell: InteractiveShell) -> Any:
    """What asks objects for their content in several forms."""
    return getattr(shell.display_formatter, "mimebundle_formatter", None)


def is_called(kind: type, module: str, name: str) -> bool:
    """Whether a class has a name: it moves from one table to the other when it is first shown."""
    return (kind.__module__, kind.__qualname__) == (module, name)
