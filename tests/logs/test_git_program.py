"""Git is waited for as long as it answers, and no longer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from twiceshy.base.errors import SourceError
from twiceshy.logs import git_program
from twiceshy.logs.git_lines import read_contents
from twiceshy.logs.git_program import ask_git, stream_git

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b.invalid", *words],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "shop")
    (tmp_path / "shop" / "a.py").write_text("x = 1\n")
    git(tmp_path / "shop", "add", ".")
    git(tmp_path / "shop", "commit", "-qm", "one")
    return tmp_path / "shop"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test has no half minute."""
    monkeypatch.setattr(git_program, "IDLE_S", 0.3)
    monkeypatch.setattr(git_program, "_stuck", {})


def run_python(words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )


def test_who_goes_on_answering_is_waited_for() -> None:
    """Longer than a silence may be, all in all; and lines that it takes slowly all arrive."""
    process = run_python(
        "import sys, time\nfor line in sys.stdin:\n    print(line, end='', flush=True)\n    time.sleep(.05)\n"
    )
    git_program.write_lines(process, map(str, range(10)))
    with git_program.open_patiently(process) as output:
        assert output.read() == b"".join(b"%d\n" % number for number in range(10))
    assert process.wait() == 0


def test_many_lines_go_to_who_answers_later() -> None:
    """More than a pipe holds."""
    process = run_python("import sys\nprint(len(sys.stdin.read()))")
    git_program.write_lines(process, ["x" * 99] * 5_000)
    with git_program.open_patiently(process) as output:
        assert output.readline() == b"500000\n"
    process.wait()


def test_who_takes_nothing_is_not_waited_for() -> None:
    """Its input is full."""
    process = run_python("import time\ntime.sleep(20)")
    with pytest.raises(TimeoutError):
        git_program.write_lines(process, ["x" * 99] * 5_000)
    process.kill()
    with git_program.open_patiently(process) as output:
        assert output.read() == b""
    process.wait()


@pytest.mark.parametrize("name", ["HEAD", "config", "objects/info/alternates", "packed-refs"])
def test_a_pipe_in_a_repository_ends_git_and_is_named(repo: Path, name: str) -> None:
    """Where git expects a file; and what asks again gets the answer at once."""
    (repo / ".git" / name).unlink(missing_ok=True)
    os.mkfifo(repo / ".git" / name)
    with pytest.raises(SourceError):
        ask_git(repo, "log", "--format=%H")

    if str(repo) in git_program._stuck:
        with pytest.raises(SourceError, match="not asked again"):
            ask_git(repo, "log", "--format=%H")


def test_a_stuck_repository_is_asked_again_later(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk may come back."""
    git_program.note_stuck(repo)
    with pytest.raises(SourceError, match="look there for pipes"):
        ask_git(repo, "rev-parse", "HEAD")
    monkeypatch.setattr(git_program, "_STUCK_S", 0)

    assert len(ask_git(repo, "rev-parse", "HEAD").strip()) == 40


def test_an_endless_answer_is_ended(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few objects can name thousands of millions of files: each folder holds the one below ten times."""
    tree = git(repo, "rev-parse", "HEAD^{tree}")
    for _ in range(12):
        rows = "".join(f"040000 tree {tree}\tf{number}\n" for number in range(10))
        done = subprocess.run(
            ["git", "-C", str(repo), "mktree"], input=rows, capture_output=True, text=True, check=True
        )
        tree = done.stdout.strip()
    monkeypatch.setattr(git_program, "_MOST_BYTES", 1 << 20)

    with pytest.raises(SourceError, match="answers more than 1 MB"):
        ask_git(repo, "ls-tree", "-r", "-z", tree)


def test_a_file_of_gigabytes_is_passed_over(repo: Path) -> None:
    """A clone of some KB can hold one; what comes behind it is read."""
    with (repo / "huge").open("wb") as file:
        file.truncate(40 << 20)
    (repo / "z.py").write_text("z = 1\n")
    git(repo, "add", ".")
    git(repo, "commit", "-qm", "two")

    found = [one.name for one in read_contents(repo, ["HEAD:huge", "HEAD:a.py", "HEAD:none", "HEAD:z.py"])]
    assert found == ["HEAD:a.py", "HEAD:z.py"]


def test_leaving_early_is_no_error(repo: Path) -> None:
    """The command is ended, and nothing is noted."""
    with stream_git(repo, "log", "-p") as output:
        assert output.readline()
    assert git_program._stuck == {}
