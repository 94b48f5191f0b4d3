"""Executions of cells as one script of plain Python."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from nbtrack.api.cells.lines import is_python, python_of
from nbtrack.api.cells.outputs import with_named_outputs
from nbtrack.api.cells.plain import commented, plain_cell
from nbtrack.records.execution import Execution

__all__ = ["as_script", "failing_line", "names_bound"]

FRAME = re.compile(r'File "([^"]*)", line (\d+), in <module>|Cell In\[\d+\], line (\d+)')

LIBRARIES = ("os", "runpy", "subprocess")
"""What resolved magics use."""

ASYNC = '''
def run_cell(source):
    """Run code with `await` at its top, as a notebook does."""
    code = compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, globals())
    if inspect.iscoroutine(result):
        event_loop.run_until_complete(result)


event_loop = asyncio.new_event_loop()
asyncio.set_event_loop(event_loop)
'''.strip()

DISPLAY = """
try:
    from IPython.display import display
except ImportError:
    display = print
""".strip()


def as_script(executions: Sequence[Execution]) -> str:
    """A script that does what some executions did, in their order.

    Magics are resolved where Python has words for them; results that later cells use get names; of
    a cell that failed, what came after the failure is left out.
    """
    sources = with_named_outputs(executions, shown=False)
    names = names_bound(sources.values())
    cells = [cell_code(it, sources[it.execution_id], names) for it in executions]
    body = "\n\n".join(cell for cell in cells if cell)
    return "\n\n".join([*prelude(body, names), body]).strip() + "\n"


def names_bound(sources: Iterable[str]) -> set[str]:
    """The names that some cells bind at their top."""
    found: set[str] = set()
    for source in sources:
        try:
            tree = ast.parse(python_of(source))
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
    return found


def prelude(body: str, names: set[str]) -> Iterator[str]:
    """What stands above the cells: imports that their resolved magics need."""
    used = {name for name in LIBRARIES if re.search(rf"\b{name}\.", body)}
    if "run_cell(" in body:
        used |= {"ast", "asyncio", "inspect"}
    if used:
        yield "\n".join(f"import {name}" for name in sorted(used))
    if "get_ipython()" in body:
        yield "from IPython import get_ipython  # run this script by: ipython script.py"
    if re.search(r"\bdisplay\(", body) and "display" not in names:
        yield DISPLAY
    if "run_cell(" in body:
        yield ASYNC


def cell_code(execution: Execution, source: str, names: set[str]) -> str:
    """An execution as a part of the script."""
    code = plain_cell(source, names).strip("\n")
    title = "# a cell" if execution.number is None else f"# [{execution.number}]"
    if not is_python(code):
        return f"{title} is not Python, and did nothing\n{commented(code)}"
    if execution.status == "failed" and execution.error:
        code = until_failure(code, source, execution)
    if not code.strip():
        return ""
    return f"{title}\n{code if is_plain(code) else f'run_cell({code!r})'}"


def is_plain(code: str) -> bool:
    """Whether no `await` stands at the top, which a script cannot have."""
    try:
        compile(code, "<cell>", "exec")
    except SyntaxError:
        return False
    return True


def failing_line(execution: Execution) -> int | None:
    """The line of a cell at which it failed; None if its traceback does not say."""
    for file, line, plain in FRAME.findall(execution.error or ""):
        if plain or not file or "ipykernel" in file or "ipython-input" in file:
            return int(plain or line)
    return None


def until_failure(code: str, source: str, execution: Execution) -> str:
    """The code of a cell up to the statement that failed, whose failure is let pass.

    What the statement did before it failed is done again. Where nobody knows which one it was, that
    is the whole cell.
    """
    body = ast.parse(code).body
    place = failing_place(body, source.count("\n") - code.count("\n"), execution)
    done, failed = (body[:place], [body[place]]) if place is not None else ([], body)
    kept = "\n".join(code.split("\n")[: failed[0].lineno - 1]) if failed else code
    if done and done[-1].end_lineno == failed[0].lineno:  # several statements on one line
        kept = "\n".join(map(ast.unparse, done))
    told = (execution.error or "").strip().rsplit("\n", 1)[-1]
    text = textwrap.indent("\n".join(map(ast.unparse, failed)) or "pass", "    ")
    caught = "except (Exception, SystemExit) as error:\n    print('failed, as before:', error)"
    parts = kept.rstrip(), f"# the cell failed here: {told[:100]}", f"try:\n{text}\n{caught}"
    return "\n".join(part for part in parts if part)


def failing_place(body: Sequence[ast.stmt], skipped: int, execution: Execution) -> int | None:
    """Which statement of a cell failed; some lines of magics above are gone."""
    line = failing_line(execution)
    for place, node in enumerate(body):
        if line is not None and node.lineno <= line - skipped <= (node.end_lineno or 0):
            return place
    return None
