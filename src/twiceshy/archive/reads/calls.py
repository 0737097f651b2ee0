"""Calls as their agents logged them: whole texts, and those that prove something, worked or stand behind an insight."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.full_text import find_command
from twiceshy.archive.reads.edits import MAY_WRITE
from twiceshy.archive.rows import COMMAND, LONGEST_PLACEHOLDER
from twiceshy.archive.times import format_time, parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.attempts import LoggedCall
from twiceshy.records.figures import CallLine
from twiceshy.records.insights import CaseLine, InsightCase

# A session's calls as its agent logged them, for judging what each of them was.

_CALLS = """SELECT c.uid, c.tool, c.action, coalesce(c.command, ''), c.input, c.body, r.failure, r.exit_code,
  coalesce(r.text, ''), r.body, c.background, r.id IS NOT NULL, c.masked
FROM call c LEFT JOIN result r ON r.uid = c.uid
WHERE c.session_id = (SELECT id FROM session WHERE uid = ?) ORDER BY c.rank, c.id"""
_LONGEST = 40_000
"""Characters of an output that are looked at (guess, 2026-11-22: as of ``stories``)."""


class StoredCall(NamedTuple):
    """A call as its agent logged it, and whether its success counts as hidden by now."""

    logged: LoggedCall
    masked: bool


def read_logged_calls(store: Store, session: bytes, waits: Collection[str]) -> Iterator[StoredCall]:
    """Yield a session's calls in order; ``waits`` are the tools of which input and output are wanted whole.

    Where a command went on after its call, its status is not known here: only the calls that waited for it saw it.
    """
    joined = _find_joined(store, session)
    for (
        uid,
        tool,
        action,
        command,
        given,
        body,
        failure,
        code,
        text,
        output,
        background,
        done,
        masked,
    ) in store.connection.execute(_CALLS, (session,)):
        waiting = tool in waits
        wanted = waiting or failure is not None or bool(code)
        yield StoredCall(
            LoggedCall(
                uid=uid,
                tool=tool,
                action=action,
                command=_find_whole(store, command, given, body),
                given=(given if body is None else store.body(body)) if waiting else "",
                failure=None if uid in joined else failure,
                exit_code=None if uid in joined else code,
                output=store.body(output)[:_LONGEST] if wanted and output is not None else text,
                background=bool(background),
                done=bool(done),
            ),
            bool(masked),
        )


def read_agent(store: Store, session: bytes) -> str:
    """Return the agent of a session."""
    ((agent,),) = store.connection.execute("SELECT agent FROM session WHERE uid = ?", (session,)).fetchall()
    return str(agent)


def _find_joined(store: Store, session: bytes) -> set[bytes]:
    """Return the calls whose status was taken from calls that waited for them."""
    rows = store.connection.execute(
        """SELECT w.run FROM wait w JOIN call c ON c.id = w.call_id
        WHERE c.session_id = (SELECT id FROM session WHERE uid = ?) AND w.run IS NOT NULL""",
        (session,),
    )
    return {run for (run,) in rows}


def _find_whole(store: Store, command: str, given: str, body: bytes | None) -> str:
    """Return the whole of a command, of which its row has the beginning."""
    if len(command) < COMMAND - LONGEST_PLACEHOLDER:
        return command
    return find_command(command, given if body is None else store.body(body))


# What a story leaves out of a session's calls: whole inputs, and files' texts as reads and edits gave them.


class FileReading(NamedTuple):
    """What one reading of a file showed."""

    path: str
    first_line: int
    """From 1."""
    whole: bool
    text: str


_OF = "(SELECT id FROM session WHERE uid = ?)"
_INPUTS = f"SELECT uid, input, body FROM call WHERE session_id = {_OF}"  # noqa: S608  # a constant
_AFTER = f"SELECT call, path, after FROM edit WHERE partial = 0 AND after IS NOT NULL AND session_id = {_OF}"  # noqa: S608
_SHOWN = f"""SELECT r.uid, r.text, r.body FROM result r JOIN call c ON c.uid = r.uid
WHERE c.action = 'read' AND r.failure IS NULL AND c.line_count IS NULL AND c.first_line IS NULL
  AND coalesce(r.lines_returned = r.lines_total, 1) AND c.session_id = {_OF}"""  # noqa: S608


def read_inputs(store: Store, session: bytes) -> dict[bytes, str]:
    """Return each call's whole input as JSON."""
    return {
        uid: text if body is None else store.body(body)
        for uid, text, body in store.connection.execute(_INPUTS, (session,))
    }


def read_texts_after(store: Store, session: bytes) -> dict[bytes, list[tuple[str, str]]]:
    """Return for each edit whose whole result is known the paths and texts of the files after it."""
    found: dict[bytes, list[tuple[str, str]]] = {}
    for call, path, body in store.connection.execute(_AFTER, (session,)):
        found.setdefault(call, []).append((path, store.body(body)))
    return found


def read_texts_shown(store: Store, session: bytes) -> dict[bytes, str]:
    """Return the text that each reading of a whole file showed."""
    return {
        uid: text if body is None else store.body(body)
        for uid, text, body in store.connection.execute(_SHOWN, (session,))
    }


def read_newest_shown(store: Store, identity: str, paths: Collection[str], most: int) -> list[FileReading]:
    """Return what the newest readings of these files of a project showed, newest first."""
    rows = store.connection.execute(
        f"""SELECT c.path, coalesce(c.first_line, 1), c.line_count IS NULL AND c.first_line IS NULL, r.text, r.body
        FROM call c JOIN result r ON r.uid = c.uid JOIN session s ON s.id = c.session_id
        JOIN project p ON p.id = s.project_id
        WHERE p.identity = ? AND c.action = 'read' AND r.failure IS NULL AND c.path IN ({", ".join("?" * len(paths))})
        ORDER BY s.first_at DESC, c.rank DESC LIMIT ?""",  # noqa: S608  # only marks
        (identity, *paths, most),
    )
    return [
        FileReading(path, first, bool(whole), text if body is None else store.body(body))
        for path, first, whole, text, body in rows
    ]


# The calls that prove something, in the order in which they are asked for.

_AT_ONCE = 500
"""Calls that one statement asks for. SQLite takes at least 999 values (its documentation, 2026-11-22)."""


def read_proof_calls(connection: sqlite3.Connection, uids: Sequence[bytes]) -> list[CallLine]:
    """Return the calls with these uids, in this order; those that were forgotten are left out."""
    found: dict[bytes, CallLine] = {}
    for start in range(0, len(uids), _AT_ONCE):
        some = uids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = connection.execute(
            f"""SELECT c.uid, c.at, s.uid, c.tool, coalesce(c.path, c.command, c.query, ''), coalesce(r.failure, ''),
              coalesce(r.message, '')
            FROM call c JOIN session s ON s.id = c.session_id LEFT JOIN result r ON r.uid = c.uid
            WHERE c.uid IN ({marks})""",  # noqa: S608  # only question marks
            some,
        )
        for uid, at, session, tool, about, failure, message in rows:
            found[uid] = CallLine(
                parse_time(at),
                ids.shorten(ids.SESSION, session),
                Scrubbed(tool),
                Scrubbed(about),
                failure,
                Scrubbed(message),
            )
    return [found[uid] for uid in uids if uid in found]


# Calls that worked: they show which rules would have refused a good call.

MOST = 5_000
"""The newest calls that are looked at. Guess of 2026-11-21: enough to find an exception, few enough to be quick."""


def read_commands(connection: sqlite3.Connection, program: str, word: str) -> Iterator[tuple[str, str]]:
    """Yield command lines that name a program and a word and did not fail.

    Each with what came back where its status is hidden, else an empty text.
    """
    rows = connection.execute(
        """SELECT c.command, iif(c.masked, r.text, '') FROM call c JOIN result r ON r.uid = c.uid
        WHERE r.failure IS NULL AND c.command IS NOT NULL AND instr(c.command, ?) > 0 AND instr(c.command, ?) > 0
        ORDER BY c.at DESC, c.uid LIMIT ?""",
        (program, word, MOST),
    )
    return ((command, text or "") for command, text in rows)


def read_successful_inputs(connection: sqlite3.Connection, tool: str) -> Iterator[dict[str, object]]:
    """Yield the whole inputs of a tool's calls that worked; leave out those that are stored in part only."""
    rows = connection.execute(
        """SELECT c.input FROM call c JOIN result r ON r.uid = c.uid
        WHERE r.failure IS NULL AND lower(c.tool) = ? AND c.input IS NOT NULL ORDER BY c.at DESC, c.uid LIMIT ?""",
        (tool, MOST),
    )
    return parse_inputs(text for (text,) in rows)


def parse_inputs(texts: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield the inputs that are there as a whole."""
    for text in texts:
        try:
            found = json.loads(text)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


# Programs' calls among the occurrences of lessons: by project and time, to be forgotten.


def read_project_names(connection: sqlite3.Connection, project: str) -> list[str]:
    """Return the names of a project that is given by its name or identity."""
    rows = connection.execute("SELECT name FROM project WHERE identity = ?", (project,))
    return [project, *(name for (name,) in rows)]


def is_project(connection: sqlite3.Connection, project: str) -> bool:
    """Tell whether the archive has a project by that name or identity."""
    found = connection.execute(
        """SELECT 1 FROM project WHERE identity = ?1 OR name = ?1
        UNION SELECT 1 FROM project_alias WHERE identity = ?1 LIMIT 1""",
        (project,),
    )
    return found.fetchone() is not None


def count_program_calls(
    connection: sqlite3.Connection, projects: Collection[str] | None, since: datetime | None, until: datetime | None
) -> dict[bytes, int]:
    """Count programs' calls among each lesson's occurrences, in these projects (None: any) and times."""
    marks = "" if projects is None else f"AND o.project_path IN ({', '.join('?' * len(projects))})"
    return dict(
        connection.execute(
            f"""SELECT p.vector_db_id, count(*) FROM mistake_occurrences o
            JOIN mistake_patterns p ON p.id = o.pattern_id
            WHERE o.agent = 'program' AND o.timestamp >= ? AND o.timestamp < ? {marks} GROUP BY 1""",  # noqa: S608  # only marks
            (format_time(since) or "0000", format_time(until) or "9999", *(projects or ())),
        ).fetchall()
    )


# The calls and prompts behind an insight: each by its uid, with what it was about and what came of it.


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


# What shows which files a session's commands wrote: the commands, what came back, and files read whole.

_WRITES = f"SELECT EXISTS (SELECT 1 FROM call c WHERE {MAY_WRITE} AND c.session_id = {_OF})"  # noqa: S608  # constants
_LINES = f"""SELECT c.uid, c.agent_run, coalesce(r.rank, c.rank), (julianday(coalesce(r.at, c.at)) - 2440587.5) * 86400,
  c.action, c.path, c.path_key, coalesce(c.command, ''), c.input, c.body,
  r.uid IS NOT NULL AND r.failure IS NULL AND coalesce(r.exit_code, 0) = 0 AND NOT c.background, r.text, r.body,
  c.line_count IS NULL AND c.first_line IS NULL AND coalesce(r.lines_returned = r.lines_total, 1)
FROM call c LEFT JOIN result r ON r.uid = c.uid
WHERE c.action IN ('run', 'read') AND c.session_id = {_OF} ORDER BY 3, c.id"""  # noqa: S608
_KEYS = """SELECT DISTINCT e.path, e.path_key FROM edit e JOIN session s ON s.id = e.session_id
WHERE s.cwd IS (SELECT cwd FROM session WHERE uid = ?)"""
_PLACE = "SELECT agent, coalesce(cwd, '') FROM session WHERE uid = ?"


class CommandOrRead(NamedTuple):
    """A command that ran, or a file that was read."""

    call: bytes
    agent_run: bytes | None
    rank: int
    """Of what came back."""
    at: float | None
    """Seconds since the epoch."""
    reads: bool
    path: Scrubbed | None
    """Of a file that was read."""
    path_key: bytes | None
    command: str
    """Its first characters."""
    given: str
    """The whole input as JSON."""
    worked: bool
    """It came to its end, and well."""
    text: str
    """What came back."""
    whole: bool
    """Of a read: all of the file came back."""


def may_write(store: Store, session: bytes) -> bool:
    """Tell whether a command of the session may have written a text of its own to a file."""
    return bool(store.connection.execute(_WRITES, (session,)).fetchone()[0])


def read_commands_and_reads(store: Store, session: bytes) -> list[CommandOrRead]:
    """Return commands and reads of files in the order of what came back."""
    return [
        CommandOrRead(
            call,
            agent_run,
            rank,
            at,
            action == "read",
            Scrubbed(path) if path else None,
            path_key,
            command,
            given if body is None else store.body(body),
            bool(worked),
            (text or "") if kept is None else store.body(kept),
            bool(whole),
        )
        for (
            call,
            agent_run,
            rank,
            at,
            action,
            path,
            path_key,
            command,
            given,
            body,
            worked,
            text,
            kept,
            whole,
        ) in store.connection.execute(_LINES, (session,))
    ]


def read_path_keys(store: Store, session: bytes) -> dict[str, bytes]:
    """Return keys of paths that were edited in the folder of this session, in any session."""
    return dict(store.connection.execute(_KEYS, (session,)).fetchall())


def read_agent_and_folder(store: Store, session: bytes) -> tuple[str, str]:
    """Return the session's agent and folder, empty where it is not known."""
    agent, cwd = store.connection.execute(_PLACE, (session,)).fetchone()
    return agent, cwd
