"""Manifests that run a model's image: for Kubernetes, and for Compose."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.api.models.loading import find_model
from nbtrack.api.shipping.image import PORT
from nbtrack.errors import AlreadyExists, InvalidValue, listing
from nbtrack.registry.format.documents import yaml_text

__all__ = ["KINDS", "Deployment", "generate_manifests"]

FILES = {"kubernetes": "kubernetes.yaml", "compose": "compose.yaml"}


class Deployment(NamedTuple):
    """What is run.

    Attributes:
        name: What it is called.
        image: The image.
        replicas: How many containers share the requests.
        most_replicas: How many there may be when they are busy.
        cpu: How much of processors one may use.
        memory: How much memory one may use.
    """

    name: str
    image: str
    replicas: int = 3
    most_replicas: int = 10
    cpu: str = "1"
    memory: str = "1Gi"


def generate_manifests(
    model_uri: str | os.PathLike[str],
    folder: str | os.PathLike[str] = ".",
    kind: str = "kubernetes",
    *,
    name: str | None = None,
    image: str | None = None,
    replicas: int = 3,
    most_replicas: int | None = None,
    cpu: str = "1",
    memory: str = "1Gi",
) -> Path:
    """Write the manifest that runs the image of a model, and say where it is.

    Kubernetes gets a Deployment with probes and limits, a Service and an autoscaler; Compose a
    service with a healthcheck.

    Args:
        model_uri: The model, as `load_model` takes it.
        folder: Where to.
        kind: `kubernetes` or `compose`.
        name: What it is called; after the model else.
        image: The image, as `build_docker` called it; after the name else.
        replicas: How many containers share the requests.
        most_replicas: How many there may be when they are busy; three times as many else.
        cpu: How much of processors one may use, such as `500m` or `2`.
        memory: How much memory one may use, such as `512Mi`.

    Raises:
        NotFound: There is no such model.
        InvalidValue: There is no such kind, or no such number.
        AlreadyExists: There is such a file already that was not written here.
    """
    if kind not in KINDS:
        raise InvalidValue(f"there are no manifests of {kind!r}; {listing(list(KINDS), kind)}")
    if replicas < 1:
        raise InvalidValue(f"replicas={replicas}: at least one container is needed")
    found = find_model(model_uri)
    called = label(name or found.place.name or found.description.artifact_path or "model")
    version = found.place.version
    told = Deployment(
        called,
        image or f"{called}:{version or 'latest'}",
        replicas,
        max(replicas, most_replicas or 3 * replicas),
        cpu,
        memory,
    )
    first = f"# {found.place.uri}, served by nbtrack\n"
    texts = [yaml_text(part) for part in KINDS[kind](told)]
    path = Path(folder).expanduser().absolute() / FILES[kind]
    if path.exists() and "served by nbtrack" not in path.read_text(encoding="utf-8")[:500]:
        raise AlreadyExists(f"{path} was not written here; name another folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(first + "---\n".join(texts), encoding="utf-8")
    return path


def label(text: str) -> str:
    """A name as Kubernetes takes it: small letters, digits and dashes."""
    found = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50].strip("-")
    return found if found[:1].isalpha() else f"model-{found}".strip("-")


def kubernetes(told: Deployment) -> list[dict[str, Any]]:
    """A Deployment, its Service, and what adds containers when they are busy."""
    labels = {"app": told.name}
    meta = {"name": told.name, "labels": labels}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": told.name}
    busy = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": meta,
            "spec": {
                "replicas": told.replicas,
                "selector": {"matchLabels": labels},
                "strategy": {
                    "type": "RollingUpdate",
                    "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
                },
                "template": {"metadata": {"labels": labels}, "spec": pod(told)},
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": meta,
            "spec": {
                "type": "LoadBalancer",
                "selector": labels,
                "ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": "http"}],
            },
        },
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": meta,
            "spec": {
                "scaleTargetRef": target,
                "minReplicas": told.replicas,
                "maxReplicas": told.most_replicas,
                "metrics": [{"type": "Resource", "resource": busy}],
            },
        },
    ]


def pod(told: Deployment) -> dict[str, Any]:
    """One container, watched by its own health."""
    container = {
        "name": told.name,
        "image": told.image,
        "ports": [{"name": "http", "containerPort": PORT}],
        "startupProbe": probe("/ping", period=2, failures=60),
        "readinessProbe": probe("/health", period=5, failures=2),
        "livenessProbe": probe("/health", period=10, failures=3),
        "resources": {
            "requests": {"cpu": told.cpu, "memory": told.memory},
            "limits": {"cpu": told.cpu, "memory": told.memory},
        },
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {"terminationGracePeriodSeconds": 45, "containers": [container]}


def probe(path: str, *, period: int, failures: int) -> dict[str, Any]:
    """How a container is asked whether it is well."""
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }


def compose(told: Deployment) -> list[dict[str, Any]]:
    """A service that is built from the folder of the Dockerfile where the image is not there."""
    ask = f"from urllib.request import urlopen; urlopen('http://127.0.0.1:{PORT}/health')"
    service = {
        "image": told.image,
        "build": {"context": "."},
        "ports": [f"{PORT}:{PORT}"],
        "restart": "unless-stopped",
        "stop_grace_period": "45s",
        "healthcheck": {
            "test": ["CMD", "python", "-c", ask],
            "interval": "15s",
            "timeout": "5s",
            "retries": 3,
            "start_period": "60s",
        },
        "deploy": {
            "resources": {"limits": {"cpus": processors(told.cpu), "memory": size(told.memory)}}
        },
    }
    return [{"name": told.name, "services": {told.name: service}}]


def processors(text: str) -> str:
    """`500m` as Compose has it: `0.5`."""
    return f"{int(text[:-1]) / 1000:g}" if text.endswith("m") else text


def size(text: str) -> str:
    """`512Mi` as Compose has it: `512m`."""
    found = re.fullmatch(r"(\d+)([KMG])i?", text)
    return f"{found[1]}{found[2].lower()}" if found else text


KINDS: dict[str, Callable[[Deployment], list[dict[str, Any]]]] = {
    "kubernetes": kubernetes,
    "compose": compose,
}
"""What manifests there are."""
