"""What is suggested for what is staged, and for a commit as it would have been."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.errors import NotFound, SourceError, StoreCorrupt, UsageError
from twiceshy.records.message_advice import MessageAdvice, MessageOffer, NearMessage
from twiceshy_git.message_recipes import message_offers
from twiceshy_git.message_recipes.message_offers import hide_secrets, offer_staged, suggest_message

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def ask(repo: Repo, commit: str = "", task: str = "", top: int = 3) -> MessageAdvice | None:
    return suggest_message(load({}, os.environ, repo.path), repo.path, NOW, commit=commit, task=task, top=top)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two kinds of work, each done some times."""
    repo = Repo(tmp_path / "web").started()
    for number in range(6):
        repo.write("src/parser.py", [f"def parse_{number}(): return value"])
        repo.commit("Mend the parser")
        repo.write("docs/page.md", [f"Some words about it, part {number}."])
        repo.commit("Say more in the page")
    return repo


def test_what_is_staged_is_answered_by_what_changed_the_like(repo: Repo) -> None:
    """From the index, not from the files; nothing staged is no question."""
    assert ask(repo) is None
    repo.write("src/parser.py", ["def parse_9(): return value"])
    assert ask(repo) is None
    repo.git("add", "-A")
    found = ask(repo)

    assert found is not None
    assert (found.change, found.written) == ("staged", "")
    assert found.learned == 8  # what differs in a number only is learned once
    assert [one.subject for one in found.offers] == ["Update parser.py"]
    assert "8 commits are too few" in found.notes[0]
    assert {one.subject for one in found.nearest[:1]} == {"Mend the parser"}


def test_a_commit_is_answered_by_what_was_there_before(repo: Repo) -> None:
    """Itself and what follows are not looked at; what it says stands beside the answer."""
    first = repo.head("HEAD~11")
    found = ask(repo, "HEAD~10")

    assert found is not None
    assert found.written == "Say more in the page"
    assert {one.commit for one in found.nearest} <= {first}


def test_the_first_commit_of_a_repository(tmp_path: Path) -> None:
    """Nothing is known, and that is no error."""
    repo = Repo(tmp_path / "web").started()
    repo.write("a.py", ["x = 1"])
    repo.git("add", "-A")
    found = ask(repo)

    assert found is not None
    assert found.learned == 0
    assert not found.sure


def test_a_hook_reads_no_history(repo: Repo) -> None:
    """It answers by what was learned before, or not at all."""
    config = load({}, os.environ, repo.path)
    repo.write("src/parser.py", ["def parse_9(): return value"])
    repo.git("add", "-A")
    assert offer_staged(config, repo.path, None) is None
    ask(repo)
    found = offer_staged(config, repo.path, None)

    assert found is not None
    assert len(found.offers) <= 1
    assert found.nearest[0].subject == "Mend the parser"
    empty = repo.path.parent / "index"
    repo_env = os.environ | {"GIT_INDEX_FILE": str(empty)}
    import subprocess  # noqa: PLC0415

    subprocess.run(["git", "-C", str(repo.path), "read-tree", "HEAD"], check=True, env=repo_env)
    assert offer_staged(config, repo.path, empty) is None


def an_answer(subject: str, *, sure: bool = True) -> MessageAdvice:
    offer = MessageOffer(subject=subject, probability=0.9, reasons=('like c1 "Add old.pem"',))
    near = (NearMessage("c1", "Add old.pem"),)
    return MessageAdvice(change="staged", offers=(offer,), sure=sure, prefix="", nearest=near, learned=99)


def test_a_hook_offers_no_secret_of_the_change() -> None:
    """Its text is not scrubbed before, so what is offered is: an offer with a secret in it is none."""
    asked: list[list[str]] = []

    def scrub(texts: list[str]) -> list[str]:
        asked.append(texts)
        return [text.replace("hunter2", "<secret>") for text in texts]

    bad, good = an_answer("Add hunter2.pem"), an_answer("Add new.pem")
    assert hide_secrets(good, scrub) == good
    assert (hide_secrets(bad, scrub).offers, hide_secrets(bad, scrub).sure) == ((), False)
    assert "hunter2" not in repr(hide_secrets(bad, scrub))
    assert all("Add" in texts[0] for texts in asked)


def test_a_hook_loads_no_rules_for_what_older_commits_said() -> None:
    """That was scrubbed when it was kept; where nothing is sure nothing is offered."""

    def scrub(_: list[str]) -> list[str]:
        raise AssertionError("there is nothing to scrub")

    old = an_answer("Add old.pem")
    assert hide_secrets(old, scrub) == old
    assert hide_secrets(an_answer("Add hunter2.pem", sure=False), scrub).offers == ()


def test_what_cannot_be_asked_about(repo: Repo, tmp_path: Path) -> None:
    """Each with its reason."""
    with pytest.raises(NotFound, match="no commit 'nowhere'"):
        ask(repo, "nowhere")
    with pytest.raises(NotFound, match="no commit '--all'"):
        ask(repo, "--all")
    repo.git("checkout", "-q", "-b", "side", "HEAD~1")
    repo.write("b.py", ["x"])
    repo.commit("Side")
    repo.git("merge", "-q", "--no-ff", "-m", "Join", "main")
    with pytest.raises(UsageError, match="merge"):
        ask(repo, "HEAD")
    (tmp_path / "none").mkdir()
    with pytest.raises(SourceError, match="not inside a git repository"):
        ask(Repo(tmp_path / "none"))


# The session's task finds its way into what may be written.

TEST_SESSION_TASK_NOW = datetime(2026, 11, 13, tzinfo=UTC)


def test_without_a_store_or_files_there_is_no_task(scratch_home: Path, tmp_path: Path) -> None:
    """And nothing is made for it."""
    repo = Repo(tmp_path / "web").started()
    config = load({}, os.environ, repo.path)

    assert message_offers.find_session_task(config, repo.path, ["a.py"], TEST_SESSION_TASK_NOW) == ""
    assert not (config.home / "archive.db").exists()


def test_prompts_are_joined_and_a_damaged_store_is_none(
    scratch_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`doctor` says what is wrong with it; a message is offered all the same."""
    repo = Repo(tmp_path / "web").started()
    config = load({}, os.environ, repo.path)
    asked: list[object] = []

    class Opened:
        connection = "connection"

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    def find(*words: object) -> list[str]:
        asked.extend(words)
        return ["mend the cart", "see #7"]

    monkeypatch.setattr(message_offers, "has_store", lambda _: True)
    monkeypatch.setattr(Store, "open", lambda *_, **__: Opened())
    monkeypatch.setattr(message_offers, "find_asked_words", find)
    assert (
        message_offers.find_session_task(config, repo.path, ["a.py"], TEST_SESSION_TASK_NOW) == "mend the cart\nsee #7"
    )
    assert asked[2:] == [["a.py"], datetime(2026, 11, 12, tzinfo=UTC)]

    def fail(*_: object, **__: object) -> Opened:
        raise StoreCorrupt("it is damaged")

    monkeypatch.setattr(Store, "open", fail)
    assert message_offers.find_session_task(config, repo.path, ["a.py"], TEST_SESSION_TASK_NOW) == ""
