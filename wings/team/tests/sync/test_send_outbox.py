"""What waits is sent and stays until the server has it, whatever the server does; nothing leaves unasked."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import zstandard
from wings.team.tests.remote.fake_server import FakeServer, FakeTeam, Request, answer_rows, http, serving

from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.outbox import put_notes, put_rows
from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError, SourceError, StoreBusy
from twiceshy.privacy.wire.wire_rows import decode_row
from twiceshy.records.team import SyncSummary, WireRow, WireValue
from twiceshy_team.sync import batch_sender
from twiceshy_team.sync.batch_sender import make_wait
from twiceshy_team.sync.send_outbox import find_folder, send_outbox, take_files
from twiceshy_team.sync.sync_status import ask_server, list_lines, read_status

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ENV = {"TWICESHY_SYNC_TOKEN": "tws_" + "A" * 43}


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """Nothing leaves by it yet."""
    return load({}, os.environ, scratch_home)


def sending(config: Config, server: FakeServer, **more: Any) -> Config:
    """The settings of a member of the test's team."""
    return replace(config, **{"telemetry_backend": "hybrid", "sync_url": server.url, **more})


def row(number: int, **data: WireValue) -> WireRow:
    """A run."""
    values: dict[str, WireValue] = {"exit_code": 0, "exit_reason": "completed", "total_runtime": 1.0, **data}
    return WireRow(kind="execution", id=number.to_bytes(16, "big"), rev=0, at=NOW, data=values)


def put(config: Config, rows: list[WireRow]) -> None:
    """Have rows wait."""
    with Store.open(config.home) as store, store.begin_writing() as connection:
        put_rows(connection, rows, NOW)


def waiting(config: Config) -> int:
    """Rows that are not refused."""
    return sum(read_status(config, ENV, NOW).rows.values())


def send(config: Config, *, at: datetime = NOW, asked: bool = False, seconds: float | None = None) -> SyncSummary:
    """Send at a time."""
    return send_outbox(config, ENV, asked=asked, seconds=seconds, clock=lambda: at)


def test_nothing_is_opened_where_nothing_may_leave(config: Config) -> None:
    """Not even the store; and a server alone is not enough."""
    with serving(FakeTeam()) as server:
        for one in (config, replace(config, sync_url=server.url), replace(config, telemetry_backend="hybrid")):
            done = send_outbox(one, ENV)
            assert (done.sent, done.left) == (0, 0)
        assert server.connections == 0
    assert not (config.home / "twiceshy.db").exists()


def test_what_waits_is_sent_once(config: Config) -> None:
    """Byte for byte what a dry run shows; sent again it is known."""
    team = FakeTeam()
    with serving(team) as server:
        ours = sending(config, server)
        put(ours, [row(n) for n in range(1200)])
        shown = list(list_lines(ours))
        first, second = send(ours), send(ours)
        put(ours, [row(7)])
        third = send(ours)

    assert (first.sent, first.known, first.left, first.stopped) == (1200, 0, 0, "")
    assert (second.sent, third.known) == (0, 1)
    assert team.lines[:1200] == shown
    assert len(team.rows) == 1200
    status = read_status(ours, ENV, NOW)
    assert (status.last_answer, status.last_done_at, status.next_try_at) == ("200: 1 known", NOW, None)


def test_a_stricter_setting_holds_for_what_waits(config: Config) -> None:
    """A row of nothing but text vanishes."""
    team = FakeTeam()
    sample = WireRow(kind="output_sample", id=b"s" * 16, rev=0, at=NOW, data={"execution": "0" * 32, "content": "hi"})
    with serving(team) as server:
        ours = sending(config, server)
        put(ours, [row(1, command="make secret", command_head="make"), sample])
        done = send(ours)

    assert (done.sent, done.left) == (1, 0)
    assert "command" not in decode_row(team.lines[0]).data
    assert b"make" not in b"".join(team.lines)


def test_a_secret_that_waits_does_not_leave(config: Config) -> None:
    """Neither in a dry run nor to the server: a value that stands in a waiting row is replaced, a key stops its row."""
    team = FakeTeam()
    shown = "FINCH_PASSWORD=kq8Zr2Lw9Xv4Tn6B"
    key = "-----BEGIN RSA PRIVATE KEY----- " + "MIIEpAIBAAKCAQEA7bq9" * 8
    with serving(team) as server:
        ours = sending(config, server, sync_level="full")
        put(ours, [row(1, command=f"echo {shown}"), row(2, command=f"cat {key}"), row(3, command="make")])
        dry = b"".join(list_lines(ours))
        done = send(ours)

    assert done.sent + sum(done.refused.values()) == 3
    for left in (dry, b"".join(team.lines)):
        assert b"make" in left
        assert b"kq8Zr2Lw9Xv4Tn6B" not in left
        assert b"MIIEpAIBAAKCAQEA7bq9" not in left


def test_a_batch_that_is_too_large_is_halved(config: Config) -> None:
    """And the next ones are not tried as large."""
    with serving(FakeTeam(most=300)) as server:
        ours = sending(config, server)
        put(ours, [row(n) for n in range(1000)])
        done = send(ours)

    assert (done.sent, done.left) == (1000, 0)
    assert [request.body.count(b"\n") for request in server.asked] == [1000, 500, 250, 250, 500, 250, 250]


def test_a_row_too_large_alone_is_kept_and_told(config: Config) -> None:
    """It does not hold the others back."""
    with serving(lambda _: http(413)) as server:
        ours = sending(config, server)
        put(ours, [row(n) for n in range(3)])
        done = send(ours)

    assert (dict(done.refused), done.left) == ({"too large for the server (413)": 3}, 0)
    assert dict(read_status(ours, ENV, NOW).refused) == {"too large for the server (413)": 3}


def refuse_bad(team: FakeTeam) -> Callable[[Request], bytes]:
    """A server that cannot read one row."""
    bad = (500).to_bytes(16, "big").hex().encode()
    return lambda request: http(400) if bad in request.body else team(request)


def test_one_row_that_cannot_be_read_is_found(config: Config) -> None:
    """By halving: all others arrive."""
    team = FakeTeam()
    with serving(refuse_bad(team)) as server:
        ours = sending(config, server)
        put(ours, [row(n) for n in range(1000)])
        done = send(ours)

    assert (done.sent, sum(done.refused.values()), done.left) == (999, 1, 0)
    assert len(server.asked) < 25


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_is_not_tried_again(config: Config, status: int) -> None:
    """Until it changes, or a test with it succeeds."""
    team = FakeTeam()
    state = {"status": status}
    with serving(lambda request: http(state["status"]) if state["status"] else team(request)) as server:
        ours = sending(config, server)
        put(ours, [row(1)])
        first = send(ours)
        later = send(ours, at=NOW + timedelta(days=400), asked=True)
        assert (len(server.asked), first.left, later.left) == (1, 1, 1)
        assert "refuses us" in first.stopped
        assert "does not take rows of this token" in later.stopped
        assert read_status(ours, ENV, NOW).not_allowed

        assert ask_server(ours, ENV).state == "not-allowed"
        state["status"] = 0
        changed = {**ENV, "TWICESHY_SYNC_TOKEN": "tws_" + "B" * 43}
        assert send_outbox(ours, changed).sent == 1
        put(ours, [row(2)])
        assert ask_server(ours, ENV).state == "ok"
        assert send(ours).sent == 1


def test_a_full_server_is_left_alone_as_long_as_it_says(config: Config) -> None:
    """Even where a person asks."""
    team = FakeTeam()
    full = [True]
    with serving(lambda request: http(429, Retry_After="60") if full[0] else team(request)) as server:
        ours = sending(config, server)
        put(ours, [row(1)])
        assert "full or at rest" in send(ours).stopped
        full[0] = False
        assert "until 09:01:00 UTC" in send(ours, at=NOW + timedelta(seconds=59), asked=True).stopped
        assert len(server.asked) == 1
        assert send(ours, at=NOW + timedelta(seconds=60)).sent == 1


def test_a_server_that_is_away_is_tried_later_and_later(config: Config) -> None:
    """Nothing is lost meanwhile; a person who asks does not wait."""
    with serving(FakeTeam()) as server:
        ours = sending(config, server)
    put(ours, [row(n) for n in range(5)])
    at, waits = NOW, []
    for _ in range(14):
        done = send(ours, at=at)
        assert (done.left, "cannot be reached" in done.stopped) == (5, True)
        until = read_status(ours, ENV, at).next_try_at
        if until is not None:
            assert "the next is at" in send(ours, at=at).stopped
            assert "cannot be reached" in send(ours, at=at, asked=True).stopped
            until = read_status(ours, ENV, at).next_try_at or at
            waits.append((until - at).total_seconds())
            at = until
    assert max(waits) <= 3600
    assert max(waits) > 30
    with serving(FakeTeam()) as server:
        assert send(sending(config, server), at=NOW, asked=True).sent == 5


def test_the_wait_is_random_below_a_bound_that_doubles() -> None:
    """One second times two for each failure, an hour at most."""
    random = Random(1)
    for tries, bound in ((1, 2), (5, 32), (11, 2048), (12, 3600), (500, 3600)):
        waits = [make_wait(tries, random).total_seconds() for _ in range(300)]
        assert max(waits) <= bound
        assert max(waits) > bound * 0.9
        assert min(waits) < bound * 0.1


def test_a_clock_that_was_wrong_holds_nothing_back(config: Config) -> None:
    """A machine that once lived in the year 2030."""
    with serving(lambda _: http(500)) as server:
        put(sending(config, server), [row(1)])
        send(sending(config, server), at=NOW + timedelta(days=1500))
    with serving(FakeTeam()) as server:
        assert send(sending(config, server)).sent == 1


def break_at(team: FakeTeam, number: int) -> Callable[[Request], bytes]:
    """A server with a fault: one row makes it fail."""
    bad = number.to_bytes(16, "big").hex().encode()
    return lambda request: http(500) if bad in request.body else team(request)


def test_a_row_at_which_the_server_breaks_holds_no_other_back(config: Config) -> None:
    """It is tried with fewer and fewer others, and in the end alone."""
    team = FakeTeam()
    at = NOW
    with serving(break_at(team, 777)) as server:
        ours = sending(config, server)
        put(ours, [row(n) for n in range(1000)])
        for _ in range(60):
            send(ours, at=at)
            at += timedelta(hours=2)
            if waiting(ours) == 1:
                break

    assert (len(team.rows), waiting(ours)) == (999, 1)
    assert len(server.asked) < 200


NO_ANSWERS = {
    "a captive portal": lambda _: http(200, b"<html>Welcome to our hotel</html>"),
    "cut JSON": lambda _: http(200, b'{"schema":"twiceshy/sync-answer/1","rows":[{"id":"'),
    "another form": lambda _: http(200, b'{"ok":true}'),
    "rows that are none": lambda _: http(200, b'{"schema":"twiceshy/sync-answer/1","rows":[1]}'),
    "another verdict": lambda _: answer_rows([{"id": "0" * 32, "rev": 0, "is": "maybe"}]),
    "no word of any row": lambda _: answer_rows([]),
    "other rows": lambda _: answer_rows([{"id": "f" * 32, "rev": 0, "is": "stored"}]),
    "another revision": lambda _: answer_rows([{"id": "0" * 32, "rev": 1, "is": "stored"}]),
    "elsewhere": lambda _: http(302, Location="https://example.org"),
    "no such page": lambda _: http(404),
    "a full disk": lambda _: http(507),
    "a cut answer": lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
}


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_a_row_is_gone_only_when_that_is_told(config: Config, answer: Any) -> None:
    """Whatever else comes with status 200."""
    with serving(answer) as server:
        ours = sending(config, server)
        put(ours, [row(0), row(1)])
        done = send(ours)

    assert (done.sent, done.left, bool(done.stopped)) == (0, 2, True)
    assert len(server.asked) == 1
    assert read_status(ours, ENV, NOW).last_answer == done.stopped


def test_a_row_that_was_not_answered_waits(config: Config) -> None:
    """The others are settled."""
    with serving(
        lambda _: answer_rows([{"id": row(0).id.hex(), "rev": 0, "is": "refused", "why": "a\x1b[1mb"}])
    ) as server:
        ours = sending(config, server)
        put(ours, [row(0), row(1)])
        done = send(ours)

    assert (dict(done.refused), done.left) == ({"a [1mb": 1}, 1)
    assert done.stopped == "the server said nothing of 1 of 2 rows"


def play_age(team: FakeTeam, age: dict[str, str]) -> Callable[[Request], bytes]:
    """A server that knows no runs until it is version 2."""

    def answer(request: Request) -> bytes:
        if age["version"] == "2":
            return answer_rows([team.take(line) for line in request.body.splitlines()], **age)
        rows = [decode_row(line) for line in request.body.splitlines()]
        told = {"is": "refused", "why": "execution has no such field"}
        return answer_rows([{"id": one.id.hex(), "rev": one.rev, **told} for one in rows], **age)

    return answer


@pytest.mark.parametrize("changed", [{"version": "2"}, {"version": "2", "level": "full"}])
def test_what_an_older_server_refused_is_sent_to_a_newer_one(config: Config, changed: dict[str, str]) -> None:
    """It is kept, and not sent again before; nothing else need wait for the new version to be noticed."""
    team, age = FakeTeam(), {"version": "1", "level": "counts"}
    with serving(play_age(team, age)) as server:
        ours = sending(config, server)
        put(ours, [row(n) for n in range(3)])
        first, second = send(ours), send(ours)
        asked = [request.body for request in server.asked]
        age |= changed
        third, fourth = send(ours), send(ours)

    assert (dict(first.refused), dict(second.refused)) == ({"execution has no such field": 3}, {})
    assert asked[1:] == [b""]
    assert (third.sent, third.left, fourth.sent, len(team.rows)) == (3, 0, 0, 3)
    assert dict(read_status(ours, ENV, NOW).refused) == {}


def test_a_row_that_a_newer_server_refuses_too_is_not_sent_for_ever(config: Config) -> None:
    """Once a version."""
    age = {"version": "1", "level": "counts"}
    with serving(play_age(FakeTeam(), age)) as server:
        ours = sending(config, server)
        put(ours, [row(1)])
        for version in ("1", "1.1", "1.1", "1.1"):
            age["version"] = version
            send(ours)
        sent = [len(request.body.splitlines()) for request in server.asked]

    assert sent == [1, 0, 1, 0, 0]
    assert dict(read_status(ours, ENV, NOW).refused) == {"execution has no such field": 1}


def test_one_process_sends_at_a_time(config: Config) -> None:
    """The other says so."""
    with serving(FakeTeam()) as server:
        put(config, [row(1)])
        with hold_lock(config.home, "sync"), pytest.raises(StoreBusy, match="at work"):
            send(sending(config, server))
        assert server.connections == 0


def test_sending_ends_in_time(config: Config) -> None:
    """Whoever waits for it has a bound, and the rest stays."""

    def crawl(server: FakeServer) -> Iterator[bytes]:
        server.ended.wait(10)
        yield b""

    with serving(lambda _: crawl(server)) as server:
        ours = sending(config, server)
        put(ours, [row(1)])
        done = send(ours, seconds=0.4)
        assert (done.left, "no whole answer" in done.stopped) == (1, True)
        assert send(ours, asked=True, seconds=0.1).stopped == "the time is up"


def test_a_learner_whose_budget_is_spent_keeps_what_was_told(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked between two batches."""
    monkeypatch.setattr(batch_sender, "MOST_ROWS", 10)
    calls = []

    def pause() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with serving(FakeTeam()) as server:
        ours = sending(config, server)
        put(ours, [row(n) for n in range(50)])
        with pytest.raises(KeyboardInterrupt):
            send_outbox(ours, ENV, pause=pause)

    assert waiting(ours) == 30


def test_a_sender_that_dies_behind_the_answer_loses_and_doubles_nothing(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has the rows, and it was not noted: they are sent again and known."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    team = FakeTeam()
    with serving(team) as server:
        ours = sending(config, server)
        put(ours, [row(n) for n in range(20)])
        with monkeypatch.context() as dying:
            dying.setattr(batch_sender, "put_notes", die)
            with pytest.raises(KeyboardInterrupt):
                send(ours)
        assert waiting(ours) == 20
        done = send(ours)

    assert (done.sent, done.known, done.left, len(team.rows)) == (0, 20, 0, 20)


def test_no_token_is_said_and_nothing_is_sent(config: Config, tmp_path: Path) -> None:
    """With what to do; a file that others may read is refused."""
    file = tmp_path / "token"
    file.write_text("tws_" + "C" * 43 + "\n")
    file.chmod(0o644)
    with serving(FakeTeam()) as server:
        ours = sending(config, server)
        put(ours, [row(1)])
        with pytest.raises(ConfigError, match="TWICESHY_SYNC_TOKEN"):
            send_outbox(ours, {})
        with pytest.raises(ConfigError, match="holds no token"):
            send_outbox(ours, {"TWICESHY_SYNC_TOKEN": "two words\r\nX-Evil: 1"})
        with pytest.raises(ConfigError, match="cannot be read: No such file"):
            send_outbox(replace(ours, sync_token_file=tmp_path / "none"), {})
        with_file = replace(ours, sync_token_file=file)
        if os.name != "nt":
            with pytest.raises(ConfigError, match="chmod 600"):
                send_outbox(with_file, {})
        assert server.connections == 0
        assert "TWICESHY_SYNC_TOKEN" in read_status(ours, {}, NOW).trouble
        file.chmod(0o600)
        assert send_outbox(with_file, {}).sent == 1

    assert server.asked[0].headers["authorization"] == "Bearer tws_" + "C" * 43


def test_a_line_that_is_no_row_never_leaves(config: Config) -> None:
    """Kept with the reason, as an older version may have put it."""
    put(config, [row(1)])
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("UPDATE outbox SET body = ?", (b'{"kind":"made up"}',))
    with serving(FakeTeam()) as server:
        done = send(sending(config, server))
        assert list(list_lines(sending(config, server))) == []

    assert (sum(done.refused.values()), server.connections) == (1, 0)


def test_a_test_says_what_the_server_is(config: Config) -> None:
    """Address, certificate, version and level; without a server it says so and opens nothing."""
    with serving(FakeTeam()) as server:
        found = ask_server(sending(config, server, sync_level="full"), ENV)
        assert (found.state, found.server_version, found.server_level, found.level) == (
            "ok",
            "9.9.9",
            "anonymous",
            "anonymous",
        )
        assert server.asked[0].body == b""
    assert ask_server(sending(config, server), ENV).state == "unreachable"
    assert ask_server(config, ENV).state == "not-set"
    for answer, state in ((http(503), "busy"), (http(200, b"{}"), "no-server"), (http(418), "no-server")):
        with serving(lambda _, answer=answer: answer) as server:  # type: ignore[misc]  # a value of this turn
            assert ask_server(sending(config, server), ENV).state == state


def test_notes_of_another_day_do_not_hold_a_new_server(config: Config) -> None:
    """A wait belongs to nobody once its time is over."""
    with Store.open(config.home) as store, store.begin_writing() as connection:
        put_notes(connection, {"next_at": "2026-11-23T08:59:59.000Z", "tries": "3"})
    put(config, [row(1)])
    with serving(FakeTeam()) as server:
        assert send(sending(config, server)).sent == 1


# Rows written without a network arrive by way of another machine, once.

TEST_CARRIED_ROWS_NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_rows_travel_by_file(scratch_home: Path, tmp_path: Path) -> None:
    """From a machine that writes files to one that sends; the same file again changes nothing."""
    own = load({}, os.environ, scratch_home)
    away = replace(own, telemetry_backend="file")
    put(away, [row(n) for n in range(2500)])
    written = send_outbox(away, {})
    assert (written.sent, written.left, len(written.files)) == (2500, 0, 1)
    assert send_outbox(away, {}).files == ()
    assert Path(written.files[0]).parent == find_folder(away) == own.home / "outbox"

    team = FakeTeam()
    with serving(team) as server:
        here = replace(own, home=tmp_path / "here", telemetry_backend="hybrid", sync_url=server.url)
        first = take_files(here, [find_folder(away)], TEST_CARRIED_ROWS_NOW)
        second = take_files(here, [Path(written.files[0])], TEST_CARRIED_ROWS_NOW)
        assert (first.files, first.new, first.known, first.unreadable) == (1, 2500, 0, 0)
        assert (second.new, second.known) == (0, 2500)
        assert send_outbox(here, ENV).sent == 2500

    assert len(team.rows) == 2500


def test_lines_that_are_no_rows_are_counted_and_left_out(scratch_home: Path, tmp_path: Path) -> None:
    """A file of a stranger brings nothing that may not leave."""
    config = replace(load({}, os.environ, scratch_home), sync_folder=tmp_path / "carried")
    assert find_folder(config) == tmp_path / "carried"
    (tmp_path / "odd.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(b'{"kind":"x"}\n\nhello\n'))
    found = take_files(config, [tmp_path], TEST_CARRIED_ROWS_NOW)

    assert (found.new, found.unreadable) == (0, 2)
    with pytest.raises(SourceError, match="No such file"):
        take_files(config, [tmp_path / "none"], TEST_CARRIED_ROWS_NOW)
