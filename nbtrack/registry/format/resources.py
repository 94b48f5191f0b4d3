"""What serving a model needs besides its files, as MLflow's MLmodel file names it."""

from __future__ import annotations

from enum import Enum
from typing import Any, Self

from nbtrack.errors import InvalidValue

__all__ = ["Resource", "ResourceType"]


class ResourceType(Enum):
    """The kinds of resources that MLflow knows."""

    UC_CONNECTION = "uc_connection"
    VECTOR_SEARCH_INDEX = "vector_search_index"
    SERVING_ENDPOINT = "serving_endpoint"
    SQL_WAREHOUSE = "sql_warehouse"
    FUNCTION = "function"
    GENIE_SPACE = "genie_space"
    TABLE = "table"
    APP = "app"
    LAKEBASE = "lakebase"
    UC_MODEL_SERVICE = "uc_model_service"


class Resource:
    """One resource: its kind, and its name there.

    Example:
        >>> from nbtrack.models import Resource, ResourceType
        >>> Resource(ResourceType.TABLE, "sales").to_dict()
        {'table': [{'name': 'sales'}]}
    """

    def __init__(
        self,
        type: ResourceType | str,  # noqa: A002 - MLflow's name
        name: str,
        target_uri: str = "databricks",
    ) -> None:
        try:
            self.type = ResourceType(type)
        except ValueError:
            known = ", ".join(it.value for it in ResourceType)
            raise InvalidValue(f"no resource is of the kind {type!r}; there are {known}") from None
        self.name, self.target_uri = name, target_uri

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        return {self.type.value: [{"name": self.name}]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        (kind, entries), *_ = data.items()
        return cls(kind, entries[0]["name"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resource) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Resource({self.type.value!r}, {self.name!r})"
