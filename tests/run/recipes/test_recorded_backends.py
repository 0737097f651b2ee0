"""One contract of recording for every back end: the run lies where it should, and not a byte of it anywhere else."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped
from tests.shortcuts import put_compiled_rules
from wings.team.tests.sync.sending import KEY_TEXT, TEAM

from twiceshy.commands.keys.team_keys import command_key
from twiceshy.privacy.wire.wire_rows import decode_row
from twiceshy.records.team import WireRow
from twiceshy_team.remote.file_target import list_files, read_lines

SECRET = "hunter2secret9"  # invented
SCRIPT = f"echo start; echo 'ERROR password={SECRET} in src/pay/api.py'; exit 3"
COMMAND = ("--wait-telemetry", "--on", "stdout", "--match", "ERROR", "--", "sh", "-c", SCRIPT)
BACKENDS = ("local", "hybrid", "file", "http")


@pytest.fixture
def wrapped() -> Iterator[Wrapped]:
    """Runs commands that are recorded, with a team's key."""
    one = Wrapped()
    del one.environment["TWICESHY_TELEMETRY_LEVEL"]
    put_compiled_rules(home())
    one.environment["TWICESHY_TEAM_KEY"] = KEY_TEXT
    yield one
    for pid, _ in one.alive():
        os.kill(pid, 9)


def home() -> Path:
    return Path(os.environ["TWICESHY_HOME"])


def count(table: str) -> int:
    """Rows of a table; 0 where there is no store."""
    if not (home() / "twiceshy.db").exists():
        return 0
    with closing(sqlite3.connect(home() / "twiceshy.db")) as connection:
        (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(found)


def find_leaving() -> list[WireRow]:
    """Rows of the outbox and of every file that is carried."""
    lines = [line for file in list_files((home() / "outbox").glob("*")) for line in read_lines(file)]
    if (home() / "twiceshy.db").exists():
        with closing(sqlite3.connect(home() / "twiceshy.db")) as connection:
            lines += [body for (body,) in connection.execute("SELECT body FROM outbox")]
    return sorted(map(decode_row, lines), key=lambda row: row.kind)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_run_lies_where_its_owner_wants_it(wrapped: Wrapped, backend: str) -> None:
    """Here, on its way, or both; the command's own result is the same."""
    wrapped.environment["TWICESHY_TELEMETRY_BACKEND"] = backend
    done = wrapped(*COMMAND)
    leaving = find_leaving()

    assert (done.returncode, done.stderr) == (3, b"")
    assert count("executions") == (backend != "http")
    assert count("outbox") == (2 if backend == "hybrid" else 0)
    assert [row.kind for row in leaving] == ([] if backend == "local" else ["execution", "match_event"])
    if leaving:
        run, match = leaving
        assert run.data["team_hash"] == command_key(f"sh -c {SCRIPT}", TEAM.key).hex()
        assert (run.data["exit_code"], match.data["execution"]) == (3, run.id.hex())
        assert "command" not in run.data


@pytest.mark.parametrize("backend", ["hybrid", "http"])
def test_no_byte_of_a_secret_is_kept_or_leaves(wrapped: Wrapped, backend: str) -> None:
    """Even where everything that is kept may leave; `run --telemetry` says what is kept of this run."""
    wrapped.environment |= {"TWICESHY_TELEMETRY_BACKEND": backend, "TWICESHY_SYNC_LEVEL": "full"}
    wrapped("--telemetry", "full", *COMMAND)
    leaving = find_leaving()
    stored = [path.read_bytes() for path in home().rglob("*") if path.is_file() and "cache" not in path.parts]

    assert [row.kind for row in leaving] == ["execution", "match_event", "output_sample"]
    assert not any(SECRET in str(row.data) for row in leaving)
    assert not any(SECRET.encode() in content for content in stored)
    assert "src/pay/api.py" in str(leaving[1].data)


def test_the_level_of_one_run_does_not_widen_what_leaves(wrapped: Wrapped) -> None:
    """What is kept here may be more than what may leave, and a run that is not kept does not leave at all."""
    wrapped.environment["TWICESHY_TELEMETRY_BACKEND"] = "hybrid"
    wrapped("--telemetry", "full", *COMMAND)
    assert "pay" not in str([row.data for row in find_leaving()])

    wrapped("--telemetry", "none", *COMMAND)
    assert len(find_leaving()) == 2


def test_a_folder_that_takes_no_file_is_named(wrapped: Wrapped) -> None:
    """And the rows wait."""
    wrapped.environment |= {"TWICESHY_TELEMETRY_BACKEND": "file", "TWICESHY_SYNC_FOLDER": "/proc/none"}

    assert b"/proc/none" in wrapped(*COMMAND).stderr
