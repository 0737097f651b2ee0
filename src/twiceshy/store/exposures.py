"""What hooks noted, kept once each; what the user had forgotten does not come in."""

import sqlite3
from collections.abc import Iterable

from twiceshy.records.exposures import Exposure
from twiceshy.store.db import Store
from twiceshy.store.forgotten import Forgotten
from twiceshy.store.rows import instant


def put(store: Store, found: Iterable[Exposure]) -> int:
    """How many were new; all of them are stored when this returns."""
    with store.writing() as connection:
        rules = Forgotten(connection)
        before = connection.total_changes
        connection.executemany(
            """INSERT OR IGNORE INTO exposure
            (uid, session, agent, event, at, call, agent_run, prompt, action, path_keys, word_key, word)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [row(one) for one in found if not forgotten(rules, one)],
        )
        return connection.total_changes - before


def forgotten(rules: Forgotten, one: Exposure) -> bool:
    """Whether the user wants to know nothing of that session then."""
    if not rules.rules:
        return False
    project = rules.project_of(one.session)
    return any(rule.concerns(one.session, project) and rule.covers(instant(one.at)) for rule in rules.rules)


def row(one: Exposure) -> tuple[object, ...]:
    """The record in the order of the columns."""
    return (
        one.uid,
        one.session,
        one.agent,
        one.event,
        instant(one.at),
        one.call,
        one.agent_run,
        one.prompt,
        one.action,
        one.path_keys or None,
        one.word_key,
        one.word,
    )


def counted(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many notes there are, and how many of their sessions' logs are stored too."""
    (notes,) = connection.execute("SELECT count(*) FROM exposure").fetchone()
    (joined,) = connection.execute("SELECT count(*) FROM exposure e JOIN session s ON s.uid = e.session").fetchone()
    return notes, joined
