from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, NotYet, UnsafeModel

pytestmark = pytest.mark.filterwarnings("ignore")  # of the library, for its own coming changes
pytest.importorskip("torch")
library = pytest.importorskip("transformers")

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "day", "night", "a", "what"]
TEXTS = ["a good day", "a bad night"]
SIZES = {
    "vocab_size": len(WORDS),
    "hidden_size": 8,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 32,
}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    known = {word: number for number, word in enumerate(WORDS)}
    made = Tokenizer(models.WordLevel(known, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return library.PreTrainedTokenizerFast(
        tokenizer_object=made,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        eos_token="[SEP]",
    )


def bert(kind):
    library.set_seed(1)
    return getattr(library, kind)(library.BertConfig(**SIZES)).eval()


@pytest.fixture(scope="module")
def classifier(tokenizer):
    model = bert("BertForSequenceClassification")
    return library.pipeline("text-classification", model=model, tokenizer=tokenizer)


@pytest.fixture(scope="module")
def writer(tokenizer):
    library.set_seed(1)
    config = library.GPT2Config(
        vocab_size=len(WORDS), n_embd=8, n_layer=1, n_head=2, n_positions=32, eos_token_id=3
    )
    model = library.GPT2LMHeadModel(config).eval()
    return library.pipeline("text-generation", model=model, tokenizer=tokenizer)


def test_a_classifier_is_read_without_consent_and_answers_as_it_did(keep, classifier):
    kept = keep("transformers", classifier)
    assert kept.is_safe
    expected = pd.DataFrame(classifier(TEXTS))
    assert kept.predict(TEXTS).equals(expected)
    assert kept.predict(pd.DataFrame({"text": TEXTS})).equals(expected)
    assert kept.elsewhere(repr(TEXTS)) == expected.to_dict("list")


def test_the_file_says_of_a_pipeline_what_mlflow_says(keep, classifier):
    assert keep("transformers", classifier).conf == {
        "transformers_version": library.__version__,
        "task": "text-classification",
        "instance_type": "TextClassificationPipeline",
        "pipeline_model_type": "BertForSequenceClassification",
        "source_model_name": "",
        "model_binary": "model",
        "components": ["tokenizer"],
        "tokenizer_type": type(classifier.tokenizer).__name__,
        "torch_dtype": "torch.float32",
        "code": None,
    }


def test_a_writer_gives_a_list_of_texts(keep, writer):
    wanted = {"max_new_tokens": 3, "do_sample": False}
    found = keep("transformers", writer, model_config=wanted).predict(TEXTS)
    assert found == [it[0]["generated_text"].strip() for it in writer(TEXTS, **wanted)]


def test_params_go_before_the_configuration(keep, writer):
    kept = keep("transformers", writer, model_config={"max_new_tokens": 1, "do_sample": False})
    given = {"max_new_tokens": 4, "return_full_text": False, "collapse_whitespace": True}
    found = kept.predict(TEXTS[0], given)
    expected = writer(TEXTS[0], max_new_tokens=4, do_sample=False, return_full_text=False)
    assert found == [" ".join(expected[0]["generated_text"].split())]


def test_a_prompt_template_is_put_around_each_text(keep, writer):
    wanted = {"max_new_tokens": 3, "do_sample": False}
    kept = keep("transformers", writer, prompt_template="what {prompt}", model_config=wanted)
    expected = writer("what a good day", return_full_text=False, **wanted)
    assert kept.predict("a good day") == [expected[0]["generated_text"].strip()]


def test_a_prompt_template_has_one_place(keep, writer):
    with pytest.raises(InvalidValue, match=r"has the places \['text'\]"):
        keep("transformers", writer, prompt_template="what {text}")


def test_words_for_a_mask(keep, tokenizer):
    pipeline = library.pipeline("fill-mask", model=bert("BertForMaskedLM"), tokenizer=tokenizer)
    asked = ["a [MASK] day", "a [MASK] night"]
    found = keep("transformers", pipeline).predict(asked)
    assert found == [it[0]["token_str"] for it in pipeline(asked)]


def test_kinds_of_words(keep, tokenizer):
    model = bert("BertForTokenClassification")
    pipeline = library.pipeline("token-classification", model=model, tokenizer=tokenizer)
    found = keep("transformers", pipeline).predict(TEXTS)
    assert found == [",".join(word["entity"] for word in it) for it in pipeline(TEXTS)]


def test_vectors_of_words(keep, tokenizer):
    pipeline = library.pipeline("feature-extraction", model=bert("BertModel"), tokenizer=tokenizer)
    found = keep("transformers", pipeline).predict(TEXTS)
    assert [it.shape for it in found] == [(5, 8), (5, 8)]
    assert np.array_equal(found[0], np.array(pipeline(TEXTS[0]))[0])


def test_labels_by_name(keep, tokenizer):
    model = bert("BertForSequenceClassification")
    model.config.label2id = {"entailment": 0, "contradiction": 1}
    model.config.id2label = {0: "entailment", 1: "contradiction"}
    pipeline = library.pipeline("zero-shot-classification", model=model, tokenizer=tokenizer)
    row = {"sequences": "a good day", "candidate_labels": json.dumps(["good", "bad"])}
    found = keep("transformers", pipeline).predict(pd.DataFrame([row]))
    expected = pipeline("a good day", candidate_labels=["good", "bad"])
    assert found["labels"].tolist() == expected["labels"]
    assert found["scores"].tolist() == expected["scores"]


def test_a_dict_of_components_is_a_pipeline(keep, classifier):
    parts = {"model": classifier.model, "tokenizer": classifier.tokenizer}
    kept = keep("transformers", parts, task="text-classification")
    assert kept.predict(TEXTS).equals(pd.DataFrame(classifier(TEXTS)))


def test_a_folder_of_a_checkpoint_is_a_pipeline(keep, classifier, tmp_path):
    classifier.save_pretrained(tmp_path)
    kept = keep("transformers", str(tmp_path), task="text-classification")
    assert kept.predict(TEXTS).equals(pd.DataFrame(classifier(TEXTS)))
    with pytest.raises(InvalidValue, match="needs a task"):
        keep("transformers", str(tmp_path))


def test_the_parts_of_a_pipeline_can_be_had(keep, classifier):
    found = keep("transformers", classifier).native(return_type="components")
    assert sorted(found) == ["model", "task", "tokenizer"]
    assert type(found["model"]).__name__ == "BertForSequenceClassification"


def test_a_checkpoint_with_code_of_its_own_needs_consent(keep, classifier):
    kept = keep("transformers", classifier)
    with pytest.raises(UnsafeModel, match="with code of its own"):
        kept.native(consent=False, pipeline_model_type="MyOwnModel")
    with pytest.raises(UnsafeModel, match="with code of its own"):
        kept.native(consent=False, tokenizer_type="MyOwnTokenizer")
    with pytest.raises(ModelError, match="the checkpoint brings none"):
        kept.native(pipeline_model_type="MyOwnModel")


@pytest.mark.parametrize("name", ["AutoConfig", "pipeline", "logging", "__loader__"])
def test_a_name_that_is_no_model_is_not_taken_for_one(keep, classifier, name):
    with pytest.raises(UnsafeModel):
        keep("transformers", classifier).native(consent=False, pipeline_model_type=name)


def test_what_comes_later_says_so(keep, classifier):
    with pytest.raises(NotYet, match="llm/v1/chat"):
        keep("transformers", classifier, task="llm/v1/chat")
    with pytest.raises(InvalidValue, match="a model is kept whole"):
        keep("transformers", classifier, save_pretrained=False)


def test_a_model_without_its_tokenizer_is_refused(keep, classifier):
    with pytest.raises(InvalidValue, match="a dict of model and tokenizer"):
        keep("transformers", classifier.model)
    with pytest.raises(InvalidValue, match="a dict of components needs a model"):
        keep("transformers", {"tokenizer": classifier.tokenizer})


def test_a_number_is_no_data(keep, classifier):
    with pytest.raises(ModelError, match="a pipeline is asked with a text"):
        keep("transformers", classifier).predict(1)
