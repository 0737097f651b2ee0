"""Sessions whole, one at a time, as their logs have them: prompts, replies, calls with their results, marks, tokens."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.commands.shell.shown_files import list_printed_files
from twiceshy.records import ids
from twiceshy.records.chats import DoneCall, SaidPrompt, SaidReply, SeenMark, SpentTokens, WholeSession

_HEAD: Final = 100
"""Characters of a prompt's beginning: by definition in the format of a session's record."""
_BRIEF: Final = 200
"""Characters of what a call gave back in short (guess, 2026-11-23: two lines of a terminal)."""
_OUTPUT: Final = 2048
"""Bytes of what a call gave back: by definition in the format of a chat's record."""
_UID_BYTES: Final = 16
"""By definition in the schema."""
_Bodies = Mapping[bytes, Scrubbed]
"""Whole texts by their hashes."""

_SESSION = """SELECT s.id, s.uid, s.agent, p.identity, p.name, s.cwd, s.branch, s.title, s.real, s.first_at, s.last_at
FROM session s JOIN project p ON p.id = s.project_id"""
_PROMPTS = "SELECT uid, rank, at, agent_run, kind, human, text, body FROM prompt WHERE session_id = ? ORDER BY rank"
_REPLIES = "SELECT rank, at, agent_run, thinking, model, text, body FROM reply WHERE session_id = ? ORDER BY rank"
_CALLS = """SELECT c.uid, c.rank, c.at, c.agent_run, c.tool, c.action, coalesce(c.command, c.path, c.query, ''),
  c.input, c.body, c.path, c.command, c.head, c.masked, r.rank, r.at, r.failure, r.message, r.exit_code, r.words,
  r.commit_hash, r.text, r.body
FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.session_id = ? ORDER BY c.rank"""
_MARKS = "SELECT rank, at, agent_run, kind FROM mark WHERE session_id = ? ORDER BY rank"
_BODIES = """SELECT body FROM prompt WHERE session_id = :key AND body IS NOT NULL
UNION SELECT body FROM reply WHERE session_id = :key AND body IS NOT NULL
UNION SELECT body FROM result WHERE session_id = :key AND body IS NOT NULL
UNION SELECT body FROM call WHERE session_id = :key AND body IS NOT NULL AND action IN ('delegate', 'plan')"""
_AGENT_BODIES = """SELECT c.body FROM call c WHERE c.session_id = :key AND c.action = 'delegate' AND c.body IS NOT NULL
UNION SELECT r.body FROM call c JOIN result r ON r.uid = c.uid
WHERE c.session_id = :key AND c.action = 'delegate' AND r.body IS NOT NULL
UNION SELECT body FROM prompt WHERE session_id = :key AND agent_run IS NOT NULL AND body IS NOT NULL"""
_TOKENS = """SELECT at, input, output, cache_write, cache_read, unended FROM usage
WHERE session_id = ? ORDER BY at IS NULL, at, id"""


def list_uids(connection: sqlite3.Connection, scope: Scope) -> list[bytes]:
    """Return the sessions in scope, the oldest first."""
    rows = connection.execute(
        f"""SELECT s.uid FROM session s JOIN project p ON p.id = s.project_id WHERE {IN_SCOPE}
        ORDER BY coalesce(s.first_at, s.last_at), s.uid""",  # noqa: S608  # a constant
        scope_values(scope),
    )
    return [uid for (uid,) in rows]


def find_chat_prompts(connection: sqlite3.Connection, start: ids.IdPrefix, limit: int) -> list[tuple[bytes, bytes]]:
    """Return the prompts of main dialogues whose id begins so, each with its session; at most ``limit``."""
    return connection.execute(
        """SELECT m.uid, s.uid FROM prompt m JOIN session s ON s.id = m.session_id
        WHERE m.uid BETWEEN ? AND ? AND m.agent_run IS NULL ORDER BY m.uid LIMIT ?""",
        (*start.bounds(_UID_BYTES), limit),
    ).fetchall()


def read_sessions(store: Store, uids: Iterable[bytes]) -> Iterator[WholeSession]:
    """Yield each session with the beginnings of its texts, and what subagents were asked and answered.

    What is not stored is left out.
    """
    return _read_all(store, uids, _AGENT_BODIES)


def read_whole_sessions(store: Store, uids: Iterable[bytes]) -> Iterator[WholeSession]:
    """Yield each session with whole texts; what is not stored is left out."""
    return _read_all(store, uids, _BODIES)


def _read_all(store: Store, uids: Iterable[bytes], bodies: str) -> Iterator[WholeSession]:
    for uid in uids:
        row = store.connection.execute(f"{_SESSION} WHERE s.uid = ?", (uid,)).fetchone()
        if row is not None:
            wanted = [body for (body,) in store.connection.execute(bodies, {"key": row[0]})]
            yield _read_session(store.connection, row, store.read_bodies(wanted) if wanted else {})


def _read_session(connection: sqlite3.Connection, row: sqlite3.Row, whole: _Bodies) -> WholeSession:
    key, uid, agent, identity, name, cwd, branch, title, real, first_at, last_at = row
    return WholeSession(
        uid=uid,
        agent=agent,
        project=Scrubbed(identity),
        project_name=name,
        cwd=_keep(cwd),
        branch=_keep(branch),
        title=_keep(title),
        real=bool(real),
        first_at=parse_time(first_at),
        last_at=parse_time(last_at),
        prompts=tuple(_read_prompts(connection, key, whole)),
        replies=tuple(_read_replies(connection, key, whole)),
        calls=tuple(_read_calls(connection, key, cwd or "", whole)),
        marks=tuple(
            SeenMark(rank, parse_time(at), run, kind) for rank, at, run, kind in connection.execute(_MARKS, (key,))
        ),
        tokens=tuple(_read_tokens(connection, key)),
    )


def _read_prompts(connection: sqlite3.Connection, key: int, whole: _Bodies) -> Iterator[SaidPrompt]:
    for uid, rank, at, run, kind, human, text, body in connection.execute(_PROMPTS, (key,)):
        yield SaidPrompt(
            uid,
            rank,
            parse_time(at),
            run,
            kind,
            bool(human),
            _pick_text(text, body, whole),
            Scrubbed(_cut(" ".join(text[: 4 * _HEAD].split()), _HEAD)),
        )


def _read_replies(connection: sqlite3.Connection, key: int, whole: _Bodies) -> Iterator[SaidReply]:
    for rank, at, run, thinking, model, text, body in connection.execute(_REPLIES, (key,)):
        yield SaidReply(rank, parse_time(at), run, bool(thinking), Scrubbed(model or ""), _pick_text(text, body, whole))


def _read_calls(connection: sqlite3.Connection, key: int, cwd: str, whole: _Bodies) -> Iterator[DoneCall]:
    changed: dict[bytes, dict[Scrubbed, None]] = {}
    for call, path in connection.execute("SELECT call, path FROM edit WHERE session_id = ? ORDER BY rank, id", (key,)):
        changed.setdefault(call, {})[Scrubbed(path)] = None
    for uid, rank, at, run, tool, action, about, given, given_body, *rest in connection.execute(_CALLS, (key,)):
        path, command, head, masked, done_rank, done_at, failure, message, exit_code, words, commit, text, body = rest
        yield DoneCall(
            uid=uid,
            rank=rank,
            at=parse_time(at),
            run=run,
            tool=Scrubbed(tool),
            action=action,
            about=Scrubbed(about),
            given=_pick_text(given, given_body, whole),
            text=_cut_output(_pick_text(text or "", body, whole)),
            brief=Scrubbed(_cut(message or _find_first_line(text or ""), _BRIEF)),
            head=head or "",
            masked=bool(masked),
            done_rank=done_rank,
            done_at=parse_time(done_at),
            failure=failure,
            exit_code=exit_code,
            words=_keep(words),
            commit=commit or "",
            read=_list_read(action, path, command, cwd),
            changed=tuple(changed.get(uid, ())),
        )


def _read_tokens(connection: sqlite3.Connection, key: int) -> Iterator[SpentTokens]:
    for at, fresh, output, cache_write, cache_read, unended in connection.execute(_TOKENS, (key,)):
        yield SpentTokens(parse_time(at), fresh, output, cache_write, cache_read, bool(unended))


def _list_read(action: str, path: str | None, command: str | None, cwd: str) -> tuple[Scrubbed, ...]:
    """Return the files that a call reads; a command's only where its line says so plainly."""
    if action == "read" and path:
        return (Scrubbed(path),)
    return tuple(map(Scrubbed, list_printed_files(command, cwd))) if action == "run" and command else ()


def _find_first_line(text: str) -> str:
    """Return the first line that is not blank."""
    return next((line.strip() for line in text[: 4 * _BRIEF].splitlines() if line.strip()), "")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _cut_output(text: Scrubbed) -> Scrubbed:
    """Return the text without what is beyond 2 KB, with a mark in its place."""
    data = text.encode("utf-8", "replace")
    return text if len(data) <= _OUTPUT else Scrubbed(data[:_OUTPUT].decode("utf-8", "ignore") + "\n… (cut)")


def _keep(text: str | None) -> Scrubbed | None:
    return Scrubbed(text) if text else None


def _pick_text(beginning: str, body: bytes | None, whole: _Bodies) -> Scrubbed:
    return whole[body] if body is not None and body in whole else Scrubbed(beginning)
