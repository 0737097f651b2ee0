"""Aggregate: from what a change introduced to one number, 0 to 1, with each part kept.

The number is the chance that at least one thing is wrong, were the weaknesses independent: a noisy-or over weaknesses,
each as strong as its findings' severity times confidence, and over the file's past. So one certain and severe fault is
enough, and knowing more never lowers the number: a scanner that found nothing leaves it as it was. Findings of one
weakness hang together (a rule that is wrong once is wrong again): there are as many faults as both places and different
constructs, and each further one counts half of the one before.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from itertools import count
from typing import NamedTuple

from twiceshy.base.values import Severity
from twiceshy.records.effects import CallRisk
from twiceshy.records.findings import EditWithScore, Finding, FindingDelta, Layer, Score
from twiceshy.score.risk import PastRisk

VERSION = 4
_IMPACT = {Severity.CRITICAL: 1.0, Severity.MAJOR: 0.6, Severity.MINOR: 0.15}
"""How bad a finding is that is right for certain, 0 to 1: a critical one alone is the whole scale, and a broken use of
a renamed definition its middle (guess, 2026-11-22)."""
_FURTHER = 0.5
"""What a further fault of the same weakness counts beside the one before (guess, 2026-11-22)."""
_CHANGE_LAYERS = (Layer.TAINT, Layer.PATTERN, Layer.REFACTOR)
"""Layers that look at the change itself."""
_SAME_WEAKNESS = {77: 78, 80: 79, 95: 94, 328: 327, 338: 330, 916: 327}
"""CWE classes that scanners use for the same fault: command, page, code, weak hash and cipher, random numbers."""
_LEFT_BEHIND = frozenset({"refactor/missed-rename", "refactor/missed-user"})
"""Rules for names that are gone and still used elsewhere, see ``score.refactor``."""
BANDS = ((0.0, "none"), (0.05, "low"), (0.2, "medium"), (0.4, "high"))
"""Names of the numbers above each bound. Guess of 2026-11-21."""


class ChangeContext(NamedTuple):
    """What is known of a change beside its findings."""

    layers: Collection[Layer]
    """Those that looked at it."""
    past: PastRisk | None = None
    """Of the file; None where it has none."""


def strength_of(one: Finding) -> float:
    """Return the chance that a finding matters."""
    return _IMPACT[one.severity] * one.confidence


def _weakness_of(one: Finding) -> Hashable:
    """Return the weakness, one for the numbers that scanners use for the same."""
    return one.rule if one.cwe is None else _SAME_WEAKNESS.get(one.cwe, one.cwe)


def group_by_fault(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return the findings by place and weakness, the strongest of each first; faults in the order they came."""
    found: dict[object, list[Finding]] = {}
    for one in findings:
        found.setdefault((one.path, one.line, _weakness_of(one)), []).append(one)
    return [sorted(same, key=strength_of, reverse=True) for same in found.values()]


def _combine_findings(findings: Iterable[Finding]) -> float:
    """Return the chance that one of the findings matters; 0 for none."""
    by_weakness: defaultdict[Hashable, list[Finding]] = defaultdict(list)
    for one in findings:
        by_weakness[_weakness_of(one)].append(one)
    return _combine_chances(_rate_weakness(same) for same in by_weakness.values())


def _rate_weakness(findings: Iterable[Finding]) -> float:
    """Return the chance that one of the findings of one weakness matters.

    A list of strengths that grows by one finding is nowhere lower than before, neither by place nor by construct: so
    the lower of both is not, and the chance never falls.
    """
    places: defaultdict[Hashable, float] = defaultdict(float)
    constructs: defaultdict[Hashable, float] = defaultdict(float)
    for one in findings:
        place, construct, strength = (one.path, one.line), (one.rule, one.tokens), strength_of(one)
        places[place] = max(places[place], strength)
        constructs[construct] = max(constructs[construct], strength)
    pairs = zip(sorted(places.values(), reverse=True), sorted(constructs.values(), reverse=True), strict=False)
    return _combine_chances(min(pair) * _FURTHER**rank for rank, pair in zip(count(), pairs, strict=False))


def _combine_chances(chances: Iterable[float]) -> float:
    """Return the chance of at least one of independent things (noisy-or).

    >>> round(_combine_chances([0.5, 0.5]), 2), _combine_chances([])
    (0.75, 0.0)
    """
    left = 1.0
    for one in chances:
        left *= 1.0 - one
    return 1.0 - left


def rate_past(past: PastRisk | None) -> float:
    """Return what a file's past adds to the risk of a change: how far it is above its project's usual, 0 to 1.

    >>> rate_past(None), rate_past(PastRisk(0.05, 0.1)), rate_past(PastRisk(0.55, 0.1))
    (0.0, 0.0, 0.5)
    """
    return 0.0 if past is None else round(max(0.0, (past.rate - past.usual) / (1.0 - min(past.usual, 0.99))), 4)


def aggregate(change: FindingDelta, known: ChangeContext, *, version: str = str(VERSION)) -> Score:
    """Return the score of a change; without a value where nobody looked and the file's past is none or a good one.

    A part has all findings of its layer; what two layers say of one weakness counts once in the value.
    """
    parts: dict[Layer, float | None] = {
        layer: _combine_findings(one for one in change.introduced if one.layer is layer)
        if layer in known.layers
        else None
        for layer in _CHANGE_LAYERS
    }
    value = _combine_chances((_combine_findings(change.introduced), rate_past(known.past)))
    return Score(
        value=_round(value) if known.layers or value else None,
        taint=_round(parts[Layer.TAINT]),
        pattern=_round(parts[Layer.PATTERN]),
        refactor=_round(parts[Layer.REFACTOR]),
        history=None if known.past is None else known.past.rate,
        introduced=change,
        version=version,
    )


def _round(value: float | None) -> float | None:
    """Round to four places; None stays."""
    return None if value is None else round(value, 4)


def band_of(value: float) -> str:
    """Return the name of a number's band.

    >>> [band_of(value) for value in (0.0, 0.05, 0.25, 0.7)]
    ['none', 'low', 'medium', 'high']
    """
    return next(name for bound, name in reversed(BANDS) if value >= bound)


def rate_calls(edits: Iterable[EditWithScore]) -> dict[bytes, CallRisk]:
    """Return for each call that has a score what its edits' scores say, and what they rest on."""
    by_call: defaultdict[bytes, list[EditWithScore]] = defaultdict(list)
    for one in edits:
        if one.score.value is not None:
            by_call[one.edit.call].append(one)
    return {call: _rate_call(scored) for call, scored in by_call.items()}


def _rate_call(edits: Sequence[EditWithScore]) -> CallRisk:
    """Return what the scored edits of one call say."""
    whole = max(one.score.value or 0.0 for one in edits)
    findings = max(_combine_findings(one.edit.change.introduced) for one in edits)
    past = max(_find_past_part(one) for one in edits)
    looked = [one for one in edits if Layer.REFACTOR in one.edit.layers]
    missed = any(finding.rule in _LEFT_BEHIND for one in looked for finding in one.edit.change.introduced)
    return CallRisk(band_of(whole), band_of(findings), band_of(past), missed if looked else None)


def _find_past_part(one: EditWithScore) -> float:
    """Return what the file's past adds to a score: what its findings leave of it."""
    left = 1.0 - _combine_findings(one.edit.change.introduced)
    return max(0.0, round(1.0 - (1.0 - (one.score.value or 0.0)) / left, 3)) if left > 0 else 0.0


# Scored diffs: a session's edits with file and score, as ``session_executions.diffs_scored`` holds them.
#
# One JSON object for each edit that has a score, in the order in which they were made::
#
#     {"file": "src/a.py", "score": 0.62, "band": "high", "taint": 0.6, "pattern": null, "refactor": 0.0,
#      "history": 0.1, "call": "<uid of the call, hexadecimal>"}
#
# Part scores are null where nothing could be said. ``SELECT json_extract(d.value, '$.file') ... FROM
# session_executions, json_each(diffs_scored) d`` lists them.


class ScoredDiffs(NamedTuple):
    """The scores of a session's edits; None without scores."""

    mean: float | None
    listed: str | None
    """JSON."""


def list_diffs(edits: Iterable[EditWithScore]) -> ScoredDiffs:
    """Return the mean score, and each scored edit with its file and score."""
    rows = [
        {
            "file": one.edit.path,
            "score": one.score.value,
            "band": band_of(one.score.value),
            "taint": one.score.taint,
            "pattern": one.score.pattern,
            "refactor": one.score.refactor,
            "history": one.score.history,
            "call": one.edit.call.hex(),
        }
        for one in edits
        if one.score.value is not None
    ]
    if not rows:
        return ScoredDiffs(None, None)
    mean = sum(float(row["score"] or 0) for row in rows) / len(rows)
    return ScoredDiffs(round(mean, 4), json.dumps(rows, separators=(",", ":"), ensure_ascii=False))
