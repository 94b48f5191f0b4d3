"""What a version of a model takes and gives, as its MLmodel file says."""

from __future__ import annotations

from typing import Any

from nbtrack.api.files.model_files import read_file
from nbtrack.registry.addresses import parse
from nbtrack.registry.format.contents import main_flavor
from nbtrack.registry.format.documents import yaml_from
from nbtrack.registry.format.mlmodel import MLMODEL, Model
from nbtrack.registry.places import place_of
from nbtrack.registry.signatures.signature import kind_of_spec
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import SignatureReply, SpecItem

__all__ = ["ROUTES", "signature"]


def signature(request: Request) -> SignatureReply:
    """The columns, tensors and params of a version; none where it was logged without them.

    Raises:
        NotFound: There is no such model or version, or its files are gone.
        ModelError: The version is not ready.
    """
    here, path = request.here, request.path
    place = place_of(here.store, parse(f"models:/{path['name']}/{path['version']}"))
    written = read_file(here, place._replace(path=MLMODEL))
    description = Model.from_dict(yaml_from(written, MLMODEL))
    told = description.signature
    parts = (None, None, None) if told is None else (told.inputs, told.outputs, told.params)
    inputs, outputs, params = ([spec_item(it) for it in part or ()] for part in parts)
    return SignatureReply(
        flavor=main_flavor(description.flavors), inputs=inputs, outputs=outputs, params=params
    )


def spec_item(spec: Any) -> SpecItem:
    """A column, a tensor or a param as it is sent."""
    is_param = hasattr(spec, "default")
    return SpecItem(
        name=spec.name or "",
        type=kind_of_spec(spec),
        is_required=not is_param and spec.required,
        default=repr(spec.default) if is_param else None,
    )


ROUTES = (Route("GET", "models/{name}/versions/{version}/signature", signature),)
