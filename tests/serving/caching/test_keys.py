from __future__ import annotations

from nbtrack.records.endpoint import Variant
from nbtrack.serving.caching.keys import cache_key

BODY = b'{"inputs": [[1]]}'
JSON = "application/json"


def variant(name="a", folder="f", **files):
    return Variant(name=name, model_uri="m", folder=folder, files=files)


def test_requests_that_a_model_answers_alike_have_one_key():
    key = cache_key(variant(model="1" * 64), JSON, BODY)
    assert key == cache_key(variant("b", "elsewhere", model="1" * 64), " Application/JSON ", BODY)
    assert len(key) == 32


def test_another_model_body_or_type_has_another_key():
    keys = {
        cache_key(variant(model="1" * 64), JSON, BODY),
        cache_key(variant(model="2" * 64), JSON, BODY),
        cache_key(variant(model="1" * 64), "text/csv", BODY),
        cache_key(variant(model="1" * 64), JSON, BODY.replace(b"1", b"2")),
        cache_key(variant(folder="f"), JSON, BODY),
        cache_key(variant(folder="g"), JSON, BODY),
    }
    assert len(keys) == 6
