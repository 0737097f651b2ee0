"""Do rows cross from one team to another: fuzzed requests over a real server and its pooled connections.

``python -m benchmarks team_isolation [--requests 10000] [--seed 1]``: three teams send rows that hold a mark of their
team, under the same ids. Four clients then ask and send at random, in turn over the same connections: reads with odd
cursors, days, hashes and names of other teams in addresses and headers; batches, tombstones for ids of others, events
of agents' exporters and of earlyexit. Tokens hold, or expired, were revoked, are of another server, changed in one
letter, or are the stored hash. Counted are answers that hold another team's mark, tokens that do not hold and are
taken, and rows that lie under another team than the one that sent them (read as a superuser).
"""

import argparse
import http.client
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any

import psycopg
from tests.postgres import LOGIN, MISSING, PostgresqlServer, find_programs, make_template

from benchmarks.team_server import Address, start_server
from twiceshy.privacy.wire.wire_rows import encode_row
from twiceshy.records.team import Scope, TokenLine, WireRow, WireValue
from twiceshy_team.serve.administration import hash_token, make_token_text
from twiceshy_team.store.opening import open_team_store

TEAMS, MEMBERS, CLIENTS = 3, 40, 4
SHARED = [blake2b(b"%d" % number, digest_size=16).digest() for number in range(200)]
"""Ids that every team sends rows under."""
READS = ("knowledge", "lessons", "suggest", "runs", "patterns", "erasures")


@dataclass
class TeamUnderTest:
    """A team, what marks its rows, and its tokens."""

    mark: str
    team: str = ""
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def make_rows(self, random: Random) -> list[WireRow]:
        """Rows whose texts and hashes are this team's."""
        at = datetime.now(UTC)
        own = blake2b(self.mark.encode(), digest_size=16).hexdigest()
        run: dict[str, WireValue] = {
            "exit_code": 0,
            "exit_reason": "completed",
            "total_runtime": 1.0,
            "client": self.mark,
        }
        texts: dict[str, WireValue] = {
            "command": f"echo {self.mark}",
            "command_head": self.mark,
            "team_hash": own,
            "pattern_hash": own,
        }
        lesson = {
            "lesson_hash": own,
            "team_epoch": "0a1b2c3d",
            "kind": "pattern",
            "category": "tests",
            "state": "active",
        }
        return [
            WireRow(kind="execution", id=random.choice(SHARED), rev=0, at=at, data={**run, **texts}),
            WireRow(
                kind="lesson",
                id=random.choice(SHARED),
                rev=random.randrange(9),
                at=at,
                data={**lesson, "text": f"say {self.mark}", "subject": self.mark, "seen": 9, "sessions": 4},
            ),
            WireRow(
                kind="tombstone", id=random.randbytes(16), rev=0, at=at, data={"target": random.choice(SHARED).hex()}
            ),
        ]


@dataclass
class Tally:
    """What was seen."""

    statuses: Counter[str] = field(default_factory=Counter)
    crossed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    own: int = 0
    """Answers that hold the own team's mark: without any, nothing would be seen of another's."""


def make_teams(database: str) -> list[TeamUnderTest]:
    """Teams with members whose tokens hold, and with tokens that do not."""
    store, now = open_team_store(database), datetime.now(UTC)
    teams = [TeamUnderTest(mark=f"mark{number}{'qwz'[number] * 9}") for number in range(TEAMS)]
    for one in teams:
        one.team = store.make_team(one.mark, now, "full")
        for number in range(MEMBERS):
            member = store.make_member(one.team, f"{one.mark} {number}", now)
            for dead in (False, True):
                token = make_token_text()
                scopes: frozenset[Scope] = frozenset({"read", "write"})
                line = TokenLine(
                    digest=hash_token(token) or b"",
                    member=member,
                    label="",
                    scopes=scopes,
                    made_at=now,
                    expires_at=None,
                    last_used_on=None,
                )
                gone = dead and number % 2
                store.make_token(one.team, replace(line, expires_at=now - timedelta(days=1)) if gone else line)
                if dead and not gone:
                    store.revoke_token(one.team, line.digest, now)
                (one.bad if dead else one.good).append(token)
    store.close()
    return teams


def spoil(token: str, random: Random) -> str:
    """A token that does not hold: changed, stored, of another server, or none."""
    place = random.randrange(4, len(token))
    other = random.choice([letter for letter in "abcXYZ019" if letter != token[place]])
    return random.choice(
        [token[:place] + other + token[place + 1 :], (hash_token(token) or b"").hex(), make_token_text(), "", "tws_"]
    )


def make_read(random: Random, one: TeamUnderTest, other: TeamUnderTest) -> tuple[str, str, bytes]:
    """A question, with another team's name wherever one may stand."""
    odd = [other.team, other.mark, "0", "-1", "1' OR '1'='1", "%00", "9" * 30, one.team, "2026-01-01", ""]
    own = blake2b(other.mark.encode(), digest_size=16).hexdigest()
    names = ("since", "team", "team_id", "first", "last", "member", "team_hash")
    query = "&".join(f"{random.choice(names)}={random.choice([*odd, own])}" for _ in range(random.randrange(4)))
    return "GET", f"/v1/{random.choice(READS)}?{query}".replace(" ", "+"), b""


def make_write(random: Random, one: TeamUnderTest, other: TeamUnderTest) -> tuple[str, str, bytes]:
    """Rows of the own team, under ids that others use too."""
    sort = random.randrange(4)
    if sort == 0:
        data = {"execution_id": random.choice(SHARED).hex(), "exit_code": 0, "total_runtime": 1.0}
        event = {"type": "execution", "data": {**data, "command": f"echo {one.mark}", "team_id": other.team}}
        return "POST", "/api/v1/events", json.dumps({"api_version": "1.0", "events": [event]}).encode()
    if sort == 1:
        attributes = {"session.id": one.mark, "event.sequence": str(random.randrange(500)), "team.id": other.team}
        pairs = [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
        record = {"timeUnixNano": "1", "body": {"stringValue": "claude_code.tool_result"}, "attributes": pairs}
        logs = {"resourceLogs": [{"scopeLogs": [{"scope": {"name": "x"}, "logRecords": [record]}]}]}
        return "POST", "/v1/logs", json.dumps(logs).encode()
    rows = [row for _ in range(random.randrange(1, 4)) for row in one.make_rows(random)]
    return "POST", f"/v1/batch?team={other.team}", b"".join(encode_row(row) + b"\n" for row in rows)


def ask(connection: http.client.HTTPConnection, random: Random, teams: Sequence[TeamUnderTest], tally: Tally) -> None:
    """Send one request, and look whether its answer holds what it must not."""
    one, other = random.sample(list(teams), 2)
    make: Callable[..., tuple[str, str, bytes]] = make_read if random.random() < 0.5 else make_write
    method, path, body = make(random, one, other)
    token, holds = random.choice(one.good), random.random() < 0.6
    if not holds:
        token = random.choice([random.choice(one.bad), spoil(token, random)])
    headers: Mapping[str, str] = {
        "Authorization": f"Bearer {token}",
        "X-Team": other.team,
        "X-Forwarded-User": other.mark,
        "X-API-Key": token if holds else "",
        "Content-Type": "application/json",
    }
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    found = answer.read().decode()
    tally.statuses[f"{'holds' if holds else 'does not hold'}: {answer.status}"] += 1
    marks = (other.mark, blake2b(other.mark.encode(), digest_size=16).hexdigest())
    if any(mark in found for mark in marks):
        tally.crossed.append(f"{method} {path}")
    tally.own += one.mark in found
    if not holds and answer.status != 401:
        tally.taken.append(f"{method} {path}: {answer.status}")


def run_client(address: Address, teams: Sequence[TeamUnderTest], count: int, seed: int) -> Tally:
    """Send requests over one connection, each of any team."""
    random, tally = Random(seed), Tally()
    connection = http.client.HTTPConnection(address.host, address.port, timeout=60)
    for _ in range(count):
        ask(connection, random, teams, tally)
    return tally


def count_crossed(url: str, teams: Sequence[TeamUnderTest]) -> Counter[str]:
    """Rows of each kind, and those that lie under a team whose mark they do not hold."""
    found: Counter[str] = Counter()
    with psycopg.connect(url) as connection:
        for kind, column in (("execution", "command"), ("lesson", "text")):
            for team, text, rows in connection.execute(
                f"SELECT team_id::text, {column}, count(*) FROM {kind} GROUP BY 1, 2"
            ).fetchall():
                mark = next(one.mark for one in teams if one.team == team)
                found[kind] += rows
                found["crossed"] += rows * any(one.mark in (text or "") for one in teams if one.mark != mark)
        found["event"] = single(connection, "SELECT count(*) FROM event")
        found["erased"] = single(connection, "SELECT count(*) FROM erased")
    return found


def single(connection: psycopg.Connection[Any], sql: str) -> int:
    row = connection.execute(sql.encode()).fetchone()
    return int(row[0]) if row else 0


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks team_isolation", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    programs = find_programs()
    if programs is None:
        raise SystemExit(MISSING)
    server = PostgresqlServer(programs)
    try:
        server.start()
        make_template(server)
        database = server.url("template_team", LOGIN)
        teams = make_teams(database)
        with start_server(database) as address, ThreadPoolExecutor(CLIENTS) as pool:
            asked = [
                pool.submit(run_client, address, teams, args.requests // CLIENTS, args.seed * 100 + number)
                for number in range(CLIENTS)
            ]
            tallies = [one.result() for one in asked]
        report(tallies, count_crossed(server.url("template_team"), teams))
    finally:
        server.remove()


def report(tallies: Sequence[Tally], rows: Counter[str]) -> None:
    """Print what was asked, what was stored, and what crossed."""
    statuses = sum((one.statuses for one in tallies), Counter[str]())
    print(f"{statuses.total():,} requests of {TEAMS} teams over {CLIENTS} connections")
    for name, n in sorted(statuses.items()):
        print(f"  token {name:<24}{n:>7,}")
    print("rows stored: " + ", ".join(f"{n:,} {kind}" for kind, n in sorted(rows.items()) if kind != "crossed"))
    crossed, taken = (
        [one for tally in tallies for one in tally.crossed],
        [one for tally in tallies for one in tally.taken],
    )
    print(f"answers with the own team's mark: {sum(one.own for one in tallies):,}")
    print(f"answers with another team's mark: {len(crossed)} {crossed[:3] or ''}")
    print(f"tokens that do not hold and were taken: {len(taken)} {taken[:3] or ''}")
    print(f"rows under another team: {rows['crossed']}")
