"""Bundles that a person added: what they name, and what is not taken any more."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from twiceshy.archive.times import format_time, parse_moment
from twiceshy.records.bundles import Bundle, KeptBundle

_BUNDLES = """SELECT b.sha256, b.name, b.signer, b.added_at,
  (SELECT count(*) FROM bundle_key k WHERE k.bundle = b.sha256 AND k.kind = 'lesson'),
  (SELECT count(*) FROM bundle_key k WHERE k.bundle = b.sha256 AND k.kind = 'pattern'),
  (SELECT count(DISTINCT l.lesson) FROM bundle_key k JOIN lesson_key l ON l.key = k.key
    WHERE k.bundle = b.sha256 AND k.kind = 'lesson')
FROM bundle b ORDER BY b.added_at, b.sha256"""


def add_bundle(connection: sqlite3.Connection, bundle: Bundle, sha256: bytes, signer: str, at: datetime) -> bool:
    """Store a bundle; tell whether it is new. The caller commits."""
    new = connection.execute(
        "INSERT INTO bundle (sha256, name, signer, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (sha256, bundle.name, signer, format_time(at)),
    ).rowcount
    named = [*(("lesson", key) for key in bundle.lessons), *(("pattern", key) for key in bundle.patterns)]
    if new:
        connection.executemany(
            "INSERT INTO bundle_key (bundle, kind, key) VALUES (?, ?, ?)", [(sha256, *one) for one in named]
        )
    return bool(new)


def remove_bundles(connection: sqlite3.Connection, hashes: Iterable[bytes]) -> None:
    """Remove bundles with what they name. The caller commits."""
    connection.executemany("DELETE FROM bundle WHERE sha256 = ?", [(one,) for one in hashes])


def refuse(connection: sqlite3.Connection, what: Iterable[str], at: datetime) -> None:
    """Note what is not taken any more. The caller commits."""
    connection.executemany(
        "INSERT INTO bundle_refused (what, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(one, format_time(at)) for one in what],
    )


def read_refused(connection: sqlite3.Connection) -> frozenset[str]:
    """Return what is not taken any more."""
    return frozenset(what for (what,) in connection.execute("SELECT what FROM bundle_refused"))


def read_bundles(connection: sqlite3.Connection) -> list[KeptBundle]:
    """Return the bundles, the oldest first; ``early`` is for the caller to say."""
    return [
        KeptBundle(
            sha256=sha256,
            name=name,
            signer=signer,
            added_at=parse_moment(at),
            keys=keys,
            patterns=patterns,
            seen=seen,
            early=0,
        )
        for sha256, name, signer, at, keys, patterns, seen in connection.execute(_BUNDLES)
    ]


def read_signers(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the keys whose bundles were added."""
    return frozenset(signer for (signer,) in connection.execute("SELECT DISTINCT signer FROM bundle"))


def read_endorsed_lessons(connection: sqlite3.Connection, bundle: bytes | None = None) -> frozenset[bytes]:
    """Return the ids of the lessons learned here that a bundle (None: any) names, by whatever key they are known."""
    rows = connection.execute(
        """SELECT DISTINCT l.lesson FROM lesson_key l JOIN bundle_key k ON k.key = l.key
        WHERE k.kind = 'lesson' AND (?1 IS NULL OR k.bundle = ?1)""",
        (bundle,),
    )
    return frozenset(lesson for (lesson,) in rows)


def read_endorsed_patterns(connection: sqlite3.Connection) -> frozenset[bytes]:
    """Return the keys of the run patterns that bundles name."""
    return frozenset(key for (key,) in connection.execute("SELECT key FROM bundle_key WHERE kind = 'pattern'"))
