"""The calls and prompts behind an insight: each by its uid, with what it was about and what came of it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.insights import CaseLine, InsightCase

_AT_ONCE = 500
"""Parameters of a statement; SQLite takes at least 999 (https://www.sqlite.org/limits.html)."""


def read_case_lines(connection: sqlite3.Connection, cases: Sequence[InsightCase]) -> tuple[CaseLine, ...]:
    """Return a line for each case, in their order; one whose text is no longer stored says so."""
    found: dict[bytes, CaseLine] = {}
    for begin in range(0, len(cases), _AT_ONCE):
        some = [case.uid for case in cases[begin : begin + _AT_ONCE]]
        found.update(_read_calls(connection, some))
        found.update(_read_prompts(connection, [uid for uid in some if uid not in found]))
    return tuple(found.get(case.uid) or _name_case(case) for case in cases)


def _name_case(case: InsightCase) -> CaseLine:
    session = ids.shorten(ids.SESSION, case.session)
    return CaseLine(at=case.at, session=session, tool=Scrubbed(""), about=Scrubbed("(no longer stored)"))


def _read_calls(connection: sqlite3.Connection, uids: Sequence[bytes]) -> Iterator[tuple[bytes, CaseLine]]:
    """Yield the calls among them, with what they were about, their failure and its message."""
    rows = connection.execute(
        f"""SELECT c.uid, c.at, s.uid, c.tool, coalesce(c.command, c.path, c.query, c.input, ''),
          coalesce(r.failure, ''), coalesce(r.message, ''), coalesce(r.text, '')
        FROM call c JOIN session s ON s.id = c.session_id LEFT JOIN result r ON r.uid = c.uid
        WHERE c.uid IN ({_marks(uids)})""",  # noqa: S608  # question marks
        uids,
    )
    for uid, at, session, tool, about, failure, message, text in rows:
        yield (
            uid,
            CaseLine(
                at=parse_time(at),
                session=ids.shorten(ids.SESSION, session),
                tool=Scrubbed(tool),
                about=Scrubbed(about),
                failure=failure,
                message=Scrubbed(message),
                text=Scrubbed(text),
            ),
        )


def _read_prompts(connection: sqlite3.Connection, uids: Sequence[bytes]) -> Iterator[tuple[bytes, CaseLine]]:
    """Yield the prompts among them."""
    rows = connection.execute(
        f"""SELECT e.uid, e.at, s.uid, e.text FROM prompt e JOIN session s ON s.id = e.session_id
        WHERE e.uid IN ({_marks(uids)})""",  # noqa: S608  # question marks
        uids,
    )
    for uid, at, session, text in rows:
        yield (
            uid,
            CaseLine(
                at=parse_time(at),
                session=ids.shorten(ids.SESSION, session),
                tool=Scrubbed("you"),
                about=Scrubbed(text),
            ),
        )


def _marks(uids: Iterable[bytes]) -> str:
    return ", ".join("?" for _ in uids)
