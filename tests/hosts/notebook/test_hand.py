"""What a person does in a page: messages to the kernel and back, as its script sends them."""

from __future__ import annotations

import re

import pytest

import nbtrack
from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import NotFound
from nbtrack.hosts.notebook.hand import MOST, Hand, attached, hand, has_page, touchable

RUN = """\
with nbtrack.start_run(run_name="{name}"):
    nbtrack.log_params({{"lr": {lr}}})
    for step in range(5):
        nbtrack.log_metric("loss", {lr} / (step + 1), step=step)
    nbtrack.log_metric("acc", {acc})"""


class Sent(list):
    """A page that keeps what it is sent."""

    def send(self, content):
        self.append(content)


@pytest.fixture
def own():
    return Hand(Sent(), "nbt-test")


def test_an_answer_has_the_number_of_its_question(own):
    panel = own.attach({"add": lambda values: {"html": values["a"] + values["b"]}})
    assert panel == "nbt-test:1"
    own.take({"panel": panel, "act": "add", "number": 7, "values": {"a": "x", "b": "y"}})
    assert own.page == [{"html": "xy", "number": 7}]


def test_what_goes_wrong_is_a_line_for_the_page(own):
    def fail(_):
        raise NotFound("there is no such run")

    panel = own.attach({"fail": fail, "break": lambda _: 1 / 0})
    assert own.answered({"panel": panel, "act": "fail"}) == {"problem": "there is no such run"}
    with pytest.warns(TrackingWarning, match="division by zero"):
        broken = own.answered({"panel": panel, "act": "break", "values": "none"})
    assert broken["problem"].startswith("this did not work")
    assert own.answered({"panel": panel, "act": "fly"}) == {"problem": "this panel cannot fly"}
    assert "of long ago" in own.answered({"panel": "other", "act": "fail"})["problem"]


def test_old_panels_stay_as_they_are(own):
    panels = [own.attach({}) for _ in range(MOST + 2)]
    assert list(own.panels) == panels[2:]


def test_where_there_is_no_page_a_panel_is_plain_html():
    assert (has_page(), hand(), attached({})) == (False, None, "")
    assert touchable("<b>x</b>", "runs", "") == "<b>x</b>"
    assert touchable("<b>x</b>", "runs", "k:1", is_live=True) == (
        '<div data-nbtrack="k:1" data-kind="runs" data-live="1"><b>x</b></div>'
    )


def test_a_page_without_anywidget_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr("nbtrack.hosts.notebook.hand.has_page", lambda: True)
    monkeypatch.setattr("nbtrack.hosts.notebook.hand.find_spec", lambda _: None)
    assert attached({}) == ""
    html = touchable("<b>x</b>", "runs", "")
    assert html.startswith("<b>x</b>")
    assert "pip install 'nbtrack[notebook]'" in html


class Browser:
    """A page beside a kernel: it runs cells, sees outputs, and sends what a person does."""

    def __init__(self, client):
        self.client = client
        self.comm = ""
        self.html = {}
        """The last html of each display."""

    def run(self, source, cell_id="cell"):
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell_id})
        self.client.shell_channel.send(message)
        shown = []
        self.until(
            lambda got: (
                got["msg_type"] == "status"
                and got["content"]["execution_state"] == "idle"
                and got["parent_header"].get("msg_id") == message["header"]["msg_id"]
            ),
            shown,
        )
        return shown

    def until(self, is_last, shown=None):
        """Read messages until one is the last; that one."""
        while True:
            got = self.client.get_iopub_msg(timeout=60)
            content, kind = got["content"], got["msg_type"]
            if kind == "comm_open" and "_esm" in content["data"]["state"]:
                self.comm = content["comm_id"]
            elif kind in {"display_data", "execute_result", "update_display_data"}:
                display = content.get("transient", {}).get("display_id", "")
                self.html[display] = content["data"].get("text/html", "")
                if shown is not None:
                    shown.append(content["data"])
            elif kind == "error" and shown is not None:
                raise AssertionError("\n".join(content["traceback"]))
            elif kind == "stream" and shown is not None:
                shown.append(content["text"])
            if is_last(got):
                return got

    def do(self, panel, act, **values):
        """Send what a person does, and await the answer."""
        asked = {"panel": panel, "act": act, "number": 1, "values": values}
        data = {"method": "custom", "content": asked}
        message = self.client.session.msg("comm_msg", {"comm_id": self.comm, "data": data})
        self.client.shell_channel.send(message)
        got = self.until(
            lambda got: (
                got["msg_type"] == "comm_msg" and got["content"]["data"].get("method") == "custom"
            )
        )
        return got["content"]["data"]["content"]

    def shows(self, words):
        """Wait until an output has some words; the html of it."""
        self.until(lambda _: any(words in it for it in self.html.values()))
        return next(it for it in self.html.values() if words in it)


def panel_of(bundle):
    return re.search(r'data-nbtrack="([^"]+)"', bundle["text/html"])[1]


def test_a_page_acts_on_panels_and_live_ones_follow(kernel):
    pytest.importorskip("anywidget")
    page = Browser(kernel)
    page.run("import os\nos.environ['NBTRACK_QUIET'] = '1'\n%load_ext nbtrack\nimport nbtrack")
    page.run(RUN.format(name="first", lr=0.5, acc=0.8))
    (live,) = page.run("live = %runs --live\nlive", "live")
    assert 'data-live="1"' in live["text/html"]
    page.run(RUN.format(name="second", lr=0.1, acc=0.9))
    assert 'data-live="1"' in page.shows(">second<")
    assert page.run("len(live)")[0]["text/plain"] == "2"

    (table,) = page.run("found = %runs\nfound", "table")
    assert table["text/plain"].startswith("experiment Default: 2 runs")
    panel = panel_of(table)
    some = page.do(panel, "ask", filter="acc > 0.85")["html"]
    assert (">second<" in some, ">first<" in some) == (True, False)
    assert "a value is missing" in page.do(panel, "ask", filter="acc >")["problem"]
    ids = re.findall(r'data-run="(\w+)"', table["text/html"])
    page.do(panel, "choose", run_ids=ids[:1])
    chosen = page.run("[it.info.run_name for it in found.selected]")
    assert chosen[0]["text/plain"] == "['second']"
    compared = page.do(panel, "compare", run_ids=ids)["html"]
    assert "2 runs compared" in compared
    assert "loss over steps" in compared

    assert page.do(panel_of(live), "stop").keys() == {"number"}
    page.run(RUN.format(name="third", lr=0.2, acc=0.7))
    page.run("%unload_ext nbtrack")
    assert not any(">third<" in it for it in page.html.values())
    assert nbtrack.count_runs() == 3
