"""What figures are counted from: of one project, in some weeks, with a known time and end."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.archive.reads.conftest import MIGRATIONS, Archive

from twiceshy.archive.reads import shared_facts
from twiceshy.archive.reads.shared_facts import (
    SharedCall,
    SharedCommit,
    SharedEdit,
    SharedMistake,
    SharedRun,
    SharedSpan,
)
from twiceshy.archive.session_links import encode_links
from twiceshy.records.commits import Link

DAY = "2026-11-12"


@pytest.fixture
def archive() -> Iterator[Archive]:
    """With the tables of runs, lessons and copies too."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in sorted(Path(MIGRATIONS).glob("*.sql")):
            connection.executescript(script.read_text(encoding="utf-8"))
        yield Archive(connection)


def span(project: int, since: str = "2026-11-09", until: str = "2026-11-16") -> SharedSpan:
    return SharedSpan(project, since, until)


def test_calls_are_counted_whose_end_is_known(archive: Archive) -> None:
    """Of this project, in these weeks, by the agent itself."""
    shop, other = archive.project("shop"), archive.project("other")
    session = archive.session(shop, "01")
    archive.result(session, archive.call(session, "Bash", head="npm test", masked=1), failure="error", exit_code=1)
    archive.call(session, "Read")
    archive.result(session, archive.call(session, "Read", path="src/a.py"))
    archive.result(session, archive.call(session, "Edit", at="2026-11-16T00:00:00.000Z"))
    archive.result(session, archive.call(session, "Edit", at=None))
    for project, real in ((other, 1), (shop, 0)):
        row = archive.session(project, f"a{project}{real}0", real=real)
        archive.result(row, archive.call(row, "Glob"))

    assert list(shared_facts.read_calls(archive.connection, span(shop))) == [
        SharedCall(session, DAY, "Bash", "npm test", hidden=True, failure="error", exit_code=1, path=None),
        SharedCall(session, DAY, "Read", None, hidden=False, failure=None, exit_code=None, path="src/a.py"),
    ]
    assert [one.id for one in shared_facts.read_sessions(archive.connection, shop)] == [session]


def test_runs_are_timed_that_ended_by_themselves(archive: Archive) -> None:
    """Not what was cut, nor what went on in the background."""
    session = archive.session(archive.project("shop"), "01")
    for seconds, cut, background in ((1.5, 0, 0), (60.0, 1, 0), (9.0, 0, 1)):
        call = archive.call(session, "Bash", head="npm test", background=background)
        values = {"origin": "log", "at": DAY, "command_hash": b"h", "failed": 0}
        archive.put("run_history", uid=call, runtime_s=seconds, runtime_cut=cut, **values)

    assert list(shared_facts.read_run_times(archive.connection, span(1))) == [SharedRun(session, DAY, "npm test", 1.5)]


def test_a_file_is_changed_once_a_session_and_day(archive: Archive) -> None:
    """However many edits it took."""
    session = archive.session(archive.project("shop"), "01")
    for _ in range(3):
        archive.edit(session, archive.call(session, "Edit"), "src/a.py")

    assert list(shared_facts.read_edits(archive.connection, span(1))) == [SharedEdit(session, DAY, "src/a.py")]


def test_commits_are_those_that_sessions_made(archive: Archive) -> None:
    """With their files."""
    shop = archive.project("shop")
    session = archive.session(shop, "01")
    values = {"parents": "", "author": b"12345678", "authored_offset_min": 0, "trailers": "[]"}
    for name in ("aa", "bb"):
        commit = archive.put(
            "commit_",
            project_id=shop,
            hash=name,
            authored_at=f"{DAY}T10:00:00.000Z",
            committed_at=DAY,
            subject="fix: mend it",
            **values,
        )
        archive.put("commit_file", commit_id=commit, path="src/a.py", added_hashes=b"")
    link = Link(
        session=b"",
        commit_hash="aa",
        confidence=0.9,
        evidence=(),
        lines_shared=1,
        lines_of_commit=1,
        lines_of_session=1,
    )
    archive.put(
        "derived",
        kind="links",
        key=bytes.fromhex("01".ljust(32, "0")),
        input_hash=b"",
        rule_version=1,
        value=encode_links([link]),
    )

    assert list(shared_facts.read_linked_commits(archive.connection, span(shop))) == [
        SharedCommit(session, DAY, "fix: mend it", ("src/a.py",))
    ]


def test_mistakes_come_with_what_shows_them(archive: Archive) -> None:
    """Words of a message are not read for a usage error, and a deleted lesson counts no more."""
    session = archive.session(archive.project("shop"), "01")
    for number, kind in enumerate(("mistake", "usage", "mistake")):
        put_lesson(archive, bytes([number]) * 8, kind)
    archive.put("lesson_review", lesson=bytes([2]) * 8, state="deleted", at=DAY)

    assert list(shared_facts.read_mistakes(archive.connection, span(1))) == [
        SharedMistake(session, DAY, "mistake", "go", "security", "gosec/G104"),
        SharedMistake(session, DAY, "usage", "go", "security", None),
    ]


def put_lesson(archive: Archive, key: bytes, kind: str) -> None:
    """A lesson that one session gave."""
    numbers = ("quoted", "observations", "sessions", "projects", "warnings", "successes", "failures", "imported")
    texts = ("description", "root_cause", "steps", "contexts", "scope", "scope_of", "actor", "severity")
    archive.put(
        "lesson",
        id=key,
        slug=key.hex(),
        kind=kind,
        subject="go",
        category="security",
        trigger='{"error_regex":"gosec/G104"}',
        state="active",
        **dict.fromkeys(numbers, 1),
        **dict.fromkeys(texts, ""),
    )
    counts = ("frequency", "fix_applied", "user_corrections", "test_failures", "archived")
    pattern = archive.put(
        "mistake_patterns",
        vector_db_id=key,
        model_name="",
        error_signature="",
        category="security",
        severity="minor",
        **dict.fromkeys(counts, 0),
    )
    columns = {
        name: kinds
        for _, name, kinds, needed, default, _ in archive.connection.execute("PRAGMA table_info(mistake_occurrences)")
        if needed and default is None and name != "id"
    }
    values: dict[str, object] = {
        name: {"TEXT": "", "INTEGER": 0, "REAL": 0.0, "BLOB": b"12345678"}[kinds] for name, kinds in columns.items()
    }
    values |= {
        "key": key,
        "pattern_id": pattern,
        "session": bytes.fromhex("01".ljust(32, "0")),
        "timestamp": f"{DAY}T10:00:00Z",
    }
    archive.put("mistake_occurrences", **values)


def test_copies_are_pairs_of_stored_sessions(archive: Archive) -> None:
    """One that is not stored any more is in none."""
    shop = archive.project("shop")
    first, second = archive.session(shop, "01"), archive.session(shop, "02")
    for other in ("02", "03"):
        pair = {name: bytes.fromhex(uid.ljust(32, "0")) for name, uid in (("session", "01"), ("other", other))}
        archive.put("session_copy", **pair)

    assert shared_facts.read_copies(archive.connection) == [(first, second)]
