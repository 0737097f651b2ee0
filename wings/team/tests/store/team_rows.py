"""Rows of every kind, as a member sends them, and who sends them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b

from twiceshy.privacy.wire.row_kinds import KINDS, Form
from twiceshy.records.team import Caller, Scope, TokenLine, WireRow, WireValue
from twiceshy_team.store.base import TeamStore

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SAMPLES: Mapping[Form, WireValue] = {
    "hash": "ab" * 16,
    "count": 3,
    "number": 1.5,
    "flag": True,
    "word": "word",
    "time": "2026-11-23T10:00:00.000Z",
    "text": "text with \t, \\ and \n and é",
    "words": ["one", "two"],
    "counts": {"Bash": 2, "Read": 1},
}


def a_key(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=16).digest()


def a_row(kind: str, name: str = "one", rev: int = 0, at: datetime = NOW, /, **data: WireValue) -> WireRow:
    """A row with everything that its kind requires, and what is given."""
    needed = {field.name: SAMPLES[field.form] for field in KINDS[kind].fields if field.required}
    return WireRow(kind=kind, id=a_key(f"{kind} {name}"), rev=rev, at=at, data={**needed, **data})


def a_full_row(kind: str, name: str = "one", rev: int = 0) -> WireRow:
    """A row with every field of its kind."""
    return a_row(kind, name, rev, NOW, **{field.name: SAMPLES[field.form] for field in KINDS[kind].fields})


def a_tombstone(row: WireRow) -> WireRow:
    return a_row("tombstone", row.id.hex(), target=row.id.hex(), reason="forget")


def a_caller(store: TeamStore, team: str = "", name: str = "Ada", *scopes: Scope) -> Caller:
    """A new member, of a new team where none is given."""
    team = team or store.make_team("a team", NOW)
    member = store.make_member(team, name, NOW)
    return Caller(team=team, member=member, scopes=frozenset(scopes or ("read", "write")))


def a_token(caller: Caller, secret: str = "secret", expires_at: datetime | None = None) -> TokenLine:
    return TokenLine(
        digest=blake2b(secret.encode(), digest_size=32).digest(),
        member=caller.member,
        label="laptop",
        scopes=caller.scopes,
        made_at=NOW,
        expires_at=expires_at,
        last_used_on=None,
    )
