"""The contract that both databases of a server hold; ``wings/team/tests/store`` runs one list of tests over each."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol

from twiceshy.base.errors import StoreBusy
from twiceshy.records.team import Caller, MemberLine, RowAnswer, TeamLevel, TeamLine, TokenLine, WireRow

SqlValue = bool | int | float | str | bytes | date | None
"""A ``datetime`` is a ``date`` too."""


class TransactionClash(StoreBusy):
    """Another transaction stood in the way: the same one may be tried again at once."""


class TeamStore(Protocol):
    """An open database. Whatever is asked, only rows of the caller's own team are seen or written.

    Threads may share it.

    Every method raises:
        StoreUnwritable: the database cannot be reached or takes nothing (a full disk): nothing was stored.
        StoreBusy: it took too long, or too many ask at once: nothing was stored.
    """

    def accept(self, caller: Caller, rows: Sequence[WireRow], now: datetime) -> list[RowAnswer]:
        """Store rows, each once, in one transaction; answer each in the order given.

        A tombstone erases what it names, and what comes under that id later is ``known`` and not stored. A member
        changes and erases own rows only; with the scope ``admin`` anybody's.
        """
        ...

    def find_token(self, digest: bytes, now: datetime) -> Caller | None:
        """Return who a token is of, by its SHA-256; None where it is unknown, expired or revoked."""
        ...

    def make_team(self, name: str, now: datetime, level: TeamLevel = "counts") -> str:
        """Make a team, and return its UUID."""
        ...

    def set_level(self, team: str, level: TeamLevel) -> bool:
        """Set how much of an exporter's texts is kept; tell whether there is such a team."""
        ...

    def list_teams(self) -> list[TeamLine]:
        """Return every team, the oldest first: for the person who works on the server itself."""
        ...

    def make_member(self, team: str, name: str, now: datetime) -> bytes:
        """Make a member of a team, and return the member's id.

        Raises:
            NotFound: there is no such team.
        """
        ...

    def make_token(self, team: str, token: TokenLine) -> None:
        """Take a token from now on.

        Raises:
            NotFound: the team has no such member.
        """
        ...

    def revoke_token(self, team: str, digest: bytes, now: datetime) -> bool:
        """Take a token no more; tell whether there was one."""
        ...

    def list_members(self, team: str) -> list[MemberLine]:
        """Return the members of a team, the oldest first."""
        ...

    def list_tokens(self, team: str) -> list[TokenLine]:
        """Return the tokens of a team, the oldest first."""
        ...

    def list_erasures(self, caller: Caller, since: str) -> tuple[list[bytes], str]:
        """Return ids that were erased after a cursor (empty: all), and the next cursor."""
        ...

    def fetch(self, team: str, sql: str, values: Mapping[str, SqlValue]) -> list[tuple[Any, ...]]:
        """Return what a SELECT of ``store.reads`` finds: values are ``:name``, ``:team`` is there already."""
        ...

    def begin(self, team: str, *, write: bool = False) -> AbstractContextManager["Statements"]:
        """Open a transaction of one team for ``store.knowledge``, and commit it at the end of the block."""
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...


class Statements(Protocol):
    """One open transaction of one team; both databases understand the same SQL, with ``:name`` for values."""

    def run(self, sql: str, values: Mapping[str, SqlValue] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement; return its rows, none where it gives none."""
        ...

    def hold(self, *parts: bytes, shared: bool = False) -> None:
        """Wait until nobody else holds this, and hold it until the end."""
        ...

    def put_rows(self, kind: str, rows: Sequence[WireRow], values: Mapping[str, SqlValue]) -> set[bytes]:
        """Insert those rows of one kind that are new, and sum them; return their ids."""
        ...

    def stage_ids(self, ids: Sequence[bytes]) -> str:
        """Put ids into a temporary table; return its name."""
        ...


class Database(Protocol):
    """Something that opens transactions."""

    def begin(self, team: str = "", *, token: bytes = b"", write: bool = False) -> AbstractContextManager[Statements]:
        """Open a transaction that sees one team, or the one token, and commit it at the end of the block."""
        ...

    def begin_operator(self) -> AbstractContextManager[Statements]:
        """Open a transaction that sees the list of teams."""
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...
