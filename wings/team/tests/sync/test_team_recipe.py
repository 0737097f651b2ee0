"""One call sends what is new and takes what the team knows, and asks no more of a server that is silent."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from wings.team.tests.remote.fake_server import FakeServer, FakeTeam, Request, http, serving
from wings.team.tests.sync.test_send_outbox import put, row

from twiceshy.base.config import Config, load
from twiceshy_team.sync.team_recipe import sync_team

ENV = {"TWICESHY_SYNC_TOKEN": "tws_" + "A" * 43}


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """Nothing leaves by it yet."""
    return replace(load({}, os.environ, scratch_home), telemetry_backend="hybrid")


def list_paths(server: FakeServer) -> list[str]:
    """What was asked for."""
    return [request.path.partition("?")[0] for request in server.asked]


def route(write: int, knowledge: int) -> Callable[[Request], bytes]:
    """A server with a status for each direction."""
    team = FakeTeam()

    def answer(request: Request) -> bytes:
        if request.method == "GET":
            return http(knowledge, b"{}")
        return team(request) if write == 200 else http(write)

    return answer


def test_a_machine_of_one_person_asks_nobody(config: Config) -> None:
    """Nor does one without a server."""
    assert sync_team(replace(config, telemetry_backend="local"), ENV).stopped == ""
    assert "no server" in sync_team(config, ENV).stopped


@pytest.mark.parametrize(
    ("write", "asked"),
    [
        pytest.param(200, ["/v1/knowledge", "/v1/erasures"], id="what a team knows is asked for"),
        pytest.param(403, ["/v1/batch", "/v1/knowledge", "/v1/erasures"], id="a token that only reads"),
        pytest.param(401, ["/v1/batch"], id="a token that is not known"),
        pytest.param(503, ["/v1/batch"], id="a server that is full"),
    ],
)
def test_what_a_team_knows_is_asked_for_where_it_may_be_given(config: Config, write: int, asked: list[str]) -> None:
    """A token that may not read gets nothing, and that is no fault."""
    with serving(route(write, 403)) as server:
        ours = replace(config, sync_url=server.url)
        if write != 200:
            put(ours, [row(1)])
        done = sync_team(ours, ENV)

    assert (list_paths(server), done.learned) == (asked, 0)


def test_a_server_that_ends_is_asked_once(config: Config) -> None:
    """The next question would wait as long again."""

    def answer(request: Request) -> bytes:
        return b"" if request.method == "GET" else http(200)

    with serving(answer) as server:
        sync_team(replace(config, sync_url=server.url), ENV)

    assert list_paths(server) == ["/v1/knowledge"]
