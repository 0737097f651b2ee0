"""A project's memory is looked at anew only where something changed, and then nothing is missed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from wings.git.tests.share.two_clones import Clone, TwoClones

from twiceshy.archive.commit_rows import CommitPlace, place_commits
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.note_rows import add_ci_results, add_told_revert
from twiceshy.archive.session_links import KIND, encode_links
from twiceshy.records.commits import CiResult, Link, Revert, StoredCiResult
from twiceshy.records.memory import MemoryRecord
from twiceshy_git.share import write_memory as writing
from twiceshy_git.share.write_memory import write_memory

AT = datetime(2026, 3, 3, tzinfo=UTC)


def write(clone: Clone) -> tuple[int, int]:
    """Bring a clone's memory up to date; return how many facts were added and replaced."""
    with clone.open() as store:
        found = write_memory(store, clone.config, clone.find(store))
    return len(found.added), found.replaced


def test_every_change_of_what_is_told_of_commits_is_written(tmp_path: Path) -> None:
    """Also where the commits stay the same: what it amends, a CI result, a revert, a link."""
    ann = TwoClones(tmp_path).ann
    commit = ann.commit("Take payments")
    assert write(ann) == (2, 0)
    assert write(ann) == (0, 0)
    with ann.open() as store, store.begin_writing() as connection:
        project = ann.find(store).project
        place_commits(connection, project, [CommitPlace(commit, None, "0" * 40)])
    assert write(ann) == (1, 1)
    failed: StoredCiResult = CiResult(commit_hash=commit, at=AT, result="fail")
    with ann.open() as store, store.begin_writing() as connection:
        add_ci_results(connection, project, [failed])
    assert write(ann) == (1, 0)
    with ann.open() as store, store.begin_writing() as connection:
        add_told_revert(connection, project, Revert(commit_hash=commit, at=AT))
    assert write(ann) == (1, 0)
    session = ann.work("take payments").session
    assert write(ann) == (1, 0)
    link = Link(
        session=session,
        commit_hash=commit,
        confidence=0.9,
        evidence=(("lines", "1"),),
        lines_shared=1,
        lines_of_commit=1,
        lines_of_session=1,
    )
    with ann.open() as store:
        store.put_derived(KIND, [DerivedValue(session, b"1", encode_links([link]))], 1)
    assert write(ann)[0] >= 1
    assert ann.commit("Send receipts", "2\n") != commit
    assert write(ann) == (1, 0)


def test_commits_are_not_encoded_again_where_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by a second writing nor for a session more."""
    ann = TwoClones(tmp_path).ann
    ann.commit("Take payments")
    write(ann)

    def refuse(_: Store, __: str) -> Iterator[MemoryRecord]:
        pytest.fail("all commits were encoded")

    monkeypatch.setattr(writing, "list_commit_records", refuse)
    assert write(ann) == (0, 0)
    ann.work("send receipts")
    assert write(ann) == (1, 0)
