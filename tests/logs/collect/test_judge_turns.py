"""Turns that older versions stored are judged by the present rules, once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.logs.builders import a_session

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.base import config
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.collect.judge_turns import judge_turns

LONG = "The date changed. " * 40


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store as an older version left it: everything typed, every no a refusal."""
    log = a_session().prompt("go on").prompt("and the docs").rejects("smaller", "ExitPlanMode").rejects("stop")
    settings = config.load({"ingest.processes": "1"}, {"TWICESHY_HOME": str(tmp_path / "home")}, tmp_path)
    ingest([log.write(tmp_path / "log.jsonl")], settings)
    store = Store.open(settings.home)
    with store.begin_writing() as connection:
        connection.execute("UPDATE prompt SET text = '<a_b>x</a_b>' WHERE text = 'go on'")
        connection.execute("UPDATE result SET failure = 'rejected'")
        connection.execute("UPDATE prompt SET kind = 'rejection' WHERE kind = 'feedback'")
        connection.execute("DELETE FROM meta WHERE key = 'turn rules'")
    return store


def read(store: Store) -> list[tuple[str, int, str]]:
    return store.connection.execute("SELECT kind, human, text FROM prompt ORDER BY rank").fetchall()


def test_stored_turns_are_judged_once(store: Store) -> None:
    """A client's turn is a person's no more, a plan sent back no refusal; a second look finds nothing."""
    [(session,)] = store.connection.execute("SELECT uid FROM session").fetchall()
    store.put_derived("x", [DerivedValue(key=session, input_hash=b"1", value=b"{}")], 1)

    assert judge_turns(store) == 2
    assert read(store) == [
        ("meta", 0, "<a_b>x</a_b>"),
        ("typed", 1, "and the docs"),
        ("feedback", 1, "smaller"),
        ("rejection", 1, "stop"),
    ]
    assert store.connection.execute("SELECT failure FROM result ORDER BY rank").fetchall() == [
        ("dismissed",),
        ("rejected",),
    ]
    assert store.get_derived("x", session) is None
    assert judge_turns(store) == 0


def test_a_session_without_such_turns_keeps_what_was_derived(store: Store) -> None:
    """Nothing is made again without need."""
    with store.begin_writing() as connection:
        connection.execute("UPDATE prompt SET text = 'go on' WHERE text LIKE '<%'")
        connection.execute("UPDATE result SET failure = 'error'")
    [(session,)] = store.connection.execute("SELECT uid FROM session").fetchall()
    store.put_derived("x", [DerivedValue(key=session, input_hash=b"1", value=b"{}")], 1)

    assert judge_turns(store) == 0
    assert store.get_derived("x", session) is not None


def test_a_long_turn_is_judged_whole(tmp_path: Path) -> None:
    """Its row holds the beginning only."""
    settings = config.load({"ingest.processes": "1"}, {"TWICESHY_HOME": str(tmp_path / "home")}, tmp_path)
    ingest([a_session().prompt(f"{LONG}\n\nfix it").write(tmp_path / "log.jsonl")], settings)
    with Store.open(settings.home) as store:
        body = store.connection.execute("SELECT body FROM prompt").fetchone()[0]
        assert body is not None
        with store.begin_writing() as connection:
            connection.execute("DELETE FROM meta WHERE key = 'turn rules'")

        assert judge_turns(store) == 0
        assert store.connection.execute("SELECT body FROM prompt").fetchone()[0] == body


def test_an_ingest_says_what_it_judged_anew(store: Store, tmp_path: Path) -> None:
    """It does so before it reads, also where nothing is new."""
    home = store.home
    store.close()
    settings = config.load({"ingest.processes": "1"}, {"TWICESHY_HOME": str(home)}, tmp_path)

    assert ingest([], settings, now=lambda: datetime(2026, 11, 22, tzinfo=UTC)).restated == 2
    assert ingest([], settings).restated == 0


TEMPLATES = [
    pytest.param("claude-code", "command", "Review the change.", ("command", 1), id="another agent's"),
    pytest.param("opencode", "command", "/review the change", ("command", 1), id="words behind a command"),
    pytest.param("opencode", "typed", "Review the change.", ("typed", 1), id="typed"),
    pytest.param("opencode", "command", "Review the change.", ("meta", 0), id="a template"),
]


@pytest.mark.parametrize(("agent", "kind", "text", "expected"), TEMPLATES)
def test_a_commands_template_is_no_persons(
    store: Store, agent: str, kind: str, text: str, expected: tuple[str, int]
) -> None:
    """Older versions stored OpenCode's as words behind a command."""
    with store.begin_writing() as connection:
        connection.execute("UPDATE session SET agent = ?", (agent,))
        connection.execute("UPDATE prompt SET kind = ?, human = 1, text = ? WHERE text LIKE '<%'", (kind, text))

    judge_turns(store)

    assert read(store)[0] == (*expected, text)


def test_an_imitation_of_a_refusal_is_no_persons(store: Store) -> None:
    """Older versions took the words of a server's error for a person's; a refused edit stays refused."""
    with store.begin_writing() as connection:
        connection.execute("UPDATE call SET tool = 'mcp__ops__deploy' WHERE tool = 'Edit'")
        connection.execute("UPDATE result SET reader = 1")

    judge_turns(store)

    assert read(store)[2:] == [("feedback", 1, "smaller"), ("meta", 0, "stop")]
    assert store.connection.execute("SELECT failure, words FROM result ORDER BY rank").fetchall() == [
        ("dismissed", "smaller"),
        ("error", None),
    ]
