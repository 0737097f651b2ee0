"""Whoever waits for a run's record waits until it is sent, and hears why where it is not; nobody else waits."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped
from tests.shortcuts import put_compiled_rules
from wings.team.tests.remote.fake_server import FakeTeam, serving

from twiceshy.privacy.wire.wire_rows import decode_row


@pytest.fixture
def member() -> Iterator[Wrapped]:
    """Runs commands of a member of a team."""
    one = Wrapped()
    del one.environment["TWICESHY_TELEMETRY_LEVEL"]
    put_compiled_rules(Path(os.environ["TWICESHY_HOME"]))
    one.environment |= {"TWICESHY_TELEMETRY_BACKEND": "hybrid", "TWICESHY_SYNC_TOKEN": "tws_" + "A" * 43}
    yield one
    for pid, _ in one.alive():
        os.kill(pid, 9)


def test_a_run_that_is_waited_for_is_sent_when_it_ends(member: Wrapped) -> None:
    """Nothing is said of it; the status is the command's own."""
    team = FakeTeam()
    with serving(team) as server:
        member.environment["TWICESHY_SYNC_URL"] = server.url
        done = member("--wait-telemetry", "--", "sh", "-c", "exit 5")
        assert [decode_row(line).kind for line in team.lines] == ["execution"]
        assert (done.returncode, done.stderr) == (5, b"")


def test_a_server_that_is_away_is_told_to_who_waits(member: Wrapped) -> None:
    """And only once: until the next try nobody waits for it again."""
    with serving(FakeTeam()) as server:
        member.environment["TWICESHY_SYNC_URL"] = server.url
    done = member("--wait-telemetry", "--", "sh", "-c", "exit 5")
    assert done.returncode == 5
    assert b"twiceshy: this run is recorded, and waits to be sent: the server, 127.0.0.1:" in done.stderr

    del member.environment["TWICESHY_SYNC_TOKEN"]
    done = member("--wait-telemetry", "--", "sh", "-c", "exit 5")
    assert b"waits to be sent: there is no token for" in done.stderr
