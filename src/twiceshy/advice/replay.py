"""What rules would have said in the past: each session is held against rules of earlier sessions only.

A rule speaks once a session, at the first call that it matches. It was right where that call failed, or its edit was
corrected or taken back later. Kinds are counted twice: all that they would have said, by which a kind becomes active,
and what would have been said within the budget by kinds that were active by their record up to then. Nothing is tuned
on what it reports: a session's own outcome enters the counts only after it was held against them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.advice.compile import Counts
from twiceshy.facts.stats import wilson
from twiceshy.records.rules import Level, Precision, Replayed, RuleKind, Tally, Tried

MONTH = timedelta(days=30)


class Session(NamedTuple):
    """One session to hold against the rules of those before it."""

    at: datetime | None
    calls: int
    tallies: list[Tally]
    early: Sequence[Tally] = ()
    """Of rules that nobody knew yet then: counted, and not held against them."""


class _Sums:
    """Everything that is counted on the way."""

    def __init__(self, error_of: Callable[[bytes], str]) -> None:
        self.error_of = error_of
        self.counts = Counts()
        self.records: dict[RuleKind, Precision] = {}
        self.sessions = self.calls = self.matched = self.looked_at = 0
        self.said: list[tuple[datetime | None, bool]] = []  # a warning, and whether it was right
        self.by_day: list[tuple[datetime | None, int]] = []
        self.blocks = self.false_blocks = 0

    def known(self, session: Session) -> list[tuple[Tally, Tried]]:
        """The session's trials that a rule with enough evidence matches, with what was known then; the surest first."""
        found = [(one, self.counts.tried((one.kind, one.key))) for one in session.tallies if one.applies]
        found = [(one, tried) for one, tried in found if policy.supported(one.kind, tried)]
        return sorted(found, key=lambda pair: -policy.confidence(pair[1]))

    def hold(self, session: Session) -> None:
        """Nothing; the session was held against what is known, and then counted."""
        left = policy.BUDGET
        self.looked_at += sum(one.n for one in session.tallies if one.applies and one.kind in policy.DETERMINISTIC)
        heard: dict[RuleKind, list[bool]] = {}
        spoken: set[bytes] = set()
        for one, tried in self.known(session):
            self.matched += one.n if one.kind in policy.DETERMINISTIC else 0
            if policy.confidence(tried) < policy.WARNS:
                continue
            heard.setdefault(one.kind, []).append(one.first_wrong)
            level = policy.level(one.kind, tried, self.records.get(one.kind), self.error_of(tried.call))
            if level is Level.SILENT or one.first in spoken:
                continue
            spoken.add(one.first)
            if level is Level.BLOCK:
                self.blocks += one.n  # a refusal is no remark: it comes each time
                self.false_blocks += one.n - one.wrong
            elif left:
                left -= 1
                self.said.append((session.at, one.first_wrong))
        for kind, rights in heard.items():
            known = self.records.get(kind) or Precision(kind=kind, warnings=0, right=0)
            self.records[kind] = replace(known, warnings=known.warnings + len(rights), right=known.right + sum(rights))
        self.sessions += 1
        self.calls += session.calls
        self.by_day.append((session.at, session.calls))
        self.counts.add([*session.tallies, *session.early])


def replay(sessions: Iterable[Session], error_of: Callable[[bytes], str]) -> tuple[Replayed, Counts]:
    """What would have been said, and the counts of all sessions.

    Args:
        sessions: in the order of time.
        error_of: the kind of error that a call ended in; empty where that is not known.
    """
    sums = _Sums(error_of)
    for session in sessions:
        sums.hold(session)
    last = max((at for at, _ in sums.by_day if at is not None), default=None)
    since = last - MONTH if last is not None else None
    month = [right for at, right in sums.said if since is not None and at is not None and at >= since]
    calls = sum(n for at, n in sums.by_day if since is not None and at is not None and at >= since)
    found = Replayed(
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
