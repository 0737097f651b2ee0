"""Store observations and working styles of sessions as short JSON, and read them back for a scope.

Statistics are made of them. An observation is one row: unit, file, size, habits and outcomes (as numbers in the
session's own table of texts, in which ``-`` marks what did not happen), count, proofs. The value does not repeat
which session it belongs to.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from sys import intern
from typing import Any

from twiceshy.archive.db import Store
from twiceshy.archive.reads import judgements as reads
from twiceshy.archive.reads.judgements import SessionValue
from twiceshy.base.values import Scope
from twiceshy.records.codec import Codec, Layout, read_value
from twiceshy.records.effects import Observation, WorkingStyle

KIND = "observations"
STYLE = "working-style"
STYLE_FORM = Codec(WorkingStyle, Layout(WorkingStyle, keyed=True))
_MOST_ROWS = 120
"""Of one session; the first ones stay. Guess of 2026-11-21: more is a log of many days."""
_MOST_TRUTHS = 65_536
"""Texts of habits or outcomes that are shared (guess, 2026-11-23)."""
_MOST_PROOFS = 1
"""Events that are named as proof of one row. Guess of 2026-11-21: one is enough to show."""


def read_observations(store: Store, scope: Scope) -> Iterator[Observation]:
    """Yield the observations of all judged sessions in scope, session by session.

    Logs that imitate an agent are left out.
    """
    for kept in reads.read_session_values(store.connection, scope, KIND):
        yield from decode_observations(kept)


def read_styles(store: Store, scope: Scope) -> Iterator[WorkingStyle]:
    """Yield the working style of each judged session in scope."""
    for kept in reads.read_session_values(store.connection, scope, STYLE):
        yield STYLE_FORM.decode(kept.value)


def encode_observations(found: Iterable[Observation]) -> bytes:
    """Encode one session's observations as JSON."""
    texts: dict[str, int] = {}
    rows = [
        [
            _PROVED if one.proved else one.unit[0],
            texts.setdefault(one.path, len(texts)) if one.path is not None else None,
            one.size,
            texts.setdefault(_encode_truths(one.did), len(texts)),
            texts.setdefault(_encode_truths(one.became), len(texts)),
            one.n,
            *one.proof[:_MOST_PROOFS],
        ]
        for one in list(found)[:_MOST_ROWS]
    ]
    return json.dumps([list(texts), rows], separators=(",", ":")).encode()


def decode_observations(kept: SessionValue) -> Iterator[Observation]:
    """Yield the observations that ``encode_observations`` wrote."""
    with read_value("list of observations"):
        texts, rows = json.loads(kept.value)
        found = [_decode_observation(kept, texts, row) for row in rows]
    yield from found


def _decode_observation(kept: SessionValue, texts: list[str], row: list[Any]) -> Observation:
    unit, path, size, did, became, n, *proof = row
    return Observation(
        unit=_UNITS[unit],
        proved=unit == _PROVED,
        session=kept.session,
        project=kept.project_name,
        agent=kept.agent,
        model=kept.model,
        at=kept.at,
        path=None if path is None else intern(texts[path]),
        did=_decode_truths(texts[did]),
        became=_decode_truths(texts[became]),
        size=size,
        n=n,
        proof=tuple(proof),
    )


_PROVED = "p"
"""The unit of an edit that something proves to be right."""
_UNITS = {"e": "edit", _PROVED: "edit", "t": "task", "s": "session"}


def _encode_truths(truths: Mapping[str, bool]) -> str:
    return " ".join(slug if so else f"-{slug}" for slug, so in sorted(truths.items()))


@lru_cache(maxsize=_MOST_TRUTHS)
def _decode_truths(slugs: str) -> Mapping[str, bool]:
    """Return what the text says; most sessions say the same, so that observations share it."""
    return {slug.removeprefix("-"): not slug.startswith("-") for slug in slugs.split()}
