from __future__ import annotations

import json

import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

pytestmark = pytest.mark.filterwarnings("ignore")  # of the library, for parts in beta
pytest.importorskip("langchain")
pytest.importorskip("langchain_core")

CODE = """
from langchain_core.runnables import RunnableLambda
from mlflow.models import ModelConfig, set_model

word = ModelConfig(development_config={"word": "hello"}).get("word")
set_model(RunnableLambda(lambda row: f"{word} {row['name']}"))
"""


def prompt():
    from langchain_core.prompts import ChatPromptTemplate

    return ChatPromptTemplate.from_messages([("system", "be kind"), ("human", "{name}")])


def counting():
    from langchain_core.runnables import RunnableLambda

    return RunnableLambda(lambda row: {"letters": len(row["name"])})


ROWS = [{"name": "ann"}, {"name": "bo"}]


def test_a_chain_of_the_librarys_core_is_read_without_consent(keep):
    kept = keep("langchain", prompt())
    assert kept.is_safe
    expected = [prompt().invoke(it).model_dump() for it in ROWS]
    assert kept.predict(pd.DataFrame(ROWS)) == expected
    assert kept.predict(ROWS, consent=False) == expected
    assert kept.predict(ROWS[0]) == expected[0]


def test_a_chain_answers_in_another_process(keep):
    found = keep("langchain", counting()).elsewhere(repr(ROWS))
    assert found == [{"letters": 3}, {"letters": 2}]


def test_a_chain_with_a_function_is_pickled_and_needs_consent(keep):
    kept = keep("langchain", counting())
    assert kept.conf["model_data"] == "model.pkl"
    with pytest.raises(UnsafeModel, match="pickle"):
        kept.native(consent=False)
    assert kept.predict(ROWS) == [{"letters": 3}, {"letters": 2}]


def test_a_chain_with_parts_of_other_packages_needs_consent(keep):
    kept = keep("langchain", prompt())
    path = kept.folder / "lc_model.json"
    described = json.loads(path.read_text())
    described["id"] = ["langchain_openai", "chat_models", "base", "ChatOpenAI"]
    path.write_text(json.dumps(described))
    with pytest.raises(UnsafeModel, match="beyond LangChain's core"):
        kept.native(consent=False)


def test_a_file_that_makes_a_chain_is_run_with_consent(keep, tmp_path):
    path = tmp_path / "greeting.py"
    path.write_text(CODE)
    kept = keep("langchain", str(path), model_config={"word": "hi"})
    assert kept.predict(ROWS) == ["hi ann", "hi bo"]
    assert kept.flavors["python_function"]["model_code_path"] == "greeting.py"
    with pytest.raises(UnsafeModel, match="Python file that makes a chain"):
        kept.native(consent=False)


def test_a_column_without_a_name_is_a_list_of_texts(keep):
    from langchain_core.runnables import RunnableLambda

    kept = keep("langchain", RunnableLambda(str.upper))
    assert kept.predict(pd.DataFrame({0: ["a", "b"]})) == ["A", "B"]


def test_messages_are_given_to_a_chat_model_as_such(keep):
    from langchain_core.language_models.fake_chat_models import FakeListChatModel

    kept = keep("langchain", FakeListChatModel(responses=["fine"]))
    asked = {"messages": [{"role": "user", "content": "how are you?"}]}
    assert kept.predict(asked)["content"] == "fine"


def test_what_cannot_be_taken_is_refused(keep, tmp_path):
    with pytest.raises(InvalidValue, match="takes a Runnable"):
        keep("langchain", 1)
    with pytest.raises(InvalidValue, match="a Python file that is there"):
        keep("langchain", str(tmp_path / "missing.py"))
    with pytest.raises(InvalidValue, match="of LangChain before 1"):
        keep("langchain", prompt(), loader_fn=len)


def test_a_chain_of_an_earlier_library_is_refused(keep):
    kept = keep("langchain", counting())
    with pytest.raises(ModelError, match="written by LangChain before 1 as model"):
        kept.native(model_data="model")


def test_only_chains_are_recognised(keep):
    flavor = keep("langchain", prompt()).flavor
    assert flavor.recognises(counting())
    assert not flavor.recognises(len)
