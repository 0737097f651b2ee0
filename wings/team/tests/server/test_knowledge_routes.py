"""What members take home over the server's addresses."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from wings.team.tests.server.team_clients import SCAN
from wings.team.tests.store.team_rows import NOW, a_caller, a_row

from twiceshy.records.team import Caller
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.server import routes
from twiceshy_team.server.asked import ServerAnswer, ServerAsk
from twiceshy_team.server.routes import ROUTES
from twiceshy_team.store.opening import open_team_store

HASH = "ab" * 16


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[TeamServer, Caller]]:
    """A server with a lesson and the runs of one command of two people, and a third who asks."""
    store = open_team_store(str(tmp_path / "team.db"))
    first = a_caller(store)
    for name, who in (("a", first), ("b", a_caller(store, first.team, "Ben"))):
        runs = [a_row("execution", f"{name}{x}", exit_reason="completed", team_hash=HASH) for x in range(5)]
        store.accept(who, [a_row("lesson", name, seen=3, sessions=2, text="A lesson."), *runs], NOW)
    yield TeamServer(store=store, scan=SCAN, level="full"), a_caller(store, first.team, "Cyd")
    store.close()


def ask(told: tuple[TeamServer, Caller], path: str, **query: str) -> ServerAnswer:
    (route,) = [one for one in ROUTES if one.path == path]
    return route.answer(ServerAsk(server=told[0], caller=told[1], now=NOW, query=query))


def test_every_address_wants_a_token_that_reads() -> None:
    """A CI machine's token writes only: it takes nothing home."""
    assert {one.scope for one in routes.KNOWLEDGE_ROUTES} == {"read"}


def test_knowledge_is_told_once(told: tuple[TeamServer, Caller]) -> None:
    """With its cursor nothing comes again; the log gets counts only."""
    first = ask(told, "/v1/knowledge")
    found = json.loads(first.body)
    second = json.loads(ask(told, "/v1/knowledge", since=found["cursor"]).body)

    assert [one["text"] for one in found["lessons"]] == ["A lesson."]
    assert {one["kind"] for one in found["limits"]} == {"timeout"}
    assert first.counts == {"lessons": 1, "limits": 1, "facts": 0, "effects": 0}
    assert second == {"cursor": found["cursor"]}


def test_lessons_alone_can_be_asked_for(told: tuple[TeamServer, Caller]) -> None:
    """The same lessons under the same cursor, and nothing else."""
    found = json.loads(ask(told, "/v1/lessons").body)

    assert set(found) == {"lessons", "cursor"}
    assert found["cursor"] == json.loads(ask(told, "/v1/knowledge").body)["cursor"]


@pytest.mark.parametrize("asked", ["", "cd" * 16, "no hash", "AB" * 16])
def test_a_command_that_the_team_does_not_know_has_no_limits(told: tuple[TeamServer, Caller], asked: str) -> None:
    """Whatever is asked for is answered in the same form."""
    assert json.loads(ask(told, "/v1/suggest", team_hash=asked).body) == {
        "schema": "twiceshy/team-limits/1",
        "limits": [],
    }


def test_a_command_that_two_people_ran_has_a_limit(told: tuple[TeamServer, Caller]) -> None:
    """With how many runs and people it is of."""
    (limit,) = json.loads(ask(told, "/v1/suggest", team_hash=HASH).body)["limits"]

    assert (limit["kind"], limit["runs"], limit["people"]) == ("timeout", 10, 2)
