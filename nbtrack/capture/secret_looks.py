"""Where secrets stand in a text: by their own look, or behind the name of a secret.

`has_hint` is asked first: it takes microseconds and is right in saying that there is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbtrack.capture.secret_names import is_secret_key

__all__ = ["Span", "assigned_spans", "has_hint", "is_blank", "is_numeral", "look_spans"]

Span = tuple[int, int]

NAME_HINTS = """
    pass pwd secret cred bearer auth ssn cvv key card social cookie connection sas token identified
    login
""".split()  # noqa: SIM905 - a table of words, as those of names
"""One of them is in every name of a secret, in lower case."""

PRIVATE_KEY = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
    r"(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z)"
)

URL_LOGIN = r"(?<=://)[^\s/@:\"']*:[^\s/@\"']+(?=@)|(?<=://)(?=[A-Za-z_]*\d)\w{20,}(?=@)"

LOOKS = {
    "akia": r"\bAKIA[0-9A-Z]{16}\b",  # AWS
    "asia": r"\bASIA[0-9A-Z]{16}\b",
    "x-amz-sig": r"(?<=X-Amz-Signature=)[0-9a-f]{32,}",
    "gh": r"\bgh[pousr]_[A-Za-z0-9]{30,255}",  # GitHub
    "github_pat_": r"\bgithub_pat_[A-Za-z0-9_]{40,255}",
    "glpat-": r"\bglpat-[\w-]{20,}",  # GitLab
    "sk-": r"(?<![\w-])sk-(?=[\w-]*\d)[\w-]{20,}",  # OpenAI, Anthropic
    "k_": r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    "whsec_": r"\bwhsec_[A-Za-z0-9+/]{24,}",
    "hf_": r"\bhf_[A-Za-z0-9]{30,}",  # Hugging Face
    "xox": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
    "xapp-": r"\bxapp-\d-[A-Za-z0-9-]{20,}",
    "hooks.slack": r"(?<=hooks\.slack\.com/services/)[A-Z0-9]+/[A-Z0-9]+/\w{16,}",
    "webhooks/": r"(?<=/api/webhooks/)\d+/[\w-]{40,}",  # Discord
    "aiza": r"\bAIza[\w-]{35}",  # Google
    "ya29.": r"\bya29\.[\w-]{20,}",
    "dapi": r"\bdapi[0-9a-f]{32}\b",  # Databricks
    "npm_": r"\bnpm_[A-Za-z0-9]{36}\b",
    "pypi-": r"\bpypi-AgE[\w-]{16,}",
    "sg.": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",  # SendGrid
    "_v1_": r"\bdo[opr]_v1_[0-9a-f]{64}",  # DigitalOcean
    "dckr_pat_": r"\bdckr_pat_[\w-]{20,}",  # Docker
    "glsa_": r"\bglsa_\w{32,}",  # Grafana
    "hvs.": r"\bhvs\.[\w-]{24,}",  # Vault
    "shpat_": r"\bshpat_[0-9a-f]{32}",  # Shopify
    "gsk_": r"\bgsk_[A-Za-z0-9]{30,}",  # Groq
    "r8_": r"\br8_[A-Za-z0-9]{30,}",  # Replicate
    "nvapi-": r"\bnvapi-[\w-]{30,}",  # NVIDIA
    "xai-": r"\bxai-[\w-]{30,}",
    "pplx-": r"\bpplx-[\w-]{30,}",  # Perplexity
    "atatt3": r"\bATATT3[\w=-]{40,}",  # Atlassian
    ":aa": r"\b\d{8,10}:AA[\w-]{33}",  # Telegram
    "eyj": r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",  # JWT
    "bearer": r"(?i:\bbearer\s+)[\w.~+/-]{16,}=*",
    "basic": r"(?i:\bbasic\s+)(?=[A-Za-z+/]*[\d=])[A-Za-z0-9+/]{12,}={0,2}",
    "-----begin": PRIVATE_KEY,
    "://": URL_LOGIN,
    "sig=": r"(?<=[?&]sig=)[\w%+/-]{20,}",  # a signed URL of Azure
}
"""What secrets look like, by a part of them in lower case, which is quickly looked for."""

HINTS = (*NAME_HINTS, *LOOKS)

looks = {hint: re.compile(look) for hint, look in LOOKS.items()}

name_and_sign = re.compile(
    r"""(?<![\w.-]) (?P<lead>--?|) (?P<key>[A-Za-z_][\w.-]{1,60})
    (?: ["']? (?P<sign>[ \t]*(?:=>|:=|[:=])[ \t]*) | (?P<space>[ \t]+) )""",
    re.VERBOSE,
)
"""Before a value: `password=`, `"api_key": `, `--token `."""

given_value = re.compile(
    r"""(?P<scheme>(?:bearer|basic|token|apikey|digest)[ \t]+)?
    (?: [rbu]{0,2} (?P<quote>["']) (?P<quoted>(?:(?!(?P=quote))[^\\\n]|\\.){1,8192}) (?P=quote)
      | ["']? (?P<bare>[^\s"'`,;&|<>(){}\[\]$\\][^\s"'`,;&|<>(){}\[\]]{0,4095})
        (?P<call>[(\[])? )""",
    re.VERBOSE | re.IGNORECASE,
)
"""`abc`, `"abc"`, `Bearer abc`; what begins with a dollar or a bracket comes from elsewhere."""

statement_value = re.compile(
    r"\b(?:password|secret|identified\s+by)\s+'(?P<quoted>[^'\n]+)'", re.IGNORECASE
)
"""As SQL says it: `CREATE USER ada PASSWORD 'abc'`."""

blanks = re.compile(
    r"""\[redacted[^\]]*\] | \*+ | [x.]{3,} | <[^>]*> | none | null | true | false | required
    | (?:your|my|the|some|insert|enter|change)[-_\ ]?(?:own|me|a|an)?[-_\ ].* | changeme
    | NBTRACK_SECRET_\w+ """,
    re.VERBOSE | re.IGNORECASE,
)
"""What stands in place of a secret already, or says only whether there is one."""

fields = re.compile(r"\{[^{}]*\}|%s|%\(\w+\)s|\$\$?\{?\w+\}?|<[^>]*>|\x01|\*+")
"""What a template has in place of a secret."""

numeral = re.compile(r"[+-]?[\d.,_e+-]*", re.IGNORECASE)

dotted = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")

FEWEST = 4
"""Characters of a secret that a text assigns without quotes."""


def has_hint(text: str) -> bool:
    """Whether anything in a text may be part of a secret, or of its name."""
    return any(map(text.lower().__contains__, HINTS))


def is_blank(text: str) -> bool:
    """Whether a text only stands where a secret would."""
    return not text.strip() or blanks.fullmatch(text) is not None


def is_numeral(text: str) -> bool:
    """Whether a text is a number, as a count of tokens is."""
    return numeral.fullmatch(text) is not None


def look_spans(text: str) -> Iterator[Span]:
    """Where something looks like a secret, whatever stands around it."""
    lowered = text.lower()
    for hint, look in looks.items():
        if hint in lowered:
            yield from (it.span() for it in look.finditer(text) if not is_filled_later(it.group()))


def is_filled_later(login: str) -> bool:
    """Whether the password of a URL is only a field: `ada:{password}`."""
    return is_template(login.partition(":")[2] or login)


def assigned_spans(text: str) -> Iterator[Span]:
    """Where a text gives a value to the name of a secret."""
    lowered = text.lower()
    if not any(hint in lowered for hint in NAME_HINTS):
        return
    end = 0
    for name in name_and_sign.finditer(text):
        is_followed = name.start() >= end and (name["sign"] or name["lead"])
        if is_followed and is_secret_key(name["key"]):
            value = given_value.match(text, name.end())
            if value and is_given(name, value):
                end = value.end()
                yield value.span("quoted" if value["quoted"] else "bare")
    for found in statement_value.finditer(text):
        if not is_template(found["quoted"]):
            yield found.span("quoted")


def is_given(name: re.Match[str], value: re.Match[str]) -> bool:
    """Whether the value behind the name of a secret is one, and nothing in its place."""
    shown = value["quoted"] or value["bare"]
    if is_blank(shown) or is_template(shown):
        return False
    if is_numeral(shown) and name["key"].lower().endswith("token"):
        return False
    return bool(value["quoted"]) or is_bare_secret(name, value)


def is_bare_secret(name: re.Match[str], value: re.Match[str]) -> bool:
    """Whether a value without quotes is no code that gets one: `token=read()`, `key=config.key`."""
    shown = value["bare"]
    is_name = dotted.fullmatch(shown) or (shown.isidentifier() and is_secret_key(shown))
    if len(shown) < FEWEST or value["call"] or is_name:
        return False
    if any(it.isdigit() for it in shown) or not shown.isidentifier():
        return not (name["space"] and shown.startswith("-"))
    if value["scheme"] or name["lead"]:
        return True
    before = name.string[max(name.start() - 40, 0) : name.start()].rstrip()[-1:]
    return name["sign"] == "=" and before not in {"(", ","}


def is_template(value: str) -> bool:
    """Whether a value is only a field that something else fills."""
    return not fields.sub("", value).strip(":/ ")
