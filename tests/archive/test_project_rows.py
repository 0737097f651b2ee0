"""Two rows of one project become one, and nothing of either is lost or told twice."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from twiceshy.archive import project_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads.shared_projects import find_project_id, list_commits, may_be_alias
from twiceshy.archive.rows import hash_body

AT = "2026-11-01T10:00:00Z"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with Store.open(tmp_path) as store, store.begin_writing() as opened:
        for number, (identity, name) in enumerate((("root:ab", "shop"), ("remote:a.test/o/shop", "web-shop")), 1):
            opened.execute("INSERT INTO project (id, identity, name) VALUES (?, ?, ?)", (number, identity, name))
            opened.execute(
                "INSERT INTO session (uid, agent, native_id, project_id, cwd) VALUES (?, 'a', ?, ?, '/w')",
                (bytes([number]) * 16, str(number), number),
            )
            for name_of in ("11", f"2{number}"):
                opened.execute(
                    """INSERT INTO commit_ (project_id, hash, parents, author, authored_at, authored_offset_min,
                      committed_at, subject, trailers) VALUES (?, ?, '', x'00', ?, 0, ?, 's', '[]')""",
                    (number, name_of, AT, AT),
                )
            opened.execute(
                "INSERT INTO told_revert (project_id, commit_hash, at) VALUES (?, ?, ?)", (number, f"2{number}", AT)
            )
            opened.execute(
                """INSERT INTO pulled_record (project, id, writer, type, at, session, commit_hash, line)
                VALUES (?, ?, 'w', 'commit', ?, '', '', '{}')""",
                (identity, bytes([number]), AT),
            )
            opened.execute(
                """INSERT INTO derived (kind, key, input_hash, rule_version, value)
                VALUES ('trials', ?, x'', 1, x'5b5d')""",
                (bytes([number]) * 16,),
            )
        yield opened


def test_all_goes_to_the_one_that_stays(connection: sqlite3.Connection) -> None:
    """A commit that both have is one; what was counted under the other's identity is counted again."""
    project_rows.merge(connection, 2, 1)

    assert connection.execute("SELECT project_id, count(*) FROM session GROUP BY 1").fetchall() == [(1, 2)]
    assert sorted(list_commits(connection, 1)) == ["11", "21", "22"]
    assert connection.execute("SELECT count(*) FROM told_revert WHERE project_id = 1").fetchall() == [(2,)]
    assert connection.execute("SELECT project, count(*) FROM pulled_record").fetchall() == [("root:ab", 2)]
    assert connection.execute("SELECT key FROM derived").fetchall() == [(b"\1" * 16,)]
    assert find_project_id(connection, "remote:a.test/o/shop") == 1


def test_an_alias_leads_to_one_project_only(connection: sqlite3.Connection) -> None:
    """The one that had it last; an identity of a project's own is no alias."""
    assert not may_be_alias(connection, "root:ab", 2)
    assert not may_be_alias(connection, "", 2)
    assert may_be_alias(connection, "folder:/w", 1)
    project_rows.add_alias(connection, "folder:/w", 1)
    assert not may_be_alias(connection, "folder:/w", 1)
    project_rows.add_alias(connection, "folder:/w", 2)
    assert find_project_id(connection, "folder:/w") == 2


def test_what_was_forgotten_is_so_under_every_identity(connection: sqlite3.Connection) -> None:
    """Else the same logs would bring it back under the new one; said twice it stands once."""
    mine = hash_body(b"root:ab")
    connection.execute("INSERT INTO forgotten (project, until_at, forgotten_at) VALUES (?, ?, ?)", (mine, AT, AT))
    for _ in range(2):
        project_rows.add_alias(connection, "remote:a.test/o/new", 1)

    rules = connection.execute("SELECT project, until_at FROM forgotten").fetchall()
    assert sorted(rules) == sorted([(mine, AT), (hash_body(b"remote:a.test/o/new"), AT)])


def test_a_hash_gives_way_to_a_name_in_lessons_too(connection: sqlite3.Connection) -> None:
    """Those of programs, which know a project by its name alone, among them."""
    connection.execute(
        """INSERT INTO lesson (id, slug, kind, subject, category, severity, description, root_cause, trigger, steps,
          contexts, scope, scope_of, actor, quoted, observations, sessions, projects, warnings, successes, failures,
          state, imported) VALUES (x'0101010101010101', 's', 'usage', 'x', 'c', 'minor', 'd', '', '{}', '[]', '[]',
          'project', 'shop', '', 0, 2, 2, 1, 0, 0, 0, 'active', 0)"""
    )
    connection.execute(
        """INSERT INTO mistake_patterns (id, vector_db_id, model_name, error_signature, category, severity, frequency,
          fix_applied, user_corrections, test_failures, archived)
        VALUES (1, x'0101010101010101', '', 's', 'c', 'minor', 2, 0, 0, 0, 0)"""
    )
    for session, agent in ((b"\1" * 16, "a"), (b"\7" * 16, "program")):
        connection.execute(
            """INSERT INTO mistake_occurrences (pattern_id, key, session, event, agent, project_path, error_message,
              source, fixed) VALUES (1, x'01', ?, ?, ?, 'shop', 'e', 'failure', 0)""",
            (session, session, agent),
        )
    project_rows.rename(connection, 1, "the-shop")

    assert connection.execute("SELECT name FROM project WHERE id = 1").fetchall() == [("the-shop",)]
    assert connection.execute("SELECT DISTINCT project_path FROM mistake_occurrences").fetchall() == [("the-shop",)]
    assert connection.execute("SELECT scope, scope_of FROM lesson").fetchall() == [("project", "the-shop")]
