from __future__ import annotations

import os
import subprocess

import pytest

from nbtrack.capture.sources.git import find_checkout, without_credentials

IDENTITY = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]


def git(folder, *words):
    done = subprocess.run(
        ["git", *IDENTITY, *words],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--initial-branch", "main")
    git(folder, "commit", "--allow-empty", "-m", "first")
    return folder


def commit_of(tags):
    return tags["mlflow.source.git.commit"]


def test_the_commit_and_branch_are_those_git_tells(project):
    assert find_checkout(project).tags() == {
        "mlflow.source.git.commit": git(project, "rev-parse", "HEAD"),
        "mlflow.source.git.branch": "main",
    }


def test_a_folder_below_is_in_the_same_checkout(project):
    below = project / "src" / "models"
    below.mkdir(parents=True)
    assert commit_of(find_checkout(below).tags()) == git(project, "rev-parse", "HEAD")


def test_a_detached_head_has_no_branch(project):
    git(project, "checkout", "--detach")
    assert find_checkout(project).tags() == {
        "mlflow.source.git.commit": git(project, "rev-parse", "HEAD")
    }


def test_a_repository_without_commits_has_only_its_branch(tmp_path):
    git(tmp_path, "init", "--initial-branch", "trunk")
    assert find_checkout(tmp_path).tags() == {"mlflow.source.git.branch": "trunk"}


def test_packed_refs_are_read(project):
    git(project, "pack-refs", "--all")
    assert not (project / ".git" / "refs" / "heads" / "main").exists()
    assert commit_of(find_checkout(project).tags()) == git(project, "rev-parse", "HEAD")


def test_a_branch_with_slashes_is_whole(project):
    git(project, "checkout", "-b", "feature/one/two")
    assert find_checkout(project).tags()["mlflow.source.git.branch"] == "feature/one/two"


def test_a_worktree_has_its_own_head_and_shared_refs(project, tmp_path):
    other = tmp_path / "other"
    git(project, "worktree", "add", "-b", "side", str(other))
    git(other, "commit", "--allow-empty", "-m", "second")
    git(project, "remote", "add", "origin", "https://example.org/a.git")
    tags = find_checkout(other).tags()
    assert commit_of(tags) == git(other, "rev-parse", "HEAD") != git(project, "rev-parse", "HEAD")
    assert tags["mlflow.source.git.branch"] == "side"
    assert tags["mlflow.source.git.repoURL"] == "https://example.org/a.git"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ada:secret@example.org/a.git", "https://example.org/a.git"),
        ("https://token@example.org/a.git", "https://example.org/a.git"),
        ("git@example.org:a/b.git", "git@example.org:a/b.git"),
        ("https://example.org/a@b.git", "https://example.org/a@b.git"),
        ("/srv/git/a.git", "/srv/git/a.git"),
    ],
)
def test_the_origin_is_told_without_credentials(project, url, shown):
    git(project, "remote", "add", "origin", url)
    assert find_checkout(project).tags()["mlflow.source.git.repoURL"] == shown
    assert without_credentials(url) == shown


def test_outside_of_a_repository_there_is_none(tmp_path):
    assert find_checkout(tmp_path) is None


@pytest.mark.parametrize(
    "config", ["[remote", "[core]\n\tfilemode\n", '[remote "origin"]\n\turl\n']
)
def test_a_config_that_cannot_be_read_costs_only_the_origin(project, config):
    (project / ".git" / "config").write_text(config)
    assert find_checkout(project).tags().keys() == {
        "mlflow.source.git.commit",
        "mlflow.source.git.branch",
    }


def test_a_head_that_points_at_itself_ends(project):
    (project / ".git" / "HEAD").write_text("ref: HEAD\n")
    assert "mlflow.source.git.branch" in find_checkout(project).tags()


def test_the_stamp_changes_with_each_commit_and_branch(project):
    checkout = find_checkout(project)
    first = checkout.stamp()
    assert checkout.stamp() == first
    git(project, "commit", "--allow-empty", "-m", "second")
    second = checkout.stamp()
    git(project, "checkout", "-b", "other")
    assert len({first, second, checkout.stamp()}) == 3
