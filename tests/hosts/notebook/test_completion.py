"""What the tab key offers on the lines of magics."""

from __future__ import annotations

import logging
import textwrap
import threading
import time

import pytest
from IPython.core.completer import provisionalcompleter

import nbtrack
from nbtrack.hosts.notebook import completion
from nbtrack.hosts.notebook.choices import StoreChoices


class Fixed:
    """Choices that are always the same."""

    def experiments(self, prefix):
        return ["iris", "house prices"]

    def runs(self, prefix):
        return ["wide net", "baseline", "0192ab"]

    def metrics(self, prefix):
        return ["acc", "val loss"]

    def params(self, prefix):
        return ["lr", "depth"]

    def models(self, prefix):
        return ["churn", "house prices"]

    def addresses(self, prefix):
        return ["models:/churn@champion", "models:/churn/3"]

    def endpoints(self, prefix):
        return ["churn", "prices"]


@pytest.fixture
def completing(shell):
    completion.load(shell, Fixed())
    shell.user_ns.update(acc=0.9, model=object(), _hidden=1, logging=logging)
    return shell


def completed(shell, text, *, after=""):
    """The lines that completion makes of a text, the cursor at its end."""
    with provisionalcompleter():
        found = list(shell.Completer.completions(text + after, len(text)))
    return [text[: it.start] + it.text for it in found]


def offered(shell, text, *, after=""):
    """What is offered at the end of a text, without what stands before."""
    with provisionalcompleter():
        return [it.text for it in shell.Completer.completions(text + after, len(text))]


@pytest.mark.parametrize("use_jedi", [True, False])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("%%track --exp", ["%%track --experiment"]),
        ("%%track a --no", ["%%track a --no-autolog"]),
        ("%runs --experiment ir", ["%runs --experiment iris"]),
        ("%runs -x=ir", ["%runs -x=iris"]),
        ("%runs -x ho", ['%runs -x "house prices"']),
        ('%runs -x "house p', ['%runs -x "house prices"']),
        ("%diff wi", ['%diff "wide net"']),
        ('%diff "wide net" b', ['%diff "wide net" baseline']),
        ("%run_info 01", ["%run_info 0192ab"]),
        ("%restore ba", ["%restore baseline"]),
        ("%reproduce ba", ["%reproduce baseline"]),
        ("%lineage a", ["%lineage acc"]),
        ("%lineage b", ["%lineage baseline"]),
        ("%lineage acc --metric a", ["%lineage acc --metric acc"]),
        ("%stale acc mo", ["%stale acc model"]),
        ("%stale acc,mo", ["%stale acc,model"]),
        ("%%track --metrics a", ["%%track --metrics acc"]),
        ("%%track --model acc,mo", ["%%track --model acc,model"]),
        ("%%track --model model --reg", ["%%track --model model --register"]),
        ("%%track --model model --register ch", ["%%track --model model --register churn"]),
        ("%promote ch", ["%promote churn"]),
        ("%rollback ho", ['%rollback "house prices"']),
        ("%models ch", ["%models churn"]),
        ("%%track --params=acc,mo", ["%%track --params=acc,model"]),
        ("%runs params.d", ["%runs params.depth"]),
        ("%runs acc > 1 and metrics.v", ["%runs acc > 1 and metrics.`val loss`"]),
        ("%runs par", ["%runs params."]),
        ("%runs --metrics ac", ["%runs --metrics acc"]),
        ("%track st", ["%track status"]),
        ("%track o", ["%track on", "%track off"]),
        ("x = %runs -x ir", ["x = %runs -x iris"]),
        ("y = 1\n%runs -x ir", ["y = 1\n%runs -x iris"]),
    ],
)
def test_the_word_at_the_cursor_is_completed(completing, use_jedi, text, lines):
    completing.Completer.use_jedi = use_jedi
    assert completed(completing, text) == lines


def test_after_a_magic_its_values_and_options_are_offered(completing):
    assert offered(completing, "%stale ") == ["acc", "model"]
    assert offered(completing, "%track ") == ["on", "off", "status"]
    assert offered(completing, "%diff ") == ['"wide net"', "baseline", "0192ab"]
    assert offered(completing, "%restore ")[-1] == "--cell"


def test_an_option_that_was_said_is_not_offered_again_unless_it_adds_up(completing):
    left = offered(completing, "%runs --here -n 3 --metrics acc --")
    assert left == [
        *("--experiment", "--all", "--cell", "--metrics", "--params", "--sort", "--live"),
    ]


def test_a_quote_that_is_closed_already_is_not_closed_twice(completing):
    assert offered(completing, '%diff "wi', after='"') == ['"wide net']


@pytest.mark.parametrize("text", ["%runs # ac", "print(%runs ", "%ls --", "runs -x ir", "a % b -x"])
def test_elsewhere_nothing_of_ours_is_offered(shell, text):
    before = offered(shell, text)
    completion.load(shell, Fixed())
    assert offered(shell, text) == before


def test_files_are_left_to_ipython(completing, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "again.ipynb").touch()
    assert completed(completing, "%reproduce a --to aga") == ["%reproduce a --to again.ipynb"]


def test_a_slow_store_is_not_waited_for(shell):
    is_let_go = threading.Event()
    asked = []

    class Slow(Fixed):
        def runs(self, prefix):
            asked.append(prefix)
            is_let_go.wait(60)
            return ["late"]

    completion.load(shell, Slow())
    began = time.monotonic()
    assert "late" not in offered(shell, "%diff l")
    assert time.monotonic() - began < 20
    assert completion.PATIENCE_SECONDS < 2  # of a quiet machine, which the clock here is not
    assert "late" not in offered(shell, "%diff la")
    assert asked == ["l"]
    is_let_go.set()
    assert finally_offered(shell, "%diff l") == ["late"]


def finally_offered(shell, text):
    """What is offered once the question before is answered."""
    for _ in range(1500):
        if "late" in (found := offered(shell, text)):
            break
        time.sleep(0.02)
    return found


def test_a_broken_store_offers_nothing_and_is_noted_for_debugging(shell, caplog, capsys):
    class Broken(Fixed):
        def runs(self, prefix):
            raise OSError("the disk is gone")

    completion.load(shell, Broken())
    with caplog.at_level(logging.DEBUG, "nbtrack.completion"):
        assert offered(shell, "%diff zz") == []
    assert "the disk is gone" in caplog.text
    assert capsys.readouterr() == ("", "")


def test_loading_again_renews_the_choices_and_unloading_leaves_nothing(shell):
    before = list(shell.Completer.custom_matchers)
    completion.load(shell, Fixed())
    completion.load(shell, Fixed())
    assert len(shell.Completer.custom_matchers) == len(before) + 1
    completion.unload(shell)
    completion.unload(shell)
    assert shell.Completer.custom_matchers == before


def test_a_store_that_is_not_there_is_not_made_for_completion(tmp_path):
    choices = StoreChoices()
    assert [
        choices.experiments(""),
        choices.runs("a"),
        choices.metrics(""),
        choices.params(""),
        choices.models(""),
    ] == [
        [],
        [],
        [],
        [],
        [],
    ]
    assert not (tmp_path / ".nbtrack").exists()


def test_the_store_in_use_offers_its_names_and_keys():
    nbtrack.set_experiment("iris")
    with nbtrack.start_run(run_name="Baseline") as run:
        nbtrack.log_metric("acc", 0.5)
        nbtrack.log_param("alpha", 1)
    nbtrack.MlflowClient().create_registered_model("churn")
    choices = StoreChoices()
    assert choices.experiments("i") == ["iris"]
    assert choices.runs("base") == ["Baseline"]
    assert choices.runs(run.info.run_id[:9]) == [run.info.run_id]
    assert choices.runs("it's") == []
    assert choices.metrics("a") == ["acc"]
    assert choices.params("a") == ["alpha"]
    assert choices.models("CH") == ["churn"]


@pytest.mark.parametrize("use_jedi", [True, False])
def test_a_real_kernel_completes_as_notebooks_ask(kernel, use_jedi):
    kernel.execute_interactive(
        textwrap.dedent(f"""
        import nbtrack
        from nbtrack.hosts.notebook import completion
        from nbtrack.hosts.notebook.choices import StoreChoices
        with nbtrack.start_run(run_name="wide net"):
            nbtrack.log_metric("acc", 0.5)
        get_ipython().Completer.use_jedi = {use_jedi}
        completion.load(get_ipython(), StoreChoices())
        """),
        timeout=60,
    )
    asked = {
        "%diff wi": (6, ['"wide net"']),
        "x = 1\n%runs ac": (12, ["acc"]),
        "%%track --exp\nx = 1": (8, ["--experiment"]),
    }
    for code, (start, matches) in asked.items():
        line_end = code.index("\n") if code.startswith("%%track") else len(code)
        for _ in range(600):  # the store is opened once, longer than a completion waits
            content = kernel.complete(code, line_end, reply=True, timeout=60)["content"]
            if content["matches"] == matches:
                break
            time.sleep(0.1)
        assert (content["cursor_start"], content["matches"]) == (start, matches)
