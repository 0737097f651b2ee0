"""What scanning a session's edits gave, and the scores made of it, as short JSON and back.

Two kinds of ``derived``: ``introduced`` has what each edit brought in and took away, which is dear and depends on the
session alone; ``score`` has the numbers, which depend on the past of the files too and are made anew for all.
Findings that an edit left as they were are only counted while they are compared, and not kept.
"""

import json
from typing import NamedTuple

from twiceshy.records.scores import Introduced, Layer, Score
from twiceshy.store.scans import finding, row

KIND = "introduced"
SCORE = "score"
MOST_FINDINGS = 40
"""Kept of one edit; one with more wrote a generated file (guess)."""


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


Numbers = list[float | None]


def packed_scores(scores: list[Score]) -> bytes:
    """Value and parts of each edit, in the order of the edits, with what they were made by."""
    rows: list[Numbers] = [[one.value, one.taint, one.pattern, one.refactor, one.history] for one in scores]
    weights = list(scores[0].weights) if scores else []
    version = scores[0].version if scores else ""
    return json.dumps({"w": weights, "v": version, "e": rows}, separators=(",", ":")).encode()


def unpacked_scores(value: bytes, edits: list[Edit]) -> list[Score]:
    """The scores of these edits."""
    kept = json.loads(value)
    weights = kept["w"]
    return [
        Score(
            value=number, taint=taint, pattern=pattern, refactor=refactor, history=history,
            weights=(weights[0], weights[1], weights[2], weights[3]), introduced=edit.change, version=kept["v"],
        )
        for edit, (number, taint, pattern, refactor, history) in zip(edits, kept["e"], strict=True)
    ]  # fmt: skip
