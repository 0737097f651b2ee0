# ruff: noqa: S608  # what is put into the statements are constants of this package
"""A session without its moments: where its parts begin, its subagents, its files and what failed."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from twiceshy.archive.reads.timelines import IN_STRETCH, SHOWN_MARK, SHOWN_PROMPT, SHOWN_REPLY, Stretch
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.moments import (
    LOUD_MARKS,
    QUIET_PROMPTS,
    MomentPart,
    MomentPlace,
    SessionFailure,
    SessionFile,
    SubagentFold,
)

_SHOWN = f"""
SELECT rank FROM prompt WHERE {IN_STRETCH} AND {SHOWN_PROMPT}
UNION ALL SELECT rank FROM reply WHERE {IN_STRETCH} AND {SHOWN_REPLY}
UNION ALL SELECT rank FROM call WHERE {IN_STRETCH}
UNION ALL SELECT rank FROM mark WHERE {IN_STRETCH} AND {SHOWN_MARK}
"""
"""Ranks of the moments of a stretch."""
_RANKS = f"""
SELECT rank, agent_run, {SHOWN_PROMPT} FROM prompt WHERE session_id = :session
UNION ALL SELECT rank, agent_run, {SHOWN_REPLY} FROM reply WHERE session_id = :session
UNION ALL SELECT rank, agent_run, 1 FROM call WHERE session_id = :session
UNION ALL SELECT rank, agent_run, {SHOWN_MARK} FROM mark WHERE session_id = :session
"""
"""Of each moment its rank, its dialogue, and whether it is shown."""
_QUIET = (
    ("thought", "reply", f"NOT {SHOWN_REPLY}"),
    ("client message", "prompt", f"NOT {SHOWN_PROMPT}"),
    ("notice", "mark", f"NOT {SHOWN_MARK}"),
)
"""What is left out: its name, where it stands, and the condition."""
_MOST_FILES = 100  # files of a session (guess, 2026-11-23: more than a person reads)
_MOST_FAILURES = 50  # errors of a session (guess, 2026-11-23)


def read_parts(connection: sqlite3.Connection, stretch: Stretch, size: int) -> tuple[MomentPart, ...]:
    """Return where each part of the stretch begins: ``size`` moments each."""
    return _divide([rank for (rank,) in connection.execute(_SHOWN, stretch._asdict())], size)


class MainParts(NamedTuple):
    """The parts of a main dialogue."""

    parts: tuple[MomentPart, ...]
    runs: dict[bytes, int]
    """Of each subagent's run the rank of its first moment: there it stands as one moment."""


def read_main_parts(connection: sqlite3.Connection, session: int, size: int, *, everything: bool) -> MainParts:
    """Return where each part of the main dialogue begins, in one walk over the session's ranks."""
    ranks: list[int] = []
    runs: dict[bytes, int] = {}
    for rank, run, is_shown in connection.execute(_RANKS, {"session": session, "everything": everything}):
        if run is not None:
            runs[run] = min(rank, runs.get(run, rank))
        elif is_shown:
            ranks.append(rank)
    return MainParts(_divide([*ranks, *runs.values()], size), runs)


def _divide(ranks: list[int], size: int) -> tuple[MomentPart, ...]:
    ranks.sort()
    starts = list(dict.fromkeys(ranks[::size]))
    counts = [min(size, len(ranks) - at * size) for at in range(len(starts))]
    return tuple(MomentPart(first, count) for first, count in zip(starts, counts, strict=True))


def read_folds(connection: sqlite3.Connection, session: int) -> tuple[SubagentFold, ...]:
    """Return each subagent's run, in the order of their beginnings."""
    tasks = {run: text for run, text, _ in _group(connection, session, "text, min(rank)", "prompt")}
    edits = dict(_group(connection, session, "count(*)", "edit"))
    failures = dict(
        connection.execute(
            """SELECT c.agent_run, count(*) FROM call c JOIN result r ON r.uid = c.uid
            WHERE c.session_id = ? AND c.agent_run NOTNULL AND r.failure <> 'cascade' GROUP BY c.agent_run""",
            (session,),
        )
    )
    calls, first, count = dict[bytes, int](), dict[bytes, tuple[int, str]](), Counter[bytes]()
    for table in ("prompt", "reply", "call", "mark"):
        for run, many, rank, at in _group(connection, session, "count(*), min(rank), at", table):
            count[run] += many
            first[run] = min(first.get(run, (rank, at)), (rank, at))
            if table == "call":
                calls[run] = many
    found = [
        SubagentFold(
            run=run,
            first=rank,
            at=parse_time(at),
            moments=count[run],
            calls=calls.get(run, 0),
            failures=failures.get(run, 0),
            edits=edits.get(run, 0),
            task=Scrubbed(tasks.get(run, "")),
        )
        for run, (rank, at) in first.items()
    ]
    return tuple(sorted(found, key=lambda fold: fold.first))


def _group(connection: sqlite3.Connection, session: int, wanted: str, table: str) -> Iterator[tuple[Any, ...]]:
    """Yield each subagent's run with what is wanted of its events; what has no sum is of the first event."""
    yield from connection.execute(
        f"SELECT agent_run, {wanted} FROM {table} WHERE session_id = ? AND agent_run NOTNULL GROUP BY agent_run",
        (session,),
    )


def count_left_out(connection: sqlite3.Connection, stretch: Stretch) -> dict[str, int]:
    """Return how many moments of the stretch are not shown, by what they are."""
    counts = {
        name: connection.execute(
            f"SELECT count(*) FROM {table} WHERE {IN_STRETCH} AND {condition}", stretch._asdict()
        ).fetchone()[0]
        for name, table, condition in _QUIET
    }
    return {name: count for name, count in counts.items() if count}


def find_place(connection: sqlite3.Connection, session: int, uid: bytes) -> MomentPlace | None:
    """Return where a moment of the session stands; an edit stands where its call does."""
    row = connection.execute("SELECT call FROM edit WHERE uid = ? AND session_id = ?", (uid, session)).fetchone()
    wanted = row[0] if row else uid
    for table, kind in (("call", "''"), ("prompt", "kind"), ("reply", "thinking"), ("mark", "kind")):
        found = connection.execute(
            f"SELECT rank, agent_run, {kind} FROM {table} WHERE uid = ? AND session_id = ?", (wanted, session)
        ).fetchone()
        if found:
            rank, run, what = found
            return MomentPlace(rank, wanted, run, quiet=_is_quiet(table, what))
    return None


def _is_quiet(table: str, kind: object) -> bool:
    if table == "prompt":
        return kind in QUIET_PROMPTS
    return bool(kind) if table == "reply" else table == "mark" and kind not in LOUD_MARKS


def read_session_files(connection: sqlite3.Connection, session: int) -> tuple[SessionFile, ...]:
    """Return the files that the session changed, the most changed first."""
    rows = connection.execute(
        """SELECT path, count(*), sum(added), sum(removed), call, max(rank) FROM edit WHERE session_id = ?
        GROUP BY path_key ORDER BY sum(added) + sum(removed) DESC, path LIMIT ?""",
        (session, _MOST_FILES),
    )
    return tuple(
        SessionFile(Scrubbed(path), edits, added, removed, call) for path, edits, added, removed, call, _ in rows
    )


def read_session_failures(connection: sqlite3.Connection, session: int) -> tuple[SessionFailure, ...]:
    """Return the errors of the session, the most frequent first; cancelled calls are none."""
    rows = connection.execute(
        """SELECT fingerprint, coalesce(message, ''), count(*), uid, min(rank) FROM result
        WHERE session_id = ? AND failure NOTNULL AND failure <> 'cascade'
        GROUP BY coalesce(fingerprint, uid) ORDER BY count(*) DESC, min(rank) LIMIT ?""",
        (session, _MOST_FAILURES),
    )
    return tuple(
        SessionFailure(ids.shorten(ids.ERROR, key) if key else "", Scrubbed(message), count, call)
        for key, message, count, call, _ in rows
    )


class EditTexts(NamedTuple):
    """One file that a call changed, with the bodies of its texts."""

    path: Scrubbed
    before: bytes | None
    after: bytes | None
    partial: bool
    created: bool
    deleted: bool
    user_modified: bool


def read_edit_texts(connection: sqlite3.Connection, call: bytes) -> list[EditTexts]:
    """Return each file that the call changed."""
    rows = connection.execute(
        """SELECT path, before, after, partial, created, deleted, user_modified FROM edit
        WHERE call = ? ORDER BY rank""",
        (call,),
    )
    return [EditTexts(Scrubbed(path), before, after, *map(bool, notes)) for path, before, after, *notes in rows]
