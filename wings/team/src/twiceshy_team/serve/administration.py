"""What the person who runs a server does: teams, members, tokens. A token is shown once, when it is made."""

import base64
import re
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import TypeVar

from twiceshy.base.errors import NotFound, UsageError
from twiceshy.records.team import Caller, MemberLine, Scope, ShownToken, TeamLevel, TeamLine, TokenLine
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.opening import migrate_team_store, open_team_store

# Tokens of members and machines: who has one may do what it says; the server keeps no more than its hash.

_SIZE = 32
"""Random bytes of a token: by design nobody guesses one, so that a plain hash of it is enough."""
_FORM = re.compile(r"tws_[A-Za-z0-9_-]{43}")


def make_token_text() -> str:
    """Return a new token; it is shown once and stored nowhere."""
    return "tws_" + base64.urlsafe_b64encode(secrets.token_bytes(_SIZE)).decode().rstrip("=")


def hash_token(token: str) -> bytes | None:
    """Return what is stored of a token; None where a text is none.

    >>> hash_token("tws_" + "A" * 43).hex()[:12]
    'd774cf8a381a'
    """
    return sha256(token.encode()).digest() if _FORM.fullmatch(token) else None


def find_caller(store: TeamStore, token: str, now: datetime) -> Caller | None:
    """Return who sent a token; None where it is no token, or unknown, expired or revoked."""
    digest = hash_token(token)
    if digest is None:
        return None
    found = store.find_token(digest, now)
    return found if found is not None and compare_digest(found.token, digest) else None


_KEY_SIZE = 32
"""Bytes of a team's key: what keyed BLAKE2b is asked for, by design as long as its answers at most."""
_SHOWN = 4
"""Bytes of an id that are shown; as long as they name one thing only (guess, 2026-11-23)."""
One = TypeVar("One")


def set_up_database(address: str, login: str, password: str) -> list[str]:
    """Make what a server needs in a database, or bring it up to date; return the steps that were taken now."""
    return migrate_team_store(address, login, password)


def make_team_key() -> str:
    """Return a new key for a team: its members have it, and the server never does."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_SIZE)).decode().rstrip("=")


def add_team(address: str, name: str, level: TeamLevel, now: datetime) -> TeamLine:
    """Make a team.

    Raises:
        UsageError: there is one of that name.
    """
    with _open(address) as store:
        if any(one.name == name for one in store.list_teams()):
            raise UsageError(f"there is a team {name!r} already. Choose another name.")
        return TeamLine(team=store.make_team(name, now, level), name=name, level=level, made_at=now)


def set_team_level(address: str, wish: str, level: TeamLevel) -> TeamLine:
    """Set how much of the texts that exporters of agents send is kept for a team."""
    with _open(address) as store:
        team = _choose_team(store, wish)
        store.set_level(team.team, level)
        return replace(team, level=level)


def list_teams(address: str) -> list[TeamLine]:
    """Return every team, the oldest first."""
    with _open(address) as store:
        return store.list_teams()


def add_member(address: str, wish: str, name: str, now: datetime) -> MemberLine:
    """Make a member of a team.

    Raises:
        UsageError: the team has one of that name.
    """
    with _open(address) as store:
        team = _choose_team(store, wish)
        if any(one.name == name for one in store.list_members(team.team)):
            raise UsageError(f"the team {team.name!r} has a member {name!r} already. Choose another name.")
        return MemberLine(member=store.make_member(team.team, name, now), name=name, made_at=now)


def list_members(address: str, wish: str) -> list[MemberLine]:
    """Return the members of a team, the oldest first."""
    with _open(address) as store:
        return store.list_members(_choose_team(store, wish).team)


def list_tokens(address: str, wish: str) -> list[TokenLine]:
    """Return the tokens of a team, the oldest first."""
    with _open(address) as store:
        return store.list_tokens(_choose_team(store, wish).team)


def add_token(  # whose, for what, and how long
    address: str, wish: str, member: str, *, label: str, scopes: Collection[Scope], days: int, now: datetime
) -> ShownToken:
    """Make a token for a member, by the member's name or the first digits of the id."""
    with _open(address) as store:
        team = _choose_team(store, wish).team
        found = _choose_member(store, team, member)
        line = TokenLine(
            digest=b"",
            member=found.member,
            label=label or found.name,
            scopes=frozenset(scopes),
            made_at=now,
            expires_at=now + timedelta(days=days) if days else None,
            last_used_on=None,
        )
        return _store_token(store, team, line, found.name)


def rotate_token(address: str, wish: str, digits: str, *, keeps: bool, now: datetime) -> ShownToken:
    """Make a token in place of another: for the same member and the same use, for as long as that one was made for.

    The old one holds no longer, unless it ``keeps``: then it is revoked by hand, when the new one is everywhere.
    """
    with _open(address) as store:
        team = _choose_team(store, wish).team
        old = _choose_token(store, team, digits)
        ends = now + (old.expires_at - old.made_at) if old.expires_at else None
        made = replace(old, made_at=now, expires_at=ends, last_used_on=None)
        shown = _store_token(store, team, made, _choose_member(store, team, old.member.hex()).name)
        if keeps:
            return shown
        store.revoke_token(team, old.digest, now)
        return replace(shown, replaces=shorten_id(old.digest))


def revoke_token(address: str, wish: str, digits: str, now: datetime) -> TokenLine:
    """Take a token no more, from the next request on."""
    with _open(address) as store:
        team = _choose_team(store, wish).team
        line = _choose_token(store, team, digits)
        store.revoke_token(team, line.digest, now)
        return line


def shorten_id(key: bytes) -> str:
    """Return the digits by which a member or a token is named."""
    return key[:_SHOWN].hex()


def _store_token(store: TeamStore, team: str, line: TokenLine, member: str) -> ShownToken:
    token = make_token_text()
    made = replace(line, digest=hash_token(token) or b"")
    store.make_token(team, made)
    return ShownToken(token=token, line=made, member=member)


@contextmanager
def _open(address: str) -> Iterator[TeamStore]:
    store = open_team_store(address)
    try:
        yield store
    finally:
        store.close()


def _choose_team(store: TeamStore, wish: str) -> TeamLine:
    """Return the team of a name or an id; the only one where nothing is said."""
    teams = store.list_teams()
    if not wish and len(teams) != 1:
        names = ", ".join(one.name for one in teams) or "none; make one: twiceshy serve team add NAME"
        raise UsageError(f"say which team with --team NAME. There are: {names}.")
    return _choose(teams, lambda one: not wish or wish in {one.name, one.team}, "team", wish)


def _choose_member(store: TeamStore, team: str, wish: str) -> MemberLine:
    members = store.list_members(team)
    return _choose(members, lambda one: one.name == wish or _has_digits(one.member, wish), "member", wish)


def _choose_token(store: TeamStore, team: str, wish: str) -> TokenLine:
    held = [one for one in store.list_tokens(team) if one.revoked_at is None]
    return _choose(held, lambda one: _has_digits(one.digest, wish), "token", wish)


def _has_digits(key: bytes, digits: str) -> bool:
    return len(digits) >= 2 * _SHOWN and key.hex().startswith(digits.lower())


def _choose(every: Sequence[One], fits: Callable[[One], bool], noun: str, wish: str) -> One:
    """Return the one that fits.

    Raises:
        NotFound: none does, or several do.
    """
    found = [one for one in every if fits(one)]
    if len(found) != 1:
        raise NotFound(
            f"{'no' if not found else 'more than one'} {noun} is named {wish!r}. List them: twiceshy serve {noun}"
        )
    return found[0]
