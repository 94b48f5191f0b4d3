"""How an endpoint is asked from a shell, from Python and from a page: lines to be copied."""

from __future__ import annotations

import json
import shlex
from typing import Any

__all__ = ["snippets_for"]

TOKEN = "YOUR_TOKEN"  # noqa: S105 - stands where the reader's own goes


def snippets_for(url: str, body: dict[str, Any], *, has_token: bool = False) -> dict[str, str]:
    r"""The same request as `curl`, `python` and `javascript`.

    Args:
        url: The endpoint's.
        body: What is sent.
        has_token: Whether the endpoint wants a token.

    Example:
        >>> print(snippets_for("http://127.0.0.1:5000", {"inputs": [1]})["curl"])
        curl http://127.0.0.1:5000/invocations \
          -H 'Content-Type: application/json' \
          -d '{"inputs": [1]}'
    """
    text = json.dumps(body, ensure_ascii=False)
    return {
        "curl": curl(url, text, has_token=has_token),
        "python": python(url, body, has_token=has_token),
        "javascript": javascript(url, body, has_token=has_token),
    }


def curl(url: str, text: str, *, has_token: bool) -> str:
    """A line for a shell."""
    parts = [f"curl {url}/invocations", "-H 'Content-Type: application/json'"]
    if has_token:
        parts.append(f"-H 'Authorization: Bearer {TOKEN}'")
    return " \\\n  ".join([*parts, f"-d {shlex.quote(text)}"])


def python(url: str, body: dict[str, Any], *, has_token: bool) -> str:
    """Lines for Python."""
    headers = f', headers={{"Authorization": "Bearer {TOKEN}"}}' if has_token else ""
    return (
        f"import requests\n\n"
        f'answer = requests.post("{url}/invocations", json={body!r}{headers}, timeout=60)\n'
        f"answer.raise_for_status()\n"
        f'predictions = answer.json()["predictions"]\n'
    )


def javascript(url: str, body: dict[str, Any], *, has_token: bool) -> str:
    """Lines for JavaScript."""
    headers = {"Content-Type": "application/json"}
    if has_token:
        headers["Authorization"] = f"Bearer {TOKEN}"
    return (
        f'const answer = await fetch("{url}/invocations", {{\n'
        f'  method: "POST",\n'
        f"  headers: {json.dumps(headers)},\n"
        f"  body: JSON.stringify({json.dumps(body, ensure_ascii=False)}),\n"
        f"}});\n"
        f"const {{ predictions }} = await answer.json();\n"
    )
