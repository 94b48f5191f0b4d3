"""Which literals of Python code are secret: by what they are given to, or by their look."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator

from nbtrack.capture.secret_looks import is_blank, is_numeral, is_template
from nbtrack.capture.secret_names import is_secret_key, words_of

__all__ = ["LOGINS", "named_literals", "text_of"]

CARRIERS = frozenset(
    """
    str bytes bytearray SecretStr SecretBytes Secret SecretValue Token b64decode b64encode
    fromhex encode decode strip lstrip rstrip lower upper join format quote quote_plus list tuple
    set frozenset dict cast
    """.split()  # noqa: SIM905 - a table of words, as those of names
)
"""Calls whose result is secret where their argument is; others get a secret from elsewhere."""

WITH_DEFAULT = frozenset({"getenv", "get", "pop", "setdefault"})

SETTERS = frozenset(
    """
    get getenv pop setdefault putenv setenv setattr set set_env set_option log_param set_tag
    set_password add_header putheader append add add_tag set_secret put add_option hset
    """.split()  # noqa: SIM905 - a table of words, as those of names
)
"""Calls that are given a name and its value, side by side."""

LOGINS = frozenset({"login", "HTTPBasicAuth", "HTTPDigestAuth", "BasicAuth", "authenticate"})

FEWEST_OF_TOKEN = 12
"""Characters of a `token` that opens something; shorter ones are words of a text."""

FEWEST_DIGITS = 4

files = re.compile(r"[\w./~\\:-]+\.(?:json|pem|txt|ya?ml|toml|ini|env|key|crt|cfg|p12|ipynb|py)")


def named_literals(tree: ast.AST) -> set[ast.expr]:
    """The literals that are secret by the name of what they are given to."""
    found: set[ast.expr] = set()
    for node in ast.walk(tree):
        for key, value in keyed(node):
            if is_secret_key(key):
                found.update(it for it in literals_of(value) if is_secret(key, it))
    return found


def keyed(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and the values that a node gives to them, or compares with them."""
    match node:
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            yield from ((name_of(key), value) for key, value in zip(keys, values, strict=True))
        case ast.arguments():
            yield from defaults_of(node)
        case ast.Compare(left=left, comparators=[right]):
            yield from ((name_of(left), right), (name_of(right), left))
        case ast.Call():
            yield from logins(node)
            if called(node.func) in SETTERS:
                yield from neighbours(node.args)
        case ast.Tuple(elts=[ast.Constant(value=str(name)), value]):
            yield name, value
        case ast.List(elts=items):
            yield from options(items)
        case _:
            yield from bound(node)


def bound(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Variables, attributes and items with the values that a statement binds to them."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from paired(target, value)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.AugAssign(target=target, value=value)
            | ast.NamedExpr(target=target, value=value)
        ):
            yield from paired(target, value)


def logins(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """A call's password where only its place says what it is: `auth=("ada", "abc")`."""
    if called(call.func) in LOGINS:
        yield from (("password", it) for it in call.args[1:2])
        yield from (("api_key", it.value) for it in call.keywords if it.arg == "key")
    for keyword in call.keywords:
        if keyword.arg == "auth" and isinstance(keyword.value, ast.Tuple):
            yield from (("password", it) for it in keyword.value.elts[1:2])


def paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """A target and its value, or those of an unpacking one by one."""
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        for one, its_value in zip(target.elts, value.elts, strict=False):
            yield from paired(one, its_value)
    else:
        yield name_of(target), value


def name_of(node: ast.expr | None) -> str:
    """The name that an expression goes by: of a variable, an attribute, an item."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name
    return ""


def called(node: ast.expr) -> str:
    """The name of a called function, without what it is an attribute of."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def defaults_of(node: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Parameters and their defaults."""
    positional = [*node.posonlyargs, *node.args]
    first = len(positional) - len(node.defaults)
    for argument, value in zip(positional[first:], node.defaults, strict=True):
        yield argument.arg, value
    for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        if default is not None:
            yield argument.arg, default


def neighbours(items: list[ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    """Constants that name what stands beside them."""
    for name, value in itertools.pairwise(items):
        if isinstance(name, ast.Constant):
            yield name_of(name), value


def options(items: list[ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    """Options of a command line and their values: `["--password", "abc"]`."""
    return ((name, value) for name, value in neighbours(items) if name.startswith("-"))


def literals_of(value: ast.expr) -> Iterator[ast.expr]:
    """The literals that make up a value; a mapping's are told by its own keys."""
    match value:
        case ast.Constant() | ast.JoinedStr():
            yield value
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            yield from literals_of_all(parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals_of_all([body, orelse])
        case ast.BoolOp(values=parts):
            yield from literals_of_all(parts)
        case ast.BinOp(left=left, right=right):
            yield from literals_of_all([left, right])
        case ast.NamedExpr(value=inner) | ast.Starred(value=inner):
            yield from literals_of(inner)
        case ast.Call(func=func, args=args) if called(func) in WITH_DEFAULT:
            yield from literals_of_all(args[1:2])
        case ast.Call(func=func, args=args) if called(func) in CARRIERS:
            carried = [func.value] if isinstance(func, ast.Attribute) else []
            yield from literals_of_all([*carried, *args])


def literals_of_all(values: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """The literals of several values."""
    for value in values:
        yield from literals_of(value)


def is_secret(key: str, literal: ast.expr) -> bool:
    """Whether a literal is one that the name of a secret is given, and nothing in its place."""
    if isinstance(literal, ast.JoinedStr):
        return True
    value = getattr(literal, "value", None)
    if isinstance(value, int) and not isinstance(value, bool):
        return len(str(value)) >= FEWEST_DIGITS and words_of(key)[-1] != "token"
    text = text_of(literal)
    if text is None or is_blank(text) or is_template(text) or files.fullmatch(text):
        return False
    if is_secret_key(text) and text.isidentifier():
        return False
    if words_of(key)[-1] == "token":
        return not is_numeral(text) and (words_of(key) != ["token"] or opens(text))
    return True


def opens(text: str) -> bool:
    """Whether a text that is only called `token` is no word: long, in one piece, with digits."""
    is_long = len(text) >= FEWEST_OF_TOKEN
    return is_long and not text.isalpha() and not any(it.isspace() for it in text)


def text_of(literal: ast.AST) -> str | None:
    """The text of a literal of characters or bytes."""
    value = getattr(literal, "value", None)
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else None
