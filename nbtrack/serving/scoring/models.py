"""A variant's model in a worker: its files checked, loaded, and asked with what requests hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from nbtrack.blobs import hashed
from nbtrack.errors import NotFound, TamperedModel
from nbtrack.records.endpoint import Variant
from nbtrack.registry.flavors.table import PYTHON_FUNCTION
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.loading import load_to_ask, tell_differences
from nbtrack.registry.pyfunc import PyFuncModel
from nbtrack.registry.safety import Consent
from nbtrack.registry.signatures.enforcement import Enforcer
from nbtrack.registry.signatures.problems import is_discreet
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.scoring.asked import Asked
from nbtrack.serving.scoring.costs import Cost
from nbtrack.serving.scoring.formats import JSON, Reader
from nbtrack.serving.scoring.quick import quick_reader

__all__ = ["ServedModel", "load"]


COMPUTE = {"sklearn", "lightgbm", "xgboost", "catboost"}
"""Flavors whose models only compute: they wait for nothing but the processor."""

COMPILED = ".pyc"
"""Files that Python leaves beside others; of a model's folder none is ever read."""


class ServedModel:
    """One model, as requests ask it.

    Args:
        variant: What the plan says of it.
        loaded: The model.
    """

    def __init__(self, variant: Variant, loaded: PyFuncModel) -> None:
        self.variant, self.loaded = variant, loaded
        self.description = loaded.metadata
        signature = self.description.signature
        is_hinted = bool(self.description.is_signature_from_type_hint)
        inputs = None if signature is None or is_hinted else signature.inputs
        self.enforcer = Enforcer(inputs, None if signature is None else signature.params)
        self.reader = Reader(self.enforcer, is_hinted=is_hinted)
        self.quick = None if self.enforcer.param_schema else quick_reader(inputs)
        self.arrays: Callable[[Any], Any] | None = None
        """Asks with an array, where that was found to give the same answers as a frame."""
        self.joins = False
        """Whether several requests may be asked as one: each row is answered by itself."""
        self.cost = Cost(only_computes=self.flavor in COMPUTE)

    @cached_property
    def flavor(self) -> str:
        """The library whose model it is, in a word."""
        return self.loaded.flavor

    @property
    def is_own_code(self) -> bool:
        """Whether somebody's own Python is run, which may wait for anything."""
        return self.flavor == PYTHON_FUNCTION

    def read(self, body: bytes, kind: str) -> Asked:
        """What a request's body asks.

        Raises:
            Refused: It cannot be read.
            SchemaMismatch: It does not fit the signature.
        """
        if self.quick is not None and kind == JSON:
            matrix = self.quick.read(body)
            if matrix is not None:
                labels = self.enforcer.columns.labels()
                table = self.quick.table(matrix, labels)
                return Asked(table, len(matrix), ("matrix", matrix.dtype.str))
        token = is_discreet.set(True)
        try:
            return self.reader.read(body, kind)
        finally:
            is_discreet.reset(token)

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> Any:
        """What the model says of data that was read."""
        if isinstance(data, Table):
            if self.arrays is not None and data.columns is None:
                return self.arrays(data.matrix)
            data = data.to_frame()
        return self.loaded.asks(data, params)


def load(variant: Variant) -> ServedModel:
    """Check the files of a variant, and load its model.

    Raises:
        TamperedModel: A file is not the one that was recorded.
        NotFound: The model's folder, or a file of it, is not there any more.
        ModelError: It cannot be read.
        UnsafeModel: Reading it runs code that nobody vouched for.
    """
    folder = Path(variant.folder)
    check_files(variant, folder)
    description = Model.load(folder)
    consent = Consent(
        variant.model_uri,
        own=variant.is_vouched and bool(variant.files),
        allowed=variant.is_vouched,
        folder=folder,
        seals=description.nbtrack_seals,
    )
    tell_differences(folder, description)
    return ServedModel(variant, load_to_ask(folder, description, consent))


def check_files(variant: Variant, folder: Path) -> None:
    """Compare each file with the digest that was recorded, and find those that were added."""
    if not folder.is_dir():
        raise NotFound(f"the folder of {variant.model_uri} is gone: {folder}")
    for path, wanted in variant.files.items():
        file = folder / path
        if not file.is_file():
            raise NotFound(f"the file {path!r} of {variant.model_uri} is gone: {file}")
        with file.open("rb") as stream:
            found = hashed(stream).digest
        if found != wanted:
            raise TamperedModel(
                f"the file {path!r} of {variant.model_uri} is not the one that was logged: its "
                f"SHA-256 is {found[:16]}…, and {wanted[:16]}… was recorded"
            )
    if variant.files:
        files = (it for it in folder.rglob("*") if it.is_file() and it.suffix != COMPILED)
        there = {it.relative_to(folder).as_posix() for it in files}
        if added := sorted(there - set(variant.files)):
            raise TamperedModel(
                f"{variant.model_uri} was logged without the file {added[0]!r}, which lies in "
                f"{folder} now; serve the model anew, which copies its files afresh"
            )
