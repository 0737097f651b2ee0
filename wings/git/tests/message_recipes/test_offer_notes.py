"""Offers are noted, and compared with what was committed."""

import os
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.archive.atomic_files import read_salt
from twiceshy.base.config import Config, load
from twiceshy.logs.repository_place import locate_repository
from twiceshy_git.message_recipes import offer_notes as notes
from twiceshy_git.message_recipes.message_history import messages_path
from twiceshy_git.predict.messages.offer_verdicts import MadeOffer, OfferVerdict


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "web").started()
    repo.write("a.py", ["x = 0"])
    repo.commit("Begin")
    return repo


def prepared(repo: Repo) -> tuple[Config, Path]:
    config, place = load({}, os.environ, repo.path), locate_repository(repo.path)
    path = messages_path(config, place, read_salt(config.salt))
    path.parent.mkdir(parents=True, exist_ok=True)
    return config, path


def commit_after(repo: Repo, path: Path, offered: str, written: str, number: int) -> str:
    """Note an offer, commit with what was written, and return the commit."""
    head = repo.git("rev-parse", "HEAD").strip()
    at = int(repo.git("log", "-1", "--format=%ct").strip())
    notes.note_offer(path, MadeOffer(at, head, offered))
    (repo.path / f"{number}.py").write_text(f"x = {number}\n")
    repo.git("add", ".")
    repo.git("commit", "-qm", written)
    return repo.git("rev-parse", "HEAD").strip()


def test_what_was_committed_is_compared_with_what_was_offered(repo: Repo) -> None:
    """Each commit with the offer that was made for it."""
    config, path = prepared(repo)
    taken = commit_after(repo, path, "Fix the parser of pages", "Fix the parser of pages", 1)
    changed = commit_after(repo, path, "Fix the parser of pages", "Fix the lexer of pages", 2)
    refused = commit_after(repo, path, "Fix the parser of pages", "Tell users what went wrong here", 3)
    verdicts = notes.judge_offers(config, repo.path, locate_repository(repo.path))

    assert verdicts == {
        taken: OfferVerdict.ACCEPTED,
        changed: OfferVerdict.EDITED,
        refused: OfferVerdict.REJECTED,
    }
    assert notes.count_verdicts(verdicts) == {"accepted": 1, "edited": 1, "rejected": 1}


def test_damaged_lines_are_passed_over_and_old_ones_go(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be read stays."""
    _, path = prepared(repo)
    for number in range(5):
        notes.note_offer(path, MadeOffer(number, "base", f"Fix {number}"))
    beside = path.with_suffix(".offered")
    beside.write_bytes(b'{"at"\n[1]\n' + beside.read_bytes() + b'[9, "base"')
    assert [one.at for one in notes.read_offers(path)] == [0, 1, 2, 3, 4]

    monkeypatch.setattr(notes, "_KEPT", 2)
    notes.shorten_offers(path)
    assert [one.at for one in notes.read_offers(path)] == [4]


def test_a_full_file_takes_nothing_more(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it is shortened; and no offer is no verdict."""
    config, path = prepared(repo)
    monkeypatch.setattr(notes, "_LARGEST", 10)
    for number in range(3):
        notes.note_offer(path, MadeOffer(number, "base", "Fix it"))

    assert len(notes.read_offers(path)) == 1
    assert notes.judge_offers(config, repo.path, locate_repository(repo.path)) == {}
    assert notes.count_verdicts({}) == {}
