"""Writing what hooks noted: each note once, and none that the user asked to forget."""

import sqlite3
from collections.abc import Iterable

from twiceshy.records.upkeep import Exposure
from twiceshy.store.db import Store
from twiceshy.store.forget_rules import ForgetRules
from twiceshy.store.rows import format_time


def put(store: Store, found: Iterable[Exposure]) -> int:
    """Store hook notes for good; return how many were new."""
    with store.begin_writing() as connection:
        rules = ForgetRules(connection)
        before = connection.total_changes
        connection.executemany(
            """INSERT OR IGNORE INTO exposure
            (uid, session, agent, event, at, call, agent_run, prompt, action, path_keys, word_key, word)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [_make_row(one) for one in found if not _is_forgotten(rules, one)],
        )
        return connection.total_changes - before


def _is_forgotten(rules: ForgetRules, one: Exposure) -> bool:
    """Tell whether the user asked to forget that session at that time."""
    if not rules.rules:
        return False
    project = rules.project_of(one.session)
    return any(rule.concerns(one.session, project) and rule.covers(format_time(one.at)) for rule in rules.rules)


def _make_row(one: Exposure) -> tuple[object, ...]:
    """Return the record's values in the order of the columns."""
    return (
        one.uid,
        one.session,
        one.agent,
        one.event,
        format_time(one.at),
        one.call,
        one.agent_run,
        one.prompt,
        one.action,
        one.path_keys or None,
        one.word_key,
        one.word,
    )


def count_exposures(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many notes there are, and how many of them belong to a stored session."""
    (notes,) = connection.execute("SELECT count(*) FROM exposure").fetchone()
    (joined,) = connection.execute("SELECT count(*) FROM exposure e JOIN session s ON s.uid = e.session").fetchone()
    return notes, joined
