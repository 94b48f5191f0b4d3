from __future__ import annotations

import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError

pytestmark = pytest.mark.filterwarnings("ignore")  # of packages that spaCy stands on
library = pytest.importorskip("spacy")

TEXTS = ["a fine day", "a bad night", "fine"]


@pytest.fixture(scope="module")
def categoriser():
    from spacy.training import Example

    made = library.blank("en")
    part = made.add_pipe("textcat")
    part.add_label("good")
    part.add_label("bad")
    document = made.make_doc(TEXTS[0])
    made.initialize(lambda: [Example.from_dict(document, {"cats": {"good": 1.0, "bad": 0.0}})])
    return made


def test_a_categoriser_is_read_without_consent_and_answers_as_it_did(keep, categoriser):
    kept = keep("spacy", categoriser)
    assert kept.is_safe
    found = kept.predict(pd.DataFrame({"text": TEXTS}, index=list("abc")))
    assert found["predictions"].tolist() == [categoriser(it).cats for it in TEXTS]
    assert found.index.tolist() == list("abc")


def test_a_categoriser_answers_in_another_process(keep, categoriser):
    found = keep("spacy", categoriser).elsewhere(repr(TEXTS))
    assert found == {"predictions": [categoriser(it).cats for it in TEXTS]}


def test_a_categoriser_is_asked_with_one_column(keep, categoriser):
    with pytest.raises(ModelError, match="one column, not 2"):
        keep("spacy", categoriser).predict(pd.DataFrame({"a": TEXTS, "b": TEXTS}))


def test_a_pipeline_without_categories_has_nothing_to_predict(keep):
    kept = keep("spacy", library.blank("en"))
    assert "python_function" not in kept.flavors
    assert [it.text for it in kept.native(consent=False)("two words")] == ["two", "words"]


def test_what_is_no_pipeline_is_refused(keep):
    with pytest.raises(InvalidValue, match="takes a pipeline"):
        keep("spacy", TEXTS)
