"""Options of `nbtrack models serve`, each declared once."""

from __future__ import annotations

from typing import Annotated

import typer

from nbtrack.hosts.command_line.completion import addresses_like

__all__ = [
    "Bandit",
    "CacheTtl",
    "CacheUrl",
    "Canary",
    "DrainSeconds",
    "Follow",
    "Host",
    "Keep",
    "Key",
    "LogColumns",
    "LogPredictions",
    "MaxBody",
    "MostWaiting",
    "NoConda",
    "Port",
    "Salt",
    "ServedName",
    "Shadow",
    "Split",
    "Taken",
    "Timeout",
    "Token",
    "Workers",
]

Host = Annotated[
    str,
    typer.Option(
        "--host",
        "-h",
        metavar="ADDRESS",
        envvar="MLFLOW_HOST",
        show_envvar=False,
        help="Where to listen; 0.0.0.0 for other machines too.",
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        "-p",
        envvar="MLFLOW_PORT",
        show_envvar=False,
        help="The port; the first that is free from 5000 on else.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "-w",
        envvar="MLFLOW_WORKERS",
        show_envvar=False,
        help="Processes that share the port; 1 else.",
    ),
]
Timeout = Annotated[
    float, typer.Option("--timeout", "-t", metavar="SECONDS", help="How long a request may take.")
]
ServedName = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="Its name; that of the model else.")
]
Follow = Annotated[
    bool, typer.Option("--follow", help="Go over to another version once the alias moves.")
]
Keep = Annotated[
    bool, typer.Option("--keep", help="Go on in the background; nbtrack endpoints stop ends it.")
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        metavar="TOKEN",
        envvar="NBTRACK_ENDPOINT_TOKEN",
        help="What clients must send as Authorization: Bearer …",
    ),
]
LogPredictions = Annotated[
    float,
    typer.Option("--log-predictions", metavar="RATE", help="The part of requests kept, 0 to 1."),
]
LogColumns = Annotated[
    list[str] | None,
    typer.Option(
        "--log-columns",
        metavar="COLUMNS",
        help="Which columns of requests are kept; all that look like no secret else.",
    ),
]
MaxBody = Annotated[
    str, typer.Option("--max-body", metavar="SIZE", help="The largest request, such as 64MB.")
]
CacheTtl = Annotated[
    float,
    typer.Option("--cache-ttl", metavar="SECONDS", help="How long an answer is given again."),
]
CacheUrl = Annotated[
    str | None,
    typer.Option("--cache-url", metavar="URL", help="Where answers are kept: redis://…"),
]
Split = Annotated[
    list[str] | None,
    typer.Option(
        "--split",
        metavar="URI=SHARE",
        help="A further model and its part, 0 to 1; repeatable.",
        autocompletion=addresses_like,
    ),
]
Canary = Annotated[
    str | None,
    typer.Option(
        "--canary",
        metavar="URI[=SHARE]",
        help="The same, taken out once it does worse; 0.05 if no share is said.",
        autocompletion=addresses_like,
    ),
]
Bandit = Annotated[
    list[str] | None,
    typer.Option(
        "--bandit",
        metavar="URI",
        help="A further model; rewards decide; repeatable.",
        autocompletion=addresses_like,
    ),
]
Shadow = Annotated[
    list[str] | None,
    typer.Option(
        "--shadow",
        metavar="URI",
        help="A model that sees each request, also what the cache answers, and answers only to "
        "the log; repeatable.",
        autocompletion=addresses_like,
    ),
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="COLUMN", help="What the traffic is shared by: user_id."),
]
Salt = Annotated[
    str | None,
    typer.Option(
        "--salt", metavar="TEXT", help="What the key is hashed with; another shares users anew."
    ),
]
MostWaiting = Annotated[
    int | None,
    typer.Option(
        "--most-waiting", metavar="N", help="How many requests may wait for the model; 4096 else."
    ),
]
DrainSeconds = Annotated[
    float | None,
    typer.Option(
        "--drain-seconds",
        metavar="SECONDS",
        help="How long requests in flight are waited for at the end; 30 else.",
    ),
]
NoConda = Annotated[bool, typer.Option("--no-conda", help="As --env-manager local.", hidden=True)]
Taken = Annotated[bool, typer.Option(hidden=True)]
