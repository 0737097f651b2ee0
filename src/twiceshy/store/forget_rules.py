"""What the user asked to forget, filtered out of every later batch: rows, sessions, words and long texts alike.

Only hashes and times are kept of it. A batch is filtered before its texts are written, so that reading a forgotten log
again leaves nothing of it on the disk.
"""

import sqlite3
from typing import NamedTuple

from twiceshy.store.bodies import filter_pack
from twiceshy.store.rows import BODY_PLACES, SEARCHED, TIME_PLACES, Row, RowBatch, Value, hash_body

_TITLE_PLACE = 9  # places in a row of `Packed.known`
_FIRST_AT_PLACE = 10
_LAST_AT_PLACE = 11


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
        projects = {bytes(row[0]): hash_body(str(row[3]).encode()) for row in batch.known}  # type: ignore[arg-type]  # a uid
        rules = [
            [rule for rule in self.rules if rule.concerns(uid, projects.get(uid) or self.project_of(uid))]
            for uid in batch.sessions
        ]
        tables: dict[str, list[Row]] = {}
        words = dict(batch.words)
        kept_places: dict[str, dict[int, int]] = {}
        for table, rows in batch.tables.items():
            time = TIME_PLACES[table]
            kept = [i for i, row in enumerate(rows) if not self.covers(rules[int(row[0])], row[1], row[time])]  # type: ignore[arg-type]  # a place
            tables[table] = [rows[i] for i in kept]
            kept_places[table] = {old: new for new, old in enumerate(kept)}
            if table in SEARCHED:
                words[table] = [batch.words[table][i] for i in kept]
        left_out = sum(map(len, batch.tables.values())) - sum(map(len, tables.values()))
        places = {uid: place for place, uid in enumerate(batch.sessions)}
        known = tuple(found for row in batch.known if (found := _trim_session_row(row, rules[places[bytes(row[0])]])))  # type: ignore[arg-type]  # a uid
        wanted = {
            bytes(row[place])  # type: ignore[arg-type]  # a hash
            for table, body_places in BODY_PLACES.items()
            for row in tables[table]
            for place in body_places
            if row[place] is not None
        }
        packs = [
            pack if wanted.issuperset(pack.hashes) else filter_pack(pack, wanted)
            for pack in batch.packs
            if not wanted.isdisjoint(pack.hashes)
        ]
        results = kept_places["result"]
        toolless = tuple(results[place] for place in batch.toolless if place in results)
        return FilteredBatch(RowBatch(batch.sessions, known, tables, words, packs, toolless), left_out)

    def covers(self, rules: list[ForgetRule], uid: Value, at: Value) -> bool:
        """Tell whether a row is to be forgotten: by a rule, or as a copy of one that was."""
        if any(rule.covers(at) for rule in rules):
            return True
        return self.connection.execute("SELECT 1 FROM forgotten_event WHERE uid = ?", (uid,)).fetchone() is not None

    def project_of(self, session: bytes) -> bytes | None:
        """Return the hash of the identity of a stored session's project; None where it is not stored."""
        row = self.connection.execute(
            "SELECT p.identity FROM session s JOIN project p ON p.id = s.project_id WHERE s.uid = ?", (session,)
        ).fetchone()
        return hash_body(row[0].encode()) if row else None


def _trim_session_row(row: Row, rules: list[ForgetRule]) -> Row | None:
    """Return what may be stored of a session: None where all of it is forgotten, no title where a part is."""
    if any(rule.covers(row[_FIRST_AT_PLACE]) and rule.covers(row[_LAST_AT_PLACE]) for rule in rules):
        return None
    return (*row[:_TITLE_PLACE], None, *row[_TITLE_PLACE + 1 :]) if rules else row
