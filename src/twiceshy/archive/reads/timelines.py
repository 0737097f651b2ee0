"""A session's timeline: everything in it, or a stretch of it, in order."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from twiceshy.archive import session_results
from twiceshy.archive.reads.columns import EDIT_COLUMNS, make_edit_line
from twiceshy.archive.reads.sessions import read_outcomes, read_setting
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
from twiceshy.records.views import EditLine, PromptVerdict, SessionLine, Timeline, TimelineEntry

# ruff: noqa: S608  # what is put into the statements are constants of this package


ReadBody = Callable[[bytes], Scrubbed]
"""Gives the whole text of a body by its hash."""
_LAST_RANK = (1 << 63) - 1
"""The largest integer of SQLite (https://www.sqlite.org/datatype3.html, read 2026-11-23)."""


class Stretch(NamedTuple):
    """A piece of a session: some ranks, of all dialogues or of one."""

    session: int
    """Row id."""
    first: int = 0
    last: int = _LAST_RANK
    """Its rank is in the stretch."""
    one_dialogue: bool = False
    """Only the main dialogue, or that of ``agent_run``."""
    agent_run: bytes | None = None
    everything: bool = True
    """With what the client does for itself, and the model's thinking."""


RankedMoment = tuple[int, TimelineEntry]
IN_STRETCH = """session_id = :session AND rank BETWEEN :first AND :last
AND (NOT :one_dialogue OR agent_run IS :agent_run)"""
"""Condition on an event; its parameters are those of a ``Stretch``."""


def _list_words(words: frozenset[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


SHOWN_PROMPT = f"(:everything OR kind NOT IN ({_list_words(QUIET_PROMPTS)}))"
SHOWN_MARK = f"(:everything OR kind IN ({_list_words(LOUD_MARKS)}))"
SHOWN_REPLY = "(:everything OR NOT thinking)"


def read_timeline(connection: sqlite3.Connection, session: SessionLine, whole: ReadBody | None) -> Timeline:
    """Return everything in a session, in order; whole texts where ``whole`` is given, else beginnings."""
    key, cwd, branch, version = read_setting(connection, session.uid)
    return Timeline(
        session=session,
        cwd=cwd,
        branch=branch,
        version=version,
        moments=[moment for _, moment in read_moments(connection, session.uid, Stretch(key), whole)],
        outcomes=read_outcomes(connection, session.uid),
    )


def read_moments(
    connection: sqlite3.Connection, session: bytes, stretch: Stretch, whole: ReadBody | None
) -> list[RankedMoment]:
    """Return the moments of a stretch of the session, in order, each with its rank."""
    ranked = [
        *_read_prompts(connection, stretch, whole, _read_verdicts(connection, session)),
        *_read_replies(connection, stretch, whole),
        *_read_calls(connection, stretch, ids.shorten(ids.SESSION, session), whole),
        *_read_marks(connection, stretch, whole),
    ]
    ranked.sort(key=lambda pair: pair[0])
    return ranked


def _read_verdicts(connection: sqlite3.Connection, session: bytes) -> dict[bytes, PromptVerdict]:
    """Return the prompts that were judged to correct work, by their uid; none where the session is not judged."""
    row = connection.execute(
        "SELECT value FROM derived WHERE kind = ? AND key = ?", (session_results.KIND, session)
    ).fetchone()
    found = session_results.decode_result(session, row[0]).corrections if row else ()
    return {
        one.prompt: PromptVerdict(
            confidence=one.confidence, why=one.why, words=[Scrubbed(piece) for piece in one.words]
        )
        for one in found
    }


def _read_prompts(
    connection: sqlite3.Connection, stretch: Stretch, whole: ReadBody | None, verdicts: dict[bytes, PromptVerdict]
) -> list[RankedMoment]:
    rows = connection.execute(
        f"""SELECT rank, uid, at, agent_run, kind, human, text, body FROM prompt
        WHERE {IN_STRETCH} AND {SHOWN_PROMPT}""",
        stretch._asdict(),
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="prompt",
                uid=uid,
                name=Scrubbed(kind),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
                human=bool(human),
                corrects=verdicts.get(uid),
            ),
        )
        for rank, uid, at, run, kind, human, text, body in rows
    ]


def _read_replies(connection: sqlite3.Connection, stretch: Stretch, whole: ReadBody | None) -> list[RankedMoment]:
    rows = connection.execute(
        f"""SELECT rank, uid, at, agent_run, thinking, model, text, body FROM reply
        WHERE {IN_STRETCH} AND {SHOWN_REPLY}""",
        stretch._asdict(),
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="thinking" if thinking else "reply",
                uid=uid,
                name=Scrubbed(model or ""),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
            ),
        )
        for rank, uid, at, run, thinking, model, text, body in rows
    ]


def _read_marks(connection: sqlite3.Connection, stretch: Stretch, whole: ReadBody | None) -> list[RankedMoment]:
    rows = connection.execute(
        f"""SELECT rank, uid, at, agent_run, kind, name, text, body FROM mark
        WHERE {IN_STRETCH} AND {SHOWN_MARK}""",
        stretch._asdict(),
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="mark",
                uid=uid,
                name=Scrubbed(f"{kind} {name}" if name and name != kind else kind),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
            ),
        )
        for rank, uid, at, run, kind, name, text, body in rows
    ]


def _read_calls(
    connection: sqlite3.Connection, stretch: Stretch, session: str, whole: ReadBody | None
) -> list[RankedMoment]:
    edits: dict[bytes, list[EditLine]] = {}
    for call, *row in connection.execute(
        f"""SELECT call, {EDIT_COLUMNS} FROM edit WHERE session_id = :session
          AND call IN (SELECT uid FROM call WHERE {IN_STRETCH}) ORDER BY rank""",
        stretch._asdict(),
    ):
        edits.setdefault(call, []).append(make_edit_line(row, session))
    rows = connection.execute(
        f"""SELECT c.rank, c.uid, c.at, c.agent_run, c.tool, coalesce(c.command, c.path, c.query, c.input), c.body,
          c.command IS NULL AND c.path IS NULL AND c.query IS NULL,
          r.failure, r.fingerprint, r.message, r.exit_code, r.duration_s, r.words, r.text, r.body
        FROM (SELECT * FROM call WHERE {IN_STRETCH}) c LEFT JOIN result r ON r.uid = c.uid""",
        stretch._asdict(),
    )
    return [(rank, _make_call(row, edits.get(row[0], []), whole)) for rank, *row in rows]


def _make_call(row: list[Any], edits: list[EditLine], whole: ReadBody | None) -> TimelineEntry:
    uid, at, run, tool, about, body, from_input, *outcome = row
    failure, fingerprint, message, exit_code, duration_s, words, text, result_body = outcome
    return TimelineEntry(
        kind="call",
        uid=uid,
        name=Scrubbed(tool),
        at=parse_time(at),
        agent_run=run,
        text=_pick_text(about, body if from_input else None, whole),
        failure=failure,
        error=ids.shorten(ids.ERROR, fingerprint) if fingerprint else None,
        message=Scrubbed(message) if message else None,
        exit_code=exit_code,
        duration_s=duration_s,
        words=Scrubbed(words) if words else None,
        result=_pick_text(text, result_body, whole) if whole and text is not None else None,
        edits=edits,
    )


def _pick_text(beginning: str, body: bytes | None, whole: ReadBody | None) -> Scrubbed:
    return whole(body) if whole and body is not None else Scrubbed(beginning)


# A session without its moments: where its parts begin, its subagents, its files and what failed.

# ruff: noqa: S608  # what is put into the statements are constants of this package


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
