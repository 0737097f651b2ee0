# ruff: noqa: S608  # what is put into the statements are constants of this package
"""The report's questions. Each is one grouped statement over the sessions in scope that the agent itself wrote."""

import sqlite3

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.model_names import name_model
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records import ids
from twiceshy.records.figures import (
    CallLine,
    ErrorFigure,
    FileFigure,
    ModelFigure,
    Rejection,
    RunRow,
    SessionCount,
    Totals,
)
from twiceshy.stats.text.fingerprint import label

_SESSIONS = f"session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE}"
_PICKED = f"(SELECT s.id FROM {_SESSIONS})"  # constants
SIGNS = (
    "--- FAIL",
    "FAILED ",
    "\nFAIL",
    "Traceback (most recent",
    "error TS",
    "error[E",
    "npm ERR!",
    "npm error",
    "ERROR task failed",
    "panic: ",
    "BUILD FAILED",
    "Tests failed",
    "✗ ",
    "● ",
)
"""Words with which test runners, compilers and build tools report a failure."""
_STOPPED = (
    "coalesce(r.failure = 'interrupted' OR (r.failure = 'error' AND (r.exit_code IN (124, 130, 137, 143) "
    "OR r.message LIKE 'Command timed out%')), 0)"
)
"""A run that did not end by itself: 124 is a time limit of `timeout`, 128 + n is signal n (INT, KILL, TERM)."""
_READING_COMMANDS = (
    "cat",
    "grep",
    "rg",
    "head",
    "tail",
    "sed",
    "awk",
    "less",
    "ls",
    "find",
    "jq",
    "echo",
    "wc",
    "curl",
    "sqlite3",
)
"""Commands that show texts of any kind: such words in their output mean nothing."""


def read_totals(connection: sqlite3.Connection, scope: Scope) -> Totals:
    """Return how much there is in scope."""
    values = scope_values(scope)
    sessions, first_at, last_at = connection.execute(
        f"SELECT count(*), min(s.first_at), max(s.last_at) FROM {_SESSIONS}", values
    ).fetchone()
    (imitations,) = connection.execute(
        f"SELECT count(*) FROM session s JOIN project p ON p.id = s.project_id WHERE s.real = 0 AND {IN_SCOPE}", values
    ).fetchone()
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table} WHERE session_id IN {_PICKED}", values).fetchone()[0]
        for table in ("call", "edit")
    }
    (prompts,) = connection.execute(
        f"SELECT count(*) FROM prompt WHERE human = 1 AND session_id IN {_PICKED}", values
    ).fetchone()
    # every client shows a plan by the tool that leaves its planning mode
    answers = connection.execute(
        f"""SELECT total(c.action = 'ask' AND (r.failure IS NULL OR r.failure = 'dismissed')),
          total(c.action = 'ask' AND r.failure = 'dismissed'),
          total(c.tool LIKE '%exit%' AND (r.failure IS NULL OR r.failure = 'dismissed')),
          total(c.tool LIKE '%exit%' AND r.failure = 'dismissed')
        FROM call c JOIN result r ON r.uid = c.uid
        WHERE (c.action = 'ask' OR c.action = 'plan' AND c.tool LIKE '%plan%') AND c.session_id IN {_PICKED}""",
        values,
    ).fetchone()
    projects = connection.execute(f"SELECT p.name, count(*) FROM {_SESSIONS} GROUP BY p.id ORDER BY 2 DESC, 1", values)
    agents = connection.execute(f"SELECT s.agent, count(*) FROM {_SESSIONS} GROUP BY 1 ORDER BY 2 DESC, 1", values)
    return Totals(
        sessions=sessions,
        imitations=imitations,
        prompts=prompts,
        calls=counts["call"],
        questions=int(answers[0]),
        dismissed=int(answers[1]),
        plans=int(answers[2]),
        sent_back=int(answers[3]),
        edits=counts["edit"],
        first_at=parse_time(first_at),
        last_at=parse_time(last_at),
        projects=[SessionCount(*row) for row in projects],
        agents=[SessionCount(*row) for row in agents],
    )


def read_tools(connection: sqlite3.Connection, scope: Scope) -> list[tuple[Scrubbed, int, int, int]]:
    """Return each tool with its calls (without cascades), failures and rejections; most used first."""
    rows = connection.execute(
        f"""SELECT c.tool, count(*) - total(r.failure = 'cascade'), total(r.failure = 'error'),
          total(r.failure = 'rejected')
        FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.action <> 'wait' AND c.session_id IN {_PICKED}
        GROUP BY c.tool ORDER BY 2 DESC, 1""",
        scope_values(scope),
    )
    return [(Scrubbed(tool), int(calls), int(failed), int(rejected)) for tool, calls, failed, rejected in rows]


def read_errors(connection: sqlite3.Connection, scope: Scope) -> list[ErrorFigure]:
    """Return errors by fingerprint, most frequent first; message and tool are those of the newest time.

    SQLite takes the bare columns from the row of ``max``: https://www.sqlite.org/lang_select.html#bareagg
    """
    rows = connection.execute(
        f"""SELECT r.fingerprint, count(*), count(DISTINCT r.session_id), max(r.at), r.message, c.tool
        FROM result r JOIN call c ON c.uid = r.uid
        WHERE r.failure = 'error' AND r.fingerprint IS NOT NULL AND r.session_id IN {_PICKED}
        GROUP BY r.fingerprint ORDER BY 2 DESC, 4 DESC""",
        scope_values(scope),
    )
    return [
        ErrorFigure(
            id=ids.shorten(ids.ERROR, key),
            fingerprint=key,
            tool=Scrubbed(tool),
            message=Scrubbed(message or ""),
            label=label(message or ""),
            count=count,
            sessions=sessions,
            last_at=parse_time(last_at),
        )
        for key, count, sessions, last_at, message, tool in rows
    ]


def read_runs(connection: sqlite3.Connection, scope: Scope) -> list[RunRow]:
    """Return every command run in the foreground, in no order."""
    signs = " OR ".join(f"instr(r.text, :sign{place})" for place in range(len(SIGNS)))
    reading = ", ".join(f"'{name}'" for name in _READING_COMMANDS)
    rows = connection.execute(
        f"""SELECT c.session_id, coalesce(c.head, ''), c.masked, r.failure,
          coalesce(r.duration_s, (julianday(r.at) - julianday(c.at)) * 86400),
          c.masked = 1 AND r.failure IS NULL AND c.head NOT IN ({reading}) AND c.head NOT LIKE 'git %'
            AND c.head NOT LIKE 'gh %' AND ({signs}),
          {_STOPPED}, (SELECT p.name FROM session s JOIN project p ON p.id = s.project_id WHERE s.id = c.session_id)
        FROM call c LEFT JOIN result r ON r.uid = c.uid
        WHERE c.action = 'run' AND c.background = 0 AND r.failure IS NOT 'cascade' AND c.session_id IN {_PICKED}""",
        {**scope_values(scope), **{f"sign{place}": sign for place, sign in enumerate(SIGNS)}},
    )
    return [
        RunRow(session, head, bool(masked), failure, seconds, bool(hidden), bool(stopped), project)
        for session, head, masked, failure, seconds, hidden, stopped, project in rows
    ]


def read_files(connection: sqlite3.Connection, scope: Scope) -> list[FileFigure]:
    """Return files by tries to edit them, most first; one path in two projects is two files."""
    rows = connection.execute(
        f"""SELECT c.path, p.name, count(*), total(r.failure = 'error'), total(r.failure = 'rejected'),
          count(DISTINCT c.session_id), count(DISTINCT CASE WHEN r.failure IS NOT NULL THEN c.session_id END)
        FROM call c JOIN session s ON s.id = c.session_id JOIN project p ON p.id = s.project_id
          LEFT JOIN result r ON r.uid = c.uid
        WHERE c.action IN ('edit', 'write') AND c.path IS NOT NULL AND r.failure IS NOT 'cascade'
          AND s.real = 1 AND {IN_SCOPE}
        GROUP BY c.path, p.id ORDER BY 3 DESC, 1""",
        scope_values(scope),
    )
    return [
        FileFigure(
            path=Scrubbed(path),
            project=project,
            edits=edits,
            failed=int(failed),
            rejected=int(rejected),
            sessions=n,
            bad_sessions=bad,
        )
        for path, project, edits, failed, rejected, n, bad in rows
    ]


def read_models(connection: sqlite3.Connection, scope: Scope) -> list[ModelFigure]:
    """Return tokens by model, most written first; leave out the client's messages under a made-up model.

    All spellings of a model are one row.
    ``total`` adds as floating point numbers: a sum of integers that overflows would end the report.
    """
    rows = connection.execute(
        f"""SELECT model, count(*), total(input), total(output), total(cache_write), total(cache_read) FROM usage
        WHERE model <> '<synthetic>' AND session_id IN {_PICKED} GROUP BY model""",
        scope_values(scope),
    )
    sums: dict[str, list[int]] = {}
    for model, *counts in rows:
        row = sums.setdefault(name_model(model), [0] * len(counts))
        for place, count in enumerate(counts):
            row[place] += int(count)
    return [
        ModelFigure(model=Scrubbed(model), messages=n, input=i, output=o, cache_write=w, cache_read=r)
        for model, (n, i, o, w, r) in sorted(sums.items(), key=lambda one: (-one[1][2], one[0]))
    ]


def read_rejections(connection: sqlite3.Connection, scope: Scope, limit: int) -> list[Rejection]:
    """Return the newest refused calls at which the user said something."""
    rows = connection.execute(
        f"""SELECT r.at, s.uid, c.tool, coalesce(c.head, c.path, ''), r.words
        FROM result r JOIN call c ON c.uid = r.uid JOIN session s ON s.id = r.session_id
        WHERE r.failure = 'rejected' AND r.words <> '' AND r.session_id IN {_PICKED}
        ORDER BY r.at DESC LIMIT :limit""",
        {**scope_values(scope), "limit": limit},
    )
    return [
        Rejection(
            at=parse_time(at),
            session=ids.shorten(ids.SESSION, uid),
            tool=Scrubbed(tool),
            about=Scrubbed(about),
            words=Scrubbed(words),
        )
        for at, uid, tool, about, words in rows
    ]


def read_derived_values(connection: sqlite3.Connection, scope: Scope, kind: str) -> list[bytes]:
    """Return the value stored under ``kind`` for each session in scope, in the order of their ids."""
    rows = connection.execute(
        f"""SELECT d.value FROM session s JOIN project p ON p.id = s.project_id
        JOIN derived d ON d.kind = :kind AND d.key = s.uid WHERE s.real = 1 AND {IN_SCOPE} ORDER BY s.id""",
        {**scope_values(scope), "kind": kind},
    )
    return [value for (value,) in rows]


def read_calls(connection: sqlite3.Connection, uids: list[bytes]) -> list[CallLine]:
    """Return the calls with these uids, newest first."""
    marks = ", ".join("?" * len(uids))
    rows = connection.execute(
        f"""SELECT c.at, s.uid, c.tool, coalesce(c.path, c.command, c.query, ''), coalesce(r.failure, ''),
          coalesce(r.message, '')
        FROM call c JOIN session s ON s.id = c.session_id LEFT JOIN result r ON r.uid = c.uid
        WHERE c.uid IN ({marks}) ORDER BY c.at DESC""",
        uids,
    )
    return [
        CallLine(
            parse_time(at), ids.shorten(ids.SESSION, uid), Scrubbed(tool), Scrubbed(about), failure, Scrubbed(message)
        )
        for at, uid, tool, about, failure, message in rows
    ]
