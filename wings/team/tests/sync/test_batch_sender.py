"""A server that was put back to an older dump gets again what it had taken since, and nothing is there twice."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.archive.conftest import Log, stored
from tests.archive.run_records import record
from wings.team.tests.remote.fake_server import Request, http, serving
from wings.team.tests.server.team_clients import SCAN
from wings.team.tests.sync.sending import KEY_TEXT, NOW, settings

from twiceshy.archive import run_rows
from twiceshy.archive.db import Store
from twiceshy.archive.kept_facts import KeptProject, keep_facts
from twiceshy.archive.outbox import erase_gone_runs, read_notes
from twiceshy.base.config import Config
from twiceshy.privacy.wire.outgoing_runs import make_run_rows
from twiceshy.privacy.wire.row_kinds import KINDS
from twiceshy.privacy.wire.sending_settings import find_terms
from twiceshy.records.executions import Feedback
from twiceshy.records.kept_knowledge import KeptFact, ProjectFactKind
from twiceshy.records.team import SyncSummary, TokenLine
from twiceshy.run.recipes.recorded_runs import put_feedback, put_run
from twiceshy_team.serve.administration import hash_token, make_token_text
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.server.request_rate import RequestRate
from twiceshy_team.server.routes import ROUTES
from twiceshy_team.server.team_app import ServedTeam, make_team_app
from twiceshy_team.store.opening import open_team_store
from twiceshy_team.sync.team_recipe import sync_team

_SINCE = ("received_at", "rev", "arrived_at", "reason")
"""Columns that differ for rows that came again."""


@dataclass
class Place:
    """A member with a server whose database may be put back."""

    config: Config
    env: dict[str, str]
    database: Path

    def sync(self) -> SyncSummary:
        """Send what is new."""
        return sync_team(self.config, self.env, asked=True)

    def read_rows(self) -> dict[str, list[dict[str, Any]]]:
        """What the server holds, by kind."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            found = {}
            for kind in (*KINDS, "erased"):
                if kind != "tombstone":
                    rows = [dict(row) for row in connection.execute(f"SELECT * FROM {kind}")]
                    kept = [{name: row[name] for name in row if name not in (*_SINCE, "at", "day")} for row in rows]
                    found[kind] = sorted(kept, key=repr)
        return found

    def dump(self) -> None:
        """Copy the whole database, as it is now."""
        _copy(self.database, self.database.with_suffix(".dump"))

    def restore(self) -> None:
        """Put the database back, below the server that runs."""
        _copy(self.database.with_suffix(".dump"), self.database)

    def run(self, number: int) -> bytes:
        """Record a run."""
        one = record(number)
        with Store.open(self.config.home) as store:
            terms = find_terms(self.config, store.salt)
            assert terms is not None
            with store.begin_writing() as connection:
                run_rows.add(connection, one, NOW)
                put_run(store, make_run_rows(one.execution, one.matches, one.samples, terms), NOW)
        return one.execution.execution_id

    def rate(self, run: bytes, rating: int) -> None:
        """Say something of a run."""
        with Store.open(self.config.home) as store:
            terms = find_terms(self.config, store.salt)
            assert terms is not None
            with store.begin_writing() as connection:
                run_rows.give_feedback(connection, run, Feedback(rating=rating), [], NOW)
                put_feedback(store, run, terms, NOW)

    def know(self, worked: int) -> None:
        """Know one fact of a project."""
        fact = KeptFact(ProjectFactKind.TEST, "Tests run with `make`.", "`make`", "", worked, worked)
        with Store.open(self.config.home) as store, store.begin_writing() as connection:
            keep_facts(connection, [KeptProject("remote:host/owner/web-shop", "web-shop", (fact,))])

    def forget(self, run: bytes) -> None:
        """Delete a run here."""
        with Store.open(self.config.home) as store, store.begin_writing() as connection:
            connection.execute("DELETE FROM executions WHERE execution_id = ?", (run,))
            erase_gone_runs(connection, "forgotten", NOW)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@pytest.fixture
def place(tmp_path: Path, scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """One member with two sessions; the server has a database in one file."""
    monkeypatch.setenv("TWICESHY_TEAM_KEY", KEY_TEXT)
    database = tmp_path / "team.db"
    team = open_team_store(str(database))
    uuid, token = team.make_team("shop", NOW), make_token_text()
    line = TokenLine(
        digest=hash_token(token) or b"",
        member=team.make_member(uuid, "ann", NOW),
        label="laptop",
        scopes=frozenset({"read", "write"}),
        made_at=NOW,
        expires_at=None,
        last_used_on=None,
    )
    team.make_token(uuid, line)
    served = ServedTeam(
        server=TeamServer(store=team, scan=SCAN, level="full"),
        routes=ROUTES,
        rate=RequestRate(per_second=100.0, at_once=100, clock=lambda: 0.0),
        now=lambda: NOW,
        clock=lambda: 0.0,
        log=lambda _: None,
        at_once=8,
        threads=4,
    )
    client = TestClient(make_team_app(served))

    def answer(request: Request) -> bytes:
        headers = {name: value for name, value in request.headers.items() if name != "content-encoding"}
        found = client.request(request.method, request.path, headers=headers, content=request.body)
        return http(found.status_code, found.content)

    with client, serving(answer) as server:
        config = replace(settings(scratch_home, level="full"), sync_url=server.url)
        with Store.open(config.home) as store:
            for name in ("one", "two"):
                stored(store, Log(name).everything("quokka"))
        yield Place(config, {"TWICESHY_SYNC_TOKEN": token}, database)
    team.close()


def test_what_a_restored_server_lacks_is_sent_again(place: Place) -> None:
    """Runs with matches and samples, what was said of them, facts, and that something was erased."""
    first, second = place.run(1), place.run(2)
    place.know(3)
    place.sync()
    place.dump()
    place.run(3)
    place.rate(first, 5)
    place.know(9)
    place.forget(second)
    place.sync()
    whole = place.read_rows()

    place.restore()
    assert place.read_rows() != whole
    done = place.sync()

    assert place.read_rows() == whole
    assert (done.left, done.stopped, done.refused) == (0, "", {})
    assert done.again > 0
    again = place.sync()
    assert (again.again, again.sent, again.known) == (0, 0, 0)


def test_a_run_that_never_left_does_not_leave_now(place: Place) -> None:
    """One that was recorded while nothing was to be sent stays here."""
    place.run(1)
    with Store.open(place.config.home) as store, store.begin_writing() as connection:
        run_rows.add(connection, record(2), NOW)
    place.dump()
    place.sync()
    place.restore()
    place.sync()

    assert [row["id"] for row in place.read_rows()["execution"]] == [record(1).execution.execution_id]


def test_a_server_that_has_everything_gets_nothing_twice(place: Place) -> None:
    """One row is asked about, and it is counted nowhere."""
    place.run(1)
    place.sync()
    done = place.sync()

    assert (done.sent, done.known, done.again) == (0, 0, 0)


def test_what_is_forgotten_is_no_witness(place: Place) -> None:
    """Nothing of it stays in the data folder for this."""
    runs = [place.run(1), place.run(2)]
    place.sync()
    with Store.open(place.config.home) as store:
        kept = json.loads(read_notes(store.connection)["witness"])
    for run in runs:
        place.forget(run)

    with Store.open(place.config.home) as store:
        held = read_notes(store.connection).get("witness", "")
    assert kept["kind"] in KINDS
    assert not [run for run in runs if run.hex() in held]
