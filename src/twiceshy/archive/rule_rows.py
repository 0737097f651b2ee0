"""Write compiled rules, what a person decided about them, and the advice that they gave.

``learn`` and ``mute`` write here. A rule's row stays when it is no longer compiled, so that what it once
said can still be explained and counted.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from twiceshy.archive.advice_table import ADVICE
from twiceshy.archive.forget_rules import ForgetRules
from twiceshy.archive.times import format_time
from twiceshy.records.rules import Advice, Fate, Rule

_MUTED, DEMOTED, _PROMOTED = "muted", "demoted", "promoted"


def put_rules(connection: sqlite3.Connection, rules: Iterable[Rule], now: datetime) -> None:
    """Store the rules' rows. The caller holds the transaction."""
    connection.executemany(
        """INSERT OR REPLACE INTO rule
        (id, category, lesson, project, words, level, confidence, n, wrong, sessions, compiled_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                rule.id,
                rule.kind,
                rule.lesson,
                rule.project,
                rule.words,
                rule.level,
                round(rule.confidence, 4),
                rule.tried.n,
                rule.tried.wrong,
                rule.tried.sessions,
                format_time(now),
            )
            for rule in rules
        ],
    )


def mute(connection: sqlite3.Connection, rule: bytes, now: datetime) -> None:
    """Mute a rule for good. The caller holds the transaction."""
    connection.execute("INSERT OR REPLACE INTO rule_review VALUES (?, ?, ?)", (rule, _MUTED, format_time(now)))


def unmute(connection: sqlite3.Connection, rule: bytes, now: datetime) -> None:
    """Let a rule speak again, and one that refused a call wrongly refuse again. The caller holds the transaction."""
    connection.execute("DELETE FROM rule_review WHERE rule = ? AND state = ?", (rule, _MUTED))
    connection.execute(
        "UPDATE rule_review SET state = ?, at = ? WHERE rule = ? AND state = ?",
        (_PROMOTED, format_time(now), rule, DEMOTED),
    )


def demote(connection: sqlite3.Connection, rules: Mapping[bytes, datetime]) -> None:
    """Let rules that refused a call wrongly at these times refuse none any more, until a person says otherwise.

    What a person decided later stays. The caller holds the transaction.
    """
    connection.executemany(
        """INSERT INTO rule_review VALUES (?1, ?2, ?3)
        ON CONFLICT (rule) DO UPDATE SET state = ?2, at = ?3 WHERE state = ?4 AND at < ?3""",
        [(rule, DEMOTED, format_time(at), _PROMOTED) for rule, at in rules.items()],
    )


def put_advice(connection: sqlite3.Connection, given: Iterable[Advice]) -> int:
    """Store advice; return how many rows were new. The caller holds the transaction."""
    rules = ForgetRules(connection)
    categories: dict[bytes, str] = dict(connection.execute("SELECT id, category FROM rule").fetchall())
    before = connection.total_changes
    connection.executemany(
        ADVICE.insert("OR IGNORE"),
        [
            ADVICE.pack(replace(one, category=categories.get(one.rule, one.category)))
            for one in given
            if not rules.cover_note(one.session, one.at)
        ],
    )
    return connection.total_changes - before


def set_repeats(connection: sqlite3.Connection, repeats: Iterable[tuple[bytes, bool]]) -> None:
    """Store whether the same thing failed again after the advice. The caller holds the transaction."""
    connection.executemany("UPDATE advice SET again = ?2 WHERE uid = ?1 AND again IS NOT ?2", repeats)


def set_outcomes(connection: sqlite3.Connection, outcomes: Iterable[tuple[bytes, Fate]]) -> None:
    """Store what became of the advised calls. The caller holds the transaction."""
    connection.executemany(
        "UPDATE advice SET outcome = ?2 WHERE uid = ?1 AND outcome IS NOT ?2", [(uid, fate) for uid, fate in outcomes]
    )
