"""Make rows of what was measured here: trials of warnings, habits beside outcomes, and how things are done in projects.

Each is a sum over this person's sessions; a server adds up people. None has a word of a log but facts, whose sentences
leave at the level ``anonymous`` and above, redacted strictly.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from math import fsum
from typing import NamedTuple

from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import fit_row, limit_level
from twiceshy.records.effects import Observation
from twiceshy.records.kept_knowledge import KeptFact, ProjectFactKind
from twiceshy.records.team import WireRow, WireValue
from twiceshy.records.trial_effects import TrialCase

_OWN_WORDS = ":"
"""In the slug of a habit that is a step of a person's own workflow: it does not leave."""
_DIGITS = 6
"""Of a sum of weights (guess, 2026-11-23: far below what any comparison shows)."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class _Arm(NamedTuple):
    """One arm of one rule, by one outcome."""

    rule: str
    arm: str
    outcome: str


def make_trial_rows(
    cases: Iterable[TrialCase], kinds: Mapping[str, str], terms: SendingTerms, now: datetime
) -> Iterator[WireRow]:
    """Yield one row for each rule, arm and outcome; none without the team's key. ``kinds``: of the rules."""
    if terms.team is None:
        return
    groups: dict[_Arm, list[tuple[TrialCase, bool]]] = defaultdict(list)
    for one in cases:
        for outcome, bad in (("failed", one.failed), ("again", one.again)):
            if bad is not None and one.rule in kinds:
                groups[_Arm(one.rule, one.arm, outcome)].append((one, bad))
    for arm, some in groups.items():
        data: dict[str, WireValue] = {
            "rule_hash": terms.hash_shared("rule", arm.rule),
            "rule_kind": kinds[arm.rule],
            "arm": arm.arm,
            "outcome": arm.outcome,
            **_sum_cases(some),
        }
        yield _finish("trial", arm, data, terms, now)


def _sum_cases(some: Sequence[tuple[TrialCase, bool]]) -> dict[str, WireValue]:
    """Return the sums of an arm's cases, each with how it ended."""
    weights = [1 / one.chance for one, _ in some]
    return {
        "bad": sum(bad for _, bad in some),
        "n": len(some),
        "sessions": len({one.session for one, _ in some}),
        "weight": round(fsum(weights), _DIGITS),
        "weight_squared": round(fsum(weight * weight for weight in weights), _DIGITS),
        "weighted_bad": round(fsum(1 / one.chance for one, bad in some if bad), _DIGITS),
    }


class _Cell(NamedTuple):
    """One habit beside one outcome, among like work."""

    habit: str
    outcome: str
    unit: str
    project: str
    agent: str
    size: str


def make_effect_rows(
    seen: Iterable[Observation],
    is_asked: Callable[[Observation, str, str], bool],
    terms: SendingTerms,
    now: datetime,
) -> Iterator[WireRow]:
    """Yield one row for each habit, outcome and kind of like work in which both sides were seen.

    ``is_asked``: tells whether an observation may count for a habit beside an outcome.
    """
    cells: dict[_Cell, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in seen:
        for (habit, did), (outcome, bad) in product(one.did.items(), one.became.items()):
            if _OWN_WORDS not in habit and is_asked(one, habit, outcome):
                cell = _Cell(f"{one.unit}/{habit}", outcome, one.unit, one.project, one.agent, one.size)
                column = 0 if did else 2
                cells[cell][column] += one.n
                cells[cell][column + 1] += one.n * bad
    for cell, (n_with, bad_with, n_without, bad_without) in cells.items():
        if n_with and n_without:
            data: dict[str, WireValue] = {
                "habit": cell.habit,
                "outcome": cell.outcome,
                "stratum": terms.make_id("stratum", *cell[2:]).hex(),
                "n_with": n_with,
                "bad_with": bad_with,
                "n_without": n_without,
                "bad_without": bad_without,
            }
            yield _finish("effect", cell, data, terms, now)


_PROVED = frozenset({ProjectFactKind.FIRST, ProjectFactKind.GENERATED})
"""Facts of which each case is a proof, where no command is told."""


def make_fact_rows(
    identity: str, facts: Iterable[KeptFact], terms: SendingTerms, scrub: Callable[[str], str], now: datetime
) -> Iterator[WireRow]:
    """Yield the facts of a project that more than this machine has; none without the team's key."""
    project = terms.hash_project(identity)
    if project is None or terms.team is None:
        return
    for one in facts:
        words = f"{one.folder}\0{one.command or _NUMBER.sub('#', one.says)}"
        data: dict[str, WireValue] = {
            "project_hash": project,
            "team_epoch": terms.team.epoch,
            "fact_hash": terms.hash_shared("fact", identity, one.kind.value, words),
            "kind": one.kind.value,
            "worked": one.runs or (one.n if one.kind in _PROVED else 0),
            "n": one.n,
            "sessions": one.recent,
            "says": scrub(one.says),
            "command": scrub(one.command) or None,
        }
        yield _finish("fact", (identity, one.kind.value, words), data, terms, now)


def _finish(
    kind: str, key: Sequence[str], data: Mapping[str, WireValue], terms: SendingTerms, now: datetime
) -> WireRow:
    """Return the row as it may leave: all of these kinds leave at every level."""
    row = WireRow(kind=kind, id=terms.make_id(kind, *key), rev=0, at=now, data=data)
    return fit_row(limit_level(row, terms.level) or row)
