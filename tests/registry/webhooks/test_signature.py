"""Headers of deliveries: signed so that MLflow's receivers take them."""

from __future__ import annotations

import base64
import hashlib
import hmac

from nbtrack.registry.webhooks.signature import headers_for, is_signed_by, signature_of


def test_the_signature_is_what_mlflows_documents_tell_receivers_to_compute():
    digest = hmac.new(b"secret", b"id.1700000000.{}", hashlib.sha256).digest()
    wanted = f"v1,{base64.b64encode(digest).decode()}"
    assert signature_of("secret", "id", "1700000000", "{}") == wanted


def test_headers_hold_the_id_the_time_the_signature_and_the_authorization():
    headers = headers_for("{}", "id", "1", "secret", "Bearer x")
    assert headers == {
        "Content-Type": "application/json",
        "User-Agent": "nbtrack",
        "X-MLflow-Delivery-Id": "id",
        "X-MLflow-Timestamp": "1",
        "X-MLflow-Signature": signature_of("secret", "id", "1", "{}"),
        "Authorization": "Bearer x",
    }
    assert set(headers_for("{}", "id", "1", None, None)) == set(headers) - {
        "X-MLflow-Signature",
        "Authorization",
    }


def test_a_receiver_knows_what_was_signed_whatever_the_case_of_headers():
    headers = headers_for("{}", "id", "1", "secret", None)
    folded = {name.lower(): value for name, value in headers.items()}
    assert is_signed_by("secret", folded, "{}")
    assert not is_signed_by("another", headers, "{}")
    assert not is_signed_by("secret", headers, '{"changed": 1}')
    assert not is_signed_by("secret", {}, "{}")
