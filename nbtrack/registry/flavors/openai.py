"""Calls of OpenAI's API with their prompts: a YAML file, safe to read; asked through its client.

Keys are never written: the client finds them in the environment.
"""

from __future__ import annotations

import os
import string
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from nbtrack.errors import InvalidValue, ModelError, listing
from nbtrack.registry.flavors.library import imported
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "OpenAI"]

DATA = "model.yaml"
TASKS = ("chat.completions", "completions", "embeddings")
OTHER_TASKS = ("audio", "files", "fine_tuning", "images", "images.edit", "models", "moderations")
"""Kept and read, but not asked by `pyfunc`."""
ARGUMENTS = (
    *("messages", "prompt", "temperature", "top_p", "max_tokens", "max_completion_tokens"),
    *("stop", "seed", "n", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs"),
    *("top_logprobs", "response_format", "tools", "tool_choice", "parallel_tool_calls"),
    *("reasoning_effort", "dimensions", "encoding_format", "user", "suffix", "best_of", "echo"),
)
"""What the API's calls take, besides the model."""
OF_CLIENT = ("max_retries", "timeout")
BATCH = 1024
"""Texts that one call of completions or embeddings takes."""


class OpenAI:
    """`nbtrack.openai`."""

    name = "openai"
    library = "openai"
    extra = "openai"
    argument = "model"
    options = (
        Option("task", None, "`chat.completions`, `completions` or `embeddings`, or the resource"),
        *(Option(name, None, "As the API takes it, in every call") for name in ARGUMENTS),
    )

    def recognises(self, model: Any) -> bool:
        return False  # a model's name is a string like any other

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("openai", "to log a call of OpenAI's API", self.extra)
        if not isinstance(model, str):
            raise InvalidValue(
                f"model is the name of a model, such as 'gpt-4o-mini', not {model!r}"
            )
        task = task_name(options.get("task"))
        kept = {it: options[it] for it in ARGUMENTS if options.get(it) is not None}
        check_template(task, kept)
        text = yaml.safe_dump({"model": model, "task": task, **kept}, allow_unicode=True)
        (folder / DATA).write_text(text, encoding="utf-8")
        return Written(
            conf={"openai_version": library.__version__, "data": DATA},
            pyfunc={"loader_module": "mlflow.openai", "data": DATA} if task in TASKS else None,
            packages=["openai"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        path = folder / conf.get("data", DATA)
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or not {"model", "task"} <= found.keys():
            raise ModelError(f"{path.name} does not say which model is asked for which task")
        return found

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        task = task_name(model["task"])
        if task not in TASKS:
            raise ModelError(f"the task {task!r} is not asked here; {listing(TASKS, task)}")
        kept = {key: it for key, it in model.items() if key not in {"task", "messages", "prompt"}}
        check_template(task, model)
        ask = {"chat.completions": chat, "completions": complete, "embeddings": embed}[task]

        def predict(data: Any, params: Mapping[str, Any] | None) -> Any:
            wanted = {**kept, **(params or {})}
            own = {name: wanted.pop(name) for name in OF_CLIENT if name in wanted}
            with client(own) as service:
                return ask(service, model, records(data), wanted)

        return predict


def task_name(task: Any) -> str:
    """A task by its name, from the name or from the client's resource.

    Raises:
        InvalidValue: There is no such task.
    """
    known = (*TASKS, *OTHER_TASKS)
    if isinstance(task, str) and task in known:
        return task
    module = str(getattr(task, "__module__", ""))
    name = (
        module.removeprefix("openai.resources.").removeprefix("beta.").removesuffix(".completions")
    )
    name = "chat.completions" if name.startswith("chat") else name
    if module.startswith("openai.resources.") and name in known:
        return name
    raise InvalidValue(f"task is {task!r}; {listing(known, str(task))}")


def client(options: Mapping[str, Any]) -> Any:
    """The library's client, as the environment says: of OpenAI, of a gateway, or of Azure."""
    library = imported("openai", "to ask this model", "openai")
    base = os.environ.get("OPENAI_API_BASE") or os.environ.get("OPENAI_BASE_URL")
    if os.environ.get("OPENAI_API_TYPE", "").startswith("azure"):
        return library.AzureOpenAI(
            azure_endpoint=base,
            api_version=os.environ.get("OPENAI_API_VERSION"),
            azure_deployment=os.environ.get("OPENAI_DEPLOYMENT_NAME"),
            **options,
        )
    return library.OpenAI(base_url=base, **options)


def chat(service: Any, model: Any, rows: Sequence[Any], wanted: Mapping[str, Any]) -> list[Any]:
    """One answer for each row."""
    template = messages_of(model)
    asked = (filled(template, it) for it in rows)
    made = [service.chat.completions.create(messages=it, **wanted) for it in asked]
    return [it.choices[0].message.content for it in made]


def complete(service: Any, model: Any, rows: Sequence[Any], wanted: Mapping[str, Any]) -> list[Any]:
    """One continuation for each row."""
    template = model.get("prompt") or "{prompt}"
    prompts = [filled(template, it) for it in rows]
    calls = [service.completions.create(prompt=it, **wanted) for it in batches(prompts)]
    return [choice.text for it in calls for choice in it.choices]


def embed(service: Any, _: Any, rows: Sequence[Any], wanted: Mapping[str, Any]) -> list[Any]:
    """One vector for each row."""
    texts = [only_text(it) for it in rows]
    calls = [service.embeddings.create(input=it, **wanted) for it in batches(texts)]
    return [found.embedding for it in calls for found in it.data]


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Texts in parts that one call takes."""
    return (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))


def records(data: Any) -> list[Any]:
    """Rows: a dict each, or a text."""
    if hasattr(data, "columns"):
        found: list[Any] = data.to_dict(orient="records")
        return found
    if isinstance(data, str | Mapping):
        return [data]
    return list(data)


def only_text(row: Any) -> str:
    """The text of a row that has one.

    Raises:
        ModelError: It has none.
    """
    values = [row] if isinstance(row, str) else list(dict(row).values())
    texts = [it for it in values if isinstance(it, str)]
    if not texts:
        raise ModelError(f"the model is asked with a text; the row {row!r} has none")
    return texts[0]


def messages_of(model: Mapping[str, Any]) -> list[Any]:
    """The messages of each call: without a place for the row's text, it is the last one."""
    template = list(model.get("messages") or [])
    return template if fields(template) else [*template, {"role": "user", "content": "{content}"}]


def fields(template: Any) -> list[str]:
    """The names in braces, in order.

    Raises:
        InvalidValue: One reaches into what stands for it, by a dot or brackets.
    """
    if isinstance(template, str):
        try:
            names = [it for _, it, _, _ in string.Formatter().parse(template) if it is not None]
        except ValueError as error:
            raise InvalidValue(f"the template {template!r} cannot be filled: {error}") from error
        reaching = [it for it in names if not it.isidentifier()]
        if reaching:
            raise InvalidValue(
                f"the template has {{{reaching[0]}}}; a place is a name alone, and braces that "
                f"are meant are doubled"
            )
    else:
        parts = template.values() if isinstance(template, Mapping) else template
        nested = isinstance(template, Mapping | list)
        names = [name for it in parts for name in fields(it)] if nested else []
    return sorted(set(names))


def filled(template: Any, row: Any) -> Any:
    """A template with a row's values at their places.

    Raises:
        ModelError: The row lacks one.
    """
    names = fields(template)
    values = dict(row) if isinstance(row, Mapping) else {}
    if len(names) == 1 and names[0] not in values:
        values = {names[0]: only_text(row)}
    missing = [it for it in names if it not in values]
    if missing:
        raise ModelError(f"the row lacks {missing[0]!r}; the prompt needs {', '.join(names)}")
    return placed(template, {it: values[it] for it in names})


def placed(template: Any, values: Mapping[str, Any]) -> Any:
    """Values put into each text of a template."""
    if isinstance(template, str):
        return template.format(**values)
    if isinstance(template, Mapping):
        return {key: placed(it, values) for key, it in template.items()}
    return [placed(it, values) for it in template] if isinstance(template, list) else template


def check_template(task: str, kept: Mapping[str, Any]) -> None:
    """Refuse messages and prompts that no call would take.

    Raises:
        InvalidValue: They are of another shape.
    """
    messages = kept.get("messages")
    if messages is not None and not all(
        isinstance(it, Mapping) and {"role", "content"} <= it.keys() for it in messages
    ):
        raise InvalidValue("messages is a list of dicts with role and content each")
    if task == "completions" and not isinstance(kept.get("prompt", ""), str):
        raise InvalidValue(f"prompt is a text, not {kept['prompt']!r}")
    fields(kept.get("messages") or kept.get("prompt") or "")


FLAVOR = OpenAI()
