"""What came into the contexts of a session's threads: prompts, results, the model's own words, with their lengths."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final, NamedTuple

import orjson

from twiceshy.archive.bodies import Bodies
from twiceshy.commands.calls.work_kinds import name_work
from twiceshy.records.events import Action, PromptKind
from twiceshy.records.spend import Cause, ContextItem, Work

IMAGE = 6000
"""Characters that one image counts as: 1,500 tokens of four characters, of one whose longer edge is about 1,000 pixels
(width times height / 750, https://docs.anthropic.com/en/docs/build-with-claude/vision)."""
_LINE = 40
"""Characters of an edited line (guess, 2026-11-25: edits' texts are kept apart from the call)."""
_ITEMS: Final = """
SELECT rank, agent_run, 'prompt', kind, '', length(text), body, images, at FROM prompt WHERE session_id = :session
UNION ALL
SELECT rank, agent_run, CASE thinking WHEN 1 THEN 'thinking' ELSE 'words' END, '', '', length(text), body, 0, at
  FROM reply WHERE session_id = :session
UNION ALL
SELECT c.rank, c.agent_run, 'call', c.action, coalesce(c.path, c.head, ''), length(c.input), c.body,
  coalesce((SELECT sum(e.added + e.removed) FROM edit e WHERE e.call = c.uid), 0), c.at
  FROM call c WHERE c.session_id = :session
UNION ALL
SELECT r.rank, c.agent_run, 'result', c.action, CASE WHEN c.action = 'read' THEN coalesce(c.path, c.tool)
    WHEN c.action = 'run' THEN coalesce(c.head, c.tool) ELSE c.tool END, length(r.text), r.body, 0, r.at
  FROM result r JOIN call c ON c.uid = r.uid WHERE r.session_id = :session
UNION ALL
SELECT rank, agent_run, 'mark', kind, name, 0, NULL, 0, at FROM mark
  WHERE session_id = :session AND kind = 'compaction'
UNION ALL
SELECT rank, agent_run, 'attached', name, coalesce(CASE WHEN json_valid(text) THEN text ->> 'path' END, ''),
  CASE WHEN kind <> 'attached' THEN length(text) WHEN json_valid(text) THEN text ->> 'size' ELSE 0 END,
  CASE WHEN kind <> 'attached' THEN body END, 0, at FROM mark
  WHERE session_id = :session AND (kind = 'attached' OR kind IN ('notice', 'hook')
    AND name IN ('edited_text_file', 'diagnostics', 'hook_additional_context', 'hook_blocking_error'))
ORDER BY 1"""
_RESULTS: Final[Mapping[str, Cause]] = {
    Action.READ: Cause.READS,
    Action.RUN: Cause.COMMANDS,
    Action.WAIT: Cause.COMMANDS,
    Action.SEARCH: Cause.SEARCH,
    Action.WEB: Cause.WEB,
    Action.DELEGATE: Cause.SUBAGENTS,
}
_PROMPTS: Final[Mapping[str, tuple[Cause, str]]] = {
    PromptKind.SUMMARY: (Cause.SUMMARIES, "summary of what came before"),
    PromptKind.SKILL: (Cause.FIXED_START, "skills"),
    PromptKind.META: (Cause.UNLOGGED, "reminders and attachments of the client"),
    PromptKind.NOTIFICATION: (Cause.COMMANDS, "reports of background tasks"),
    PromptKind.SHELL: (Cause.COMMANDS, "your own commands"),
    PromptKind.SUBAGENT: (Cause.SUBAGENTS, "their briefs"),
}
_ATTACHED: Final[Mapping[str, tuple[Cause, str]]] = {
    "skill_listing": (Cause.FIXED_START, "list of skills"),
    "deferred_tools_delta": (Cause.FIXED_START, "names of tools"),
    "mcp_instructions_delta": (Cause.FIXED_START, "servers' instructions"),
    "agent_listing_delta": (Cause.FIXED_START, "list of subagents"),
    "nested_memory": (Cause.FIXED_START, "memory files of folders"),
    "invoked_skills": (Cause.FIXED_START, "skills"),
    "edited_text_file": (Cause.READS, "files changed meanwhile, shown again"),
    "diagnostics": (Cause.TOOLS, "the editor's diagnostics"),
    "hook_additional_context": (Cause.TOOLS, "what hooks said"),
    "hook_blocking_error": (Cause.TOOLS, "what hooks said"),
}
"""What clients put beside the dialogue."""
_HANDED_BACK = "what they handed back"
_TYPED = "prompts and pastes"
_WRITTEN: Final[Mapping[str, str]] = {
    Action.EDIT: "edits",
    Action.WRITE: "new files",
    Action.RUN: "commands",
    Action.DELEGATE: "briefs of subagents",
    Action.PLAN: "to-do lists",
    Action.WAIT: "polls",
}
_WITH_PATH = frozenset({Action.READ, Action.EDIT, Action.WRITE})
_KIND = "subagent_type"  # of a call's input, as its agent names it
_BRIEF = 60
"""Characters of a subagent's brief by which its call is known: two in one session seldom begin alike, and short
texts have at least so many (guess, 2026-11-25)."""
_SERVER = "mcp__"
"""How clients name a server's tools: ``mcp__server__tool``."""


class FoundItem(NamedTuple):
    """An item, in which thread it is, and when it came."""

    run: bytes | None
    at: str | None
    item: ContextItem


def read_body_sizes(bodies: Bodies) -> dict[bytes, int]:
    """Return the bytes of every long text."""
    return dict(bodies.connection.execute("SELECT hash, size FROM body").fetchall())


def read_context_items(connection: sqlite3.Connection, session: int, sizes: Mapping[bytes, int]) -> Iterator[FoundItem]:
    """Yield what came into the threads of a session, in order.

    Args:
        connection: of the store.
        session: its row id.
        sizes: bytes of the long texts, by hash.
    """
    for rank, run, table, kind, name, length, body, more, at in connection.execute(_ITEMS, {"session": session}):
        size = length if body is None else sizes.get(body, length)
        yield FoundItem(run, at, _make_item(rank, (table, kind, name), size, more))


def _make_item(rank: int, what: tuple[str, str, str], size: int, more: int) -> ContextItem:
    table, kind, name = what
    if table == "prompt":
        cause, named = _PROMPTS.get(kind, (Cause.PROMPTS, _TYPED))
        return ContextItem(rank, cause, named, size + more * IMAGE, cuts=kind == PromptKind.SUMMARY)
    if table == "attached":
        cause, named = _ATTACHED.get(kind, (Cause.READS, name or "files named in prompts"))
        return ContextItem(rank, cause, named, size)
    if table == "result":
        cause, named = _name_result(kind, name)
        return ContextItem(rank, cause, named, size)
    if table == "call":
        path = name if kind in _WITH_PATH else ""
        written = _WRITTEN.get(kind, "other calls")
        work = Work.EDIT if more else name_work(kind, name if kind == Action.RUN else "")
        return ContextItem(rank, Cause.OWN_OUTPUT, written, size + more * _LINE, own=True, path=path, work=work)
    if table == "mark":
        return ContextItem(rank, Cause.SUMMARIES, "", 0, cuts=True)
    return ContextItem(rank, Cause.OWN_OUTPUT, table, size, own=True)


def _name_result(action: str, name: str) -> tuple[Cause, str]:
    if name.startswith(_SERVER):
        return Cause.SERVERS, name.removeprefix(_SERVER).partition("__")[0]
    cause = _RESULTS.get(action, Cause.TOOLS)
    return cause, _HANDED_BACK if cause is Cause.SUBAGENTS else name


def read_subagent_kinds(
    connection: sqlite3.Connection, session: int, load: Callable[[bytes], str | None]
) -> dict[bytes, str]:
    """Return the kind of each subagent's run of a session, as its call names it, where brief and call begin alike.

    Args:
        connection: of the store.
        session: its row id.
        load: gives a long text by its hash.
    """
    calls = connection.execute(
        "SELECT input, body FROM call WHERE session_id = ? AND action = 'delegate'", (session,)
    ).fetchall()
    kinds = {}
    for text, body in calls:
        with suppress(ValueError):
            given = orjson.loads((load(body) if body else text) or "")
            if isinstance(given, dict) and given.get(_KIND) and given.get("prompt"):
                kinds[str(given["prompt"]).strip()[:_BRIEF]] = str(given[_KIND])
    briefs = connection.execute(
        "SELECT agent_run, text, min(rank) FROM prompt WHERE session_id = ? AND agent_run NOTNULL GROUP BY agent_run",
        (session,),
    ).fetchall()
    found = {run: kinds.get(text.strip()[:_BRIEF]) for run, text, _ in briefs}
    return {run: kind for run, kind in found.items() if kind}


def read_written(connection: sqlite3.Connection, session: int) -> list[tuple[int, bytes]]:
    """Return the place and the uid of all that the model wrote in a session's main dialogue, in order."""
    return connection.execute(
        """SELECT rank, uid FROM reply WHERE session_id = :session AND agent_run IS NULL
        UNION ALL SELECT rank, uid FROM call WHERE session_id = :session AND agent_run IS NULL ORDER BY 1""",
        {"session": session},
    ).fetchall()


def read_request_runs(items: Iterable[FoundItem]) -> list[tuple[str, bytes | None]]:
    """Return when the model wrote something, and in which thread, in order of time; empty without a subagent.

    A message's tokens are stored with the time of its last record, and without its thread: the record has both.
    """
    own = [(one.at, one.run) for one in items if one.item.own and one.at is not None]
    return sorted(own, key=lambda one: (one[0], one[1] is not None)) if any(run for _, run in own) else []
