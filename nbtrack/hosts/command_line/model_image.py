"""`nbtrack models`: images, manifests, services and environments of models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import one_of
from nbtrack.hosts.command_line.desk import Desk, WrongUse
from nbtrack.hosts.command_line.model_arguments import (
    AddressOption,
    AllowPickle,
    EnvManager,
    OptionalAddress,
)
from nbtrack.hosts.command_line.model_choice import address_called, is_of_store
from nbtrack.hosts.command_line.verb import verb

__all__ = ["add_to"]

Taken = Annotated[bool, typer.Option(hidden=True)]
TakenText = Annotated[str | None, typer.Option(hidden=True)]
Folder = Annotated[
    Path | None,
    typer.Option("--output-directory", "--directory", "-d", metavar="FOLDER", help="Where to."),
]
BaseImage = Annotated[
    str | None,
    typer.Option("--base-image", metavar="IMAGE", help="What it is made from; python:…-slim else."),
]


def add_to(app: typer.Typer) -> None:
    """Put the verbs into the list."""
    verb(
        app,
        "build-docker",
        "nbtrack models build-docker -m models:/churn@champion -n churn-model",
    )(build)
    verb(
        app,
        "generate-dockerfile",
        "nbtrack models generate-dockerfile -m models:/churn@champion -d ./churn-image",
    )(dockerfile)
    verb(
        app,
        "generate-manifests",
        "nbtrack models generate-manifests churn@champion --kind kubernetes -d deploy",
        "nbtrack models generate-manifests churn/3 --kind compose --image registry/churn:3",
    )(manifests)
    verb(
        app,
        "generate-fastapi",
        "nbtrack models generate-fastapi churn@champion -d ./churn-service",
    )(service)
    verb(
        app,
        "prepare-env",
        "nbtrack models prepare-env -m models:/churn/3 --env-manager virtualenv",
    )(prepare)
    verb(
        app,
        "update-pip-requirements",
        "nbtrack models update-pip-requirements -m runs:/0199a4f2c41e/model add numpy==2.1.0",
    )(requirements)


def build(
    desk: Desk,
    *,
    uri: OptionalAddress = None,
    model_uri: AddressOption = None,
    name: Annotated[
        str, typer.Option("--name", "-n", metavar="NAME", help="What the image is called.")
    ] = "nbtrack-model",
    folder: Folder = None,
    base_image: BaseImage = None,
    allow_pickle: AllowPickle = False,
    env_manager: TakenText = None,  # noqa: ARG001 - as MLflow's
    mlflow_home: TakenText = None,  # noqa: ARG001 - as MLflow's
    install_java: Taken = False,  # noqa: ARG001 - as MLflow's
    install_mlflow: Taken = False,  # noqa: ARG001 - as MLflow's
    enable_mlserver: Taken = False,  # noqa: ARG001 - as MLflow's
) -> None:
    """Build an image that serves a model on port 8080, with Docker."""
    from nbtrack.api.shipping.image import PORT, build_docker

    address = address_called(desk, one_of(uri, model_uri, "URI"))
    with desk.in_use(needed=is_of_store(address)), output.progress("building the image"):
        done = build_docker(
            address,
            name,
            folder=folder,
            base_image=base_image,
            allow_pickle=allow_pickle or None,
        )
    desk.done(
        {"image": done.image, "path": str(done.folder), "model_uri": done.model_uri},
        f"built {done.image} with {done.model_uri}; run it: docker run -p {PORT}:{PORT} {name}",
    )


def dockerfile(
    desk: Desk,
    *,
    uri: OptionalAddress = None,
    model_uri: AddressOption = None,
    folder: Folder = None,
    base_image: BaseImage = None,
    allow_pickle: AllowPickle = False,
    env_manager: TakenText = None,  # noqa: ARG001 - as MLflow's
    mlflow_home: TakenText = None,  # noqa: ARG001 - as MLflow's
    install_java: Taken = False,  # noqa: ARG001 - as MLflow's
    install_mlflow: Taken = False,  # noqa: ARG001 - as MLflow's
    enable_mlserver: Taken = False,  # noqa: ARG001 - as MLflow's
) -> None:
    """Write a folder with the Dockerfile of such an image, the model, and what it needs."""
    from nbtrack.api.shipping.image import generate_dockerfile

    address = address_called(desk, one_of(uri, model_uri, "URI"))
    target = folder or Path("nbtrack-dockerfile")
    with desk.in_use(needed=is_of_store(address)):
        done = generate_dockerfile(
            address, target, base_image=base_image, allow_pickle=allow_pickle or None
        )
    desk.done(
        {"path": str(done.folder), "model_uri": done.model_uri},
        f"wrote {done.folder}/Dockerfile for {done.model_uri}; build it: "
        f"docker build -t NAME {done.folder}",
    )


def manifests(
    desk: Desk,
    *,
    uri: OptionalAddress = None,
    model_uri: AddressOption = None,
    kind: Annotated[
        str, typer.Option("--kind", "-k", metavar="KIND", help="kubernetes or compose.")
    ] = "kubernetes",
    folder: Folder = None,
    name: Annotated[
        str | None, typer.Option("--name", "-n", metavar="NAME", help="What it is called.")
    ] = None,
    image: Annotated[
        str | None, typer.Option("--image", metavar="IMAGE", help="The image to run.")
    ] = None,
    replicas: Annotated[int, typer.Option("--replicas", min=1, help="How many containers.")] = 3,
    cpu: Annotated[str, typer.Option("--cpu", help="Processors of each, such as 500m.")] = "1",
    memory: Annotated[str, typer.Option("--memory", help="Memory of each.")] = "1Gi",
) -> None:
    """Write the manifest that runs a model's image: Kubernetes or Compose."""
    from nbtrack.api.shipping.manifests import generate_manifests

    address = address_called(desk, one_of(uri, model_uri, "URI"))
    told = {"name": name, "image": image, "cpu": cpu, "memory": memory}
    with desk.in_use(needed=is_of_store(address)):
        path = generate_manifests(address, folder or Path(), kind, replicas=replicas, **told)  # type: ignore[arg-type] # typer gave texts
    run = "kubectl apply -f" if kind == "kubernetes" else "docker compose -f"
    end = "" if kind == "kubernetes" else " up"
    desk.done({"path": str(path)}, f"wrote {path}; run it: {run} {path}{end}")


def service(
    desk: Desk,
    *,
    uri: OptionalAddress = None,
    model_uri: AddressOption = None,
    folder: Folder = None,
) -> None:
    """Write a FastAPI service around a model, as code to start from."""
    from nbtrack.api.shipping.service import generate_fastapi

    address = address_called(desk, one_of(uri, model_uri, "URI"))
    with desk.in_use(needed=is_of_store(address)):
        path = generate_fastapi(address, folder or Path("nbtrack-service"))
    desk.done(
        {"path": str(path)}, f"wrote {path}/app.py; run it there: uvicorn app:app --port 8080"
    )


def prepare(
    desk: Desk,
    *,
    uri: OptionalAddress = None,
    model_uri: AddressOption = None,
    env_manager: EnvManager = "virtualenv",
    install_mlflow: Taken = False,  # noqa: ARG001 - as MLflow's
) -> None:
    """Make an environment with what a model was logged with, once, and say where it is."""
    from nbtrack.api.models.loading import find_model
    from nbtrack.registry.environments import python_of

    address = address_called(desk, one_of(uri, model_uri, "URI"))
    with desk.in_use(needed=is_of_store(address)), output.progress("making the environment"):
        python = python_of(find_model(address).folder, env_manager or "virtualenv")
    desk.done({"python": str(python)}, f"its Python is {python}")


def requirements(
    desk: Desk,
    *,
    operation: Annotated[str, typer.Argument(metavar="add|remove", help="What to do.")],
    lines: Annotated[
        list[str], typer.Argument(metavar="REQUIREMENT…", help="Such as numpy==2.1.0.")
    ],
    model_uri: AddressOption = None,
) -> None:
    """Change what a model asks pip for: add requirements, or remove them."""
    from nbtrack.api.models.changes import update_model_requirements

    if model_uri is None:
        raise WrongUse("say which model with -m URI")
    address = address_called(desk, model_uri)
    with desk.in_use(needed=is_of_store(address)):
        update_model_requirements(address, operation, lines)
    verb_done = "added" if operation == "add" else "removed"
    desk.done(
        {"operation": operation, "requirements": lines},
        f"{verb_done} {wording.plural(len(lines), 'requirement')}: {', '.join(lines)}",
    )
