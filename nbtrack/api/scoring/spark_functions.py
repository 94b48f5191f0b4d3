"""Models as functions of Spark's columns: `nbtrack.pyfunc.spark_udf`.

Executors need nbtrack and what the model needs; its files go to them by a broadcast.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nbtrack.api.models.loading import Trust, find_model
from nbtrack.api.scoring.rows import Asking, plain_frame
from nbtrack.api.scoring.spark_results import cast_answer, result_of_signature, spark_type
from nbtrack.api.scoring.ticket import Ticket, ticket_of
from nbtrack.errors import InvalidValue, MissingPackage, SchemaMismatch
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["broadcast", "spark_functions", "spark_udf"]


def spark_udf(  # noqa: PLR0917 - MLflow's signature
    spark: Any,
    model_uri: str | os.PathLike[str],
    result_type: Any = None,
    env_manager: str | None = None,
    params: Mapping[str, Any] | None = None,
    extra_env: Mapping[str, str] | None = None,
    prebuilt_env_uri: str | None = None,  # noqa: ARG001 - MLflow's signature
    model_config: Any = None,
    *,
    allow_pickle: bool | None = None,
) -> Callable[..., Any]:
    """A model as a function of Spark's columns.

    It is called with columns in the order of the signature, with one struct of named columns, or
    without any, which takes those that the signature names.

    Args:
        spark: The session.
        model_uri: The model, as `load_model` takes it.
        result_type: What it gives, as a type of Spark or its text: `double`, `array<double>`,
            `struct<…>`; what the signature says, else a double.
        env_manager: `local`: the packages that executors have.
        params: What else the model is told.
        extra_env: Variables that are set where the model runs.
        prebuilt_env_uri: Taken; it is of Databricks.
        model_config: What the model finds as its configuration.
        allow_pickle: As in `load_model`.

    Raises:
        NotFound: There is no such model.
        InvalidValue: The result type is none that a model can give.
        MissingPackage: pyspark is not installed.
    """
    functions = spark_functions()
    if env_manager not in {None, "local"}:
        raise InvalidValue(
            f"env_manager={env_manager!r}: executors use the packages that they have; give them "
            f"the model's with nbtrack models prepare-env, and say env_manager='local'"
        )
    found = find_model(model_uri)
    signature = found.description.signature
    kind = spark_type(result_type or result_of_signature(signature))
    ticket = ticket_of(found, Trust(allow_pickle))
    asking = Asking(params=params, is_plain=signature is None)
    told = (dict(extra_env or {}), model_config)
    udf = vectorised(spark, ticket, kind, named_inputs(signature), (asking, told))

    def ask(*columns: Any) -> Any:
        wanted = columns or [functions.col(name) for name in needed(signature)]
        return udf(*wanted)

    return ask


def spark_functions() -> Any:
    """Spark's functions of columns.

    Raises:
        MissingPackage: pyspark is not installed.
    """
    try:
        from pyspark.sql import functions
    except ImportError as error:
        raise MissingPackage("pyspark", "to score on Spark", "spark") from error
    return functions


def needed(signature: ModelSignature | None) -> list[str]:
    """The columns that a call without any takes.

    Raises:
        InvalidValue: The signature names none.
    """
    names = named_inputs(signature)
    if not names:
        raise InvalidValue("the model's signature names no columns: call it with those to use")
    return names


def named_inputs(signature: ModelSignature | None) -> list[str]:
    """The names of a signature's columns, if it has some."""
    inputs = None if signature is None else signature.inputs
    if inputs is None or inputs.is_tensor_spec() or not inputs.has_input_names():
        return []
    return list(inputs.input_names())


def vectorised(
    spark: Any,
    ticket: Ticket,
    kind: Any,
    names: Sequence[str],
    told: tuple[Asking, tuple[dict[str, str], Any]],
) -> Any:
    """A vectorised function of Spark that asks a model."""
    import pandas as pd
    from pyspark.sql.functions import pandas_udf
    from pyspark.sql.types import StructType

    asking, (variables, config) = told
    sent = broadcast(spark, ticket.packed())

    def scored(batches: Any) -> Any:
        os.environ.update(variables)
        model = sent().model(config)
        for columns in batches:
            frame = as_frame(columns, names)
            given = plain_frame(frame) if asking.is_plain else frame
            answer = model.predict(given, asking.params or None)
            yield cast_answer(answer, kind, len(frame))

    shape = pd.DataFrame if isinstance(kind, StructType) else pd.Series
    scored.__annotations__ = {
        "batches": Iterator[tuple[pd.Series, ...]],
        "return": Iterator[shape],  # type: ignore[valid-type]
    }
    return pandas_udf(scored, kind)


def broadcast(spark: Any, ticket: Ticket) -> Callable[[], Ticket]:
    """A way to the ticket on executors; Spark Connect has no broadcasts, and sends it along."""
    if not hasattr(spark, "sparkContext"):
        return lambda: ticket
    sent = spark.sparkContext.broadcast(ticket)
    return lambda: sent.value


def as_frame(columns: Any, names: Sequence[str]) -> Any:
    """The columns of a batch as a frame: a struct has names, others get those of the signature.

    Raises:
        SchemaMismatch: There are more columns, or fewer, than the signature names.
    """
    import pandas as pd

    if isinstance(columns, pd.DataFrame):  # a struct alone comes so, a column alone as itself
        return columns
    if isinstance(columns, pd.Series):
        columns = [columns]
    if names and len(names) != len(columns):
        raise SchemaMismatch(
            f"the model takes {len(names)} columns ({', '.join(names)}), and was called with "
            f"{len(columns)}"
        )
    frame = pd.concat(list(columns), axis=1)
    return frame.set_axis(list(names) or [str(it) for it in range(len(columns))], axis=1)
