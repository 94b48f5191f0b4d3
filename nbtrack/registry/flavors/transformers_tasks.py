"""How pipelines of transformers are asked, and what each task's answer is made into.

`transformers` is the flavor; texts come back as a list, scores as a table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.protocol import Predict

__all__ = ["ask_pipeline"]

TEXT_KEYS = ("generated_text", "translation_text", "summary_text", "answer", "text")
"""Where the answer stands in what a pipeline gives, by what it does."""
TEMPLATED = (
    *("feature-extraction", "fill-mask", "summarization", "text2text-generation"),
    "text-generation",
)
"""Tasks that a prompt template can be for."""
AS_ARGUMENTS = ("question-answering", "zero-shot-classification")
"""Tasks that take their data by name."""


def ask_pipeline(pipeline: Any, config: Mapping[str, Any]) -> Predict:
    """How a pipeline is asked: with texts, with dicts of texts, or with a table of either."""
    task = str(pipeline.task)
    shape: Callable[[Any], Any] = SHAPES.get(task, texts_of)

    def ask(data: Any, params: Mapping[str, Any] | None) -> Any:
        wanted = {**config, **(params or {})}
        wanted.pop("include_prompt", None)
        collapse = wanted.pop("collapse_whitespace", False)
        given = templated(pipeline, task, as_inputs(data, task))
        if isinstance(given, dict) and task in AS_ARGUMENTS:
            found = pipeline(**given, **wanted)
        elif task in AS_ARGUMENTS and isinstance(given, list):
            found = [pipeline(**it, **wanted) for it in given]
        else:
            found = pipeline(given, **wanted)
        shaped = shape(found)
        return [re.sub(r"\s+", " ", it).strip() for it in shaped] if collapse else shaped

    return ask


def as_inputs(data: Any, task: str) -> Any:
    """What a pipeline takes: a text, a list of texts, a dict, a list of dicts, an array.

    Raises:
        ModelError: It is none of these.
    """
    if hasattr(data, "columns"):
        if len(data.columns) == 1:
            return data.iloc[:, 0].tolist()
        found = data.to_dict(orient="records")
        return [with_labels(it) for it in found] if task == AS_ARGUMENTS[1] else found
    if isinstance(data, dict):
        return with_labels(data) if task == AS_ARGUMENTS[1] else data
    if isinstance(data, str | bytes | list | np.ndarray):
        return data
    raise ModelError(
        f"a pipeline is asked with a text, a list of texts or dicts, or a table; not with "
        f"{type(data).__name__}"
    )


def with_labels(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose labels are a list, where a table has them as JSON."""
    labels = row.get("candidate_labels")
    if isinstance(labels, str) and labels.lstrip().startswith("["):
        return {**row, "candidate_labels": json.loads(labels)}
    return dict(row)


def templated(pipeline: Any, task: str, given: Any) -> Any:
    """Texts put into the prompt template that the model was logged with.

    Raises:
        ModelError: The task takes no texts.
    """
    template = getattr(pipeline, "prompt_template", None)
    if not template:
        return given
    texts = [given] if isinstance(given, str) else given
    if task not in TEMPLATED or not all(isinstance(it, str) for it in texts):
        raise ModelError(f"the prompt template of this model needs texts; the task is {task}")
    made = [template.format(prompt=it) for it in texts]
    return made[0] if isinstance(given, str) else made


def texts_of(found: Any) -> list[str]:
    """The text of each answer."""
    if isinstance(found, Mapping):
        names = [it for it in TEXT_KEYS if it in found]
        if not names:
            raise ModelError(f"the pipeline gave {sorted(found)}, and no text")
        return [plain_text(found[names[0]])]
    if isinstance(found, list | tuple):
        return [text for it in found for text in texts_of(it)]
    return [plain_text(found)]


def plain_text(value: Any) -> str:
    """A text without blanks around it; of a conversation, what was said last."""
    if isinstance(value, list) and value and isinstance(value[-1], Mapping):
        value = value[-1].get("content", "")
    return str(value).strip()


def table(found: Any) -> Any:
    """Labels with their scores."""
    import pandas as pd

    rows = found if isinstance(found, list) else [found]
    flat = [it for row in rows for it in (row if isinstance(row, list) else [row])]
    return pd.DataFrame(flat)


def label_rows(found: Any) -> Any:
    """One row for each text and each of its candidate labels."""
    import pandas as pd

    entries = found if isinstance(found, list) else [found]
    rows = [
        {"sequence": it["sequence"], "labels": label, "scores": score}
        for it in entries
        for label, score in zip(it["labels"], it["scores"], strict=True)
    ]
    return pd.DataFrame(rows)


def best_words(found: Any) -> list[str]:
    """The likeliest word for the mask of each text."""
    if found and isinstance(found[0], list):
        return [str(it[0]["token_str"]).strip() for it in found]
    return [str(found[0]["token_str"]).strip()]


def entities(found: Any) -> list[str]:
    """The kinds of the words of each text, in order."""
    texts = found if found and isinstance(found[0], list) else [found]
    return [",".join(it.get("entity_group") or it["entity"] for it in words) for words in texts]


def vectors(found: Any) -> Any:
    """The vectors of each token of each text; those of a single text as one array."""
    arrays = [np.asarray(it)[0] if np.asarray(it).ndim == 3 else np.asarray(it) for it in found]
    return arrays[0] if len(arrays) == 1 else arrays


SHAPES: dict[str, Callable[[Any], Any]] = {
    "audio-classification": table,
    "feature-extraction": vectors,
    "fill-mask": best_words,
    "image-classification": table,
    "ner": entities,
    "sentiment-analysis": table,
    "text-classification": table,
    "token-classification": entities,
    "zero-shot-classification": label_rows,
}
