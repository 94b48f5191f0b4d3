"""Cells as Python that runs anywhere: magics and shell lines resolved, where that can be."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable, Collection

from nbtrack.api.cells.lines import (
    PYTHON_BELOW,
    PYTHON_BESIDE,
    CellLine,
    CellMagic,
    cell_magic,
    is_python,
    lines_of,
)

__all__ = ["plain_cell"]

DISPLAY_BELOW = {"html", "javascript", "js", "latex", "markdown", "svg"}
SHELLS_BELOW = {"bash": "bash", "sh": "sh", "!": "sh", "sx": "sh", "system": "sh", "cmd": "cmd"}

QUIET = {
    *("matplotlib", "config", "load_ext", "reload_ext", "unload_ext", "autoreload", "pylab", "gui"),
    *("who", "whos", "who_ls", "history", "pdb", "debug", "timeit", "memit", "mprun", "lprun"),
    *("track", "lineage", "reproduce", "diff", "restore", "stale", "runs", "run_info", "xmode"),
    *("colors", "precision", "pinfo", "pinfo2", "psource", "pdoc", "lsmagic", "automagic", "tb"),
    *("aimport", "watermark", "logstart", "logstop", "doctest_mode", "page", "notebook", "macro"),
}
"""Line magics that change no value."""

INSTALLERS = {"pip", "conda", "mamba", "micromamba", "uv"}

EXPANDED = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|\$\$|\$(\w+)")


def plain_cell(source: str, names: Collection[str] = ()) -> str:
    """A cell as Python; a line that only IPython can run is left to it, or told in a comment.

    Args:
        source: The cell as it was run.
        names: What the notebook binds: `{x}` and `$x` in shell lines mean those alone.
    """
    magic = cell_magic(source)
    if magic is not None:
        return below(magic, names)
    if is_python(source):
        return source
    lines = (plain_line(line, names) for line in lines_of(source))
    return "\n".join(line for line in lines if line is not None)


def below(magic: CellMagic, names: Collection[str]) -> str:
    """What a cell magic does with the lines below it, as Python."""
    if magic.name == "timeit" or magic.name in DISPLAY_BELOW:
        return commented(f"%%{magic.name} {magic.arguments}\n{magic.body}")
    if magic.name in PYTHON_BELOW:
        return plain_cell(magic.body, names)
    if magic.name in SHELLS_BELOW:
        return f"subprocess.run([{SHELLS_BELOW[magic.name]!r}, '-c', {magic.body!r}], check=False)"
    if magic.name in {"writefile", "file"}:
        return written_file(magic)
    arguments = f"{magic.name!r}, {magic.arguments!r}, {magic.body!r}"
    return f"get_ipython().run_cell_magic({arguments})"


def written_file(magic: CellMagic) -> str:
    """`%%writefile` as Python."""
    words = shlex.split(magic.arguments)
    mode = "a" if {"-a", "--append"} & set(words) else "w"
    path = words[-1] if words else ""
    body = magic.body if magic.body.endswith("\n") else f"{magic.body}\n"
    return f"with open({path!r}, {mode!r}, encoding='utf-8') as file:\n    file.write({body!r})"


def commented(text: str) -> str:
    """Lines as comments."""
    return "\n".join(f"# {line}".rstrip() for line in text.rstrip("\n").split("\n"))


def plain_line(line: CellLine, names: Collection[str]) -> str:
    """A line of a cell as Python."""
    if line.kind == "code":
        return line.text
    if line.kind == "shell":
        told = shell(line, names)
    elif line.kind == "magic":
        told = magic_line(line, names)
    else:
        told = None
    if told is None:
        mark = f"%{line.name} " if line.kind == "magic" else "!" * (line.kind == "shell")
        return f"{line.indent}pass  # {mark}{line.text}" if line.indent else f"# {mark}{line.text}"
    return f"{line.indent}{line.target} = {told}" if line.target else f"{line.indent}{told}"


def shell(line: CellLine, names: Collection[str]) -> str | None:
    """A shell line as Python; one that installs packages is left out, as a script must not."""
    words = line.text.split()
    if not line.target and any(word in INSTALLERS for word in words[:3]) and "install" in words:
        return None
    command = expanded(line.text, names)
    if not line.target:
        return f"subprocess.run({command}, shell=True, check=False)"
    pipes = "stdout=subprocess.PIPE, stderr=subprocess.STDOUT"
    run = f"subprocess.run({command}, shell=True, check=False, text=True, {pipes})"
    return f"{run}.stdout.splitlines()"


def expanded(command: str, names: Collection[str]) -> str:
    """A command as the expression of its text, with the values of the notebook's names in it."""
    is_used = False

    def value(found: re.Match[str]) -> str:
        nonlocal is_used
        told = found[1] if found[1] is not None else found[2]
        if told is None:
            return {"{{": "{{", "}}": "}}", "$$": "$"}[found[0]]
        if not is_bound(told, names):
            return found[0].replace("{", "{{").replace("}", "}}")
        is_used = True
        return f"{{{told}}}"

    text = EXPANDED.sub(value, command)
    return f"f{text!r}" if is_used else repr(text.replace("{{", "{").replace("}}", "}"))


def is_bound(text: str, names: Collection[str]) -> bool:
    """Whether a text is an expression of names that the notebook binds."""
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return False
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool(used) and used <= set(names) and not {"'", '"', "\\"} & set(text)


def magic_line(line: CellLine, names: Collection[str]) -> str | None:
    """A line magic as Python; None for one that changes no value."""
    if line.name in QUIET:
        return None
    if line.name in PYTHON_BESIDE:
        return line.text if is_python(line.text) else None
    if line.name in {"sx", "system", "sc"}:
        return shell(line, names)
    if line.name in INSTALLERS:
        return None
    resolve = MAGICS.get(line.name)
    if resolve is not None:
        return resolve(line.text)
    return f"get_ipython().run_line_magic({line.name!r}, {line.text!r})"


def env(text: str) -> str | None:
    """`%env A`, `%env A=1`, `%env A 1`."""
    name, separator, value = text.partition("=")
    if not separator:
        name, _, value = text.partition(" ")
    if not name:
        return "dict(os.environ)"
    if not value and not separator:
        return f"os.environ.get({name.strip()!r})"
    inner = value.strip()
    told = inner[1:-1] if inner.startswith("{") and inner.endswith("}") else None
    if told is not None and is_python(told):
        return f"os.environ.__setitem__({name.strip()!r}, str({told}))"
    return f"os.environ.__setitem__({name.strip()!r}, {inner!r})"


def run_file(text: str) -> str | None:
    """`%run script.py`, which leaves its names in the notebook."""
    words = shlex.split(text)
    options = [word for word in words if word.startswith("-")]
    if not words or options or not words[0].endswith(".py"):
        return f"get_ipython().run_line_magic('run', {text!r})"
    return f"globals().update(runpy.run_path({words[0]!r}, run_name='__main__'))"


MAGICS: dict[str, Callable[[str], str | None]] = {
    "env": env,
    "set_env": env,
    "run": run_file,
    "cd": lambda text: f"os.chdir(os.path.expanduser({text.strip(chr(34) + chr(39)) or '~'!r}))",
    "pwd": lambda _: "os.getcwd()",
    "ls": lambda text: f"subprocess.run({'ls ' + text!r}, shell=True, check=False)",
    "mkdir": lambda text: f"subprocess.run({'mkdir ' + text!r}, shell=True, check=False)",
    "reset": lambda _: None,
    "reset_selective": lambda _: None,
}
"""Line magics with a meaning in Python."""
