"""Store the scanned edits of a session and their scores as short JSON, and read them back.

There are two kinds of ``derived``: ``introduced`` has what each edit introduced and fixed, which is expensive and
depends on the session alone; ``score`` has the numbers, which depend on the past of the files too and are computed
again for all. Findings that an edit left as they were are only counted while they are compared, and not stored.
"""

from dataclasses import replace
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.archive import derived_values
from twiceshy.archive.db import Store
from twiceshy.archive.scans import FINDING_FIELDS
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.findings import EditWithScore, Finding, FindingDelta, Layer, ScannedEdit, Score

KIND = "introduced"
SCORE = "score"
_MOST_FINDINGS = 40
"""Kept of one edit. Guess of 2026-11-21: one with more wrote a generated file."""


class _StoredEdit(NamedTuple):
    call: bytes
    path: str
    path_key: bytes
    lines: int
    task: int
    at: float | None
    bad: str
    """``y``, ``n``, or empty where that is unknown."""
    known_at: float
    layers: str
    """With spaces between."""
    unknown: tuple[str, ...]
    introduced: tuple[Finding, ...]
    """The path of one is empty where it is the edit's."""
    fixed: tuple[Finding, ...]


class _StoredScores(NamedTuple):
    v: str
    """Version."""
    e: tuple[tuple[float | None, float | None, float | None, float | None, float | None], ...]
    """Of each edit: value, taint, pattern, refactor, history."""


_EDITS = Codec(list[_StoredEdit], Layout(Finding, ("path", *FINDING_FIELDS)))
_SCORES = Codec(_StoredScores, Layout(_StoredScores, keyed=True))
_BAD = {"": None, "y": True, "n": False}
_BAD_LETTERS = {bad: letter for letter, bad in _BAD.items()}


def encode_edits(edits: list[ScannedEdit]) -> bytes:
    """Encode the edits as JSON."""
    return _EDITS.encode(
        [
            _StoredEdit(
                *(one.call, one.path, one.path_key, one.lines, one.task, one.at),
                bad=_BAD_LETTERS[one.bad],
                known_at=one.known_at,
                layers=" ".join(sorted(one.layers)),
                unknown=one.change.unknown,
                introduced=_swap_path(one.change.introduced[:_MOST_FINDINGS], one.path, ""),
                fixed=_swap_path(one.change.fixed[:_MOST_FINDINGS], one.path, ""),
            )
            for one in edits
        ]
    )


def decode_edits(value: bytes) -> list[ScannedEdit]:
    """Decode what ``encode_edits`` wrote."""
    return [
        ScannedEdit(
            *(one.call, one.path, one.path_key, one.lines, one.task, one.at),
            bad=_BAD[one.bad],
            known_at=one.known_at,
            layers=frozenset(map(Layer, one.layers.split())),
            change=FindingDelta(
                introduced=_swap_path(one.introduced, "", one.path),
                fixed=_swap_path(one.fixed, "", one.path),
                unknown=one.unknown,
            ),
        )
        for one in _EDITS.decode(value)
    ]


def _swap_path(findings: tuple[Finding, ...], old: str, new: str) -> tuple[Finding, ...]:
    """Return the findings with another path where theirs is the old one."""
    return tuple(replace(one, path=new) if one.path == old else one for one in findings)


def read_scored_edits(store: Store, session: bytes) -> list[EditWithScore]:
    """Return a session's edits with their scores; an empty list if it was not scored."""
    edits, scores = store.get_derived(KIND, session), store.get_derived(SCORE, session)
    if edits is None or scores is None:
        return []
    known = decode_edits(edits.value)
    return [EditWithScore(*pair) for pair in zip(known, decode_scores(scores.value, known), strict=False)]


def fault_marks(store: Store) -> dict[bytes, bytes]:
    """Return a hash of the scan result for each session in which an edit introduced a fault."""
    found = {}
    for kept in derived_values.read_all(store.connection, KIND):
        if any(edit.change.introduced for edit in decode_edits(kept.value)):
            found[kept.key] = blake2b(kept.value, digest_size=8).digest()
    return found


def encode_scores(scores: list[Score]) -> bytes:
    """Encode the value and parts of each edit's score, in the order of the edits, with their version."""
    rows = tuple((one.value, one.taint, one.pattern, one.refactor, one.history) for one in scores)
    return _SCORES.encode(_StoredScores(scores[0].version if scores else "", rows))


def decode_scores(value: bytes, edits: list[ScannedEdit]) -> list[Score]:
    """Decode the scores of these edits; an empty list if they were made for other edits.

    That can be, because scores are written after findings.
    """
    version, rows = _SCORES.decode(value)
    if len(rows) != len(edits):
        return []
    return [
        Score(
            value=number,
            taint=taint,
            pattern=pattern,
            refactor=refactor,
            history=history,
            introduced=edit.change,
            version=version,
        )
        for edit, (number, taint, pattern, refactor, history) in zip(edits, rows, strict=True)
    ]
