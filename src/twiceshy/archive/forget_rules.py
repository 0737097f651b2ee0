"""What the user asked to forget, filtered out of every later batch: rows, sessions, words and long texts alike.

Only hashes and times are kept of it. A batch is filtered before its texts are written, so that reading a forgotten log
again leaves nothing of it on the disk.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.bodies import Pack, filter_pack
from twiceshy.archive.rows import BODY_PLACES, TIME_PLACES, Row, RowBatch, SessionColumns, Value, hash_body
from twiceshy.archive.times import format_time


class FilteredBatch(NamedTuple):
    """A batch without what the user asked to forget."""

    batch: RowBatch
    left_out: int
    """Events."""


class ForgetRule(NamedTuple):
    """One call of `forget`; None matches anything."""

    session: bytes | None
    project: bytes | None
    from_at: str | None
    until_at: str | None

    def concerns(self, session: bytes, project: bytes | None) -> bool:
        """Tell whether the rule is about that session at all."""
        return self.session in (None, session) and self.project in (None, project)

    def covers(self, at: Value) -> bool:
        """Tell whether a time lies within the rule; no time does only where the rule has no bounds."""
        if at is None:
            return self.from_at is None and self.until_at is None
        return (self.from_at is None or self.from_at <= str(at)) and (self.until_at is None or str(at) < self.until_at)


class ForgetRules:
    """All forget rules of a store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.rules = [
            ForgetRule(*row) for row in connection.execute("SELECT session, project, from_at, until_at FROM forgotten")
        ]

    def filter_batch(self, batch: RowBatch) -> FilteredBatch:
        """Return the batch without what is to be forgotten; unchanged where there is no rule."""
        if not self.rules:
            return FilteredBatch(batch, 0)
        rules = self._list_rules(batch)
        kept = {table: self._find_kept(table, rows, rules) for table, rows in batch.tables.items()}
        tables = {table: [batch.tables[table][place] for place in places] for table, places in kept.items()}
        words = {table: [words[place] for place in kept[table]] for table, words in batch.words.items()}
        left_out = sum(map(len, batch.tables.values())) - sum(map(len, tables.values()))
        by_uid = dict(zip(batch.sessions, rules, strict=True))
        known = tuple(found for row in batch.known if (found := _trim_session_row(row, by_uid[row.uid])) is not None)
        results = {old: new for new, old in enumerate(kept["result"])}
        toolless = tuple(results[place] for place in batch.toolless if place in results)
        packs = _filter_packs(batch.packs, _find_bodies(tables))
        return FilteredBatch(RowBatch(batch.sessions, known, tables, words, packs, toolless), left_out)

    def _list_rules(self, batch: RowBatch) -> list[list[ForgetRule]]:
        """Return for each session of the batch the rules that are about it."""
        projects = {row.uid: hash_body(row.project.encode()) for row in batch.known}
        return [
            [rule for rule in self.rules if rule.concerns(uid, projects.get(uid) or self.project_of(uid))]
            for uid in batch.sessions
        ]

    def _find_kept(self, table: str, rows: list[Row], rules: list[list[ForgetRule]]) -> list[int]:
        """Return the places of a table's rows that are not to be forgotten."""
        time = TIME_PLACES[table]
        return [
            place
            for place, row in enumerate(rows)
            if not self.covers(rules[int(row[0])], row[1], row[time])  # type: ignore[arg-type]  # a session's place
        ]

    def covers(self, rules: list[ForgetRule], uid: Value, at: Value) -> bool:
        """Tell whether a row is to be forgotten: by a rule, or as a copy of one that was."""
        if any(rule.covers(at) for rule in rules):
            return True
        return self.connection.execute("SELECT 1 FROM forgotten_event WHERE uid = ?", (uid,)).fetchone() is not None

    def cover_note(self, session: bytes, at: datetime) -> bool:
        """Tell whether what a hook noted in that session at that time is to be forgotten."""
        if not self.rules:
            return False
        project = self.project_of(session)
        return any(rule.concerns(session, project) and rule.covers(format_time(at)) for rule in self.rules)

    def project_of(self, session: bytes) -> bytes | None:
        """Return the hash of the identity of a stored session's project; None where it is not stored."""
        row = self.connection.execute(
            "SELECT p.identity FROM session s JOIN project p ON p.id = s.project_id WHERE s.uid = ?", (session,)
        ).fetchone()
        return hash_body(row[0].encode()) if row else None


def _find_bodies(tables: Mapping[str, Iterable[Row]]) -> set[bytes]:
    """Return the addresses of the long texts that rows refer to."""
    return {
        bytes(row[place])  # type: ignore[arg-type]  # a hash
        for table, places in BODY_PLACES.items()
        for row in tables[table]
        for place in places
        if row[place] is not None
    }


def _filter_packs(packs: Iterable[Pack], wanted: set[bytes]) -> list[Pack]:
    """Return the packs with the wanted texts only, and none that has no other."""
    return [
        pack if wanted.issuperset(pack.hashes) else filter_pack(pack, wanted)
        for pack in packs
        if not wanted.isdisjoint(pack.hashes)
    ]


def _trim_session_row(row: SessionColumns, rules: list[ForgetRule]) -> SessionColumns | None:
    """Return what may be stored of a session: None where all of it is forgotten, no title where a part is."""
    if any(rule.covers(row.first_at) and rule.covers(row.last_at) for rule in rules):
        return None
    return row._replace(title=None) if rules else row
