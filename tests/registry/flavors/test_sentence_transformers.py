from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, NotYet, UnsafeModel

pytestmark = pytest.mark.filterwarnings("ignore")  # of the library, for its own coming changes
library = pytest.importorskip("sentence_transformers")

TEXTS = ["a good day", "a bad night"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    import transformers
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = ["[PAD]", "[UNK]", "good", "bad", "day", "night", "a"]
    made = Tokenizer(models.WordLevel({it: n for n, it in enumerate(words)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    folder = tmp_path_factory.mktemp("bert")
    transformers.set_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    transformers.BertModel(config).save_pretrained(folder)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="[UNK]", pad_token="[PAD]"
    ).save_pretrained(folder)
    words = Transformer(str(folder))
    return library.SentenceTransformer(modules=[words, Pooling(8)], device="cpu")


def test_a_model_is_read_without_consent_and_answers_as_it_did(keep, model):
    kept = keep("sentence_transformers", model)
    assert kept.is_safe
    expected = model.encode(TEXTS)
    assert np.array_equal(kept.predict(TEXTS), expected)
    assert np.array_equal(kept.predict(pd.DataFrame({"text": TEXTS})), expected)
    assert np.array_equal(np.array(kept.elsewhere(repr(TEXTS)), dtype="float32"), expected)


def test_params_are_arguments_of_encoding(keep, model):
    found = keep("sentence_transformers", model).predict(TEXTS, {"normalize_embeddings": True})
    assert np.allclose(np.linalg.norm(found, axis=1), 1)


def test_a_part_of_another_module_needs_consent(keep, model):
    kept = keep("sentence_transformers", model)
    path = kept.folder / "model.sentence_transformer" / "modules.json"
    parts = json.loads(path.read_text())
    parts[1]["type"] = "my_parts.Pooling"
    path.write_text(json.dumps(parts))
    with pytest.raises(UnsafeModel, match=r"such as my_parts\.Pooling"):
        kept.native(consent=False)


def test_a_folder_without_its_list_of_parts_is_refused(keep, model):
    kept = keep("sentence_transformers", model)
    (kept.folder / "model.sentence_transformer" / "modules.json").unlink()
    with pytest.raises(ModelError, match="is no folder of sentence_transformers"):
        kept.native()


def test_a_number_is_no_data(keep, model):
    with pytest.raises(ModelError, match="asked with texts"):
        keep("sentence_transformers", model).predict(1)


def test_what_is_no_model_is_refused_and_tasks_come_later(keep, model):
    with pytest.raises(InvalidValue, match="takes a SentenceTransformer"):
        keep("sentence_transformers", TEXTS)
    with pytest.raises(NotYet, match="llm/v1/embeddings"):
        keep("sentence_transformers", model, task="llm/v1/embeddings")


def test_only_models_of_the_library_are_recognised(keep, model):
    flavor = keep("sentence_transformers", model).flavor
    assert flavor.recognises(model)
    assert not flavor.recognises(TEXTS)
