"""Somebody else's writer on the same commits: better, worse or not shown, with the interval."""

import os
import sys
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo
from tests.wings.git.message_recipes.message_repository import build_history

from twiceshy.base.config import Config, load
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.main import main
from twiceshy.records.message_advice import MessageEvaluation
from twiceshy.wings.git.message_recipes.message_models import evaluate_messages, replay_history
from twiceshy.wings.git.message_recipes.writer_contests import (
    MessageWriter,
    contest_messages,
    has_invented,
    take_subject,
)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return build_history(tmp_path_factory.mktemp("contest") / "web")


def settings(repo: Repo) -> Config:
    return load({}, os.environ, repo.path)


def ask(repo: Repo, writer: MessageWriter, newest: int | None = None) -> MessageEvaluation:
    return contest_messages(settings(repo), repo.path, writer, split=0.2, newest=newest)


def test_the_same_commits_and_rivals_and_an_honest_verdict(repo: Repo) -> None:
    """Who talks nonsense is worse; who is as right as ours on a history without surprises is not shown to be better."""
    plain = evaluate_messages(settings(repo), repo.path, split=0.2)
    _, marked = replay_history(settings(repo), repo.path, split=0.2)
    right = iter([one.example.subject for one in marked])
    seen: list[str] = []

    def know(request: str) -> str:
        seen.append(request)
        return f"\n  {next(right)}  \n\nand so on"

    best = ask(repo, MessageWriter("knower", know))
    assert best.suggesters[:-1] == plain.suggesters
    assert best.suggesters[-1].b_norm == pytest.approx(1)
    assert best.contest is not None
    assert (best.contest.verdict, best.contest.silent) == ("not shown", 0)
    assert all("Messages of changes like it" in one for one in seen)
    assert len(seen) == best.asked == len(marked)

    worst = ask(repo, MessageWriter("babble", lambda _: "zzz zzz"), newest=10).contest
    assert worst is not None
    assert (worst.verdict, worst.rival) == ("worse", best.contest.rival)
    assert worst.lead[0] < 0
    assert worst.invented == 0
    silent = ask(repo, MessageWriter("nobody", lambda _: "\n"), newest=10)
    assert silent.asked == 10
    assert silent.contest is not None
    assert (silent.contest.silent, silent.contest.verdict) == (10, "worse")


def test_a_writer_is_not_asked_about_what_it_learned(repo: Repo) -> None:
    """It is said how many are left."""
    _, marked = replay_history(settings(repo), repo.path, split=0.2)
    until = marked[3].example.at
    with pytest.raises(UsageError, match=f"about the newest {len(marked) - 4}"):
        ask(repo, MessageWriter("writer", str, until))
    assert ask(repo, MessageWriter("writer", str, until), newest=len(marked) - 4).contest is not None


def test_the_subject_is_the_first_line_with_words() -> None:
    """Whatever stands around it."""
    assert take_subject("\n \n fix it \nbody") == "fix it"
    assert take_subject("") == ""


@pytest.mark.parametrize("answer", ["fix #12", "fix GH-7", "see https://x.org/a", "ask a.b@corp.com", "as in 3f2a91c"])
def test_what_was_not_asked_is_invented(answer: str) -> None:
    """Where the request has it, it is not."""
    assert has_invented(answer, "fix #N as in abcdefg")
    assert not has_invented(answer, f"nearest: {answer}")
    assert not has_invented("fix #N in v1.2 of deadbeef and 1234567", "")


def test_the_verb_asks_a_program(repo: Repo, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And says how it did; two writers at once are refused."""
    where = ["--repo", str(repo.path), "--newest", "5"]
    script = tmp_path / "writer.py"
    script.write_text("print('zzz #12')")
    assert main(["evaluate", "messages", *where, "--program", f"{sys.executable} {script}"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "The program is worse than" in out
    assert "s a message. 5 of its messages name an issue, a commit or an address" in out
    assert main(["evaluate", "messages", *where, "--program", "x", "--endpoint", "y"]) == 2
    assert main(["evaluate", "messages", *where, "--endpoint", "http://example.org/v1"]) == 2
    assert main(["evaluate", "messages", *where]) == 2
    assert main(["evaluate", "files", *where, "--program", "x"]) == 2
