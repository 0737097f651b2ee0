"""judgement.sessions.handoff: what a stored session leaves, with what git says of its folder."""

import subprocess
from pathlib import Path

import pytest
from tests.archive.reads.conftest import Archive

from twiceshy.archive import session_links
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads.handed_sessions import read_handed_commits
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.judgement.sessions.handoff import hand_over
from twiceshy.records.commits import Link
from twiceshy.records.ids import IdPrefix


def fill(folder: Path, cwd: Path) -> Config:
    """Return the settings of a store with one session that worked in a folder."""
    with Store.open(folder / "data") as store:
        assert store.salt
    with Store.open(folder / "data") as store, store.begin_writing() as connection:
        archive = Archive(connection)
        session = archive.session(archive.project("shop"), "aa", cwd=str(cwd), branch="main")
        archive.prompt(session, "mend the sum")
        for path in ("a.py", "b.py"):
            call = archive.call(session, "Edit", action="edit", path=path)
            archive.result(session, call)
            archive.edit(session, call, path)
        archive.result(session, archive.call(session, "Bash", command="pytest"), text="1 failed in 0.1s", exit_code=1)
        archive.reply(session, "Mended.")
    return load({"home": str(folder / "data")}, {}, folder)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def test_only_what_git_says_is_changed_is_not_committed(tmp_path: Path) -> None:
    """Also where the session began in a folder below the top."""
    folder = tmp_path / "shop" / "src"
    folder.mkdir(parents=True)
    git(tmp_path, "init", "-q", "shop")
    (folder / "a.py").write_text("1\n")
    (folder / "c.py").write_text("not this session's\n")
    found = hand_over(fill(tmp_path, folder), folder, None)

    assert (found.uncommitted, found.uncommitted_seen) == (("a.py",), True)
    assert "- Changed by it and not committed: `a.py`" in found.words


def test_without_a_repository_the_log_alone_counts(tmp_path: Path) -> None:
    """And the words say so."""
    found = hand_over(fill(tmp_path, tmp_path / "gone"), tmp_path, IdPrefix("s", "aa"))

    assert (found.uncommitted, found.uncommitted_seen) == (("a.py", "b.py"), False)
    assert "- Changed, and no commit of it is known: `a.py`, `b.py`" in found.words
    assert '- Began with: "mend the sum"' in found.words
    assert found.checks.word == "red"


def test_a_handoff_passes_the_gate_of_exports(tmp_path: Path) -> None:
    """What redaction of another day had missed does not leave in its words."""
    config = fill(tmp_path, tmp_path / "gone")
    token = "ghp_" + "k9Xw2mQ7tR" * 4
    with Store.open(tmp_path / "data") as store, store.begin_writing() as connection:
        connection.execute("UPDATE prompt SET text = ?", (f"deploy with {token}",))
    found = hand_over(config, tmp_path, IdPrefix("s", "aa"))

    assert token not in repr(found)
    assert "deploy with [github-token:" in found.words
    assert (found.session, found.native_id) == ("s-aa000000", "aa")


def test_a_folder_without_a_session_says_what_to_do(tmp_path: Path) -> None:
    """An id that nobody has too."""
    config = fill(tmp_path, tmp_path / "gone")

    with pytest.raises(NotFound, match="no session of this folder"):
        hand_over(config, tmp_path, None)
    with pytest.raises(NotFound, match="begins with s-ff"):
        hand_over(config, tmp_path, IdPrefix("s", "ff"))


def test_only_sure_links_are_handed_on(tmp_path: Path) -> None:
    """A commit that is likelier another's is not this session's."""
    config = fill(tmp_path, tmp_path / "shop")
    links = [
        Link(
            session=b"",
            commit_hash=name * 40,
            confidence=confidence,
            evidence=(),
            lines_shared=1,
            lines_of_commit=1,
            lines_of_session=1,
        )
        for name, confidence in (("a", 0.8), ("b", 0.79), ("c", 0.97))
    ]
    with Store.open(config.home) as store:
        (uid,) = store.connection.execute("SELECT uid FROM session").fetchone()
        store.put_derived(session_links.KIND, [DerivedValue(uid, b"s", session_links.encode_links(links))], 1)
        found = read_handed_commits(store, uid, ["bbbbbbb", "ddddddd"])

    assert [one.hash[:7] for one in found] == ["a" * 7, "c" * 7, "d" * 7]
