"""Every case of provenance, by topic."""

from __future__ import annotations

import binding
import classes
import files
import flow
import frames
import functions
import iterators
import lazy
import libraries
import memories
import modules
import mutation
import notebook
import special_methods
import state

__all__ = ["ALL", "TOPICS", "chosen"]

TOPICS = {
    "binding": binding.CASES,
    "mutation": mutation.CASES,
    "functions": functions.CASES,
    "iterators": iterators.CASES,
    "classes": classes.CASES,
    "special_methods": special_methods.CASES,
    "flow": flow.CASES,
    "state": state.CASES,
    "files": files.CASES,
    "notebook": notebook.CASES,
    "frames": frames.CASES,
    "memories": memories.CASES,
    "modules": modules.CASES,
    "libraries": libraries.CASES,
    "lazy": lazy.CASES,
}

ALL = [it for topic in TOPICS.values() for it in topic]


def chosen(words):
    """The cases of a topic, or whose name holds a word; all where there are no words."""
    if not words:
        return ALL
    return [
        it
        for topic, cases in TOPICS.items()
        for it in cases
        if any(word == topic or word in it.name for word in words)
    ]
