"""From a repository and sessions in the store to links and survival, and back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo, Worker, words
from tests.recipes.linked_place import IDENTITY, Place

from twiceshy.archive.commit_fates import fate_of_session
from twiceshy.archive.db import Store
from twiceshy.archive.note_rows import put, put_git_notes
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.config import Config
from twiceshy.base.values import Scrubbed
from twiceshy.judgement.recipes.link_sessions import link_sessions
from twiceshy.logs.collect.read_commits import read_commits
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.git_hooks import GitEvent, GitNote
from twiceshy.records.upkeep import Exposure


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)


@pytest.fixture
def place(tmp_path: Path, scrubber: Scrubber) -> Iterator[Place]:
    (tmp_path / "store").mkdir(mode=0o700)
    (tmp_path / "store" / "salt").write_bytes(b"s" * 32)
    (tmp_path / "store" / "salt").chmod(0o600)
    with Store.open(tmp_path / "store") as store:
        repo = Repo(tmp_path / "web").started()
        repo.git("remote", "add", "origin", "git@git.example.test:shop/web.git")
        repo.write("base.py", words("base"))
        repo.commit("Begin")
        yield Place(store, repo, scrubber)


def test_links_are_kept_and_read_back_from_either_side(place: Place) -> None:
    """By session, by commit and by file; a session without commits has none."""
    worker, idle = Worker(place.repo, "one"), Worker(place.repo, "idle")
    worker.edit("a.py", words("a"))
    first = worker.commit("Add a")
    worker.edit("b.py", words("b"))
    second = worker.commit("Add b")
    uid, other = place.session(worker), place.session(idle)

    assert place.read() == 2
    assert [one.commit_hash for one in links_of_session(place.store, uid)] == [first, second]
    assert links_of_session(place.store, other) == ()
    assert links_of_session(place.store, b"nobody") == ()
    only = links_of_session(place.store, uid)[0]
    assert (only.session, only.lines_shared, only.evidence[0]) == (uid, 12, ("stated", first[:7]))


def test_only_projects_with_something_new_are_linked_again(place: Place) -> None:
    """A commit, a session, or another commit checked out is something new; nothing is not."""
    place.session(Worker(place.repo, "one").edit("a.py", words("a")))
    assert place.read() == 1
    assert place.read() == 0
    place.repo.commit("Add a")
    assert place.read() == 1
    place.session(Worker(place.repo, "two"))
    assert place.read() == 2
    place.repo.git("checkout", "-q", "HEAD~1")
    assert place.read() == 2
    assert place.read() == 0


def test_a_project_without_its_repository_is_linked_but_has_no_fate(place: Place) -> None:
    """The folder is gone: the archive still has its commits."""
    worker = Worker(place.repo, "one").edit("a.py", words("a"))
    own = worker.commit("Add a")
    uid = place.session(worker)
    read_commits(place.store, place.scrubber, [str(place.repo.path)])

    assert link_sessions(place.store, Config()) == 1
    assert [one.commit_hash for one in links_of_session(place.store, uid)] == [own]
    assert fate_of_session(place.store, uid) is None


def test_survival_is_the_share_alive_after_later_commits_and_at_head(place: Place) -> None:
    """All are alive after ten; half after fifty; renaming the file takes nothing away."""
    worker = Worker(place.repo, "one").edit("a.py", words("a", 12))
    own = worker.commit("Add a")
    for number in range(10):
        place.repo.write("other.txt", [f"other {number}"])
        place.repo.commit(f"Other {number}")
    place.repo.git("mv", "a.py", "moved.py")
    place.repo.commit("Move a")
    place.repo.write("moved.py", words("a", 12)[:6])
    place.repo.commit("Halve a")
    for number in range(38):
        place.repo.write("other.txt", [f"again {number}"])
        place.repo.commit(f"Again {number}")
    uid = place.session(worker)
    place.read()
    fate = fate_of_session(place.store, uid)

    assert fate is not None
    (survived,) = fate.commits
    assert (survived.commit_hash, survived.lines) == (own, 12)
    assert (survived.alive, survived.at_head) == (((10, 1.0), (50, 0.5)), 0.5)
    assert fate.calls == {worker.touches[0].call: 0.5}
    assert [(one.kind, one.share) for one in fate.undone] == [("fix-up", 0.5)]


def test_a_revert_is_seen_by_its_words_and_by_its_lines(place: Place) -> None:
    """``git revert`` says which; a person who deletes the lines does not."""
    said, silent = Worker(place.repo, "said"), Worker(place.repo, "silent")
    said.edit("a.py", words("a"))
    first = said.commit("Add a")
    silent.edit("b.py", words("b"))
    second = silent.commit("Add b")
    place.repo.git("revert", "--no-edit", first)
    reverting = place.repo.head()
    (place.repo.path / "b.py").unlink()
    deleting = place.repo.commit("Tidy up")
    uids = [place.session(said), place.session(silent)]
    place.read()
    fates = [fate_of_session(place.store, uid) for uid in uids]

    assert [[(one.commit_hash, one.by, one.kind) for one in fate.undone] for fate in fates if fate] == [
        [(first, reverting, "revert-said")],
        [(second, deleting, "revert-lines")],
    ]
    assert [fate.commits[0].at_head for fate in fates if fate] == [0.0, 0.0]


def test_a_rebased_commit_is_followed_to_its_copy(place: Place) -> None:
    """The commit of the log is not behind HEAD any more; its copy is, and lives."""
    repo = place.repo
    repo.git("checkout", "-q", "-b", "work")
    worker = Worker(repo, "one").edit("a.py", words("a"))
    old = worker.commit("Add a")
    uid = place.session(worker)
    place.read()
    repo.git("checkout", "-q", "main")
    repo.write("other.py", words("other"))
    repo.commit("Meanwhile")
    repo.now += 4000
    repo.git("rebase", "-q", "main", "work")
    place.read()
    fate = fate_of_session(place.store, uid)

    assert fate is not None
    assert {one.commit_hash: (one.as_commit, one.at_head) for one in fate.commits} == {
        old: (repo.head("work"), 1.0),
        repo.head("work"): ("", 1.0),
    }


def test_a_commit_that_is_not_behind_head_has_no_survival(place: Place) -> None:
    """It was never merged: neither alive nor dead."""
    place.repo.git("checkout", "-q", "-b", "work")
    worker = Worker(place.repo, "one").edit("a.py", words("a"))
    worker.commit("Add a")
    place.repo.git("checkout", "-q", "main")
    uid = place.session(worker)
    place.read()
    fate = fate_of_session(place.store, uid)

    assert fate is not None
    assert [(one.alive, one.at_head) for one in fate.commits] == [((), None)]
    assert (fate.calls, fate.undone) == ({}, ())


def test_checkpoints_of_a_recorders_branch_name_the_session(place: Place) -> None:
    """The branch beside the code says whose a checkpoint is; what is no such file is passed over."""
    repo = place.repo
    worker = Worker(repo, "one")
    repo.git("checkout", "-q", "--orphan", "entire/checkpoints/v1")
    repo.write("0e/2d11c70b4f/0/metadata.json", ['{"session_id": "one-0000-id"}'])
    repo.write("0e/2d11c70b4f/1/metadata.json", ["no JSON"])
    repo.write("0e/2d11c70b4f/metadata.json", ["{}"])
    repo.commit("Checkpoint")
    repo.git("checkout", "-q", "main")
    repo.write("a.py", words("a"))
    named = repo.commit("Add a\n\nEntire-Checkpoint: 0e2d11c70b4f")
    uid = place.session(worker)
    place.read()

    assert [(one.commit_hash, one.evidence) for one in links_of_session(place.store, uid)] == [
        (named, (("trailer", "Entire-Checkpoint"),))
    ]


def test_a_commit_of_an_agents_process_is_its_sessions(place: Place) -> None:
    """Though the session changed no file that its log tells of; one made within a rebase is not."""
    worker = Worker(place.repo, "one")
    uid = place.session(worker)
    place.repo.write("a.py", words("a"))
    made = place.repo.commit("Add a")
    place.repo.write("b.py", words("b"))
    rebased = place.repo.commit("Add b")
    at = datetime.fromtimestamp(place.repo.now, UTC)
    put(
        place.store,
        [Exposure(uid=b"e" * 16, session=uid, agent="claude-code", event="UserPromptSubmit", at=at, owner="9.1.k")],
    )
    notes = [
        GitNote(
            uid=name * 16, repository=b"r" * 8, event=GitEvent.COMMIT, at=at, hash=commit, word=word, ancestors=ours
        )
        for name, commit, word, ours in (
            (b"1", made, "", ("12.2.k", "9.1.k")),
            (b"2", rebased, "rebase", ("12.2.k", "9.1.k")),
        )
    ]
    with place.store.begin_writing() as connection:
        put_git_notes(connection, Scrubbed(IDENTITY), notes)
    place.read()

    assert [(one.commit_hash, one.evidence) for one in links_of_session(place.store, uid)] == [
        (made, (("ancestry", made[:12]),))
    ]
