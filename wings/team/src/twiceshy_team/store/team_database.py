"""A server's store over either database: what is done is written once, how a transaction is opened is not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from secrets import token_bytes
from typing import Any
from uuid import uuid4

from twiceshy.base.errors import NotFound
from twiceshy.records.team import Caller, MemberLine, RowAnswer, TeamLevel, TeamLine, TokenLine, WireRow
from twiceshy_team.store.asked_rows import read_moment, read_time
from twiceshy_team.store.base import Database, SqlValue, Statements, TransactionClash
from twiceshy_team.store.row_statements import ROW_KINDS, OddRowError, check_row, list_removals, name_stage

_TRIES = 3
"""Of a transaction that another one stood in the way of (guess, 2026-11-23)."""
_OTHERS = "id: another member of the team has a row of this id"


class TeamDatabase:
    """The contract ``base.TeamStore``."""

    def __init__(self, database: Database) -> None:
        """Take a database that is at the newest schema."""
        self._database = database

    def accept(self, caller: Caller, rows: Sequence[WireRow], now: datetime) -> list[RowAnswer]:
        """Store rows, each once, in one transaction; answer each in the order given."""
        chosen, answers = _choose_rows(rows)
        for attempt in range(_TRIES):
            try:
                stored, refused = self._store(caller, chosen, now)
            except TransactionClash:
                if attempt == _TRIES - 1:
                    raise
            else:
                break
        for place, row in chosen:
            key = row.kind, row.id
            why = refused.get(key, "")
            answers[place] = RowAnswer(row.id, row.rev, _judge(key in stored, why), why)
        return [answer for _, answer in sorted(answers.items())]

    def _store(self, caller: Caller, chosen: Sequence[tuple[int, WireRow]], now: datetime) -> "_Outcome":
        by_kind: dict[str, list[WireRow]] = defaultdict(list)
        for _, row in chosen:
            by_kind[row.kind].append(row)
        tombstones = by_kind.pop("tombstone", [])
        values: dict[str, SqlValue] = {
            "member": caller.member,
            "now": now,
            "minute_ago": now - timedelta(minutes=1),
            "hour_ago": now - timedelta(hours=1),
            "day_ago": now - timedelta(days=1),
            "today": now.astimezone(UTC).date(),
        }
        outcome: _Outcome = set(), {}
        with self._database.begin(caller.team, write=True) as found:
            found.hold(b"member", caller.member, shared=not tombstones)
            for kind in ROW_KINDS:  # always in this order: two transactions never wait for each other
                if kind in by_kind:
                    _put(found, kind, by_kind[kind], values, outcome)
            if tombstones:
                outcome[0].update(("tombstone", key) for key in _erase(found, caller, tombstones, values))
        return outcome

    def find_token(self, digest: bytes, now: datetime) -> Caller | None:
        """Return who a token is of, by its SHA-256; None where it is unknown, expired or revoked."""
        with self._database.begin(token=digest) as found:
            rows = found.run(
                "SELECT team_id, digest, member, scopes, expires_at, revoked_at, last_used_on FROM token "
                "WHERE digest = :digest",
                {"digest": digest},
            )
        if len(rows) != 1 or not compare_digest(bytes(rows[0][1]), digest):
            return None
        team, _, member, scopes, expires, revoked, used = rows[0]
        ends = read_time(expires)
        if revoked is not None or (ends is not None and ends <= now):
            return None
        today = now.astimezone(UTC).date()
        late = used is None or str(used) < today.isoformat()
        with self._database.begin(str(team), write=late) as found:
            ((level,),) = found.run("SELECT level FROM team WHERE team_id = :team")
            if late:
                found.run(
                    "UPDATE token SET last_used_on = :today WHERE team_id = :team AND digest = :digest",
                    {"today": today, "digest": digest},
                )
        return Caller(team=str(team), member=bytes(member), scopes=_read_scopes(scopes), token=digest, level=level)

    def make_team(self, name: str, now: datetime, level: TeamLevel = "counts") -> str:
        """Make a team, and return its UUID."""
        team = str(uuid4())
        with self._database.begin(team, write=True) as found:
            found.run(
                "INSERT INTO team (team_id, name, level, made_at) VALUES (:team, :name, :level, :now)",
                {"name": name, "level": level, "now": now},
            )
        return team

    def set_level(self, team: str, level: TeamLevel) -> bool:
        """Set how much of an exporter's texts is kept; tell whether there is such a team."""
        with self._database.begin(team, write=True) as found:
            sql = "UPDATE team SET level = :level WHERE team_id = :team RETURNING level"
            return bool(found.run(sql, {"level": level}))

    def list_teams(self) -> list[TeamLine]:
        """Return every team, the oldest first: for the person who works on the server itself."""
        with self._database.begin_operator() as found:
            rows = found.run("SELECT team_id, name, level, made_at FROM team ORDER BY made_at, team_id")
        return [
            TeamLine(team=str(team), name=name, level=level, made_at=read_moment(made))
            for team, name, level, made in rows
        ]

    def make_member(self, team: str, name: str, now: datetime) -> bytes:
        """Make a member of a team, and return the member's id."""
        member = token_bytes(16)
        with self._database.begin(team, write=True) as found:
            if not found.run("SELECT 1 FROM team WHERE team_id = :team"):
                raise NotFound(f"there is no team {team!r} in this database. List the teams: twiceshy serve team")
            found.run(
                "INSERT INTO member (team_id, member, name, made_at) VALUES (:team, :member, :name, :now)",
                {"member": member, "name": name, "now": now},
            )
        return member

    def make_token(self, team: str, token: TokenLine) -> None:
        """Take a token from now on."""
        with self._database.begin(team, write=True) as found:
            if not found.run(
                "SELECT 1 FROM member WHERE team_id = :team AND member = :member", {"member": token.member}
            ):
                raise NotFound(
                    f"the team has no member {token.member.hex()!r}. List its members: twiceshy serve member"
                )
            found.run(
                "INSERT INTO token (team_id, digest, member, label, scopes, made_at, expires_at) "
                "VALUES (:team, :digest, :member, :label, :scopes, :made_at, :expires_at)",
                {
                    "digest": token.digest,
                    "member": token.member,
                    "label": token.label,
                    "scopes": " ".join(sorted(token.scopes)),
                    "made_at": token.made_at,
                    "expires_at": token.expires_at,
                },
            )

    def revoke_token(self, team: str, digest: bytes, now: datetime) -> bool:
        """Take a token no more; tell whether there was one."""
        with self._database.begin(team, write=True) as found:
            return bool(
                found.run(
                    "UPDATE token SET revoked_at = :now WHERE team_id = :team AND digest = :digest "
                    "AND revoked_at IS NULL RETURNING 1",
                    {"digest": digest, "now": now},
                )
            )

    def list_members(self, team: str) -> list[MemberLine]:
        """Return the members of a team, the oldest first."""
        rows = self.fetch(
            team,
            "SELECT member.member, name, made_at, coalesce(sum(intake_day.rows), 0) FROM member LEFT JOIN intake_day "
            "ON intake_day.team_id = member.team_id AND intake_day.member = member.member "
            "WHERE member.team_id = :team GROUP BY member.member, name, made_at ORDER BY made_at, member.member",
            {},
        )
        return [
            MemberLine(member=bytes(member), name=name, made_at=read_moment(made), rows=int(count))
            for member, name, made, count in rows
        ]

    def list_tokens(self, team: str) -> list[TokenLine]:
        """Return the tokens of a team, the oldest first."""
        rows = self.fetch(
            team,
            "SELECT digest, member, label, scopes, made_at, expires_at, last_used_on, revoked_at FROM token "
            "WHERE team_id = :team ORDER BY made_at, digest",
            {},
        )
        return [
            TokenLine(
                digest=bytes(digest),
                member=bytes(member),
                label=label,
                scopes=_read_scopes(scopes),
                made_at=read_moment(made),
                expires_at=read_time(expires),
                last_used_on=read_time(used),
                revoked_at=read_time(revoked),
            )
            for digest, member, label, scopes, made, expires, used, revoked in rows
        ]

    def list_erasures(self, caller: Caller, since: str) -> tuple[list[bytes], str]:
        """Return ids that were erased after a cursor, and the next cursor."""
        last = int(since) if since.isascii() and since.isdigit() and len(since) < _LONGEST_CURSOR else 0
        rows = self.fetch(
            caller.team,
            "SELECT target, number FROM erased WHERE team_id = :team AND number > :last ORDER BY number LIMIT 10000",
            {"last": last},
        )
        return [bytes(target) for target, _ in rows], str(rows[-1][1] if rows else last)

    def fetch(self, team: str, sql: str, values: Mapping[str, SqlValue]) -> list[tuple[Any, ...]]:
        """Return what a SELECT of ``twiceshy_team.store.reads`` finds."""
        with self._database.begin(team) as found:
            return found.run(sql, values)

    def begin(self, team: str, *, write: bool = False) -> AbstractContextManager[Statements]:
        """Open a transaction of one team for ``store.knowledge``, and commit it at the end of the block."""
        return self._database.begin(team, write=write)

    def close(self) -> None:
        """Give back every connection."""
        self._database.close()


_Outcome = tuple[set[tuple[str, bytes]], dict[tuple[str, bytes], str]]
"""What was stored, and why others were refused, by kind and id."""
_LONGEST_CURSOR = 19
"""Digits of a number that a signed number of 64 bits always holds, and one more (its definition, 2026-11-23)."""


def _choose_rows(rows: Iterable[WireRow]) -> tuple[list[tuple[int, WireRow]], dict[int, RowAnswer]]:
    """Return the newest revision of each row with its place, and what is to be said of the others."""
    newest: dict[tuple[str, bytes], tuple[int, WireRow]] = {}
    answers: dict[int, RowAnswer] = {}
    for place, row in enumerate(rows):
        try:
            check_row(row)
        except OddRowError as exc:
            answers[place] = RowAnswer(row.id, row.rev, "refused", str(exc))
            continue
        key = row.kind, row.id
        other = newest.get(key)
        if other is None or other[1].rev < row.rev:
            newest[key] = place, row
            if other is not None:
                answers[other[0]] = RowAnswer(row.id, other[1].rev, "known")
        else:
            answers[place] = RowAnswer(row.id, row.rev, "known")
    return list(newest.values()), answers


def _judge(stored: bool, why: str) -> Any:
    return "refused" if why else "stored" if stored else "known"


def _find_others(found: Statements, kind: str, member: SqlValue) -> list[bytes]:
    """Return staged ids under which another member of the team has a row."""
    rows = found.run(
        f"SELECT stage.id FROM {name_stage(kind)} AS stage JOIN {kind} AS held "  # noqa: S608  # names of kinds
        "ON held.team_id = :team AND held.id = stage.id WHERE held.member <> :member",
        {"member": member},
    )
    return [bytes(key) for (key,) in rows]


def _put(
    found: Statements, kind: str, rows: Sequence[WireRow], values: Mapping[str, SqlValue], outcome: "_Outcome"
) -> None:
    """Put rows of one kind, and note what became of them."""
    new = found.put_rows(kind, rows, values)
    outcome[0].update((kind, key) for key in new)
    if len(new) < len(rows):
        outcome[1].update({(kind, key): _OTHERS for key in _find_others(found, kind, values["member"])})


def _erase(
    found: Statements, caller: Caller, tombstones: Sequence[WireRow], values: Mapping[str, SqlValue]
) -> list[bytes]:
    """Erase what tombstones name, remember it, and return the tombstones that were new."""
    targets = {bytes.fromhex(str(row.data["target"])): row for row in tombstones}
    owners = _find_owners(found, caller, sorted(targets))
    for member in sorted(owners.keys() - {caller.member}):
        found.hold(b"member", member)
    found.hold(b"erased")
    new = []
    for member, owned in sorted(owners.items()):
        ((number,),) = found.run("SELECT coalesce(max(number), 0) FROM erased WHERE team_id = :team")
        for place, target in enumerate(sorted(owned), number + 1):
            reason = targets[target].data.get("reason")
            key: dict[str, SqlValue] = {"member": member, "target": target, "number": place}
            key["reason"] = reason if isinstance(reason, str) else None
            if found.run(_REMEMBER, {**values, **key}):
                new.append(targets[target].id)
        _remove(found, member, sorted(owned))
    return new


def _remove(found: Statements, member: bytes, targets: Sequence[bytes]) -> None:
    """Take a member's rows out of the sums and away."""
    ids = found.stage_ids(targets)
    for kind in ROW_KINDS:
        for sql in list_removals(kind, ids):
            found.run(sql, {"member": member})


_REMEMBER = (
    "INSERT INTO erased (team_id, member, target, reason, day, number) "
    "VALUES (:team, :member, :target, :reason, :today, :number) ON CONFLICT (team_id, member, target) DO NOTHING "
    "RETURNING number"
)


def _find_owners(found: Statements, caller: Caller, targets: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    """Return what is to be erased by whose it is: the caller's own, but for an administrator whose it is said to be."""
    others: dict[bytes, bytes] = {}
    if "admin" in caller.scopes:
        ids = found.stage_ids(targets)
        sql = " UNION ".join(
            f"SELECT id, member FROM {kind} WHERE team_id = :team AND id IN (SELECT id FROM {ids})"  # noqa: S608  # names of kinds
            for kind in ROW_KINDS
        )
        others = {bytes(key): bytes(member) for key, member in found.run(sql)}
    owners: dict[bytes, list[bytes]] = defaultdict(list)
    for target in targets:
        owners[others.get(target, caller.member)].append(target)
    return owners


def _read_scopes(text: str) -> Any:
    return frozenset(text.split())
