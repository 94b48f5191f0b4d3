"""What each magic takes, declared once: its parser, help, completion and table follow.

To add an option is to add a line here; to add a magic, a class and its row in `MAGICS`.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import msgspec

from nbtrack.hosts.notebook.declaration import argument, option

__all__ = [
    "MAGICS",
    "Compare",
    "Diff",
    "Endpoints",
    "Lineage",
    "Magic",
    "MagicLine",
    "Models",
    "Promote",
    "Registry",
    "Reproduce",
    "Restore",
    "Rollback",
    "RunInfo",
    "Runs",
    "Serve",
    "Stale",
    "TrackCell",
    "TrackSession",
]


class MagicLine(msgspec.Struct, frozen=True, kw_only=True):
    """What was said on the line of a magic."""


class TrackCell(MagicLine, frozen=True):
    """Make each run of this cell a tracked run, with its card below.

    Params, metrics, figures and fitted models are found without code; say a name, and which
    variables are metrics, where you want to be exact.
    """

    name: Annotated[str | None, argument("NAME", "The run's name.", "run")] = None
    experiment: Annotated[
        str | None,
        option("--experiment -x", "The experiment that the run goes to.", "NAME", "experiment"),
    ] = None
    tags: Annotated[
        dict[str, str], option("--tags", "Tags of the run; several follow each other.", "K=V")
    ] = {}
    params: Annotated[
        list[str],
        option("--params", "Variables to log as params after the cell.", "NAMES", "variable"),
    ] = []
    metrics: Annotated[
        list[str],
        option("--metrics", "Variables to log as metrics after the cell.", "NAMES", "variable"),
    ] = []
    description: Annotated[
        str | None,
        option("--description", "What the run is for, in a sentence.", "TEXT", text=True),
    ] = None
    keep: Annotated[
        list[str],
        option("--keep", "Variables whose data is kept as artifacts.", "NAMES", "variable"),
    ] = []
    model: Annotated[
        list[str],
        option(
            "--model", "Variables that are logged as models after the cell.", "NAMES", "variable"
        ),
    ] = []
    register: Annotated[
        list[str],
        option("--register", "Registered models that they become versions of.", "NAMES", "model"),
    ] = []
    stdout: Annotated[bool, option("--stdout", "Keep what the cell prints.")] = False
    nested: Annotated[bool, option("--nested", "Make the run a child of the run that is open.")] = (
        False
    )
    run_id: Annotated[
        str | None, option("--run-id", "Go on with this run instead of a new one.", "RUN", "run")
    ] = None
    log_system_metrics: Annotated[
        bool, option("--log-system-metrics", "Sample processor, memory, disk and network.")
    ] = False
    no_autolog: Annotated[
        bool, option("--no-autolog", "Log nothing but what the cell says itself.")
    ] = False
    quiet: Annotated[bool, option("--quiet -q", "Show no card.")] = False


class TrackSession(MagicLine, frozen=True):
    """Record every cell of the session from now on, or stop it, or say how it stands."""

    state: Annotated[
        Literal["on", "off", "status"],
        argument("on|off|status", "What to do; status if nothing is said.", "choice"),
    ] = "status"


class Lineage(MagicLine, frozen=True):
    """Show the executions that a value came from, and no others."""

    target: Annotated[
        str,
        argument("TARGET", "A variable, a run by its name or id, or a model: models:/…", "target"),
    ] = ""
    run: Annotated[str | None, option("--run", "The run that TARGET is of.", "RUN", "run")] = None
    metric: Annotated[str | None, option("--metric", "The metric of the run.", "KEY", "metric")] = (
        None
    )
    code: Annotated[bool, option("--code", "Show the code as one script that runs.")] = False
    text: Annotated[bool, option("--text", "Show a list in place of the graph.")] = False


class Reproduce(MagicLine, frozen=True):
    """Write what a run came from as a notebook; with --check, run it and compare the values."""

    run: Annotated[
        str, argument("RUN", "The run, by its name or id, or by a model of it: models:/…", "run")
    ] = ""
    check: Annotated[
        bool, option("--check", "Run it in a new kernel and compare what comes out.")
    ] = False
    to: Annotated[str | None, option("--to", "Where the notebook goes.", "FILE.ipynb")] = None
    timeout: Annotated[
        float | None, option("--timeout", "Give up after so many seconds.", "SECONDS")
    ] = None
    cwd: Annotated[str | None, option("--cwd", "The folder to run it in.", "FOLDER")] = None


class Diff(MagicLine, frozen=True):
    """Say what made two runs differ: code, params, data, packages, seeds."""

    first: Annotated[str, argument("A", "A run, by its name or id.", "run")] = ""
    second: Annotated[
        str | None, argument("B", "The other; the one before A if it is left out.", "run")
    ] = None


class Restore(MagicLine, frozen=True):
    """Put the code of a run into a new cell below; nothing is replaced."""

    run: Annotated[
        str | None,
        argument("RUN", "The run; the newest of the cell above if it is left out.", "run"),
    ] = None
    cell: Annotated[int | None, option("--cell", "Of the run's cells the one In[N].", "N")] = None


class Stale(MagicLine, frozen=True):
    """Say which values are older than what they were made from, and why."""

    names: Annotated[
        list[str], argument("NAME", "Variables; all if nothing is said.", "variable")
    ] = []


class Runs(MagicLine, frozen=True):
    """Show runs as a table, newest first."""

    filter: Annotated[
        str | None,
        argument("FILTER", "Such as acc > 0.9 and params.model = 'tree'.", "filter", text=True),
    ] = None
    here: Annotated[bool, option("--here", "Runs of this notebook.")] = False
    experiment: Annotated[
        str | None, option("--experiment -x", "Runs of this experiment.", "NAME", "experiment")
    ] = None
    all: Annotated[bool, option("--all", "Runs of all experiments.")] = False
    cell: Annotated[bool, option("--cell", "Only runs of the cell above.")] = False
    metrics: Annotated[
        list[str], option("--metrics", "Metrics that become columns.", "KEYS", "metric")
    ] = []
    params: Annotated[
        list[str], option("--params", "Params that become columns.", "KEYS", "param")
    ] = []
    limit: Annotated[int | None, option("-n --limit", "At most so many.", "N")] = None
    sort: Annotated[
        str | None,
        option("--sort", "What to sort by, such as acc desc.", "KEY", "filter", text=True),
    ] = None
    live: Annotated[bool, option("--live", "Keep the table up to date while cells run.")] = False


class Compare(MagicLine, frozen=True):
    """Show runs side by side: what differs and why, their curves, and charts of their values."""

    runs: Annotated[
        list[str], argument("RUN", "Runs, by name or id; the newest three else.", "run")
    ] = []
    metrics: Annotated[
        list[str], option("--metrics", "Metrics whose curves are drawn.", "KEYS", "metric")
    ] = []
    x: Annotated[
        str | None, option("--x", "What the dots go by from left to right.", "KEY", "param")
    ] = None
    y: Annotated[str | None, option("--y", "And from below upwards.", "KEY", "metric")] = None
    live: Annotated[bool, option("--live", "Keep it up to date until every run has ended.")] = False


class RunInfo(MagicLine, frozen=True):
    """Show all there is to know about a run."""

    run: Annotated[str | None, argument("RUN", "The run; the newest if it is left out.", "run")] = (
        None
    )


class Models(MagicLine, frozen=True):
    """Show registered models, or the versions of one with their metrics, runs and cells."""

    name: Annotated[
        str | None, argument("NAME", "The model; all of them if it is left out.", "model")
    ] = None


class Registry(MagicLine, frozen=True):
    """Show registered models with their versions, to promote them and to take it back."""

    name: Annotated[
        str | None, argument("NAME", "The model; all of them if it is left out.", "model")
    ] = None


class Promote(MagicLine, frozen=True):
    """Put a version of a registered model in the place of another, if every gate lets it pass."""

    name: Annotated[str, argument("NAME", "The registered model.", "model")] = ""
    version: Annotated[str | None, argument("VERSION", "Its number, @alias or latest.")] = None
    to: Annotated[
        str | None, option("--to", "An alias, Staging or Production; champion else.", "PLACE")
    ] = None
    gate: Annotated[
        list[str],
        option("--gate", "What must hold, such as accuracy >= 0.9; several.", "GATE", text=True),
    ] = []
    data: Annotated[
        str | None, option("--data", "Data that both versions are asked.", "NAME", "variable")
    ] = None
    target: Annotated[
        str | None, option("--target", "The column of the truth, or a variable.", "NAME")
    ] = None
    note: Annotated[str | None, option("--note", "Why, in your words.", "TEXT", text=True)] = None
    force: Annotated[bool, option("--force", "Move it even if a gate fails.")] = False
    dry_run: Annotated[bool, option("--dry-run", "Only ask the gates.")] = False


class Rollback(MagicLine, frozen=True):
    """Give an alias back to the version that had it before; again, one further back."""

    name: Annotated[str, argument("NAME", "The registered model.", "model")] = ""
    alias: Annotated[
        str | None, option("--alias", "The alias or stage; champion else.", "PLACE")
    ] = None
    to_version: Annotated[
        str | None, option("--to-version", "Which of those that had it before.", "VERSION")
    ] = None
    note: Annotated[str | None, option("--note", "Why, in your words.", "TEXT", text=True)] = None


class Serve(MagicLine, frozen=True):
    """Serve a model over HTTP; a process of its own answers, and ends with the kernel.

    Run again, the line shows the endpoint that runs already.
    """

    uri: Annotated[
        str | None,
        argument("URI", "The model: models:/churn@champion, runs:/…, a folder.", "address"),
    ] = None
    name: Annotated[
        str | None, option("--name", "What it is called; as its model is, else.", "NAME")
    ] = None
    port: Annotated[
        int | None, option("--port -p", "The port; the first free one from 5000 on else.", "PORT")
    ] = None
    host: Annotated[
        str, option("--host", "Where it listens; 0.0.0.0 for other machines too.", "ADDRESS")
    ] = "127.0.0.1"
    workers: Annotated[
        int | None, option("--workers -w", "Processes that share the port; 1 else.", "N")
    ] = None
    keep: Annotated[bool, option("--keep", "Let it outlive the kernel.")] = False
    follow: Annotated[
        bool, option("--follow", "Go over to another version once the alias moves.")
    ] = False
    log_predictions: Annotated[
        float | None,
        option("--log-predictions --log", "The part of requests that is kept, 0 to 1.", "RATE"),
    ] = None
    token: Annotated[
        str | None,
        option("--token", "The variable that holds what clients must send.", "NAME", "variable"),
    ] = None
    split: Annotated[
        list[str],
        option(
            "--split",
            "A further model and its part of the traffic.",
            "URI=SHARE",
            "address",
            text=True,
        ),
    ] = []
    canary: Annotated[
        str | None,
        option(
            "--canary",
            "The same, taken out once it does worse; 0.05 if no share is said.",
            "URI[=SHARE]",
            "address",
        ),
    ] = None
    bandit: Annotated[
        list[str],
        option("--bandit", "A further model; rewards decide.", "URI", "address", text=True),
    ] = []
    shadow: Annotated[
        list[str],
        option(
            "--shadow",
            "A model that is asked too, and answers to the log.",
            "URI",
            "address",
            text=True,
        ),
    ] = []
    key: Annotated[
        str | None, option("--key", "The column by which the traffic is shared.", "COLUMN")
    ] = None
    timeout: Annotated[
        float | None, option("--timeout -t", "How long a request may take; 60 else.", "SECONDS")
    ] = None
    cache_ttl: Annotated[
        float | None, option("--cache-ttl", "How long an answer is given again.", "SECONDS")
    ] = None
    cache_url: Annotated[
        str | None,
        option("--cache-url", "Where answers are kept: redis://…; in memory else.", "URL"),
    ] = None
    log_columns: Annotated[
        str | None,
        option("--log-columns", "Which columns are logged; all without secrets else.", "NAMES"),
    ] = None
    salt: Annotated[
        str | None, option("--salt", "What the key is hashed with; another shares anew.", "TEXT")
    ] = None
    most_waiting: Annotated[
        int | None, option("--most-waiting", "Requests that may wait; 4096 else.", "N")
    ] = None
    drain_seconds: Annotated[
        float | None,
        option("--drain-seconds", "How long the end waits for requests; 30 else.", "SECONDS"),
    ] = None
    allow_pickle: Annotated[
        bool, option("--allow-pickle", "Let models of others run code as they load.")
    ] = False
    stop: Annotated[
        str | None,
        option("--stop", "End an endpoint; what is in flight is answered.", "NAME", "endpoint"),
    ] = None


class Endpoints(MagicLine, frozen=True):
    """Show the endpoints of the store, how each fares, and stop, start or remove them."""

    name: Annotated[
        str | None,
        argument("NAME|remove", "The endpoint; all of them if it is left out.", "endpoint"),
    ] = None
    removed: Annotated[
        str | None, argument("NAME", "After remove: the one whose folder goes.", "endpoint")
    ] = None
    stop: Annotated[bool, option("--stop", "Stop the one that is removed, if it runs.")] = False


class Magic(NamedTuple):
    """A magic's row: what its line holds, and lines that show how it is used."""

    line: type[MagicLine]
    examples: tuple[str, ...]
    needs: str = ""
    """The argument that cannot be left out."""
    apart: tuple[str, ...] = ()
    """Options of which one is enough."""


MAGICS: dict[str, Magic] = {
    "%%track": Magic(
        TrackCell,
        (
            "%%track",
            '%%track "wide net" --experiment iris --tags owner=me stage=dev',
            "%%track lr-{lr} --metrics acc,f1",
            "%%track --model clf --register churn",
        ),
    ),
    "%track": Magic(TrackSession, ("%track on", "%track status")),
    "%lineage": Magic(
        Lineage,
        ("%lineage acc", "%lineage baseline --metric acc", "%lineage models:/churn@champion"),
        "TARGET",
    ),
    "%reproduce": Magic(
        Reproduce, ("%reproduce baseline --check", "%reproduce baseline --to again.ipynb"), "RUN"
    ),
    "%diff": Magic(Diff, ("%diff baseline", "%diff baseline wide"), "A"),
    "%restore": Magic(Restore, ("%restore", "%restore baseline")),
    "%stale": Magic(Stale, ("%stale", "%stale acc model")),
    "%runs": Magic(
        Runs,
        (
            "%runs acc > 0.9 --metrics acc,f1",
            "%runs --here --sort acc desc -n 5",
            "%runs --live",
        ),
        apart=("--here", "--experiment", "--all"),
    ),
    "%compare": Magic(
        Compare, ("%compare baseline wide deep", "%compare --metrics loss --x lr --y acc")
    ),
    "%run_info": Magic(RunInfo, ("%run_info", "%run_info baseline")),
    "%models": Magic(Models, ("%models", "%models churn")),
    "%registry": Magic(Registry, ("%registry", "%registry churn")),
    "%promote": Magic(
        Promote,
        (
            '%promote churn 3 --gate "accuracy >= 0.9" --gate smoke',
            "%promote churn 3 --to Production --dry-run",
        ),
        "NAME",
    ),
    "%serve": Magic(
        Serve,
        (
            "%serve models:/churn@champion",
            "%serve models:/churn@champion --split models:/churn@challenger=0.1 --key user_id",
            "%serve --stop churn",
        ),
    ),
    "%endpoints": Magic(
        Endpoints, ("%endpoints", "%endpoints churn", "%endpoints remove churn --stop")
    ),
    "%rollback": Magic(Rollback, ("%rollback churn", "%rollback churn --alias canary"), "NAME"),
}
"""Every magic, in the order in which they are shown."""
