"""Teams, members and tokens, as the person who runs the server makes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.base.errors import NotFound, UsageError
from twiceshy.records.team import Caller, ShownToken
from twiceshy_team import serve
from twiceshy_team.serve.administration import find_caller, hash_token
from twiceshy_team.store.opening import open_team_store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = timedelta()


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A database with the team shop and its member Ann."""
    address = str(tmp_path / "team.db")
    serve.add_team(address, "shop", "anonymous", NOW)
    serve.add_member(address, "", "Ann", NOW)
    return address


def add(database: str, days: int = 30) -> ShownToken:
    return serve.add_token(database, "shop", "Ann", label="laptop", scopes={"write"}, days=days, now=NOW)


def find(database: str, token: str, later: timedelta = TODAY) -> Caller | None:
    store = open_team_store(database)
    try:
        return find_caller(store, token, NOW + later)
    finally:
        store.close()


def test_a_token_says_who_asks_until_it_expires(database: str) -> None:
    """And what the member may do; what is stored of it cannot be sent."""
    shown = add(database)
    found = find(database, shown.token)

    assert found is not None
    assert (found.member, found.scopes, found.level) == (shown.line.member, frozenset({"write"}), "anonymous")
    assert find(database, shown.token, timedelta(days=31)) is None
    assert find(database, shown.line.digest.hex()) is None
    assert find(database, shown.token + "A") is None
    (line,) = serve.list_tokens(database, "")
    assert replace(line, last_used_on=None) == shown.line
    assert shown.token not in repr(line)


def test_a_token_without_an_end_goes_on(database: str) -> None:
    """Where that was asked for."""
    assert find(database, add(database, days=0).token, timedelta(days=3_000))


def test_a_rotated_token_takes_the_place_of_another(database: str) -> None:
    """Same member, same scopes, as many days; the old one holds only where it is kept."""
    old = add(database)
    later = NOW + timedelta(days=10)
    new = serve.rotate_token(database, "shop", serve.shorten_id(old.line.digest), keeps=False, now=later)
    kept = serve.rotate_token(database, "shop", serve.shorten_id(new.line.digest), keeps=True, now=later)

    assert (new.line.member, new.line.scopes, new.line.label) == (old.line.member, old.line.scopes, "laptop")
    assert new.line.expires_at == later + timedelta(days=30)
    assert new.replaces == serve.shorten_id(old.line.digest)
    assert find(database, old.token) is None
    assert find(database, new.token)
    assert find(database, kept.token)


def test_a_revoked_token_holds_no_longer(database: str) -> None:
    """From the next request on."""
    shown = add(database)
    serve.revoke_token(database, "", shown.line.digest.hex()[:8], NOW)

    assert find(database, shown.token) is None
    with pytest.raises(NotFound):
        serve.revoke_token(database, "", shown.line.digest.hex()[:8], NOW)


@pytest.mark.parametrize(
    ("team", "member", "error"),
    [
        pytest.param("", "Ann", UsageError, id="which of two teams"),
        pytest.param("other", "Ann", NotFound, id="no member of that team"),
        pytest.param("third", "Ann", NotFound, id="no team"),
        pytest.param("shop", "An", NotFound, id="no whole name"),
        pytest.param("shop", "", NotFound, id="nobody"),
    ],
)
def test_a_name_that_does_not_say_which_is_refused(
    database: str, team: str, member: str, error: type[Exception]
) -> None:
    """Nobody gets a token by chance."""
    serve.add_team(database, "other", "counts", NOW)

    with pytest.raises(error):
        serve.add_token(database, team, member, label="", scopes={"read"}, days=1, now=NOW)


def test_names_are_unique(database: str) -> None:
    """A team among teams, a member in a team."""
    with pytest.raises(UsageError):
        serve.add_team(database, "shop", "counts", NOW)
    with pytest.raises(UsageError):
        serve.add_member(database, "shop", "Ann", NOW)


def test_a_team_keeps_what_it_is_told_to_keep(database: str) -> None:
    """Of what exporters of agents send."""
    serve.set_team_level(database, "shop", "full")

    assert [one.level for one in serve.list_teams(database)] == ["full"]
    found = find(database, add(database).token)
    assert found is not None
    assert found.level == "full"


def test_keys_differ() -> None:
    """Each is random, and none is a token."""
    made = {serve.make_team_key() for _ in range(3)}

    assert (len(made), {len(key) for key in made}, {hash_token(key) for key in made}) == (3, {43}, {None})
