"""Events of earlyexit's sender are taken as they are; its unkeyed hashes and unscrubbed texts do no harm."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from twiceshy.privacy.row_scan import RowScan
from twiceshy.privacy.wire.batches import MOST_ROWS
from twiceshy.privacy.wire.packed_bodies import BodyTooLarge
from twiceshy.privacy.wire.wire_rows import WireError
from twiceshy.records.team import Caller
from twiceshy_team.serve.batch_intake import TakenEvents, accept_old_events
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.store.opening import open_team_store

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SCAN = RowScan()
CLIENT = {"version": "0.0.1", "platform": "darwin", "anonymized": True}
RUN: Mapping[str, object] = {
    "execution_id": "0b2f7a52-7c36-4d7a-9d0c-4b3f0d2f1a11",
    "timestamp": "2025-01-15T10:30:00Z",
    "command_hash": "9c4f0a",
    "pattern": "Error",
    "exit_code": 0,
    "exit_reason": "match",
    "total_runtime": 45.3,
    "match_count": 1,
    "project_type": "nodejs",
    "working_directory": "/home/jo/shop",
    "idle_timeout": None,
}


class Team:
    """A server with one member."""

    def __init__(self, folder: Path) -> None:
        self.store = open_team_store(str(folder / "team.db"))
        self.team = self.store.make_team("shop", NOW)
        member = self.store.make_member(self.team, "jo", NOW)
        self.caller = Caller(team=self.team, member=member, scopes=frozenset({"write"}))
        self.server = TeamServer(store=self.store, scan=SCAN, level="full")

    def send(self, *events: object) -> TakenEvents:
        body = json.dumps({"api_version": "1.0", "events": events, "client": CLIENT}).encode()
        return accept_old_events(self.server, self.caller, body, NOW)

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        return self.store.fetch(self.team, sql, {})


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path)
    yield made
    made.store.close()


def run(**changes: object) -> Mapping[str, object]:
    return {"type": "execution", "data": {**RUN, **changes}}


def test_the_documented_body_is_taken(team: Team) -> None:
    """Both events of the page that describes it, once however often they come."""
    told = {"match_number": 1, "timestamp_offset": 12.5, "stream_source": "stderr"}
    match = {"type": "match_event", "data": {**RUN, **told}}
    first, second = team.send(run(), match), team.send(run(), match)

    assert (first.received, first.warnings) == (2, ())
    assert [one.verdict for one in (*first.answers, *second.answers)] == ["stored", "stored", "known", "known"]
    assert team.read("SELECT exit_code, exit_reason, total_runtime, client, platform, pattern FROM execution") == [
        (0, "match", 45.3, "earlyexit 0.0.1", "darwin", "Error")
    ]
    assert team.read("SELECT match_number, stream_source FROM match_event") == [(1, "stderr")]


def test_what_a_person_said_of_a_run_is_feedback(team: Team) -> None:
    """In its own row; a false positive that is 0 says nothing."""
    team.send(
        run(user_rating=4, false_positive_flag=1, user_feedback="good"), run(execution_id="b", false_positive_flag=0)
    )

    rows = team.read("SELECT rating, false_positive, comment FROM feedback")
    assert [(rating, bool(false), comment) for rating, false, comment in rows] == [(4, True, "good")]


def test_its_hash_of_a_command_is_not_kept(team: Team) -> None:
    """Equal commands of one team are grouped; the hash that a dictionary undoes is nowhere."""
    team.send(run(), run(execution_id="b"), run(execution_id="c", command_hash="other"))

    hashes = [str(one) for (one,) in team.read("SELECT team_hash FROM execution")]
    assert (len(hashes), len(set(hashes)), any("9c4f0a" in one for one in hashes)) == (3, 2, False)


def test_a_text_with_a_secret_costs_the_text(team: Team) -> None:
    """The run is counted, and the sender is told the rule."""
    secret = "AKIA" + "QYLPMN5HFIQR7XYA"
    taken = team.send(run(command=f"deploy {secret}"), run(execution_id="b", command="npm test"))

    assert len(taken.warnings) == 1
    assert taken.warnings[0].startswith("event 1 is kept without its texts: command: aws")
    assert sorted(str(command) for (command,) in team.read("SELECT command FROM execution")) == ["None", "npm test"]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param("execution", id="no object"),
        pytest.param({"type": "performance_metric", "data": RUN}, id="a kind of later"),
        pytest.param({"type": "execution", "data": {"exit_code": 0}}, id="no id"),
        pytest.param(run(exit_code=None), id="no status"),
        pytest.param(run(exit_code="0"), id="a status that is none"),
    ],
)
def test_what_is_not_understood_is_told(team: Team, event: object) -> None:
    """By its number; the others are stored."""
    taken = team.send(run(execution_id="a"), event)

    assert [one.verdict for one in taken.answers] == ["stored"]
    assert len(taken.warnings) == 1
    assert taken.warnings[0].startswith("event 2 is not kept: ")


@pytest.mark.parametrize("stamp", ["2025-01-15 10:30:00", "yesterday", None, 5, "0001-01-01T00:00:00+23:59"])
def test_any_time_will_do(team: Team, stamp: object) -> None:
    """A run counts whatever its clock said."""
    assert [one.verdict for one in team.send(run(timestamp=stamp)).answers] == ["stored"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"events": {}}', b"{"])
def test_another_body_is_refused(team: Team, body: bytes) -> None:
    """As a whole."""
    with pytest.raises(WireError):
        accept_old_events(team.server, team.caller, body, NOW)


def test_too_many_events_are_refused(team: Team) -> None:
    """A request has bounds."""
    with pytest.raises(BodyTooLarge):
        team.send(*[run()] * (MOST_ROWS + 1))
