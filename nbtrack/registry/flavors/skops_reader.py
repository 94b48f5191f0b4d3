"""A skops file made into objects: only of trusted names, and only of numbers that are in bounds.

`read` is what the sklearn and lightgbm flavors load with. It reads what skops writes (protocols
1 and 2), in a fifth of the time and without importing skops, and believes nothing a file says of
itself: its own lists name what may be made, and trees and the like are checked before anybody can
ask them.
"""

from __future__ import annotations

import functools
import json
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nbtrack.errors import ModelError, NbtrackError, TamperedModel
from nbtrack.registry.flavors.lightgbm_bounds import check_text
from nbtrack.registry.flavors.skops_archive import Archive, array_of
from nbtrack.registry.flavors.skops_arrays import ARRAYS
from nbtrack.registry.flavors.skops_bounds import check
from nbtrack.registry.flavors.skops_trust import Trust, Untrusted
from nbtrack.registry.flavors.xgboost_bounds import check_content

__all__ = ["SCHEMA", "Made", "Reader", "read", "untrusted_names"]

SCHEMA = "schema.json"
PROTOCOLS = (1, 2)
"""What is known of the format; skops 0.13 began with 1."""

UNREADABLE = (
    AttributeError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    RecursionError,
    TypeError,
    UnicodeError,
    ValueError,
)
"""What classes raise that are given what they did not write."""

State = dict[str, Any]


class Made(NamedTuple):
    """What was read, and the names that it took besides the builtin ones."""

    model: Any
    names: list[str]


def read(path: Path, vouched: Callable[[str], bool] | None = None, *, own: bool = False) -> Made:
    """The model of a skops file.

    Args:
        path: The file.
        vouched: Whether the user vouches for a full name that is not in our own lists.
        own: Whether the user's own store vouches for the file: what boosters hold is then taken
            as it is, since looking at it takes longer than reading it.

    Raises:
        Untrusted: It names what nobody vouches for; `untrusted_names` lists all of these.
        TamperedModel: Its parts contradict each other, or point out of bounds.
        ModelError: It is no skops file, or one of a newer skops.
    """
    reader = Reader(Archive(path.read_bytes(), path.name), Trust(vouched) if vouched else Trust())
    reader.own = own
    try:
        model = reader.made(reader.schema())
        check(reader.objects)
    except NbtrackError:
        raise
    except UNREADABLE as error:
        raise ModelError(
            f"{path.name} cannot be read: {type(error).__name__}: {error}; it was written by "
            f"another version of a library, or damaged"
        ) from error
    return Made(model, sorted({it.name for it in reader.trust.seen.values()} | reader.names))


def untrusted_names(path: Path, vouched: Callable[[str], bool] | None = None) -> list[str]:
    """All names in a skops file that neither our lists nor the user vouch for."""
    archive = Archive(path.read_bytes(), path.name)
    reader = Reader(archive, Trust(vouched) if vouched else Trust())
    found: set[str] = set()
    nodes: list[Any] = [reader.schema()]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes.extend(node)
        elif isinstance(node, dict):
            nodes.extend(node.values())
            ask = reader.asked_of(node)
            try:
                if ask is not None:
                    ask(node["__module__"], node["__class__"])
            except (Untrusted, ModelError):
                found.add(f"{node['__module__']}.{node['__class__']}")
    return sorted(found)


class Reader:
    """One file being read; each node is made once, as often as it stands in the file."""

    def __init__(self, archive: Archive, trust: Trust) -> None:
        self.archive = archive
        self.trust = trust
        self.known: dict[int, Any] = {}
        self.open: set[int] = set()
        self.objects: list[Any] = []
        """What is checked when all is made."""
        self.names: set[str] = set()
        self.own = False

    def schema(self) -> State:
        """The root node.

        Raises:
            ModelError: It is none, or of a newer skops.
        """
        part = self.archive.part(SCHEMA)
        try:
            found = msgspec.json.decode(part)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ModelError(f"{self.archive.name} has no readable schema: {error}") from error
        protocol = found.get("protocol") if isinstance(found, dict) else None
        if type(protocol) is not int or protocol not in PROTOCOLS:
            raise ModelError(
                f"{self.archive.name} is of skops protocol {protocol!r}; this nbtrack reads "
                f"{', '.join(map(str, PROTOCOLS))}: update nbtrack, or write it with skops 0.13 "
                f"or newer"
            )
        return found  # type: ignore[no-any-return]

    def made(self, node: State) -> Any:
        """What a node stands for."""
        identity = node.get("__id__")
        if identity in self.known:
            return self.known[identity]
        maker = MAKERS.get(node["__loader__"])
        if maker is None:
            raise Untrusted(f"{node['__module__']}.{node['__class__']}")
        if identity in self.open:
            raise TamperedModel(f"{self.archive.name} holds a thing that is inside of itself")
        if identity is None:
            return maker(self, node)
        self.open.add(identity)
        value = maker(self, node)
        self.open.discard(identity)
        self.known[identity] = value
        return value

    def asked_of(self, node: State) -> Callable[[str, str], Any] | None:
        """What the trust is asked for a node's own name; None where it needs none."""
        asks = {
            "ObjectNode": self.trust.to_make,
            "FunctionNode": self.trust.to_call,
            "TypeNode": self.trust.to_hold,
            "ConstructorFromReduceNode": self.trust.to_rebuild,
            "LossNode": self.trust.to_lose,
        }
        loader = node.get("__loader__")
        if loader is None or loader in asks:
            return asks.get(str(loader))
        return None if loader in MAKERS else refuse

    def array(self, node: State) -> Any:
        """The array of a part that a node names."""
        name = str(node["file"])
        return array_of(self.archive.part(name), f"{name} in {self.archive.name}")


def refuse(module: str, name: str) -> Any:
    """What is asked of nodes that are of no known kind."""
    raise Untrusted(f"{module}.{name}")


@functools.lru_cache(maxsize=4096)
def scalar(text: str) -> Any:
    """A number, text, truth or nothing; a forest has the same few thousands of times."""
    return json.loads(text)


def make_json(_reader: Reader, node: State) -> Any:
    text = node["content"]
    return json.loads(text) if text[:1] in "[{" else scalar(text)


def make_dict(reader: Reader, node: State) -> Any:
    kind = node["__module__"], node["__class__"]
    if kind == ("builtins", "dict"):
        found: Any = {}
    elif kind == ("collections", "OrderedDict"):
        found = reader.trust.to_hold(*kind)()
    else:
        found = reader.trust.to_make(*kind)()
        if not isinstance(found, dict):
            raise TamperedModel(f"{reader.archive.name} has a dict that is {type(found).__name__}")
    keys = [reader.trust.to_hold(it["__module__"], it["__class__"]) for it in key_nodes(node)]
    content = node["content"]
    if len(keys) != len(content):
        raise TamperedModel(f"{reader.archive.name} has a dict with more or fewer keys than types")
    for key_type, (key, value) in zip(keys, content.items(), strict=True):
        found[key if key_type is str else key_of(key_type, key)] = reader.made(value)
    return found


def key_nodes(node: State) -> list[State]:
    nodes = node["key_types"]["content"]
    if not isinstance(nodes, list):
        raise TypeError("the types of keys are no list")
    return nodes


def key_of(kind: Any, text: str) -> Any:
    """A key as it was before it became JSON."""
    return json.loads(text) if kind is bool else kind(text)


FACTORIES = (None, OrderedDict, bool, dict, float, int, list, set, str, tuple)


def make_defaultdict(reader: Reader, node: State) -> Any:
    factory = reader.made(node["content"]["default_factory"])
    if factory not in FACTORIES:
        raise Untrusted(f"collections.defaultdict of {factory!r}")
    return defaultdict(factory, reader.made(node["content"]["main"]))


def make_list(reader: Reader, node: State) -> Any:
    return [reader.made(it) for it in node["content"]]


def make_set(reader: Reader, node: State) -> Any:
    return {reader.made(it) for it in node["content"]}


def make_tuple(reader: Reader, node: State) -> Any:
    items = tuple([reader.made(it) for it in node["content"]])
    module, name = node["__module__"], node["__class__"]
    if (module, name) == ("builtins", "tuple"):
        return items
    kind = reader.trust.to_make(module, name)
    if not (isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")):
        raise TamperedModel(f"{reader.archive.name} has a tuple that is {module}.{name}")
    return kind(*items)


def make_slice(_reader: Reader, node: State) -> Any:
    parts = [node["content"][it] for it in ("start", "stop", "step")]
    if not all(it is None or isinstance(it, int) for it in parts):
        raise TypeError("a slice is not of numbers")
    return slice(*parts)


def make_bytes(reader: Reader, node: State) -> Any:
    return bytes(reader.archive.part(str(node["file"])))


def make_bytearray(reader: Reader, node: State) -> Any:
    return bytearray(reader.archive.part(str(node["file"])))


def make_function(reader: Reader, node: State) -> Any:
    return reader.trust.to_call(node["__module__"], node["__class__"])


def make_partial(reader: Reader, node: State) -> Any:
    content = node["content"]
    function, args, kwds = (reader.made(content[it]) for it in ("func", "args", "kwds"))
    return functools.partial(function, *args, **kwds)


def make_type(reader: Reader, node: State) -> Any:
    return reader.trust.to_hold(node["__module__"], node["__class__"])


def make_called(reader: Reader, node: State) -> Any:
    kind = reader.trust.to_rebuild(node["__module__"], node["__class__"])
    return kind(*reader.made(node["content"]))


def make_object(reader: Reader, node: State) -> Any:
    """An instance without its `__init__`, as pickle makes it, and its attributes."""
    kind = reader.trust.to_make(node["__module__"], node["__class__"])
    made = kind.__new__(kind)
    content = node.get("content")
    attributes = None if content is None else reader.made(content)
    if not reader.own:
        check_booster(f"{node['__module__']}.{node['__class__']}", attributes)
    if attributes is not None:
        if hasattr(kind, "__setstate__"):
            made.__setstate__(attributes)
        else:
            made.__dict__.update(attributes)
    reader.objects.append(made)
    return made


def check_booster(name: str, attributes: Any) -> None:
    """What boosters keep is looked at before their libraries read it, which may end the process."""
    if name == "lightgbm.basic.Booster":
        for it in ("_handle", "handle"):
            if attributes.get(it) is not None:
                check_text(str(attributes[it]), "the LightGBM model")
    elif name == "xgboost.core.Booster" and attributes.get("handle") is not None:
        check_content(bytes(attributes["handle"]), "the XGBoost model")


def make_loss(reader: Reader, node: State) -> Any:
    kind = reader.trust.to_lose(node["__module__"], node["__class__"])
    return kind(*reader.made(node["__reduce__"]["args"]))


def make_tree(reader: Reader, node: State) -> Any:
    """A compiled tree: its size is checked before it copies anything, its nodes at the end."""
    kind = reader.trust.to_make("sklearn.tree._tree", "Tree")
    n_features, n_classes, n_outputs = reader.made(node["__reduce__"]["args"])
    state = reader.made(node["content"])
    if not 0 < state["node_count"] == len(state["nodes"]) == len(state["values"]):
        raise TamperedModel(
            f"{reader.archive.name} has a tree of {state['node_count']} nodes that holds "
            f"{len(state['nodes'])}"
        )
    if not 0 < n_outputs == len(n_classes) or min(n_classes) < 1:
        raise TamperedModel(f"{reader.archive.name} has a tree whose outputs have no classes")
    tree = kind(n_features, n_classes, n_outputs)
    tree.__setstate__(state)
    reader.objects.append(tree)
    return tree


MAKERS: dict[str, Callable[[Reader, State], Any]] = {
    "BytearrayNode": make_bytearray,
    "BytesNode": make_bytes,
    "ConstructorFromReduceNode": make_called,
    "DefaultDictNode": make_defaultdict,
    "DictNode": make_dict,
    "FunctionNode": make_function,
    "JsonNode": make_json,
    "ListNode": make_list,
    "LossNode": make_loss,
    "ObjectNode": make_object,
    "PartialNode": make_partial,
    "SetNode": make_set,
    "SliceNode": make_slice,
    "TreeNode": make_tree,
    "TupleNode": make_tuple,
    "TypeNode": make_type,
    **ARRAYS,
}
"""How each kind of node is made; what is not here (bound methods, operators) is refused."""
