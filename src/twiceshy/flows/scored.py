"""What scanning a session's edits gave, and the scores made of it, as short JSON and back.

Two kinds of ``derived``: ``introduced`` has what each edit brought in and took away, which is dear and depends on the
session alone; ``score`` has the numbers, which depend on the past of the files too and are made anew for all.
Findings that an edit left as they were are only counted while they are compared, and not kept.
"""

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.records.scores import Introduced, Layer, Score
from twiceshy.score.aggregate import BANDS, band
from twiceshy.store import derived
from twiceshy.store.db import Store
from twiceshy.store.scans import finding, row
from twiceshy.store.session_executions import Risk

KIND = "introduced"
SCORE = "score"
MOST_FINDINGS = 40
"""Kept of one edit; one with more wrote a generated file (guess)."""


class Edited(NamedTuple):
    """An edit and its score."""

    edit: "Edit"
    score: Score


class Edit(NamedTuple):
    """One edit with what it did to the findings of its file."""

    call: bytes
    path: str
    path_key: bytes
    lines: int
    task: int
    at: float | None
    bad: bool | None
    known_at: float
    layers: frozenset[Layer]
    """Those that looked at the text before and at the text after."""
    change: Introduced


def packed(edits: list[Edit]) -> bytes:
    """The edits as JSON."""
    rows = [
        [
            one.call.hex(), one.path, one.path_key.hex(), one.lines, one.task, one.at,
            {None: "", True: "y", False: "n"}[one.bad], one.known_at,
            " ".join(sorted(layer.value for layer in one.layers)), list(one.change.unknown),
            [[found.path if found.path != one.path else "", *row(found)]
             for found in one.change.introduced[:MOST_FINDINGS]],
            [[found.path if found.path != one.path else "", *row(found)]
             for found in one.change.fixed[:MOST_FINDINGS]],
        ]
        for one in edits
    ]  # fmt: skip
    return json.dumps(rows, separators=(",", ":")).encode()


def unpacked(value: bytes) -> list[Edit]:
    """What ``packed`` wrote."""
    return [
        Edit(
            call=bytes.fromhex(call), path=path, path_key=bytes.fromhex(key), lines=lines, task=task, at=at,
            bad={"": None, "y": True, "n": False}[bad], known_at=known_at,
            layers=frozenset(Layer(layer) for layer in layers.split()),
            change=Introduced(
                introduced=tuple(finding(rest, place or path) for place, *rest in introduced),
                fixed=tuple(finding(rest, place or path) for place, *rest in fixed), unknown=tuple(unknown),
            ),
        )
        for call, path, key, lines, task, at, bad, known_at, layers, unknown, introduced, fixed in json.loads(value)
    ]  # fmt: skip


def of_session(store: Store, session: bytes) -> list[Edited]:
    """A session's edits with their scores; none where it was not scored."""
    edits, scores = store.derived(KIND, session), store.derived(SCORE, session)
    if edits is None or scores is None:
        return []
    known = unpacked(edits.value)
    return [Edited(*pair) for pair in zip(known, unpacked_scores(scores.value, known), strict=False)]


def marks_of_faults(store: Store) -> dict[bytes, bytes]:
    """For each session in which an edit brought in a fault a hash of what scanning gave."""
    found = {}
    for kept in derived.all_of(store.connection, KIND):
        if any(edit.change.introduced for edit in unpacked(kept.value)):
            found[kept.key] = blake2b(kept.value, digest_size=8).digest()
    return found


def risk_of(session: bytes, scores: Iterable[Score]) -> Risk:
    """The session's mean and how many of its edits are in which band."""
    values = [one.value for one in scores if one.value is not None]
    bands = {name: 0 for _, name in BANDS}
    for value in values:
        bands[band(value)] += 1
    return Risk(session, round(sum(values) / len(values), 4) if values else None, bands if values else None)


def bands_of(edits: Iterable[Edited]) -> dict[bytes, str]:
    """For each call that has a score the band of its worst edit."""
    worst: dict[bytes, float] = {}
    for one in edits:
        if one.score.value is not None:
            worst[one.edit.call] = max(worst.get(one.edit.call, 0.0), one.score.value)
    return {call: band(value) for call, value in worst.items()}


Numbers = list[float | None]


def packed_scores(scores: list[Score]) -> bytes:
    """Value and parts of each edit, in the order of the edits, with what they were made by."""
    rows: list[Numbers] = [[one.value, one.taint, one.pattern, one.refactor, one.history] for one in scores]
    weights = list(scores[0].weights) if scores else []
    version = scores[0].version if scores else ""
    return json.dumps({"w": weights, "v": version, "e": rows}, separators=(",", ":")).encode()


def unpacked_scores(value: bytes, edits: list[Edit]) -> list[Score]:
    """The scores of these edits; none where they were made of other edits: numbers are written after findings."""
    kept = json.loads(value)
    weights = kept["w"]
    if len(kept["e"]) != len(edits):
        return []
    return [
        Score(
            value=number, taint=taint, pattern=pattern, refactor=refactor, history=history,
            weights=(weights[0], weights[1], weights[2], weights[3]), introduced=edit.change, version=kept["v"],
        )
        for edit, (number, taint, pattern, refactor, history) in zip(edits, kept["e"], strict=True)
    ]  # fmt: skip
