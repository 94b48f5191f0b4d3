"""Which commit the code stands at, read from git's own files: no process is started for it."""

from __future__ import annotations

import configparser
import os
import re
from pathlib import Path
from typing import NamedTuple

__all__ = ["Checkout", "find_checkout", "without_credentials"]

MOST_LINKS = 5
"""Symbolic refs point to refs; git itself follows five."""


class Checkout(NamedTuple):
    """A git working tree: where its own files are, and those it shares with other worktrees."""

    git: Path
    common: Path

    def tags(self) -> dict[str, str]:
        """Commit, branch and origin as MLflow's tags; what cannot be told is left out."""
        commit, branch = self.head()
        found = {
            "mlflow.source.git.commit": commit,
            "mlflow.source.git.branch": branch,
            "mlflow.source.git.repoURL": self.origin(),
        }
        return {key: value for key, value in found.items() if value}

    def head(self) -> tuple[str, str]:
        """The commit and the branch; a detached head has no branch, a new one no commit."""
        content = text_in(self.git / "HEAD")
        branch = content.removeprefix("ref: refs/heads/") if content.startswith("ref: ") else ""
        for _ in range(MOST_LINKS):
            if not content.startswith("ref: "):
                break
            content = self.ref(content.removeprefix("ref: ").strip())
        return content, branch

    def ref(self, name: str) -> str:
        """What a ref holds, as a file of its own or in the packed list."""
        for folder in (self.git, self.common):
            content = text_in(folder / name)
            if content:
                return content
        for line in text_in(self.common / "packed-refs").splitlines():
            commit, _, packed = line.partition(" ")
            if packed == name:
                return commit
        return ""

    def origin(self) -> str:
        """The address of the remote called origin, without credentials."""
        config = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
        try:
            config.read_string(text_in(self.common / "config"))
        except configparser.Error:
            return ""
        return without_credentials(config.get('remote "origin"', "url", fallback="") or "")

    def stamp(self) -> tuple[int, ...]:
        """Changes when another commit may be checked out."""
        name = text_in(self.git / "HEAD").removeprefix("ref: ").strip()
        return tuple(
            modified(path)
            for path in (self.git / "HEAD", self.common / name, self.common / "packed-refs")
        )


def find_checkout(start: Path) -> Checkout | None:
    """The working tree that a folder is in; a worktree's `.git` is a file that points on."""
    for folder in (start, *start.parents):
        git = folder / ".git"
        if (git / "HEAD").is_file():
            return Checkout(git, git)
        if git.is_file():
            target = folder / text_in(git).removeprefix("gitdir:").strip()
            common = text_in(target / "commondir")
            return Checkout(target, target / common if common else target)
    return None


def without_credentials(url: str) -> str:
    """An address without user and password; `git@host:path` names no secret and stays."""
    return re.sub(r"(?<=://)[^/@]*@", "", url)


def text_in(path: Path) -> str:
    """What a small file says; nothing where there is none."""
    try:
        return path.read_text(errors="replace").strip()
    except (OSError, ValueError):
        return ""


def modified(path: Path) -> int:
    """When a file was changed; 0 where there is none."""
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - half the time of Path.stat, at each run
    except (OSError, ValueError):
        return 0
