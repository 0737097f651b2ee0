"""Store the scanned edits of a session and their scores as short JSON, and read them back.

There are two kinds of ``derived``: ``introduced`` has what each edit introduced and fixed, which is expensive and
depends on the session alone; ``score`` has the numbers, which depend on the past of the files too and are computed
again for all. Findings that an edit left as they were are only counted while they are compared, and not stored.
"""

import json
from hashlib import blake2b

from twiceshy.records.findings import EditWithScore, FindingDelta, Layer, ScannedEdit, Score
from twiceshy.store import derived_values
from twiceshy.store.db import Store
from twiceshy.store.scans import decode_finding, encode_finding

KIND = "introduced"
SCORE = "score"
_MOST_FINDINGS = 40
"""Kept of one edit; one with more wrote a generated file (guess)."""


def encode_edits(edits: list[ScannedEdit]) -> bytes:
    """Encode the edits as JSON."""
    rows = [
        [
            one.call.hex(),
            one.path,
            one.path_key.hex(),
            one.lines,
            one.task,
            one.at,
            {None: "", True: "y", False: "n"}[one.bad],
            one.known_at,
            " ".join(sorted(layer.value for layer in one.layers)),
            list(one.change.unknown),
            [
                [found.path if found.path != one.path else "", *encode_finding(found)]
                for found in one.change.introduced[:_MOST_FINDINGS]
            ],
            [
                [found.path if found.path != one.path else "", *encode_finding(found)]
                for found in one.change.fixed[:_MOST_FINDINGS]
            ],
        ]
        for one in edits
    ]
    return json.dumps(rows, separators=(",", ":")).encode()


def decode_edits(value: bytes) -> list[ScannedEdit]:
    """Decode what ``encode_edits`` wrote."""
    return [
        ScannedEdit(
            call=bytes.fromhex(call),
            path=path,
            path_key=bytes.fromhex(key),
            lines=lines,
            task=task,
            at=at,
            bad={"": None, "y": True, "n": False}[bad],
            known_at=known_at,
            layers=frozenset(Layer(layer) for layer in layers.split()),
            change=FindingDelta(
                introduced=tuple(decode_finding(rest, place or path) for place, *rest in introduced),
                fixed=tuple(decode_finding(rest, place or path) for place, *rest in fixed),
                unknown=tuple(unknown),
            ),
        )
        for call, path, key, lines, task, at, bad, known_at, layers, unknown, introduced, fixed in json.loads(value)
    ]


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


_Numbers = list[float | None]


def encode_scores(scores: list[Score]) -> bytes:
    """Encode the value and parts of each edit's score, in the order of the edits, with weights and version."""
    rows: list[_Numbers] = [[one.value, one.taint, one.pattern, one.refactor, one.history] for one in scores]
    weights = list(scores[0].weights) if scores else []
    version = scores[0].version if scores else ""
    return json.dumps({"w": weights, "v": version, "e": rows}, separators=(",", ":")).encode()


def decode_scores(value: bytes, edits: list[ScannedEdit]) -> list[Score]:
    """Decode the scores of these edits; an empty list if they were made for other edits.

    That can be, because scores are written after findings.
    """
    kept = json.loads(value)
    weights = kept["w"]
    if len(kept["e"]) != len(edits):
        return []
    return [
        Score(
            value=number,
            taint=taint,
            pattern=pattern,
            refactor=refactor,
            history=history,
            weights=(weights[0], weights[1], weights[2], weights[3]),
            introduced=edit.change,
            version=kept["v"],
        )
        for edit, (number, taint, pattern, refactor, history) in zip(edits, kept["e"], strict=True)
    ]
