"""A server over a store in memory, members with tokens, and rows to send."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from starlette.testclient import TestClient

from twiceshy.base.errors import StoreUnwritable
from twiceshy.privacy.row_scan import RowScan
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.privacy.wire.wire_rows import encode_row, make_row_id
from twiceshy.records.team import Scope, TokenLine, WireRow, WireValue
from twiceshy_team.serve.administration import hash_token, make_token_text
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.server.asked import ServerRoute
from twiceshy_team.server.request_rate import RequestRate
from twiceshy_team.server.routes import ROUTES
from twiceshy_team.server.team_app import ServedTeam, make_team_app
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.opening import open_team_store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SCAN = RowScan()


def make_execution(number: int, **data: WireValue) -> WireRow:
    """Return a run."""
    given: Mapping[str, WireValue] = {"exit_code": 0, "exit_reason": "completed", "total_runtime": 1.5}
    return WireRow(kind="execution", id=make_row_id(b"key", str(number)), rev=0, at=NOW, data={**given, **data})


def join_rows(rows: Iterable[WireRow]) -> bytes:
    """Return the body of a request."""
    return b"".join(encode_row(row) + b"\n" for row in rows)


class AwayStore:
    """A store that can be away, like a database that is started again."""

    def __init__(self, store: TeamStore) -> None:
        self._store = store
        self.away = False

    def __getattr__(self, name: str) -> Any:
        if self.away:
            raise StoreUnwritable("the database at /srv/team.db does not answer. Try again.")
        return getattr(self._store, name)


@dataclass
class Place:
    """A server, its store, its clocks, and what it logged."""

    folder: Path
    level: Level = "full"
    routes: Sequence[ServerRoute] = ROUTES
    at_once: int = 8
    per_second: float = 100.0
    burst: int = 100
    seconds: float = 0.0
    logged: list[Mapping[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.away = AwayStore(open_team_store(str(self.folder / "team.db")))
        self.store = cast("TeamStore", self.away)

    def read_executions(self, team: str) -> dict[str, tuple[Any, ...]]:
        """Return the runs that are stored, by id: status, words, head."""
        rows = self.store.fetch(team, "SELECT id, exit_code, command, command_head FROM execution", {})
        return {bytes(key).hex(): tuple(rest) for key, *rest in rows}

    def open(self) -> TestClient:
        """Return who asks it."""
        return TestClient(
            make_team_app(
                ServedTeam(
                    server=TeamServer(store=self.store, scan=SCAN, level=self.level),
                    routes=self.routes,
                    rate=RequestRate(per_second=self.per_second, at_once=self.burst, clock=lambda: self.seconds),
                    now=lambda: NOW,
                    clock=lambda: self.seconds,
                    log=self.logged.append,
                    at_once=self.at_once,
                    threads=4,
                )
            )
        )

    def make_team(self) -> str:
        """Return a new team."""
        return self.store.make_team("a team", NOW)

    def make_member(self, team: str, *scopes: Scope, days: int = 30) -> dict[str, str]:
        """Return the headers of a new member."""
        token = make_token_text()
        line = TokenLine(
            digest=hash_token(token) or b"",
            member=self.store.make_member(team, "a person", NOW),
            label="a machine",
            scopes=frozenset(scopes),
            made_at=NOW,
            expires_at=NOW + timedelta(days=days),
            last_used_on=None,
        )
        self.store.make_token(team, line)
        return {"authorization": f"Bearer {token}"}
