"""Each form of a model's address is read, and each wrong one says what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nbtrack.errors import InvalidUri, NotYet
from nbtrack.registry.addresses import Address, is_model_id, parse

ID = "m-" + "0123456789abcdef" * 2
RUN = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("uri", "kind", "told"),
    [
        ("models:/churn/3", "version", {"name": "churn", "version": 3}),
        ("models:/churn/03", "version", {"name": "churn", "version": 3}),
        ("models:/churn/3/", "version", {"name": "churn", "version": 3}),
        ("models:///churn/3", "version", {"name": "churn", "version": 3}),
        ("MODELS:/churn/3", "version", {"name": "churn", "version": 3}),
        ("models:/a b.c-d/3", "version", {"name": "a b.c-d", "version": 3}),
        ("models:/churn/3/data/x", "version", {"name": "churn", "version": 3, "path": "data/x"}),
        ("models:/churn@champion", "alias", {"name": "churn", "alias": "champion"}),
        ("models:/a@b@champion", "alias", {"name": "a@b", "alias": "champion"}),
        ("models:/churn@champion/MLmodel", "alias",
         {"name": "churn", "alias": "champion", "path": "MLmodel"}),
        ("models:/churn/Production", "stage", {"name": "churn", "stage": "Production"}),
        ("models:/churn/staging", "stage", {"name": "churn", "stage": "Staging"}),
        ("models:/churn/ARCHIVED/x", "stage",
         {"name": "churn", "stage": "Archived", "path": "x"}),
        ("models:/churn/none", "stage", {"name": "churn", "stage": "None"}),
        ("models:/churn/Latest", "latest", {"name": "churn"}),
        ("models:/churn", "name", {"name": "churn"}),
        (f"models:/{ID}", "logged_model", {"model_id": ID}),
        (f"models:/{ID}/data/x", "logged_model", {"model_id": ID, "path": "data/x"}),
        (f"runs:/{RUN}/model", "run", {"run_id": RUN, "path": "model"}),
        (f"runs:/{RUN}", "run", {"run_id": RUN}),
        (f"runs:/{RUN}/a/b/", "run", {"run_id": RUN, "path": "a/b"}),
        (f"nbtrack-artifacts:/3/{RUN}/artifacts/model", "run", {"run_id": RUN, "path": "model"}),
        (f"nbtrack-artifacts:/3/models/{ID}/artifacts", "logged_model", {"model_id": ID}),
        (f"nbtrack-artifacts:/3/models/{ID}/artifacts/a/b", "logged_model",
         {"model_id": ID, "path": "a/b"}),
        ("folder/model", "local", {"path": "folder/model"}),
        ("/abs/model", "local", {"path": "/abs/model"}),
        ("~/model", "local", {"path": "~/model"}),
        ("file:///abs/my%20model", "local", {"path": "/abs/my model"}),
        ("file:/abs/model", "local", {"path": "/abs/model"}),
        ("s3://bucket/model", "remote", {"path": "s3://bucket/model"}),
        ("https://host/model", "remote", {"path": "https://host/model"}),
        ("dbfs:/model", "remote", {"path": "dbfs:/model"}),
    ],
)  # fmt: skip
def test_every_form_is_read(uri, kind, told):
    assert parse(uri) == Address(uri, kind, **told)


def test_a_path_object_and_spaces_around_an_address_are_taken():
    assert parse(Path("a/b")).path == "a/b"
    assert parse(" models:/churn/3\n").version == 3


def test_a_folder_whose_name_looks_like_an_address_is_one_but_for_the_registrys():
    for name in ("my:model", "models:"):
        Path(name).mkdir()
    assert (parse("my:model").kind, parse("other:model").kind) == ("local", "remote")
    assert parse("models:/churn/3").kind == "version"


def test_an_address_may_be_of_any_length():
    assert parse("x" * 100_000).kind == "local"


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("", "'' is no address of a model; there are models:/<name>/<version>"),
        ("models:churn/3", "Not a proper models:/ URI: models:churn/3. There are models:/<name>"),
        ("models:/", "Not a proper models:/ URI"),
        ("models:", "Not a proper models:/ URI"),
        ("models:/ /3", "Not a proper models:/ URI"),
        ("models:/churn//3", "Not a proper models:/ URI"),
        ("models:/@champion", "Not a proper models:/ URI"),
        ("models:/churn@", "Not a proper models:/ URI"),
        ("models:/churn@ ", "Not a proper models:/ URI"),
        ("models://host/churn/3", "names another registry ('host')"),
        ("models:/churn/champion", "for an alias write models:/churn@champion"),
        ("models:/churn/3.0", "'3.0' is neither a version's number nor 'latest' nor a stage"),
        ("models:/churn/-1", "neither a version's number"),
        ("models:/churn/٣", "neither a version's number"),
        ("models:/churn/" + "9" * 19, "neither a version's number"),
        ("models:/churn/3/../../x", "leads out of the model"),
        ("models:/churn/3/%2e%2e/x", "leads out of the model"),
        ("model:/churn/3", "write models:/ with an s"),
        ("run:/abc/model", "write runs:/ with an s"),
        ("runs:/", "Not a proper runs:/ URI: runs:/. It is of the form runs:/<run id>/<path>"),
        ("runs:abc/model", "Not a proper runs:/ URI"),
        ("runs://abc/model", "Not a proper runs:/ URI"),
        (f"runs:/{RUN}/../x", "leads out of the model"),
        ("nbtrack-artifacts:/3", "is no place in the store"),
        ("file://host/abs", "names the machine 'host'"),
    ],
)
def test_a_wrong_form_says_what_is_wrong(uri, says):
    with pytest.raises(InvalidUri, match=re.escape(says)):
        parse(uri)


def test_a_server_comes_later():
    with pytest.raises(NotYet, match="a model of a server"):
        parse("mlflow-artifacts:/1/abc/artifacts/model")


def test_an_id_is_an_m_and_32_hex_digits():
    assert [is_model_id(it) for it in (ID, ID.upper(), ID[:-1], "churn")] == [
        True,
        False,
        False,
        False,
    ]
