"""Observations and working styles of sessions as short JSON and back: what statistics are made of, read for a scope.

One row an observation: unit, file, size, which habits and outcomes (numbers in the session's own table of texts, in
which ``-`` marks what was not so), how often, proofs. Whose session it was is not repeated in the value.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from twiceshy.records.observations import Observation
from twiceshy.records.scope import Scope
from twiceshy.records.working_style import WorkingStyle
from twiceshy.store.db import Store
from twiceshy.store.reads import judged as reads
from twiceshy.store.reads.judged import Kept

KIND = "observations"
STYLE = "working-style"
MOST_ROWS = 120
"""Of one session; the first ones stay (guess: a log of many days)."""
MOST_PROOFS = 1


def observations(store: Store, scope: Scope) -> Iterator[Observation]:
    """Those of all judged sessions in scope, session by session; logs that imitate an agent are left out."""
    for kept in reads.kept(store.connection, scope, KIND):
        yield from unpacked(kept)


def styles(store: Store, scope: Scope) -> Iterator[WorkingStyle]:
    """How each judged session in scope was worked."""
    for kept in reads.kept(store.connection, scope, STYLE):
        yield style_of(kept.value)


def packed(found: Iterable[Observation]) -> bytes:
    """One session's observations as JSON."""
    texts: dict[str, int] = {}
    rows = [
        [
            one.unit[0],
            texts.setdefault(one.path, len(texts)) if one.path is not None else None,
            one.size,
            texts.setdefault(_slugs(one.did), len(texts)),
            texts.setdefault(_slugs(one.became), len(texts)),
            one.n,
            *one.proof[:MOST_PROOFS],
        ]
        for one in list(found)[:MOST_ROWS]
    ]
    return json.dumps([list(texts), rows], separators=(",", ":")).encode()


def unpacked(kept: Kept) -> Iterator[Observation]:
    """What ``packed`` wrote."""
    texts, rows = json.loads(kept.value)
    for unit, path, size, did, became, n, *proof in rows:
        yield Observation(
            unit=UNITS[unit],
            session=kept.session,
            project=kept.project_name,
            agent=kept.agent,
            model=kept.model,
            at=kept.at,
            path=None if path is None else texts[path],
            did=_truths(texts[did]),
            became=_truths(texts[became]),
            size=size,
            n=n,
            proof=tuple(proof),
        )


UNITS = {"e": "edit", "t": "task", "s": "session"}


def _slugs(truths: Mapping[str, bool]) -> str:
    return " ".join(slug if so else f"-{slug}" for slug, so in sorted(truths.items()))


def _truths(slugs: str) -> dict[str, bool]:
    return {slug.removeprefix("-"): not slug.startswith("-") for slug in slugs.split()}


def packed_style(style: WorkingStyle) -> bytes:
    """A working style as JSON, without what is zero or empty."""
    value = {item.name: content for item in fields(style) if (content := getattr(style, item.name))}
    return json.dumps(value, separators=(",", ":")).encode()


def style_of(value: bytes) -> WorkingStyle:
    """What ``packed_style`` wrote."""
    return WorkingStyle(**json.loads(value))
