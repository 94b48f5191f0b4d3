"""A small model of each library, with what it is asked: made by nbtrack's tests and by MLflow."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

os.environ.setdefault("KERAS_BACKEND", "torch")

ROWS = np.linspace(-1, 1, 20, dtype=np.float32).reshape(5, 4)
FRAME = pd.DataFrame({"a": np.arange(12.0), "b": np.arange(12.0) ** 2 % 7})
TEXTS = ["a good day", "a bad night"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "day", "night", "a"]
CODE = """
from langchain_core.runnables import RunnableLambda
from mlflow.models import set_model

set_model(RunnableLambda(lambda row: f"hello {row['name']}"))
"""


class Made(NamedTuple):
    """A model, what it is asked, and what saving it takes."""

    flavor: str
    model: Any
    data: Any
    options: dict | None = None


def pytorch(_):
    import torch

    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.GELU()).eval()
    return Made("pytorch", model, ROWS, {"serialization_format": "pickle"})


def pytorch_own(_):
    import torch

    class Own(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = torch.nn.Linear(4, 3)

        def forward(self, x):
            return self.inner(x) * 2

    return Made("pytorch", Own().eval(), ROWS, {"serialization_format": "pickle"})


def pytorch_exported(folder):
    made = pytorch(folder)
    options = {"serialization_format": "pt2", "input_example": ROWS}
    return made._replace(options=options)


def pytorch_scripted(folder):
    import torch

    made = pytorch(folder)
    return made._replace(model=torch.jit.script(made.model))


def keras(_):
    import keras

    keras.utils.set_random_seed(1)
    return Made("keras", keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]), ROWS)


def onnx(_):
    from onnx import TensorProto, helper, numpy_helper

    factor = numpy_helper.from_array(np.full(4, 2, dtype=np.float32), "factor")
    node = helper.make_node("Mul", ["rows", "factor"], ["doubled"])
    shaped = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 4])]
        for name in ("rows", "doubled")
    ]
    graph = helper.make_graph([node], "graph", *shaped, [factor])
    sets = [helper.make_opsetid("", 20)]
    return Made("onnx", helper.make_model(graph, opset_imports=sets, ir_version=10), ROWS)


def statsmodels(_):
    from statsmodels.api import OLS

    return Made("statsmodels", OLS(2 * FRAME["a"] - FRAME["b"], FRAME).fit(), FRAME)


def prophet(_):
    from prophet import Prophet

    days = pd.DataFrame({"ds": pd.date_range("2024-01-01", periods=80), "y": np.arange(80.0) % 7})
    ahead = pd.DataFrame({"ds": pd.date_range("2024-03-21", periods=5)})
    return Made("prophet", Prophet(uncertainty_samples=0).fit(days), ahead)


def pmdarima(_):
    from pmdarima import ARIMA

    fitted = ARIMA(order=(1, 0, 0)).fit(np.sin(np.arange(60) / 3))
    return Made("pmdarima", fitted, pd.DataFrame({"n_periods": [4]}))


def spacy(_):
    import spacy
    from spacy.training import Example

    made = spacy.blank("en")
    part = made.add_pipe("textcat")
    part.add_label("good")
    part.add_label("bad")
    document = made.make_doc(TEXTS[0])
    made.initialize(lambda: [Example.from_dict(document, {"cats": {"good": 1.0, "bad": 0.0}})])
    return Made("spacy", made, pd.DataFrame({"text": TEXTS}))


def shap(_):
    import shap
    from sklearn.linear_model import LinearRegression

    fitted = LinearRegression().fit(ROWS, ROWS.sum(axis=1))
    return Made("shap", shap.LinearExplainer(fitted, ROWS), pd.DataFrame(ROWS))


def shap_of_function(_):
    """An explainer beside which MLflow writes the model it explains."""
    import shap
    from sklearn.linear_model import LinearRegression

    fitted = LinearRegression().fit(ROWS, ROWS.sum(axis=1))
    return Made("shap", shap.KernelExplainer(fitted.predict, ROWS), pd.DataFrame(ROWS))


def tokenizer():
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers

    known = {word: number for number, word in enumerate(WORDS)}
    made = Tokenizer(models.WordLevel(known, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="[UNK]", pad_token="[PAD]", eos_token="[SEP]"
    )


def sizes():
    return {
        "vocab_size": len(WORDS),
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
    }


def transformers(_):
    import transformers

    config = transformers.BertConfig(**sizes())
    model = transformers.BertForSequenceClassification(config).eval()
    pipeline = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer())
    return Made("transformers", pipeline, TEXTS)


def transformers_writer(_):
    import transformers

    config = transformers.GPT2Config(
        vocab_size=len(WORDS), n_embd=8, n_layer=1, n_head=2, n_positions=32, eos_token_id=3
    )
    model = transformers.GPT2LMHeadModel(config).eval()
    pipeline = transformers.pipeline("text-generation", model=model, tokenizer=tokenizer())
    wanted = {"max_new_tokens": 3, "do_sample": False}
    return Made("transformers", pipeline, TEXTS, {"model_config": wanted})


def sentence_transformers(folder):
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    place = str(folder / "bert")
    transformers.BertModel(transformers.BertConfig(**sizes())).save_pretrained(place)
    tokenizer().save_pretrained(place)
    model = SentenceTransformer(modules=[Transformer(place), Pooling(8)], device="cpu")
    return Made("sentence_transformers", model, TEXTS)


def langchain(folder):
    path = Path(folder) / "greeting.py"
    path.write_text(CODE)
    return Made("langchain", str(path), [{"name": "ann"}, {"name": "bo"}])


def spark(_):
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.regression import LinearRegression
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    rows = session.createDataFrame(FRAME.assign(label=FRAME["a"] * 2 + 1))
    stages = [VectorAssembler(inputCols=["a", "b"], outputCol="features"), LinearRegression()]
    return Made("spark", Pipeline(stages=stages).fit(rows), FRAME)


def h2o(_):
    import h2o
    from h2o.estimators import H2OGeneralizedLinearEstimator

    h2o.init(bind_to_localhost=True, nthreads=1, max_mem_size="1g", verbose=False)
    h2o.no_progress()
    made = H2OGeneralizedLinearEstimator(lambda_=0, seed=1)
    rows = h2o.H2OFrame(FRAME.assign(y=FRAME["a"] * 2 + FRAME["b"]))
    made.train(x=["a", "b"], y="y", training_frame=rows)
    return Made("h2o", made, FRAME)


def paddle(_):
    import paddle

    paddle.seed(1)
    layer = paddle.nn.Sequential(paddle.nn.Linear(4, 3), paddle.nn.ReLU())
    spec = [paddle.static.InputSpec([None, 4], "float32", "rows")]
    return Made("paddle", layer, pd.DataFrame(ROWS), {"input_spec": spec})


def openai(_):
    messages = [{"role": "user", "content": "{text}"}]
    return Made("openai", "small", None, {"task": "chat.completions", "messages": messages})


def diffusers(folder):
    from safetensors.numpy import save_file

    path = folder / "mine.safetensors"
    save_file({"unet.a.lora_A.weight": np.ones((2, 3), dtype="float32")}, path)
    return Made("diffusers", str(path), None, {"base_model": "/no/such/model"})


def plain(value: Any) -> Any:
    """An answer as JSON holds it, with dates as text and numbers of ten digits."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return plain(value.to_dict(orient="list") if value.ndim == 2 else value.tolist())
    if isinstance(value, dict):
        return {str(key): plain(it) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return [plain(it) for it in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value if isinstance(value, int | str | None) else str(value)
