"""A run's code back into a cell, as notebooks and terminals take it."""

from __future__ import annotations

from nbtrack.hosts.notebook.restore import put_below

CODE = "%%track again\nx = 'a \\n b'\nx"


def test_a_notebook_gets_a_new_cell_below_and_none_is_replaced(kernel):
    reply = kernel.execute_interactive(
        f"""
from nbtrack.hosts.notebook.restore import put_below
put_below(get_ipython(), "an earlier one")
put_below(get_ipython(), {CODE + chr(10)!r})
""",
        timeout=60,
    )
    content = reply["content"]
    assert content["payload"] == [{"source": "set_next_input", "text": CODE, "replace": False}]
    after = kernel.execute_interactive("'x' in globals()", timeout=60)["content"]
    assert after["payload"] == []
    assert after["execution_count"] == content["execution_count"] + 1


def test_a_terminal_gets_it_at_its_next_prompt(shell):
    put_below(shell, f"{CODE}\n")
    assert shell.rl_next_input == CODE
    assert "x" not in shell.user_ns
