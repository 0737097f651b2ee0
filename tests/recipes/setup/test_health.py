"""What `doctor` looks at, check by check."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.archive import health_rows
from twiceshy.archive.db import Store
from twiceshy.archive.health_rows import DeletionPolicy, StoredLogs
from twiceshy.base.config import Config, load
from twiceshy.logs.base import Source
from twiceshy.logs.claude_code.reader import read_retention_days
from twiceshy.recipes.setup import health
from twiceshy.records.upkeep import Check, CheckState
from twiceshy.score.recipes.run_scanners import NEEDS

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


def config_of(scratch_home: Path, **env: str) -> Config:
    return load({}, os.environ | env, scratch_home)


def a_log(days_old: int, *, size: int = 5) -> Source:
    at = NOW - timedelta(days=days_old)
    return Source(agent="claude-code", path=Path("a.jsonl"), size=size, mtime_ns=int(at.timestamp()) * 10**9)


def states(checks: Iterator[Check] | list[Check]) -> dict[str, CheckState]:
    return {check.name: check.state for check in checks}


def test_a_fresh_machine_has_no_problem(scratch_home: Path) -> None:
    """Nothing stored and no logs is worth a note each, and nothing more."""
    found = health.check(config_of(scratch_home), os.environ, NOW)

    assert found.healthy
    assert {"data folder": CheckState.NOTE, "logs": CheckState.NOTE}.items() <= states(found.checks).items()


def test_every_problem_says_what_to_do(scratch_home: Path) -> None:
    """A store that is no database, a variable that means nothing: all are told at once, each with advice."""
    home = scratch_home / ".twiceshy"
    home.mkdir(mode=0o700)
    (home / "twiceshy.db").write_bytes(b"no database at all" * 300)
    (home / "twiceshy.db").chmod(0o644)

    found = health.check(config_of(scratch_home), {**os.environ, "TWICESHY_PRIVCY_LEVEL": "strict"}, NOW)

    problems = [check for check in found.checks if check.state is CheckState.PROBLEM]
    assert not found.healthy
    assert [check.name for check in problems] == ["settings", "data folder", "store"]
    assert all(check.advice for check in problems)
    assert "TWICESHY_PRIVCY_LEVEL" in problems[0].words


def test_a_whole_store_is_said_to_be_whole(scratch_home: Path) -> None:
    """A new store passes."""
    home = scratch_home / ".twiceshy"
    Store.open(home).close()

    found = health.check(config_of(scratch_home), os.environ, NOW)

    assert states(found.checks)["store"] is CheckState.OK
    assert states(found.checks)["data folder"] is CheckState.OK


def test_lines_that_were_skipped_are_named(scratch_home: Path) -> None:
    """With file and byte; unknown types with their number."""
    home = scratch_home / ".twiceshy"
    with Store.open(home) as store:
        connection = store.connection
        row = (1, b"k", "claude-code", "~/a.jsonl", 9, 9, "{}", 3, 1, 0, "2026-11-21T14:00:00.000Z")
        connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0)", row)
        connection.execute("INSERT INTO skipped VALUES (1, 70421, 12, 'bad-json', '')")
        connection.execute("INSERT INTO skipped VALUES (1, 80000, 12, 'bad-record', 'KeyError at logs/pi.py:7')")
        connection.execute("INSERT INTO fault VALUES ('judge', x'aa', 's-aa', NULL, 'OverflowError', '', '')")
        connection.execute("INSERT INTO source_tally VALUES (1, 'unknown', 'hologram', 7)")

    checks = {check.name: check for check in health.check(config_of(scratch_home), os.environ, NOW).checks}

    assert "~/a.jsonl at byte 70,421: bad-json" in checks["skipped"].words
    assert "1 lines could not be read" in checks["skipped"].words
    assert checks["faults"].words.splitlines() == [
        "2 records could not be read (a fault of ours: please report)",
        "~/a.jsonl at byte 80,000: KeyError at logs/pi.py:7",
        "judge: s-aa: OverflowError",
    ]
    assert "7 hologram" in checks["unknown"].words
    assert checks["last ingest"].words == "2026-11-21 14:00 UTC, 0 days ago"


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 11, 0), CheckState.OK), ((3, 14, 1), CheckState.OK), ((3, 10, 12), CheckState.PROBLEM)],
    ids=str,
)
def test_an_old_python_is_a_problem(version: tuple[int, ...], state: CheckState) -> None:
    """3.11 is the oldest."""
    assert health_rows.check_python(version).state is state


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 37, 0), CheckState.OK), ((3, 45, 1), CheckState.OK), ((3, 36, 9), CheckState.PROBLEM)],
    ids=str,
)
def test_an_old_sqlite_is_a_problem(version: tuple[int, ...], state: CheckState) -> None:
    """3.37 is the oldest."""
    assert health_rows.check_sqlite(version).state is state


def test_a_slower_engine_is_a_note() -> None:
    """It finds the same, so nothing is broken."""
    assert health_rows.check_secret_engine(("hyperscan", "re2")).state is CheckState.OK
    assert health_rows.check_secret_engine(("re2",)).state is CheckState.NOTE


def test_switched_off_is_a_note(scratch_home: Path) -> None:
    """With where it was switched off."""
    check = health_rows.check_settings(config_of(scratch_home, TWICESHY_ENABLED="0"), {"TWICESHY_ENABLED": "0"})

    assert check.state is CheckState.NOTE
    assert "switched off (TWICESHY_ENABLED)" in check.words


@pytest.mark.skipif(os.name == "nt", reason="rights are POSIX's")
@pytest.mark.parametrize(
    ("mode", "state"), [(0o700, CheckState.OK), (0o750, CheckState.PROBLEM), (0o701, CheckState.PROBLEM)]
)
def test_a_folder_open_to_others_is_a_problem(scratch_home: Path, mode: int, state: CheckState) -> None:
    """Any right of anybody else counts."""
    home = scratch_home / "data"
    home.mkdir()
    home.chmod(mode)

    assert [check.state for check in health_rows.check_folder(home, network="", fault="")] == [state]


def test_a_network_folder_is_a_problem(scratch_home: Path) -> None:
    """Its file system is named."""
    first, *_ = health_rows.check_folder(scratch_home / "data", network="nfs4", fault="")

    assert (first.state, "nfs4" in first.words) == (CheckState.PROBLEM, True)


def test_files_that_changed_are_the_backlog() -> None:
    """Equal size and time means unchanged; anything else waits."""
    same, grown = a_log(3), a_log(3, size=6)
    stored = StoredLogs(frozenset({("claude-code", same.size, same.mtime_ns)}), NOW)

    assert states(health_rows.check_backlog({"claude-code": [same]}, stored, NOW)) == {"last ingest": CheckState.OK}
    assert states(health_rows.check_backlog({"claude-code": [grown]}, stored, NOW))["backlog"] is CheckState.NOTE
    assert states(health_rows.check_backlog({"claude-code": [same]}, StoredLogs(), NOW)) == {"backlog": CheckState.NOTE}


KNOWN = StoredLogs(frozenset({("claude-code", 5, a_log(29).mtime_ns)}))
DELETION = [
    ("no logs", [], StoredLogs(), 30, None, ""),
    (
        "all stored",
        [a_log(29)],
        StoredLogs(frozenset({("claude-code", 5, a_log(29).mtime_ns)})),
        30,
        CheckState.OK,
        "all of them are stored",
    ),
    ("long to go", [a_log(2), a_log(10)], StoredLogs(), 30, CheckState.NOTE, "goes on 2026-12-11"),
    ("soon to go", [a_log(24)], StoredLogs(), 30, CheckState.PROBLEM, "goes on 2026-11-27"),
    ("overdue", [a_log(31)], StoredLogs(), 30, CheckState.PROBLEM, "may go at its next start"),
    ("kept for long", [a_log(31)], StoredLogs(), 365, CheckState.NOTE, "after 365 days"),
]


@pytest.mark.parametrize(
    ("files", "stored", "days", "state", "words"), [row[1:] for row in DELETION], ids=[row[0] for row in DELETION]
)
def test_logs_that_will_vanish_are_told_with_their_date(
    files: list[Source], stored: StoredLogs, days: int, state: CheckState | None, words: str
) -> None:
    """Only what is not stored counts; what goes within a week is a problem."""
    checks = list(
        health_rows.check_deletion(
            files, stored, DeletionPolicy("Claude Code", days, "cleanupPeriodDays"), date(2026, 11, 21)
        )
    )

    assert [check.state for check in checks] == ([state] if state else [])
    assert all(words in check.words for check in checks)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (None, 30),
        ("{}", 30),
        ('{"cleanupPeriodDays": 365}', 365),
        ('{"cleanupPeriodDays": "7"}', 30),
        ('{"cleanupPeriodDays": true}', 30),
        ('{"cleanupPeriodDays": -1}', 30),
        ("[1]", 30),
        ("{", 30),
    ],
)
def test_the_agents_own_setting_decides(scratch_home: Path, text: str | None, days: int) -> None:
    """``cleanupPeriodDays`` where it is a number of days, else thirty."""
    folder = scratch_home / ".claude"
    if text is not None:
        folder.mkdir()
        (folder / "settings.json").write_text(text)

    assert read_retention_days({}, scratch_home) == days
    assert read_retention_days({"CLAUDE_CONFIG_DIR": str(folder)}, Path("/nowhere")) == days


def test_a_store_that_lost_its_texts_or_salt_is_a_problem(scratch_home: Path) -> None:
    """A file that is gone makes the store no more whole than a damaged one."""
    home = scratch_home / ".twiceshy"
    with Store.open(home) as store:
        assert store.salt
        store.connection.execute("INSERT INTO project (id, identity, name) VALUES (1, 'folder:/x', 'x')")
        store.connection.execute(
            "INSERT INTO session (id, uid, agent, native_id, project_id, real) VALUES (1, x'01', 'a', 'b', 1, 1)"
        )
        store.connection.execute(
            "INSERT INTO reply (session_id, uid, rank, thinking, text, body) VALUES (1, x'02', 1, 0, 'a', x'03')"
        )
    (home / "salt").write_text("not mine")

    found = {check.name: check for check in health.check(config_of(scratch_home), os.environ, NOW).checks}

    assert found["store"].state is CheckState.PROBLEM
    assert "1 long texts" in found["store"].words
    assert "should hold 32 bytes" in found["store"].words


def test_a_file_in_the_place_of_the_data_folder_is_a_problem(scratch_home: Path) -> None:
    """And no reason to stop checking."""
    (scratch_home / ".twiceshy").write_text("mine")

    found = states(health.check(config_of(scratch_home), os.environ, NOW).checks)

    assert found["data folder"] is CheckState.PROBLEM
    assert "logs" in found


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ((), "all answered, for 9 edits"),
        (((("taint", "missing"), 4), (("ruff", "failed"), 2)), "taint was missing for 4, ruff crashed for 2"),
        (((("taint", "timeout"), 1),), "taint ran out of time for 1"),
    ],
)
def test_a_scanner_that_did_not_answer_is_never_read_as_clean(
    reasons: tuple[tuple[tuple[str, str], int], ...], words: str
) -> None:
    """It is told with how many edits it left out; a tool that is missing can be got."""
    (check,) = health_rows.check_scanners(9, reasons, NEEDS)

    assert words in check.words
    assert check.state is (CheckState.NOTE if reasons else CheckState.OK)
    assert ("twiceshy tools install semgrep" in (check.advice or "")) == ("missing" in str(reasons))


def test_without_scored_edits_nothing_is_said_of_scanners() -> None:
    """There was nothing to look at."""
    assert list(health_rows.check_scanners(0, (), NEEDS)) == []
