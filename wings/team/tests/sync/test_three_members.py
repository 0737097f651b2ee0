"""Three people of a team, each with a machine of their own, and a server: what two learned, the third hears."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.archive.conftest import Log, stored
from tests.doors.gate.calling import CLEAN
from wings.team.tests.remote.fake_server import FakeServer, Request, http, serving
from wings.team.tests.server.team_clients import SCAN

from twiceshy.advice.recipes.mute_advice import mute
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.commands.keys.team_keys import render_team_key
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.events import Failure
from twiceshy.records.lessons import Lesson
from twiceshy.records.team import SyncSummary, TokenLine
from twiceshy_team.serve.administration import hash_token, make_token_text
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.server.request_rate import RequestRate
from twiceshy_team.server.routes import ROUTES
from twiceshy_team.server.team_app import ServedTeam, make_team_app
from twiceshy_team.store.opening import open_team_store
from twiceshy_team.sync.team_recipe import sync_team

NOW = datetime.now(UTC)
WRONG = "error: unrecognized subcommand 'bun'\n\nUsage: rtk <COMMAND>"


@dataclass
class Member:
    """A person with a machine of their own."""

    config: Config
    env: dict[str, str]

    def fail(self, times: int) -> None:
        """Make a mistake in as many sessions, and learn of it."""
        with Store.open(self.config.home) as store:
            for number in range(times):
                log = Log(f"own {number}", start=NOW - timedelta(days=9 - number)).opened(cwd="/home/ann/work/shop")
                log.prompt("please").call(f"call {number}", "rtk bun run test")
                stored(store, log.result(f"call {number}", WRONG, Failure.ERROR))
        judge(self.config, processes=1)
        learn_lessons(self.config)

    def sync(self) -> SyncSummary:
        """Send what is new, and take what the team knows."""
        return sync_team(self.config, self.env, asked=True)

    def read(self) -> list[Lesson]:
        """The lesson, where it is known."""
        return [one for one in list_lessons(self.config, NOW) if one.category == "wrong_tool_selection"]

    def hear(self) -> str:
        """What the gate says before the same mistake."""
        call = hook_folder.command_of(self.config, "claude-code", "PreToolUse")
        told = {
            "session_id": "live",
            "cwd": "/home/cyd/other",
            "hook_event_name": "PreToolUse",
            "tool_name": "Bash",
            "tool_use_id": "t1",
            "tool_input": {"command": "rtk bun run test"},
        }
        words = json.dumps(told).encode()
        done = subprocess.run(call, input=words, capture_output=True, env=CLEAN, timeout=20, check=True)
        return str(json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"]) if done.stdout else ""


@dataclass
class Team:
    """The server, and who has a token for it."""

    members: list[Member]
    server: FakeServer


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """Three people with one key; the server has a database in one file."""
    key = render_team_key(bytes(range(32)))
    monkeypatch.setenv("TWICESHY_TEAM_KEY", key)
    store = open_team_store(str(tmp_path / "team.db"))
    uuid = store.make_team("shop", NOW)
    served = ServedTeam(
        server=TeamServer(store=store, scan=SCAN, level="full"),
        routes=ROUTES,
        rate=RequestRate(per_second=100.0, at_once=100, clock=lambda: 0.0),
        now=lambda: datetime.now(UTC),
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
        members = []
        for name in ("ann", "ben", "cyd"):
            token = make_token_text()
            line = TokenLine(
                digest=hash_token(token) or b"",
                member=store.make_member(uuid, name, NOW),
                label="laptop",
                scopes=frozenset({"read", "write"}),
                made_at=NOW,
                expires_at=None,
                last_used_on=None,
            )
            store.make_token(uuid, line)
            home = tmp_path / name
            monkeypatch.setenv("HOME", str(home))
            config = replace(
                load({}, os.environ, tmp_path),
                home=home / ".twiceshy",
                telemetry_backend="hybrid",
                sync_url=server.url,
                sync_level="anonymous",
                advice_held_back_percent=0,
            )
            with Store.open(config.home) as own:
                stored(own, Log(f"quiet {name}", start=NOW - timedelta(days=10)).opened(cwd="/home/x/y").prompt("hi"))
            hook_folder.write(config)
            members.append(Member(config, {"TWICESHY_SYNC_TOKEN": token}))
        yield Team(members, server)
    store.close()


def test_what_two_learned_the_third_hears(team: Team) -> None:
    """One person's lesson is nobody else's; of two it is the team's, and then no server is needed."""
    ann, ben, cyd = team.members
    ann.fail(4)
    ann.sync()
    cyd.sync()
    assert cyd.read() == []
    assert cyd.hear() == ""

    ben.fail(2)
    assert ben.sync().stopped == ""
    assert cyd.sync().learned > 0

    assert "in your team, 2 people, 6 times: \"'rtk' refuses 'bun'" in cyd.hear()
    (lesson,) = cyd.read()
    assert lesson.team is not None
    assert (lesson.team.people, lesson.team.seen, lesson.team.only) == (2, 6, True)
    ben.sync()
    (own,) = ben.read()
    assert (own.observations, own.team is not None and own.team.only) == (2, False)


def test_what_came_from_the_team_is_nobodys_evidence(team: Team) -> None:
    """A member who has it and syncs again adds no person."""
    ann, ben, cyd = team.members
    ann.fail(4)
    ann.sync()
    ben.fail(2)
    ben.sync()
    for _ in range(2):
        cyd.sync()
        learn_lessons(cyd.config)

    ann.sync()
    (lesson,) = ann.read()

    assert lesson.team is not None
    assert (lesson.team.people, lesson.team.seen) == (2, 6)


def test_who_mutes_it_speaks_for_the_team_too(team: Team) -> None:
    """Silent at home at once; and one of three against it makes it disputed for who did not learn it."""
    ann, ben, cyd = team.members
    ann.fail(4)
    ann.sync()
    ben.fail(2)
    ben.sync()
    cyd.sync()
    mute(cyd.config, cyd.read()[0].id, NOW)
    assert cyd.hear() == ""

    cyd.sync()
    ann.sync()
    cyd.sync()

    told = ann.read()[0].team
    assert told is not None
    assert told.disputed
    assert cyd.hear() == ""
