"""Members read runs, patterns and erasures of their own team, and nothing of another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from wings.team.tests.server.team_clients import NOW, Place, join_rows, make_execution

from twiceshy.records.team import WireRow

SECRETIVE = make_execution(1, command_category="test", pattern_hash="a" * 32, pattern_type="re2", match_count=2)
OPEN = make_execution(2, command="npm test", command_head="npm")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.store.close()


def test_a_run_of_another_is_seen_where_its_member_sends_everything(place: Place) -> None:
    """Own ones always; another team sees none."""
    team = place.make_team()
    sender, reader = place.make_member(team, "write", "read"), place.make_member(team, "read")
    stranger = place.make_member(place.make_team(), "read")
    with place.open() as client:
        client.post("/v1/batch", headers=sender, content=join_rows([SECRETIVE, OPEN]))
        seen = [client.get("/v1/runs", headers=one).json()["runs"] for one in (sender, reader, stranger)]

    assert [[(run["id"], run["own"]) for run in runs] for runs in (sorted(one, key=str) for one in seen)] == [
        sorted([(SECRETIVE.id.hex(), True), (OPEN.id.hex(), True)]),
        [(OPEN.id.hex(), False)],
        [],
    ]


def test_patterns_are_summed_over_everybody(place: Place) -> None:
    """By hash; days of another month are not in it."""
    headers = place.make_member(place.make_team(), "write", "read")
    with place.open() as client:
        client.post("/v1/batch", headers=headers, content=join_rows([SECRETIVE]))
        (found,) = client.get("/v1/patterns", headers=headers).json()["patterns"]
        before = client.get("/v1/patterns?first=2026-01-01&last=2026-01-31", headers=headers).json()["patterns"]

    assert (found["pattern_hash"], found["runs"], found["matched"], before) == ("a" * 32, 1, 1, [])


@pytest.mark.parametrize("query", ["first=yesterday", "last=2026-13-01", "last=20261123"])
def test_what_is_no_day_is_told(place: Place, query: str) -> None:
    """As a fault of whoever asks."""
    with place.open() as client:
        found = client.get(f"/v1/runs?{query}", headers=place.make_member(place.make_team(), "read"))

    assert (found.status_code, "2026-11-23" in found.json()["says"]) == (400, True)


def test_what_was_erased_is_listed_once(place: Place) -> None:
    """After its cursor there is no more."""
    headers = place.make_member(place.make_team(), "write", "read")
    gone = WireRow(kind="tombstone", id=b"t" * 16, rev=0, at=NOW, data={"target": OPEN.id.hex()})
    with place.open() as client:
        client.post("/v1/batch", headers=headers, content=join_rows([OPEN, gone]))
        first = client.get("/v1/erasures", headers=headers).json()
        later = client.get(f"/v1/erasures?since={first['cursor']}", headers=headers).json()
        late = client.post("/v1/batch", headers=headers, content=join_rows([OPEN])).json()
        runs = client.get("/v1/runs", headers=headers).json()["runs"]

    assert (first["ids"], later["ids"], later["cursor"]) == ([OPEN.id.hex()], [], first["cursor"])
    assert ([row["is"] for row in late["rows"]], runs) == (["known"], [])
