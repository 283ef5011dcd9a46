"""The commit that a sweep file lies in, and the origin of a run's figures."""

import shutil
import subprocess

import pytest
from surroundings import lacking

from harness.runs.creation import start
from harness.runs.document import gather
from harness.runs.git_state import commit_of
from harness.sweep.sweepfile import locate


def git(folder, *words):
    who = ("-c", "user.name=n", "-c", "user.email=e@invalid")
    done = subprocess.run(
        [shutil.which("git"), *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    if shutil.which("git") is None:
        lacking("no git")
    file = tmp_path / "sweeps" / "own.toml"
    file.parent.mkdir()
    shutil.copy(locate("quick"), file)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "m")
    return file


def test_a_commit_is_named_and_a_change_is_marked(repository):
    name = git(repository.parent, "rev-parse", "HEAD")
    assert commit_of(repository) == name[:10]
    repository.write_text(repository.read_text() + "\n")
    assert commit_of(repository) == f"{name[:10]}+"


def test_without_a_repository_nothing_is_named(tmp_path):
    assert commit_of(tmp_path / "own.toml") == ""


def test_a_document_has_the_origin_of_its_run(repository, tmp_path):
    origin = gather(start(repository, tmp_path / "home")).provenance
    assert origin.commit == commit_of(repository)
    assert origin.command == "captcha-harness run quick"  # the text is that of the built-in one
    assert origin.begun[:4].isdigit()
    repository.write_text(repository.read_text().replace("title =", "# \ntitle ="))
    other = gather(start(repository, tmp_path / "other")).provenance
    assert other.command == "captcha-harness run quick.toml"
    assert other.commit.endswith("+")
