"""archive.reads.rules: what rules are compiled from, asked of a small archive."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.archive.reads import rules
from twiceshy.records.ids import IdPrefix

NEVER = datetime(1, 1, 1, tzinfo=UTC)


@pytest.fixture
def archive(store: Store) -> Archive:
    """Rows of an open store."""
    return Archive(store.connection)


def uid(digits: str) -> bytes:
    return bytes.fromhex(digits.ljust(32, "0"))


def test_calls_are_quoted_with_what_is_stored_of_them(archive: Archive, store: Store) -> None:
    """Whatever was not noted is empty; a call that is gone is left out; many are asked for at once."""
    session = archive.session(archive.project("shop"), "01")
    ran = archive.call(session, "Bash", 3, command="make")
    archive.result(session, ran, failure="error", message="no rule")
    read = archive.call(session, "Read", action="read", path="a.py", path_key=b"k")

    found = rules.read_call_facts(store.connection, [ran, b"gone", read])

    assert set(found) == {ran, read}
    assert found[ran][:5] == (uid("01"), "shop", "", "make", "no rule")
    assert (found[ran].at or NEVER).second == 3
    assert found[read][:5] == (uid("01"), "shop", "a.py", "", "")
    many = [archive.call(session, "Bash", command="x") for _ in range(901)]
    assert len(rules.read_call_facts(store.connection, many)) == 901
    assert rules.read_path_keys(store.connection, uid("01")) == {read: b"k"}


def test_real_sessions_are_listed_oldest_first(archive: Archive, store: Store) -> None:
    """With the number of their calls."""
    shop = archive.project("shop")
    archive.session(shop, "01", day="2026-11-12")
    first = archive.session(shop, "02", day="2026-11-10", agent="codex")
    archive.session(shop, "03", real=0)
    archive.call(first, "Bash", command="make")

    found = rules.read_sessions_in_order(store.connection)

    assert [(one.session, one.agent, one.project, one.calls) for one in found] == [
        (uid("02"), "codex", "shop", 1),
        (uid("01"), "claude-code", "shop", 0),
    ]
    assert (found[0].at or NEVER).day == 10


def test_a_session_s_calls_are_in_order_with_prompts_between(archive: Archive, store: Store) -> None:
    """Inputs only of wanted tools; an imitation has none; a call without a result has said nothing."""
    session = archive.session(archive.project("shop"), "01")
    ran = archive.call(session, "Bash", command="make | tail", masked=1, input='{"a":1}')
    archive.result(session, ran, failure="error", fingerprint=b"8 bytes!")
    archive.prompt(session, "go on")
    read = archive.call(session, "Read", action="read", input='{"b":2}')
    archive.result(session, read)
    lost = archive.call(session, "Read", action="read")

    found = list(rules.read_session_calls(store, uid("01"), {"bash"}))

    assert [one.uid for one in found] == [ran, None, read, lost]
    assert found[0][2:] == ("Bash", "run", "make | tail", True, "error", b"8 bytes!", '{"a":1}')
    assert found[2][2:] == ("Read", "read", "", False, None, b"", "")
    assert found[3].failure == "no result"
    store.connection.execute("UPDATE session SET real = 0")
    assert list(rules.read_session_calls(store, uid("01"), {"bash"})) == []
    assert list(rules.read_session_calls(store, b"gone", {"bash"})) == []


@pytest.mark.parametrize(
    ("result", "call", "failed", "cut"),
    [
        ({}, {}, False, False),
        ({"failure": "error"}, {}, True, False),
        ({"failure": "error", "exit_code": 124}, {}, True, True),
        ({"failure": "error", "exit_code": 137}, {}, True, True),
        ({"failure": "error", "exit_code": 143}, {}, True, True),
        ({"failure": "error", "exit_code": 2}, {}, True, False),
        ({"exit_code": 143}, {}, False, False),
        ({"failure": "interrupted"}, {}, True, True),
        ({"failure": "error"}, {"timeout_s": 29.5}, True, True),
        ({"failure": "error"}, {"timeout_s": 31.0}, True, False),
    ],
)
def test_a_run_that_was_ended_is_known_from_one_that_failed(
    archive: Archive, store: Store, result: dict[str, Any], call: dict[str, Any], *, failed: bool, cut: bool
) -> None:
    """By its status, by who ended it, or as it took all the time that it was given."""
    session = archive.session(archive.project("shop"), "01")
    ran = archive.call(session, "Bash", 0, command="make", **call)
    archive.result(session, ran, 30, **result)

    (found,) = rules.read_long_runs(store.connection, 20, {})

    assert (found.call, found.command, found.folder, found.session) == (ran, "make", "", uid("01"))
    assert found.seconds == pytest.approx(30, abs=0.01)
    assert (found.failed, found.cut) == (failed, cut)


def test_all_runs_of_a_command_that_was_once_slow_are_read(archive: Archive, store: Store) -> None:
    """Oldest first; an agent's own limit counts where the call gives none; a refused call did not run."""
    shop = archive.project("shop")
    later = archive.session(shop, "01", day="2026-11-12", agent="codex", cwd="/home/ann")
    earlier = archive.session(shop, "02", day="2026-11-10")
    for session, command, seconds, failure in [
        (later, "make", 40, "error"),
        (later, "make", 1, None),
        (later, "ls", 1, None),
        (later, "slow", 50, "rejected"),
        (earlier, "make", 2, None),
    ]:
        archive.result(session, archive.call(session, "Bash", 0, command=command), seconds, failure=failure)

    found = rules.read_long_runs(store.connection, 40 - 0.5, {"codex": 39.5})

    assert [(one.command, round(one.seconds), one.cut) for one in found] == [
        ("make", 2, False),
        ("make", 40, True),
        ("make", 1, False),
    ]
    assert (found[1].agent, found[1].folder) == ("codex", "/home/ann")


def test_rules_are_found_by_the_beginning_of_their_id(archive: Archive, store: Store) -> None:
    """At most so many; muted ones are known by what a person decided."""
    for number in (0xAA, 0xAB, 0xB0):
        values = dict.fromkeys(("confidence", "n", "wrong", "sessions"), 0)
        archive.put(
            "rule",
            **values,
            id=bytes([number]).ljust(8, b"\0"),
            category="head",
            project="",
            words=f"{number:x} fails",
            level="warn",
            compiled_at="",
        )
    archive.put("rule_review", rule=b"some", state="muted", at="")

    found = rules.find_by_prefix(store.connection, IdPrefix("w", "a"), 9)

    assert min(found) == (b"\xaa".ljust(8, b"\0"), "head", "aa fails", "warn")
    assert len(found) == 2
    assert len(rules.find_by_prefix(store.connection, IdPrefix("w", ""), 2)) == 2
    assert rules.read_muted(store.connection) == {b"some"}


def test_the_newest_version_of_an_agent_is_of_its_newest_session_that_names_one(archive: Archive, store: Store) -> None:
    """None where none does."""
    shop = archive.project("shop")
    archive.session(shop, "01", day="2026-11-10", version="2.0")
    archive.session(shop, "02", day="2026-11-09", version="1.0")
    archive.session(shop, "03", day="2026-11-12")

    assert rules.read_newest_version(store.connection, "claude-code") == "2.0"
    assert rules.read_newest_version(store.connection, "codex") is None


def test_a_lesson_that_a_failed_call_taught_is_found(archive: Archive, store: Store) -> None:
    """And whether a person muted it."""
    session = archive.session(archive.project("shop"), "01")
    calls = [archive.call(session, "Bash", command="make") for _ in range(3)]
    texts = ("slug", "kind", "subject", "category", "severity", "description", "root_cause", "trigger", "steps")
    counts = ("quoted", "observations", "sessions", "projects", "warnings", "successes", "failures", "imported")
    sums = ("frequency", "fix_applied", "user_corrections", "test_failures", "archived")
    for number, call in enumerate(calls[:2]):
        key = bytes([number]) * 8
        values = dict.fromkeys((*texts, "contexts", "scope", "scope_of", "actor", "state"), str(number))
        archive.put("lesson", id=key, **values, **dict.fromkeys(counts, 0))
        names = dict.fromkeys(("model_name", "error_signature", "category", "severity"), "")
        pattern = archive.put("mistake_patterns", vector_db_id=key, **names, **dict.fromkeys(sums, 0))
        names = dict.fromkeys(("agent", "project_path", "error_message", "source"), "")
        archive.put("mistake_occurrences", pattern_id=pattern, key=key, session=uid("01"), event=call, fixed=0, **names)
    archive.put("lesson_review", lesson=b"\1" * 8, state="muted", at="")

    assert rules.find_lessons(store.connection, calls) == {calls[0]: (b"\0" * 8, False), calls[1]: (b"\1" * 8, True)}
