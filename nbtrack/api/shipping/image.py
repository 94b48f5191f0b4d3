"""A model as an image: a folder with all that Docker needs, and the image built from it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.api.files.model_files import local_folder
from nbtrack.api.models.loading import FoundModel, Trust, find_model
from nbtrack.api.scoring.ticket import ticket_of
from nbtrack.errors import AlreadyExists, InvalidValue, ModelError
from nbtrack.registry.environments import needs_of, python_version_of
from nbtrack.registry.format.environment import CONSTRAINTS
from nbtrack.registry.own_wheel import own_wheel

__all__ = [
    "PORT",
    "Shipped",
    "build_docker",
    "generate_dockerfile",
    "prepared",
    "put_model",
    "write_needs",
]

PORT = 8080
"""Where a container answers, as MLflow's do."""

IMAGE_NAME = re.compile(r"[a-z0-9][a-z0-9._/:-]*")

DOCKERFILE = """\
# {uri}, served by nbtrack: docker build -t NAME . && docker run -p {port}:{port} NAME
FROM {base}

ENV PYTHONUNBUFFERED=1 \\
    PYTHONDONTWRITEBYTECODE=1 \\
    PIP_NO_CACHE_DIR=1 \\
    PIP_DISABLE_PIP_VERSION_CHECK=1 \\
    NBTRACK_TRACKING_URI=/srv/home/.nbtrack \\
    NBTRACK_ALLOW_PICKLE={vouched}

RUN useradd --create-home --home-dir /srv/home --uid 10001 nbtrack
WORKDIR /srv

COPY requirements.txt constraints.txt {wheel} ./
RUN pip install -c constraints.txt -r requirements.txt "./{wheel}[serve]"
COPY model ./model

USER 10001
EXPOSE {port}
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \\
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:{port}/health', timeout=4)"]
CMD ["nbtrack", "models", "serve", "--model-uri", "/srv/model", \\
    "--host", "0.0.0.0", "--port", "{port}"]
"""

IGNORED = "Dockerfile\n.dockerignore\n**/__pycache__\n"


class Shipped(NamedTuple):
    """A folder that can be built, and the image that was built from it."""

    folder: Path
    model_uri: str
    image: str | None = None


def generate_dockerfile(
    model_uri: str | os.PathLike[str],
    folder: str | os.PathLike[str] = "nbtrack-dockerfile",
    *,
    base_image: str | None = None,
    allow_pickle: bool | None = None,
) -> Shipped:
    """Write a folder with the Dockerfile of an image that serves a model, and all it copies.

    The image has the Python and the packages that the model was logged with, this nbtrack, and a
    user who is not root; it answers on port 8080 as `nbtrack models serve` does.

    Args:
        model_uri: The model, as `load_model` takes it.
        folder: Where to; an empty folder, or one that was written here.
        base_image: What the image is made from; Python's slim image else.
        allow_pickle: As in `load_model`; what runs code and is not yours is refused in the image.

    Raises:
        NotFound: There is no such model.
        AlreadyExists: The folder has other files in it.
    """
    found = find_model(model_uri)
    ticket = ticket_of(found, Trust(allow_pickle))
    target = prepared(folder, "Dockerfile")
    put_model(found, target / "model")
    write_needs(found, target)
    wheel = own_wheel(target)
    text = DOCKERFILE.format(
        uri=ticket.uri,
        port=PORT,
        base=base_image or f"python:{python_version_of(found.folder)}-slim",
        vouched=str(ticket.is_vouched).lower(),
        wheel=wheel.name,
    )
    (target / "Dockerfile").write_text(text, encoding="utf-8")
    (target / ".dockerignore").write_text(IGNORED, encoding="utf-8")
    return Shipped(target, ticket.uri)


def build_docker(
    model_uri: str | os.PathLike[str],
    name: str = "nbtrack-model",
    *,
    folder: str | os.PathLike[str] | None = None,
    base_image: str | None = None,
    allow_pickle: bool | None = None,
    **taken: Any,  # noqa: ARG001 - MLflow's further options, which change nothing here
) -> Shipped:
    """Build an image that serves a model, with Docker.

    Args:
        model_uri: The model, as `load_model` takes it.
        name: What the image is called.
        folder: Where its Dockerfile and files are written; a temporary place else.
        base_image: What it is made from; Python's slim image else.
        allow_pickle: As in `load_model`.
        **taken: `env_manager`, `mlflow_home`, `install_java`, `enable_mlserver` and their like.

    Raises:
        InvalidValue: No image can have this name.
        ModelError: Docker is not here, or could not build it; the folder is kept.
    """
    if not IMAGE_NAME.fullmatch(name):
        raise InvalidValue(f"{name!r} is no name of an image: write small letters, as churn-model")
    place = folder or tempfile.mkdtemp(prefix="nbtrack-image-")
    shipped = generate_dockerfile(
        model_uri, place, base_image=base_image, allow_pickle=allow_pickle
    )
    kept = f"all it needs is in {shipped.folder}: docker build -t {name} {shipped.folder}"
    program = shutil.which("docker") or shutil.which("podman")
    if program is None:
        raise ModelError(f"there is neither docker nor podman here to build {name!r}; {kept}")
    done = subprocess.run(  # noqa: S603 - the program that was found
        [program, "build", "-t", name, str(shipped.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise ModelError(f"docker could not build {name!r}:\n{said}\n{kept}")
    return shipped._replace(image=name)


def prepared(folder: str | os.PathLike[str], own: str) -> Path:
    """An empty folder; what was written here before goes.

    Args:
        folder: The folder.
        own: The file by which one of ours is known.
    """
    target = Path(folder).expanduser().absolute()
    if target.is_dir() and any(target.iterdir()):
        if not (target / own).is_file() or not (target / "model").is_dir():
            raise AlreadyExists(
                f"the folder {str(target)!r} has other files in it; name an empty one"
            )
        shutil.rmtree(target)
    target.mkdir(parents=True, exist_ok=True)
    return target


def put_model(found: FoundModel, target: Path) -> None:
    """Copy a model's files, each checked."""
    local_folder(found.here, found.place, str(target))


def write_needs(found: FoundModel, target: Path) -> None:
    """Write what the model needs, for pip."""
    lines = needs_of(found.folder)
    (target / "requirements.txt").write_text("".join(f"{it}\n" for it in lines), encoding="utf-8")
    limits = found.folder / CONSTRAINTS
    text = limits.read_text(encoding="utf-8") if limits.is_file() else ""
    (target / "constraints.txt").write_text(text, encoding="utf-8")
