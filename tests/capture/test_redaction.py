from __future__ import annotations

import multiprocessing
import re
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbtrack.capture import redaction
from nbtrack.capture.redaction import is_secret_key, redact, redact_text, redact_tree

MARK = re.compile(r"\[redacted:[0-9a-f]{8}\]")

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"


@pytest.fixture(autouse=True)
def own_key():
    redaction.hash_key.cache_clear()
    redaction.is_wanted.cache_clear()
    yield
    redaction.hash_key.cache_clear()
    redaction.is_wanted.cache_clear()


@pytest.mark.parametrize(
    "key",
    [
        "password", "db_password", "dbPassword", "DB-PASSWD", "user.pwd", "client_secret",
        "token", "hf_token", "HF_TOKEN", "accessToken", "github token", "api_key", "apiKey",
        "APIKEY", "openai-api-key", "aws_secret_access_key", "private_key", "credentials",
        "Authorization", "ssn", "credit_card", "connection_string",
    ],
)  # fmt: skip
def test_names_of_secrets_are_known(key):
    assert is_secret_key(key)
    assert MARK.fullmatch(redact(key, "Tr0ub4dor&3"))


@pytest.mark.parametrize(
    "key",
    [
        "max_tokens", "max_token", "tokenizer", "tokens", "token_count", "num_tokens", "pad_token",
        "eos_token", "mask_token", "token_type", "tokenization", "key", "sort_key", "primary_key",
        "passes", "compass", "secretary", "keys", "monkey", "author", "lr", "bypass",
    ],
)  # fmt: skip
def test_names_that_only_look_alike_are_left(key):
    assert not is_secret_key(key)
    assert redact(key, "</s>") == "</s>"


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1B2" * 9,
        "github_pat_" + "a1B2" * 12,
        "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
        "sk-proj-" + "a1B2" * 8,
        "sk_live_" + "a1B2" * 5,
        "hf_" + "aBcD" * 9,
        "xoxb-123456789012-abcdef",
        "AIza" + "a1B2c3D" * 5,
        "npm_" + "a1B2" * 9,
        "pypi-AgEIcHlwaS5vcmc" + "a1" * 20,
        JWT,
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIE cut off",
    ],
)
def test_texts_that_look_like_secrets_are_taken_out_wherever_they_stand(secret):
    shown = redact("note", f"use {secret} please")
    assert secret not in shown
    assert shown.startswith("use ")
    assert MARK.search(shown)


def test_the_password_of_a_url_is_taken_out_and_the_rest_stays():
    shown = redact_text("postgresql://ada:s3cret@db.example:5432/runs?x=1")
    assert MARK.sub("*", shown) == "postgresql://*@db.example:5432/runs?x=1"
    assert MARK.sub("*", redact_text("Bearer abcdefghijklmnop0123")) == "*"


@pytest.mark.parametrize(
    "text",
    [
        "ssh://git@example.org/a", "https://example.org/a:b@c", "task-sk-learn", "sk-learn-contrib",
        "0.001", "[64, 32]", "a" * 10_000, "s3://bucket/key", "risk-adjusted-return-on-capital1",
    ],
)  # fmt: skip
def test_ordinary_texts_are_left(text):
    assert redact_text(text) == text


@pytest.mark.parametrize("text", ["", "None", "True", "***", "[REDACTED]", "<hidden>", "xxxx"])
def test_what_hides_a_secret_already_is_left(text):
    assert redact("password", text) == text


def test_a_number_is_no_token_but_may_be_a_password():
    assert redact("token", "512") == "512"
    assert MARK.fullmatch(redact("password", "123456"))


def test_equal_secrets_stay_equal_and_others_differ():
    assert redact("password", "one") == redact("api_key", "one")
    assert redact("password", "one") != redact("password", "two")


def test_documents_are_searched_to_any_depth():
    found = redact_tree(
        {
            "db": {"password": "abc", "port": 5432, "user": "ada"},
            "tokens": [1, 2],
            "password": 1234,
            "use_password": True,
            "list": ["ok", "ghp_" + "a1B2" * 9, ("x", None)],
            "api_keys": None,
        }
    )
    assert MARK.fullmatch(found["db"].pop("password"))
    assert MARK.fullmatch(found.pop("password"))
    assert MARK.fullmatch(found["list"].pop(1))
    assert found == {
        "db": {"port": 5432, "user": "ada"},
        "tokens": [1, 2],
        "use_password": True,
        "list": ["ok", ["x", None]],
        "api_keys": None,
    }


def test_a_list_under_a_secret_name_is_secret():
    assert all(map(MARK.fullmatch, redact_tree({"passwords": ["a1", "b2"]})["passwords"]))


def test_the_key_is_kept_with_the_user_alone_and_used_again():
    first = redact("password", "abc")
    path = redaction.key_path()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    redaction.hash_key.cache_clear()
    assert redact("password", "abc") == first


def test_another_user_has_another_hash(monkeypatch, tmp_path):
    first = redact("password", "abc")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    redaction.hash_key.cache_clear()
    assert redact("password", "abc") != first


def test_where_the_key_cannot_be_kept_secrets_are_taken_out_all_the_same(
    monkeypatch, tmp_path, caplog
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    assert MARK.fullmatch(redact("password", "abc"))
    assert "redaction key" in caplog.text


def test_threads_and_processes_that_begin_together_agree_on_the_key():
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: redaction.make_key(redaction.key_path()), range(16)))
    assert keys == {redaction.key_path().read_bytes()}
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert set(pool.map(key_in_process, range(4))) == keys


def key_in_process(_):
    redaction.hash_key.cache_clear()
    return redaction.hash_key()


def test_the_setting_switches_it_off(monkeypatch):
    monkeypatch.setenv("NBTRACK_REDACT", "no")
    assert redact("password", "abc") == "abc"
    assert redact_text(JWT) == JWT
    assert redact_tree({"password": 7}) == {"password": 7}
