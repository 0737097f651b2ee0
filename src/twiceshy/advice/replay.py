"""What rules would have said in the past: each session is compared with rules of earlier sessions only.

A rule speaks once a session, at the first call that it matches. It was right where that call failed, or its edit was
corrected or rolled back later. Kinds are counted twice: all that they would have said, by which a kind becomes active,
and what would have been said within the budget by kinds that were active by their record up to then. Nothing is tuned
on what it reports: a session's own outcome enters the counts only after it was compared with them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.advice.rule_drafts import TrialCounts
from twiceshy.facts.stats.intervals import wilson
from twiceshy.records.rules import Level, Precision, ReplayResult, RuleKind, TrialSummary, TrialTally

_MONTH = timedelta(days=30)


class ReplaySession(NamedTuple):
    """One session to compare with the rules of those before it."""

    at: datetime | None
    calls: int
    tallies: list[TrialTally]
    early: Sequence[TrialTally] = ()
    """Of rules that nobody knew yet then: counted, and not held against them."""


class _ReplayTotals:
    """The totals of a replay."""

    def __init__(self, error_of: Callable[[bytes], str]) -> None:
        self.error_of = error_of
        self.counts = TrialCounts()
        self.records: dict[RuleKind, Precision] = {}
        self.sessions = self.calls = self.matched = self.looked_at = 0
        self.said: list[tuple[datetime | None, bool]] = []  # a warning, and whether it was right
        self.by_day: list[tuple[datetime | None, int]] = []
        self.blocks = self.false_blocks = 0

    def match_trials(self, session: ReplaySession) -> list[tuple[TrialTally, TrialSummary]]:
        """Return the trials that a rule with enough evidence matches, with its counts then, most confident first."""
        found = [(one, self.counts.summarize((one.kind, one.key))) for one in session.tallies if one.applies]
        found = [(one, tried) for one, tried in found if policy.has_enough_evidence(one.kind, tried)]
        return sorted(found, key=lambda pair: -policy.compute_confidence(pair[1]))

    def add_session(self, session: ReplaySession) -> None:
        """Compare the session with what is known, and then add it to the counts."""
        left = policy.BUDGET
        self.looked_at += sum(one.n for one in session.tallies if one.applies and one.kind in policy.DETERMINISTIC)
        heard: dict[RuleKind, list[bool]] = {}
        spoken: set[bytes] = set()
        for one, tried in self.match_trials(session):
            self.matched += one.n if one.kind in policy.DETERMINISTIC else 0
            if policy.compute_confidence(tried) < policy.WARN_FROM:
                continue
            heard.setdefault(one.kind, []).append(one.first_wrong)
            level = policy.choose_level(one.kind, tried, self.records.get(one.kind), self.error_of(tried.call))
            if level is Level.SILENT or one.first in spoken:
                continue
            spoken.add(one.first)
            if level is Level.BLOCK:
                self.blocks += one.n  # a refusal is no remark: it comes each time
                self.false_blocks += one.n - one.wrong
            elif left:
                left -= 1
                self.said.append((session.at, one.first_wrong))
        self.note_precision(heard)
        self.sessions += 1
        self.calls += session.calls
        self.by_day.append((session.at, session.calls))
        self.counts.add([*session.tallies, *session.early])

    def note_precision(self, heard: Mapping[RuleKind, Sequence[bool]]) -> None:
        """Add to each kind's record what became of its warnings in one session."""
        for kind, rights in heard.items():
            known = self.records.get(kind) or Precision(kind=kind, warnings=0, right=0)
            self.records[kind] = replace(known, warnings=known.warnings + len(rights), right=known.right + sum(rights))


def replay(sessions: Iterable[ReplaySession], error_of: Callable[[bytes], str]) -> tuple[ReplayResult, TrialCounts]:
    """Return what would have been said, and the counts of all sessions.

    Args:
        sessions: in the order of time.
        error_of: the kind of error that a call ended in; empty where that is not known.
    """
    sums = _ReplayTotals(error_of)
    for session in sessions:
        sums.add_session(session)
    last = max((at for at, _ in sums.by_day if at is not None), default=None)
    since = last - _MONTH if last is not None else None
    month = [right for at, right in sums.said if since is not None and at is not None and at >= since]
    calls = sum(n for at, n in sums.by_day if since is not None and at is not None and at >= since)
    found = ReplayResult(
        sessions=sums.sessions,
        calls=sums.calls,
        kinds=tuple(sorted(sums.records.values(), key=lambda one: (-one.warnings, one.kind))),
        warnings=len(sums.said),
        right=sum(right for _, right in sums.said),
        since=since,
        month_warnings=len(month),
        month_right=sum(month),
        month_calls=calls,
        matched=sums.matched,
        looked_at=sums.looked_at,
        blocks=sums.blocks,
        false_blocks=sums.false_blocks,
        false_block_bound=wilson(sums.false_blocks, sums.matched).high if sums.matched else None,
    )
    return found, sums.counts
