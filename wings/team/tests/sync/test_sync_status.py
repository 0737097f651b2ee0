"""One row on the team's server, where there is one."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.outbox import put_notes, put_rows, settle
from twiceshy.base.config import Config, load
from twiceshy.recipes.setup.health import check
from twiceshy.records.team import RowAnswer, WireRow
from twiceshy.records.upkeep import CheckState
from twiceshy_team.sync.server_settings import find_server, fingerprint
from twiceshy_team.sync.sync_status import check_sync

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ENV = {"TWICESHY_SYNC_TOKEN": "tws_" + "A" * 43}


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """A member's settings."""
    found = load({}, os.environ, scratch_home)
    return replace(found, telemetry_backend="hybrid", sync_url="https://team.example.org")


def put(config: Config, count: int) -> list[WireRow]:
    """Have rows wait."""
    rows = [
        WireRow(
            kind="execution",
            id=number.to_bytes(16, "big"),
            rev=0,
            at=NOW,
            data={"exit_code": 0, "exit_reason": "completed", "total_runtime": 1.0},
        )
        for number in range(count)
    ]
    with Store.open(config.home) as store, store.begin_writing() as connection:
        put_rows(connection, rows, NOW)
    return rows


def note(config: Config, **notes: str) -> None:
    """Say what happened."""
    with Store.open(config.home) as store, store.begin_writing() as connection:
        put_notes(connection, notes)


def look(config: Config, after: timedelta = timedelta()) -> tuple[CheckState, str, str]:
    """The row."""
    (row,) = check_sync(config, ENV, NOW + after)
    return row.state, row.words, row.advice


def test_one_person_sees_no_row(config: Config) -> None:
    """Nothing leaves: nothing to say."""
    local = replace(config, telemetry_backend="local")

    assert list(check_sync(local, ENV, NOW)) == []
    assert "team" not in {row.name for row in check(local, ENV, NOW).checks}
    assert "team" in {row.name for row in check(config, ENV, NOW).checks}


def test_what_waits_is_told_with_its_age(config: Config) -> None:
    """A day of it is worth a word."""
    assert look(config) == (CheckState.OK, "nothing waits to be sent", "")
    put(config, 3)
    note(config, last_answer="200: 3 stored", last_answer_at="2026-11-23T08:00:00.000Z")
    state, words, _ = look(config, timedelta(minutes=5))
    assert (state, words) == (
        CheckState.OK,
        "3 rows wait (1 kB, the oldest for 5 min); last answer 2026-11-23 08:00 UTC: 200: 3 stored",
    )
    assert "for 3 h" in look(config, timedelta(hours=3))[1]
    state, words, advice = look(config, timedelta(days=2))
    assert (state, "for 2 d" in words, "by itself" in advice) == (CheckState.NOTE, True, True)


def test_a_token_that_is_refused_is_a_problem(config: Config) -> None:
    """It does not get better by itself."""
    server = find_server(config, ENV)
    assert server is not None
    put(config, 1)
    note(config, refused_as=fingerprint(server))
    state, words, advice = look(config)

    assert (state, words.startswith("not allowed any more by https://team.example.org")) == (CheckState.PROBLEM, True)
    assert "administrator" in advice


def test_settings_that_cannot_work_are_a_problem(config: Config) -> None:
    """No token, no address."""
    (row,) = check_sync(config, {}, NOW)
    assert (row.state, "there is no token" in row.words) == (CheckState.PROBLEM, True)
    (row,) = check_sync(replace(config, sync_url=""), ENV, NOW)
    assert (row.state, "set sync.url" in row.words) == (CheckState.PROBLEM, True)


def test_rows_that_are_refused_are_named(config: Config) -> None:
    """With the reason of most."""
    rows = put(config, 2)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        settle(connection, [RowAnswer(row.id, 0, "refused", "command: github-token") for row in rows])
    state, words, _ = look(config)

    assert (state, "2 refused and kept (command: github-token)" in words) == (CheckState.NOTE, True)
