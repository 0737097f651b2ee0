"""Take back what a team knows: ask for what changed, keep it, and let the gate and briefs know it.

What was taken is stored with the cursor in one transaction, so that it may be killed anywhere. Everything after it
works without the server. An answer that is cut or is none changes nothing: the next time asks for the same again.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from twiceshy.advice.recipes.rule_compilation import compile_rules
from twiceshy.archive.db import Store
from twiceshy.archive.hook_files import mark_team
from twiceshy.archive.team_knowledge import (
    DUE,
    KNOWLEDGE,
    KnowledgeEntry,
    drop_erased,
    list_entries,
    list_keys,
    place_facts,
    put_entries,
    put_note,
    read_notes,
    remove_keys,
)
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreBusy
from twiceshy.lessons.recipes.lesson_vectors import refresh
from twiceshy.privacy.wire.sending_settings import find_terms
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.records.codec import DamagedValue
from twiceshy.records.team_knowledge import TeamKnowledge
from twiceshy_team.sync.team_lessons import take_team_lessons

Ask = Callable[[str], bytes | None]
"""Gives the body of a server's answer to a path; None where there was no good one."""
_CURSOR, _ERASED, _SOURCE = "knowledge-cursor", "erasures-cursor", "knowledge-from"
_MOST_PAGES = 100
"""Answers that are asked for at once: a server that always says that there is more is left (guess, 2026-11-23)."""
_SHOWN = "effect"
"""The kind that is shown and never said: nobody counts its changes."""
_ID_DIGITS = 32  # of a row, hexadecimal (defined by ``privacy.wire``, 2026-11-23)


class PulledKnowledge(NamedTuple):
    """What was taken back."""

    changed: int
    """Lessons, limits and facts that are new here, changed or gone."""
    rules: int | None
    """Rules that the gate has now; None where they stayed as they were."""


def pull_knowledge(
    config: Config,
    ask: Ask,
    *,
    source: str,
    terms: SendingTerms | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> PulledKnowledge:
    """Ask what the team knows and what was erased, store it, and compile the gate's rules anew where it changed.

    ``source``: the server's address; of another one everything is asked for anew. ``terms``: with the team's key, by
    which what is known here too is found; None: those of the settings.

    Raises:
        StoreError: the store cannot be used.
    """
    mark_team(config, asked=True)
    with Store.open(config.home) as store:
        changed = _take_answers(store, ask, source, now())
        _obey_erasures(store, ask)
        terms = find_terms(config, store.salt) if terms is None else terms
        take_team_lessons(store, config, now(), terms)
        if terms is not None:
            with store.begin_writing() as connection:
                place_facts(connection, terms.hash_project)
        due = read_notes(store.connection, (DUE,)).get(DUE)
    return PulledKnowledge(changed, _use_knowledge(config, now) if due else None)


def _use_knowledge(config: Config, now: Callable[[], datetime]) -> int | None:
    """Make the lessons' vectors and the gate's rules of what is known now; return how many rules there are.

    Where another run compiles them already it stays due, for this run's knowledge may have come too late for it.
    """
    with suppress(StoreBusy):
        refresh(config)
        compiled = compile_rules(config, now=now)
        with Store.open(config.home) as store, store.begin_writing() as connection:
            put_note(connection, DUE, "")
        return compiled.rules
    return None


class _Told(NamedTuple):
    """What a server's answers hold together."""

    entries: list[KnowledgeEntry]
    cursor: str
    done: bool
    """It said that this is all."""
    anew: bool = False
    """It began at its start, as it does not know the cursor: its database is another one, or an older one."""


def _take_answers(store: Store, ask: Ask, source: str, now: datetime) -> int:
    """Store what changed since the last time; return how many things differ."""
    notes = read_notes(store.connection, (_CURSOR, _SOURCE))
    since = notes.get(_CURSOR, "") if notes.get(_SOURCE) == source else ""
    told = _ask_all(ask, since)
    with store.begin_writing() as connection:
        changed = put_entries(connection, [one for one in told.entries if one.kind != _SHOWN], now)
        put_entries(connection, [one for one in told.entries if one.kind == _SHOWN], now)
        whole = not since or told.anew
        if told.done and whole:  # it told everything: what is not there is gone
            seen = {(one.kind, one.key) for one in told.entries}
            gone = list_keys(connection) - seen
            remove_keys(connection, gone)
            changed += len([kind for kind, _ in gone if kind != _SHOWN])
        if told.done or not whole:  # else everything is asked for again
            put_note(connection, _CURSOR, told.cursor)
            put_note(connection, _SOURCE, source)
    return changed


def _ask_all(ask: Ask, since: str) -> _Told:
    """Ask page by page until the server has no more."""
    entries: list[KnowledgeEntry] = []
    anew = False
    for _ in range(_MOST_PAGES):
        answer = _read_answer(ask(f"/v1/knowledge?since={quote(since, safe='')}"))
        if answer is None:
            break
        new = list_entries(answer)
        anew = anew or _is_before(answer.cursor, since)
        if not new or answer.cursor == since:
            return _Told(entries + new, answer.cursor or since, done=True, anew=anew)
        entries, since = entries + new, answer.cursor
    return _Told(entries, since, done=False, anew=anew)


def _is_before(cursor: str, since: str) -> bool:
    """Tell whether a cursor stands before the one that was asked with: the server counts them up."""
    return cursor.isdecimal() and since.isdecimal() and int(cursor) < int(since)


def _read_answer(body: bytes | None) -> TeamKnowledge | None:
    """Return what a server told; None where it is no whole answer."""
    if body is None:
        return None
    with suppress(DamagedValue):
        return KNOWLEDGE.decode(body)
    return None


def _obey_erasures(store: Store, ask: Ask) -> None:
    """Send nothing of what was erased: rows that wait under an erased id are taken out."""
    since = read_notes(store.connection, (_ERASED,)).get(_ERASED, "")
    body = ask(f"/v1/erasures?since={quote(since, safe='')}")
    if body is None:
        return
    try:
        found = json.loads(body)
        ids, cursor = list(_read_ids(found["ids"])), str(found["cursor"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return
    with store.begin_writing() as connection:
        drop_erased(connection, ids)
        put_note(connection, _ERASED, cursor)


def _read_ids(found: Iterable[object]) -> Iterable[bytes]:
    """Yield the ids of a list; what is none is passed over."""
    for one in found:
        if isinstance(one, str) and len(one) == _ID_DIGITS:
            with suppress(ValueError):
                yield bytes.fromhex(one)
