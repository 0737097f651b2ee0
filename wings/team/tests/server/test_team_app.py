"""What every address of the server does before and after its route: tokens, limits, statuses, logs and figures."""

import asyncio
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from wings.team.tests.server.team_clients import Place, join_rows, make_execution

from twiceshy.privacy.wire.batches import MOST_BYTES, MOST_ROWS, name_batch
from twiceshy.privacy.wire.wire_rows import encode_row
from twiceshy.records.team import WaitingRow
from twiceshy_team.server import asked

ROW = make_execution(1)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.away.away = False
    made.store.close()


@pytest.fixture
def team(place: Place) -> str:
    return place.make_team()


@pytest.mark.parametrize("pack", ["identity", "gzip", "zstd"])
def test_rows_are_stored_once_however_they_are_packed(place: Place, team: str, pack: str) -> None:
    """Sent twice is known the second time."""
    headers = {**place.make_member(team, "write"), "content-encoding": pack}
    body = join_rows([ROW, make_execution(2)])
    packed = {"identity": body, "gzip": zlib.compress(body, wbits=31), "zstd": zstandard.compress(body)}[pack]
    with place.open() as client:
        first, second = (client.post("/v1/batch", headers=headers, content=packed) for _ in range(2))

    assert [row["is"] for row in first.json()["rows"]] == ["stored", "stored"]
    assert [row["is"] for row in second.json()["rows"]] == ["known", "known"]
    assert first.json()["schema"] == "twiceshy/sync-answer/1"
    assert set(place.read_executions(team)) == {ROW.id.hex(), make_execution(2).id.hex()}


def test_an_empty_batch_tells_what_the_server_is(place: Place, team: str) -> None:
    """Address, token, version and level can be tried without a row."""
    with place.open() as client:
        found = client.post("/v1/batch", headers=place.make_member(team, "write"))

    assert (found.status_code, found.json()["rows"], found.json()["level"]) == (200, [], "full")
    assert found.json()["version"]


def test_a_refused_row_does_not_fail_its_batch(place: Place, team: str) -> None:
    """Each answer says why, and names a field or a rule only."""
    secret = "AKIA" + "QYLPMN5HFIQR7XYA"
    lines = [
        encode_row(ROW),
        encode_row(make_execution(2, command=f"deploy --key {secret}")),
        encode_row(make_execution(3)).replace(b'"exit_code":0', b'"exit_code":"none"'),
        encode_row(make_execution(4)).replace(b'"execution"', b'"later kind"'),
        encode_row(make_execution(5, command="npm test")),
    ]
    with place.open() as client:
        found = client.post("/v1/batch", headers=place.make_member(team, "write"), content=b"\n".join(lines))
    rows = found.json()["rows"]

    assert [row["is"] for row in rows] == ["stored", "refused", "refused", "refused", "stored"]
    assert rows[1]["why"].startswith("command: aws")
    assert rows[2]["why"] == "execution.exit_code is no count"
    assert rows[3]["why"] == "no kind of row that is known here"
    assert len(place.read_executions(team)) == 2
    assert secret not in found.text + json.dumps(place.logged) + repr(place.read_executions(team))


def test_a_server_keeps_no_more_than_its_level(place: Place, team: str) -> None:
    """A client that sends more is not believed."""
    place.level = "counts"
    sample = make_execution(2, command="npm test", command_head="npm")
    with place.open() as client:
        client.post("/v1/batch", headers=place.make_member(team, "write"), content=join_rows([sample]))

    assert place.read_executions(team) == {sample.id.hex(): (0, None, None)}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param(b"{", "line 1 is no JSON", id="no JSON"),
        pytest.param(encode_row(ROW) + b"\n[]", "line 2 has no id", id="no row"),
        pytest.param(encode_row(ROW)[:-9], "line 1 is no JSON", id="cut"),
        pytest.param(b'{"id":"' + b"0 " * 16 + b'","rev":0}', "line 1 has no id", id="an odd id"),
    ],
)
def test_a_line_without_an_id_fails_its_batch(place: Place, team: str, body: bytes, says: str) -> None:
    """There is nothing to answer to; the client halves the batch until it is found."""
    with place.open() as client:
        found = client.post("/v1/batch", headers=place.make_member(team, "write"), content=body)

    assert (found.status_code, place.read_executions(team)) == (400, {})
    assert says in found.json()["says"]


def test_the_name_of_a_request_is_that_of_its_rows(place: Place, team: str) -> None:
    """Half a body is not taken for a whole one."""
    name = name_batch([WaitingRow(id=one.id, rev=0, kind="", body=b"") for one in (ROW, make_execution(2))])
    headers = {**place.make_member(team, "write"), "idempotency-key": name}
    with place.open() as client:
        half = client.post("/v1/batch", headers=headers, content=join_rows([ROW]))
        whole = client.post("/v1/batch", headers=headers, content=join_rows([make_execution(2), ROW]))

    assert (half.status_code, whole.status_code) == (400, 200)


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        pytest.param(zstandard.compress(b"\n" * (MOST_BYTES + 1)), "zstd", 413, id="a bomb of zstd"),
        pytest.param(zlib.compress(b"\n" * (MOST_BYTES + 1), wbits=31), "gzip", 413, id="a bomb of gzip"),
        pytest.param(b"\n" * (MOST_BYTES + 1), "", 413, id="too much as it is"),
        pytest.param(b"{}\n" * (MOST_ROWS + 1), "", 413, id="too many rows"),
        pytest.param(zstandard.compress(encode_row(ROW))[:-4], "zstd", 400, id="half a zstd"),
        pytest.param(zlib.compress(encode_row(ROW), wbits=31)[:-4], "gzip", 400, id="half a gzip"),
        pytest.param(b"no zstd", "zstd", 400, id="no zstd"),
        pytest.param(b"no gzip", "gzip", 400, id="no gzip"),
        pytest.param(b"{}", "br", 400, id="another packing"),
    ],
)
def test_a_body_has_bounds(place: Place, team: str, body: bytes, encoding: str, status: int) -> None:
    """Packed and unpacked; nothing of it is stored."""
    headers = {**place.make_member(team, "write"), "content-encoding": encoding}
    with place.open() as client:
        found = client.post("/v1/batch", headers=headers, content=body)

    assert (found.status_code, place.read_executions(team)) == (status, {})


def test_who_may_not_is_told_so(place: Place, team: str) -> None:
    """No token, another's form, an unknown one, one that expired, one that may only read."""
    with place.open() as client:
        statuses = [
            client.post("/v1/batch", headers=headers, content=join_rows([ROW])).status_code
            for headers in (
                {},
                {"authorization": "Basic abc"},
                {"authorization": "Bearer tws_" + "A" * 43},
                {"x-api-key": place.make_member(team, "write")["authorization"].removeprefix("Bearer ")},
                place.make_member(team, "write", days=0),
                place.make_member(team, "read"),
            )
        ]

    assert (statuses, place.read_executions(team)) == ([401, 401, 401, 401, 401, 403], {})


def test_one_token_cannot_ask_without_end(place: Place, team: str) -> None:
    """It is told when to come again, and another token is not held up."""
    place.per_second, place.burst = 0.5, 2
    one, other = place.make_member(team, "write"), place.make_member(team, "write")
    with place.open() as client:
        found = [client.post("/v1/batch", headers=one) for _ in range(3)]
        beside = client.post("/v1/batch", headers=other)
        place.seconds += 2
        later = client.post("/v1/batch", headers=one)

    assert [one.status_code for one in found] == [200, 200, 429]
    assert found[2].headers["retry-after"] == "2"
    assert (beside.status_code, later.status_code) == (200, 200)


def test_a_full_server_sends_away(place: Place, team: str) -> None:
    """And says when to come again."""
    place.at_once = 0
    with place.open() as client:
        found = client.post("/v1/batch", headers=place.make_member(team, "write"))

    assert (found.status_code, found.headers["retry-after"]) == (503, "2")


def test_one_teams_slow_bodies_hold_up_nobody_else(place: Place, team: str) -> None:
    """Sixty bodies that never end get half of the places; another team is answered at once, its own people not all."""
    other = place.make_team()
    slow, fast = place.make_member(team, "write"), place.make_member(other, "write")
    place.at_once = 8
    with place.open() as client:
        found = asyncio.run(_send_beside(client.app, slow, fast, 60))

    assert found == {"slow in flight": 4, "slow sent away": 56, "other teams": [200] * 6, "own team": 503}


async def _send_beside(app: Any, slow: dict[str, str], fast: dict[str, str], many: int) -> dict[str, Any]:
    """Send bodies that do not end, then others beside them."""
    never = asyncio.Event()
    answers: list[int] = []

    async def send(headers: dict[str, str], body: bytes, *, ends: bool) -> int:
        pieces = iter([{"type": "http.request", "body": body, "more_body": not ends}])

        async def receive() -> Any:
            if (piece := next(pieces, None)) is None:
                await never.wait()
            return piece

        async def take(message: Any) -> None:
            if message["type"] == "http.response.start":
                answers.append(message["status"])

        before = len(answers)
        words = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "path": "/v1/batch", "headers": words, "query_string": b""}
        await app(scope, receive, take)
        return answers[before] if ends else 0

    waiting = [asyncio.create_task(send(slow, b"", ends=False)) for _ in range(many)]
    while sum(not one.done() for one in waiting) > 4:  # noqa: ASYNC110  # the app has no event
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    sent_away = len(answers)
    others = [await send(fast, join_rows([ROW]), ends=True) for _ in range(6)]
    own = await send(slow, b"", ends=True)
    still = sum(not one.done() for one in waiting)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return {"slow in flight": still, "slow sent away": sent_away, "other teams": others, "own team": own}


def test_a_database_that_is_away_is_told(place: Place, team: str) -> None:
    """Nothing is lost: the client comes again. The words say nothing of the database."""
    headers = place.make_member(team, "write")
    place.away.away = True
    with place.open() as client:
        found = client.post("/v1/batch", headers=headers, content=join_rows([ROW]))
        health = client.get("/healthz")

    assert (found.status_code, found.headers["retry-after"], health.status_code) == (503, "10", 503)
    assert "/srv" not in found.text + json.dumps(place.logged)
    assert str(place.logged[0]["fault"]).startswith("StoreUnwritable")


def test_a_bug_of_ours_quotes_nothing(place: Place, team: str) -> None:
    """Neither to the client nor in the log."""

    def fail(_: asked.ServerAsk) -> asked.ServerAnswer:
        raise ValueError("a text of somebody")

    place.routes = (asked.ServerRoute(method="GET", path="/odd", answer=fail, scope=None),)
    with place.open() as client:
        found = client.get("/odd")

    assert (found.status_code, "somebody" in found.text + repr(place.logged)) == (500, False)
    assert "ValueError" in str(place.logged[0]["fault"])


def test_what_is_no_address_is_said(place: Place, team: str) -> None:
    """Also a method that an address does not take."""
    with place.open() as client:
        found = client.get("/v2/batch"), client.get("/v1/batch")

    assert [(one.status_code, one.json()["schema"]) for one in found] == [
        (404, "twiceshy/sync-error/1"),
        (405, "twiceshy/sync-error/1"),
    ]


def test_logs_and_figures_say_numbers_only(place: Place, team: str) -> None:
    """A line a request, sums for whoever watches; both without a text, a name or a token."""
    writer, admin = place.make_member(team, "write"), place.make_member(team, "admin")
    with place.open() as client:
        client.post("/v1/batch", headers=writer, content=join_rows([ROW]))
        client.get("/healthz")
        refused = client.get("/metrics", headers=writer)
        found = client.get("/metrics", headers=admin)

    assert refused.status_code == 403
    assert 'twiceshy_requests_total{method="POST",route="/v1/batch",status="200"} 1' in found.text
    assert 'twiceshy_counted_total{what="stored"} 1' in found.text
    assert 'twiceshy_request_seconds_bucket{route="/v1/batch",le="+Inf"} 1' in found.text
    assert "twiceshy_requests_in_flight 1" in found.text
    sender = place.logged[0]["member"]
    assert sender in {one.member.hex() for one in place.store.list_members(team)}
    assert place.logged[0] == {
        "at": "2026-11-23T12:00:00.000+00:00",
        "method": "POST",
        "route": "/v1/batch",
        "status": 200,
        "ms": 0.0,
        "team": team,
        "member": sender,
        "stored": 1,
        "bytes": len(join_rows([ROW])),
    }
