"""A real kernel shows a loop; what a saved notebook would have is compared."""

from __future__ import annotations

CELL = """
from nbtrack.api.screens.screen import display_with
from nbtrack.api.tracking.steps import track
from nbtrack.hosts.notebook.screen import show
display_with(show)
for epoch in track(range(3), "epoch"):
    for batch in track(range(2), "batch"):
        pass
"""


def test_a_loop_is_one_output_that_is_updated_in_place(kernel):
    messages = []
    reply = kernel.execute_interactive(CELL, timeout=60, output_hook=messages.append)
    assert reply["content"]["status"] == "ok"
    shown = [it["content"] for it in messages if "display_data" in it["msg_type"]]
    kinds = [it["msg_type"] for it in messages if "display_data" in it["msg_type"]]
    assert kinds[0] == "display_data"
    assert set(kinds[1:]) == {"update_display_data"}
    assert len({it["transient"]["display_id"] for it in shown}) == 1
    last = shown[-1]["data"]
    assert last["text/plain"].startswith("epoch [====================] 3/3 · ")
    assert sorted(last) == ["text/html", "text/plain"]
