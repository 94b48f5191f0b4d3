"""How the lines of magics are read, and what `%magic?` shows."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from nbtrack.hosts.notebook.arguments import help_of, name_of, parse, readme_table
from nbtrack.hosts.notebook.usage import (
    MAGICS,
    Diff,
    Lineage,
    Reproduce,
    Restore,
    RunInfo,
    Runs,
    Stale,
    TrackCell,
    TrackSession,
)


def fault(line_type, line, namespace=None):
    """The message of a line that cannot be read."""
    with pytest.raises(UsageError) as caught:
        parse(line_type, line, namespace)
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("", TrackCell()),
        ("baseline", TrackCell(name="baseline")),
        ('"my run" --quiet', TrackCell(name="my run", quiet=True)),
        ("'my run' -q -x iris", TrackCell(name="my run", quiet=True, experiment="iris")),
        ("--experiment='two words'", TrackCell(experiment="two words")),
        (
            "a --tags owner=me stage=dev --tags team='a b' \"note=c d\"",
            TrackCell(name="a", tags={"owner": "me", "stage": "dev", "team": "a b", "note": "c d"}),
        ),
        ("--tags url=http://x/?a=b", TrackCell(tags={"url": "http://x/?a=b"})),
        ("--params a,b --params=c", TrackCell(params=["a", "b", "c"])),
        ("--metrics acc, f1 acc", TrackCell(metrics=["acc", "f1"])),
        (
            "--description it's the first try --nested",
            TrackCell(description="it's the first try", nested=True),
        ),
        ('--description "say --quiet"', TrackCell(description="say --quiet")),
        ("-- --odd", TrackCell(name="--odd")),
        ("first # the first of all", TrackCell(name="first")),
        ("no#3", TrackCell(name="no#3")),
        (
            "--log-system-metrics --run-id 0f --no-autolog --keep X,y --stdout",
            TrackCell(
                log_system_metrics=True, run_id="0f", no_autolog=True, keep=["X", "y"], stdout=True
            ),
        ),
    ],
)
def test_the_line_of_a_tracked_cell_is_read(line, read):
    assert parse(TrackCell, line) == read


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("", TrackSession(state="status")),
        ("on", TrackSession(state="on")),
        (
            "acc --run baseline --metric acc --code --text",
            Lineage(target="acc", run="baseline", metric="acc", code=True, text=True),
        ),
        (
            'a --check --to "x y.ipynb" --timeout 2.5 --cwd ..',
            Reproduce(run="a", check=True, to="x y.ipynb", timeout=2.5, cwd=".."),
        ),
        ("a", Diff(first="a")),
        ("a b", Diff(first="a", second="b")),
        ("--cell 3", Restore(cell=3)),
        ("a b,c", Stale(names=["a", "b", "c"])),
        ("", RunInfo()),
        ("", Runs()),
        (
            "acc > -1 and params.model = 'a b' -n5 --all --sort acc desc",
            Runs(filter="acc > -1 and params.model = 'a b'", limit=5, all=True, sort="acc desc"),
        ),
        ('"acc > 0.9" --here --cell', Runs(filter="acc > 0.9", here=True, cell=True)),
        ("--limit=3 --metrics acc", Runs(limit=3, metrics=["acc"])),
    ],
)
def test_the_lines_of_the_other_magics_are_read(line, read):
    assert parse(type(read), line) == read


@pytest.mark.parametrize(
    ("line_type", "line", "message"),
    [
        (
            TrackCell,
            "a b",
            "%%track takes NAME; 'b' is one more; quote a text of several words: \"a b\"",
        ),
        (
            TrackCell,
            "--experiment",
            "%%track: --experiment takes NAME: The experiment that the run goes to.",
        ),
        (
            TrackCell,
            "--experiment --quiet",
            "%%track: --experiment takes NAME: The experiment that the run goes to.",
        ),
        (TrackCell, "-x a -x b", "%%track: --experiment is given twice; one is enough"),
        (TrackCell, "--quiet=1", "%%track: --quiet takes no value; leave out =1"),
        (
            TrackCell,
            "--tags a",
            "%%track: --tags takes K=V, and 'a' has no =; what belongs to no option goes first",
        ),
        (
            TrackCell,
            "--tags =a",
            "%%track: --tags takes K=V, and '=a' has no key; what belongs to no option goes first",
        ),
        (TrackCell, '"abc', "the quote \" at '\"abc' has no end; close it, or leave it out"),
        (TrackSession, "onn", "%track: no 'onn'; there are on, off, status; did you mean 'on'?"),
        (
            Lineage,
            "--code",
            (
                "%lineage takes TARGET: A variable, a run by its name or id, or a model: models:/… "
                "Such as %lineage acc"
            ),
        ),
        (Runs, "--here -x a", "%runs: --here and --experiment exclude each other; one is enough"),
        (Runs, "-n 0", "%runs: -n takes a whole number above 0, not '0'"),
        (Runs, "-n many", "%runs: -n takes a whole number above 0, not 'many'"),
        (Reproduce, "a --timeout nan", "%reproduce: --timeout takes a number above 0, not 'nan'"),
        (
            Runs,
            "--metrics acc acc > 1",
            "%runs: --metrics takes KEYS, and '>' is no name; what belongs to no option goes first",
        ),
        (Stale, "--all", "%stale: no option --all; it takes none"),
    ],
)
def test_a_wrong_line_is_told_with_what_would_do(line_type, line, message):
    assert fault(line_type, line) == message


def test_an_unknown_option_is_told_with_the_nearest():
    message = fault(TrackCell, "--exprimnt x")
    assert message.startswith("%%track: no option --exprimnt; there are --experiment, ")
    assert message.endswith("did you mean '--experiment'?")


NAMESPACE = {
    "lr": 0.125,
    "d": {"k": "a b"},
    "tags": {"team": "vision", "n": 3},
    "names": ["acc", "f1"],
    "run": type("Run", (), {"name": "base"}),
}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("lr-{lr}", TrackCell(name="lr-0.125")),
        ("lr-{lr:.2f}", TrackCell(name="lr-0.12")),
        ('{d["k"]}', TrackCell(name="a b")),
        ("\"{d['k'].upper()} {lr!r}\"", TrackCell(name="A B 0.125")),
        ("$run.name-$lr", TrackCell(name="base-0.125")),
        ("$run.names", TrackCell(name=f"{NAMESPACE['run']}.names")),
        ("$$lr-$cost-{{lr}}", TrackCell(name="$lr-$cost-{lr}")),
        ("--tags {tags} k={lr}", TrackCell(tags={"team": "vision", "n": "3", "k": "0.125"})),
        ("--metrics {names} loss", TrackCell(metrics=["acc", "f1", "loss"])),
        ("--description up to {lr}, as said", TrackCell(description="up to 0.125, as said")),
    ],
)
def test_expressions_stand_for_their_values(line, read):
    assert parse(TrackCell, line, NAMESPACE) == read


def test_a_filter_has_expressions_too():
    read = parse(Runs, "acc > {lr} and params.m = '{d[\"k\"]}' -n {1 + 1}", NAMESPACE)
    assert read == Runs(filter="acc > 0.125 and params.m = 'a b'", limit=2)


def test_an_expression_without_value_is_told_with_pythons_reason():
    assert fault(TrackCell, "lr-{rate}", NAMESPACE) == (
        "{rate} has no value (NameError: name 'rate' is not defined); "
        "double the braces to mean them themselves: {{ }}"
    )


def test_without_a_namespace_nothing_is_evaluated():
    assert parse(TrackCell, "{1 / 0} --tags {x} a=b --quiet") == TrackCell(
        tags={"a": "b"}, quiet=True
    )
    assert parse(Runs, "-n {k}") == Runs()
    assert "no option --x" in fault(TrackCell, "{1 / 0} --x")


def test_evaluating_changes_nothing_in_the_namespace():
    namespace = {"a": 1}
    parse(TrackCell, "{a}", namespace)
    assert namespace == {"a": 1}


@pytest.mark.parametrize("name", MAGICS)
def test_the_examples_of_a_magic_can_be_read(name):
    magic = MAGICS[name]
    for example in magic.examples:
        said, _, line = example.partition(" ")
        assert said == name == name_of(magic.line)
        parse(magic.line, line, NAMESPACE)


@pytest.mark.parametrize("name", MAGICS)
def test_the_help_of_a_magic_fits_a_page_and_names_all_it_takes(name):
    text = help_of(MAGICS[name].line)
    assert max(map(len, text.splitlines())) <= 100
    assert all(example in text for example in MAGICS[name].examples)


def test_the_help_of_a_magic_is_a_table():
    assert (
        help_of(Restore)
        == """\
Put the code of a run into a new cell below; nothing is replaced.

    %restore [RUN] [--cell N]

    RUN       The run; the newest of the cell above if it is left out.
    --cell N  Of the run's cells the one In[N].

Examples:
    %restore
    %restore baseline

A value of several words is quoted; {expression} and $name put in a Python value.
"""
    )


def test_a_question_mark_after_a_magic_shows_its_help_in_a_shell(shell, capsys):
    def track(line, cell):
        """Replaced below."""

    track.__doc__ = help_of(TrackCell)
    shell.register_magic_function(track, "cell", "track")
    shell.run_cell("%%track?")
    shown = capsys.readouterr().out
    assert "--experiment, -x NAME  The experiment that the run goes to." in shown
    assert '%%track "wide net" --experiment iris --tags owner=me stage=dev' in shown


def test_a_wrong_line_shows_one_line_and_no_traceback_in_a_shell(shell, capsys):
    shell.register_magic_function(lambda line: parse(Runs, line), "line", "runs")
    shell.run_cell("%runs -n 0")
    captured = capsys.readouterr()
    assert captured.err == "UsageError: %runs: -n takes a whole number above 0, not '0'\n"
    assert "Traceback" not in captured.out


def test_the_table_for_readers_has_every_magic_once():
    rows = readme_table().splitlines()
    assert len(rows) == 2 + len(MAGICS)
    assert rows[3] == (
        "| `%track [on\\|off\\|status]` | Record every cell of the session from now on, "
        "or stop it, or say how it stands. |"
    )
