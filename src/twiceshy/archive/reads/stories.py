"""Sessions in full, one at a time: the steps, and the words, outputs and changed lines that go with them."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.full_text import find_command
from twiceshy.archive.rows import COMMAND, LONGEST_PLACEHOLDER
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.stories import ChangedFile, Moment, Step, Story

# Sessions as ordered steps, many at a time: one statement in the order of the index, not one a table and session.

_CHARACTERS_A_LINE = 40
"""A result that is not whole in its row is measured by its lines. Guess of 2026-11-21: code with its line numbers."""
_STEPS_AT_ONCE = 400
"""Sessions a statement. Guess of 2026-11-21: enough that its start does not count, few enough to hold."""

_STEPS = """
SELECT c.session_id, c.rank AS place, 'call' AS kind, c.uid, c.agent_run,
  (julianday(c.at) - 2440587.5) * 86400, c.tool, c.action, c.path, coalesce(c.command, c.query), c.head, c.masked,
  c.first_line, c.line_count, r.failure, r.fingerprint, r.message, (julianday(r.at) - 2440587.5) * 86400,
  CASE WHEN c.action <> 'read' THEN 0 WHEN r.body IS NULL THEN length(r.text)
    ELSE coalesce(r.lines_returned, r.lines_total, 100) * :line END,
  CASE WHEN c.action IN ('edit', 'write') AND r.failure IS NULL
    THEN (SELECT group_concat(e.path, char(10)) FROM edit e WHERE e.call = c.uid) END,
  CASE WHEN c.action IN ('edit', 'write') AND r.failure IS NULL
    THEN (SELECT max(e.created OR (c.action = 'write' AND e.before IS NULL AND e.removed = 0))
      FROM edit e WHERE e.call = c.uid) END
FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.session_id IN (SELECT value FROM json_each(:sessions))
UNION ALL
SELECT session_id, rank, 'prompt', uid, agent_run, (julianday(at) - 2440587.5) * 86400, kind, '', NULL,
  substr(text, 1, 240), NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL
FROM prompt WHERE human = 1 AND session_id IN (SELECT value FROM json_each(:sessions))
UNION ALL
SELECT session_id, rank, 'mark', uid, agent_run, (julianday(at) - 2440587.5) * 86400, kind, '', NULL,
  NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL
FROM mark WHERE kind IN ('interrupt', 'compaction', 'rewind')
  AND session_id IN (SELECT value FROM json_each(:sessions))
ORDER BY 1, 2
"""
_INPUTS = """
SELECT s.uid, c.n, c.top, r.n, r.top, p.n, p.top, m.n, m.top FROM session s
LEFT JOIN (SELECT session_id, count(*) AS n, max(id) AS top FROM call GROUP BY session_id) c ON c.session_id = s.id
LEFT JOIN (SELECT session_id, count(*) AS n, max(id) AS top FROM result GROUP BY session_id) r ON r.session_id = s.id
LEFT JOIN (SELECT session_id, count(*) AS n, max(id) AS top FROM prompt GROUP BY session_id) p ON p.session_id = s.id
LEFT JOIN (SELECT session_id, count(*) AS n, max(id) AS top FROM mark GROUP BY session_id) m ON m.session_id = s.id
"""


def hash_step_inputs(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    """Return for each session's uid a hash that changes when steps of it are added or removed."""
    return {uid: blake2b(repr(counts).encode(), digest_size=8).digest() for uid, *counts in connection.execute(_INPUTS)}


def read_steps(connection: sqlite3.Connection, sessions: Iterable[bytes]) -> Iterator[tuple[bytes, list[Step]]]:
    """Yield each session's uid with its steps in order; a session without any comes with an empty list."""
    wanted = list(sessions)
    for start in range(0, len(wanted), _STEPS_AT_ONCE):
        some = wanted[start : start + _STEPS_AT_ONCE]
        ids = dict(
            connection.execute(
                f"SELECT id, uid FROM session WHERE uid IN ({', '.join('?' * len(some))})",  # noqa: S608  # only marks
                some,
            ).fetchall()
        )
        rows = connection.execute(_STEPS, {"sessions": json.dumps(list(ids)), "line": _CHARACTERS_A_LINE})
        for key, group in groupby(rows, key=itemgetter(0)):
            yield ids.pop(key), [_make_step(row) for row in group]
        for uid in ids.values():
            yield uid, []


def _make_step(row: tuple[Any, ...]) -> Step:
    # positional on purpose: this runs once an event
    edited = row[19]
    return Step(
        row[2],
        row[3],
        row[4],
        row[5],
        row[6],
        row[7],
        row[8],
        row[9],
        row[10],
        bool(row[11]),
        (row[12], row[13]),
        row[14],
        row[15],
        row[16],
        row[17],
        row[18] or 0,
        tuple(edited.split("\n")) if isinstance(edited, str) else (),
        bool(row[20]),
    )


_LONGEST = 40_000
"""Characters kept of one text. Guess of 2026-11-21: ten times the longest end of a test run that was seen to matter."""
_BEGINNING = 4_000
"""Of these from its beginning; the rest is its end, where summaries stand. Guess of 2026-11-21."""
_AT_ONCE = 50
"""Sessions a statement. Guess of 2026-11-21."""
_FOLDER = re.compile(r'"(?:workdir|working_directory|dir_path|directory|cwd)" ?: ?("(?:[^"\\]|\\.)*")')
"""The folder that an agent's tool for commands is given, under the names of seven agents' logs; a command that quotes
such words has its quotes behind backslashes."""
_HASH_BYTES = 8
"""Of one line, by definition in ``records.events.Edit``."""


def read_stories(store: Store, sessions: Iterable[bytes]) -> Iterator[Story]:
    """Yield each session's story, in no order; a session that is not stored is left out."""
    wanted = list(sessions)
    for start in range(0, len(wanted), _AT_ONCE):
        for uid, in_order in read_steps(store.connection, wanted[start : start + _AT_ONCE]):
            if (story := _read_story(store, uid, in_order)) is not None:
                yield story


def read_first_words(store: Store, sessions: Iterable[bytes]) -> dict[bytes, str]:
    """Return the words of the first prompt by a person, as its story has them, of each session that has one."""
    found: dict[bytes, str] = {}
    for uid in sessions:
        row = store.connection.execute(
            """SELECT m.text, m.body FROM prompt m JOIN session s ON s.id = m.session_id
            WHERE s.uid = ? AND m.human = 1 AND m.agent_run IS NULL ORDER BY m.rank LIMIT 1""",
            (uid,),
        ).fetchone()
        if row is not None:
            found[uid] = _cut(store, *row)
    return found


def _read_story(store: Store, uid: bytes, in_order: list[Step]) -> Story | None:
    row = store.connection.execute(
        """SELECT s.id, s.agent, p.identity, p.name, s.cwd, s.first_at, s.last_at, s.real,
          (SELECT model FROM reply WHERE session_id = s.id AND model IS NOT NULL GROUP BY model
            ORDER BY count(*) DESC LIMIT 1)
        FROM session s JOIN project p ON p.id = s.project_id WHERE s.uid = ?""",
        (uid,),
    ).fetchone()
    if row is None:
        return None
    key, agent, identity, name, cwd, first_at, last_at, real, model = row
    return Story(
        session=uid,
        agent=agent,
        project=Scrubbed(identity),
        project_name=name,
        cwd=Scrubbed(cwd) if cwd else None,
        model=model or "",
        first_at=parse_time(first_at),
        last_at=parse_time(last_at),
        real=bool(real),
        moments=tuple(_read_moments(store, key, in_order)),
    )


def _read_moments(store: Store, key: int, in_order: list[Step]) -> Iterator[Moment]:
    """Yield the steps with their texts, and replies between them by rank."""
    prompts = _read_prompts(store, key)
    calls = _read_calls(store, key)
    ranks = _read_ranks(store.connection, key)
    replies = _read_other_words(store, key)
    for step in in_order:
        while replies and replies[-1][0] < ranks.get((step.kind, step.uid), 0):
            yield replies.pop()[1]
        if step.kind == "prompt":
            text, body, human = prompts.get(step.uid, (step.text or "", None, True))
            yield Moment(step, text=_cut(store, text, body), human=bool(human))
        elif step.kind == "call":
            yield _make_call(store, step, calls.get(step.uid, _NO_CALL))
        else:
            yield Moment(step)
    yield from (moment for _, moment in reversed(replies))


def _read_prompts(store: Store, key: int) -> dict[bytes, tuple[str, bytes | None, int]]:
    """Return text, body and whether a person wrote it, of each prompt."""
    rows = store.connection.execute("SELECT uid, text, body, human FROM prompt WHERE session_id = ?", (key,))
    return {uid: (text, body, human) for uid, text, body, human in rows}


class _CallTexts(NamedTuple):
    changed: Sequence[ChangedFile] = ()
    command: str | None = None
    text: str | None = None
    body: bytes | None = None
    exit_code: int | None = None
    words: str | None = None
    commit: str | None = None
    input: str | None = None
    input_body: bytes | None = None
    waits: Sequence[tuple[str, bytes | None]] = ()
    """What came back to calls that waited for it."""


_NO_CALL = _CallTexts()


def _read_calls(store: Store, key: int) -> dict[bytes, _CallTexts]:
    """Return what each call took and gave, and the files that it changed."""
    changed = _read_changed_files(store.connection, key)
    waits = _read_waits(store.connection, key)
    rows = store.connection.execute(
        """SELECT c.uid, c.command, r.text, r.body, r.exit_code, r.words, r.commit_hash, c.input, c.body
        FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.session_id = ?""",
        (key,),
    )
    return {uid: _CallTexts(changed.get(uid, ()), *rest)._replace(waits=waits.get(uid, ())) for uid, *rest in rows}


def _read_waits(connection: sqlite3.Connection, key: int) -> dict[bytes, list[tuple[str, bytes | None]]]:
    """Return for each command that went on after its call what came back to the calls that waited for it."""
    found: dict[bytes, list[tuple[str, bytes | None]]] = {}
    for run, text, body in connection.execute(
        """SELECT w.run, r.text, r.body FROM wait w JOIN call c ON c.id = w.call_id JOIN result r ON r.uid = c.uid
        WHERE c.session_id = ? AND w.run IS NOT NULL ORDER BY r.rank""",
        (key,),
    ):
        found.setdefault(run, []).append((text, body))
    return found


def _make_call(store: Store, step: Step, found: _CallTexts) -> Moment:
    """Return a call; the whole of what came back only of a command, of what waited for one, or of a failure.

    Of what went in, the whole only of a plan.
    """
    shown = step.action in {"run", "wait"} or step.failure
    said = [(found.text or "", found.body if shown else None), *found.waits]
    command = found.command or ""
    return Moment(
        step,
        text=_cut_text("\n".join(text if body is None else store.body(body) for text, body in said)),
        command=command,
        exit_code=found.exit_code,
        words=found.words or "",
        commit=found.commit or "",
        changed=tuple(found.changed),
        input=_cut(store, found.input or "", found.input_body if step.action == "plan" else None),
        whole=_read_whole(store, command, found),
        folder=_read_folder(store, found) if step.action == "run" else "",
    )


def _read_whole(store: Store, command: str, found: _CallTexts) -> str:
    """Return the whole of a command that the row cut; empty where it did not."""
    if len(command) < COMMAND - LONGEST_PLACEHOLDER:
        return ""
    return find_command(command, found.input or "" if found.input_body is None else store.body(found.input_body))


def _read_folder(store: Store, found: _CallTexts) -> str:
    """Return the folder that a command's call names; empty where it names none, or its input holds no such key."""
    given = _FOLDER.findall(found.input or "" if found.input_body is None else store.body(found.input_body))
    try:
        return str(json.loads(given[-1])) if given else ""
    except ValueError:
        return ""


def _read_ranks(connection: sqlite3.Connection, key: int) -> dict[tuple[str, bytes], int]:
    return {
        (kind, uid): rank
        for kind, uid, rank in connection.execute(
            """SELECT 'call', uid, rank FROM call WHERE session_id = :key
            UNION ALL SELECT 'prompt', uid, rank FROM prompt WHERE session_id = :key
            UNION ALL SELECT 'mark', uid, rank FROM mark WHERE session_id = :key""",
            {"key": key},
        )
    }


def _read_other_words(store: Store, key: int) -> list[tuple[int, Moment]]:
    """Return the main dialogue's texts that are no steps, with their ranks; the last first.

    Replies, programs' prompts, approved plans, API errors and pull requests.
    """
    rows = store.connection.execute(
        """SELECT rank, 'reply', '', uid, (julianday(at) - 2440587.5) * 86400, text, body FROM reply
        WHERE session_id = :key AND thinking = 0 AND agent_run IS NULL
        UNION ALL
        SELECT rank, 'prompt', kind, uid, (julianday(at) - 2440587.5) * 86400, text, body FROM prompt
        WHERE session_id = :key AND human = 0 AND kind IN ('sdk', 'plan', 'bare-command') AND agent_run IS NULL
        UNION ALL
        SELECT rank, 'mark', kind, uid, (julianday(at) - 2440587.5) * 86400, text, body FROM mark
        WHERE session_id = :key AND kind IN ('api-error', 'pull-request') AND agent_run IS NULL ORDER BY 1 DESC""",
        {"key": key},
    )
    return [
        (rank, Moment(Step(kind, uid, None, at, name), text=_cut(store, text, body)))
        for rank, kind, name, uid, at, text, body in rows
    ]


def _read_changed_files(connection: sqlite3.Connection, key: int) -> dict[bytes, list[ChangedFile]]:
    """Return the changed files of each call."""
    found: dict[bytes, list[ChangedFile]] = {}
    for call, path, path_key, added, removed, created, deleted, modified, partial, before, after in connection.execute(
        """SELECT call, path, path_key, added_hashes, removed_hashes, created, deleted, user_modified, partial,
          before, after FROM edit WHERE session_id = ? ORDER BY rank, id""",
        (key,),
    ):
        found.setdefault(call, []).append(
            ChangedFile(
                path=Scrubbed(path),
                path_key=path_key,
                added=_split_hashes(added),
                removed=_split_hashes(removed),
                created=bool(created),
                deleted=bool(deleted),
                user_modified=bool(modified),
                before=None if partial else before,
                after=None if partial else after,
            )
        )
    return found


def _split_hashes(hashes: bytes) -> tuple[bytes, ...]:
    return tuple(hashes[start : start + _HASH_BYTES] for start in range(0, len(hashes), _HASH_BYTES))


def _cut(store: Store, text: str, body: bytes | None) -> str:
    """Return the whole text, without the middle of a long one."""
    return _cut_text(text if body is None else store.body(body))


def _cut_text(whole: str) -> str:
    """Return a text without the middle of a long one."""
    if len(whole) <= _LONGEST:
        return whole
    return whole[:_BEGINNING] + "\n…\n" + whole[len(whole) - (_LONGEST - _BEGINNING) :]


def hash_inputs(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    """Return for each session's uid a hash that changes when something of its story is added or removed."""
    found = hash_step_inputs(connection)
    replies = dict(
        connection.execute(
            """SELECT s.uid, count(*) || '.' || max(r.id) FROM reply r JOIN session s ON s.id = r.session_id
            GROUP BY s.id"""
        ).fetchall()
    )
    return {uid: known + str(replies.get(uid, "")).encode() for uid, known in found.items()}
