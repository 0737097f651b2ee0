"""logs.history.told_verdicts: what CI systems and people say of commits, taken down and told again."""

import subprocess
from pathlib import Path

import pytest

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.logs.history.told_verdicts import (
    CiWish,
    add_test_reports,
    get_ci_result,
    list_known_reverts,
    set_ci_result,
    tell_revert,
)
from twiceshy.recipes.demo.sample_project import make_secrets

TOKEN = make_secrets(1)["code host token"]
JUNIT = """<testsuite name="web" tests="3" failures="1"><testcase classname="a" name="one"/>
<testcase classname="a" name="two"><failure message="no"/></testcase><testcase classname="a" name="three"/></testsuite>
"""


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main", "web")
    for word in ("First", "Second"):
        git(tmp_path / "web", "commit", "-q", "--allow-empty", "-m", word)
    return tmp_path / "web"


def test_a_result_is_that_of_its_worst_job(config: Config, repo: Path) -> None:
    """Of each job the newest answer; without a name it is about the commit that is checked out."""
    set_ci_result(config, repo, CiWish(result="pass", job="lint", tests_passed=3))
    found = set_ci_result(config, repo, CiWish(commit="HEAD", result="failure", job="tests"))

    assert found == get_ci_result(config, repo, None)
    assert (found.commit_hash, found.result, [one.job for one in found.jobs]) == (
        git(repo, "rev-parse", "HEAD"),
        "fail",
        ["lint", "tests"],
    )
    assert get_ci_result(config, repo, "HEAD~1").result is None


def test_the_environment_fills_what_is_not_given(config: Config, repo: Path) -> None:
    """On a CI machine, where the store is empty; words that are given win, and texts are redacted."""
    first = git(repo, "rev-parse", "HEAD~1")
    env = {"GITHUB_SHA": first, "GITHUB_JOB": "tests", "CI_RESULT": "success", "CI_TESTS_PASSED": "12"}
    found = set_ci_result(config, repo, CiWish(job="mine", message=f"see {TOKEN}"), env)

    (job,) = found.jobs
    assert (found.commit_hash, found.result, job.job, job.tests_passed) == (first, "pass", "mine", 12)
    assert TOKEN not in (job.message or TOKEN)


def test_a_run_that_says_nothing_is_unknown_not_passed(config: Config, repo: Path) -> None:
    """No guess from the rest."""
    assert set_ci_result(config, repo, CiWish(), {"GITHUB_SHA": "ab" * 20}).result == "unknown"


def test_a_result_must_be_given(config: Config, repo: Path) -> None:
    """In words or by the environment."""
    with pytest.raises(UsageError, match="--from-env"):
        set_ci_result(config, repo, CiWish())


def test_a_report_of_tests_is_a_result(config: Config, repo: Path, tmp_path: Path) -> None:
    """A file that is none is passed over."""
    (tmp_path / "unit.xml").write_text(JUNIT)
    (tmp_path / "other.txt").write_text("x")

    assert add_test_reports(config, repo, "HEAD", [tmp_path / "unit.xml", tmp_path / "other.txt"]) == 1
    (job,) = get_ci_result(config, repo, None).jobs
    assert (job.job, job.result, job.tests_passed, job.tests_failed) == ("unit", "fail", 2, 1)


def test_a_persons_word_is_a_revert(config: Config, repo: Path) -> None:
    """Git is not touched."""
    before = git(repo, "rev-parse", "HEAD")
    told = tell_revert(config, repo, "HEAD~1", "HEAD")

    assert list_known_reverts(config, repo) == [told]
    assert (told.by, git(repo, "rev-parse", "HEAD")) == (before, before)
    with pytest.raises(UsageError, match="take itself back"):
        tell_revert(config, repo, "HEAD", "main")


def test_what_is_no_commit_is_said(config: Config, repo: Path, tmp_path: Path) -> None:
    """A whole hash that is not here is taken at its word: a CI machine may have a shallow clone."""
    with pytest.raises(NotFound, match="no commit is named"):
        set_ci_result(config, repo, CiWish(commit="--all", result="pass"))
    with pytest.raises(NotFound, match="lies in no git repository"):
        set_ci_result(config, tmp_path, CiWish(result="pass"))
    assert set_ci_result(config, repo, CiWish(commit="ab" * 20, result="pass")).commit_hash == "ab" * 20
