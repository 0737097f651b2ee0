"""One cause that recurs in one place: the same error of the same command, again and again, in several sessions.

A test, a build or a linter that fails is doing its job and is no cause. What is said is the error's own words.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from twiceshy.facts.text.foreign_names import quote_name, quote_words
from twiceshy.records.attempts import AttemptEnd
from twiceshy.records.insights import InsightKind
from twiceshy.report.insights.draft import CountedCase, InsightDraft
from twiceshy.report.insights.project_history import Place, ProjectHistory
from twiceshy.report.insights.repeated_costs import SOON_CALLS, find_success, has_red_check

_LEAST_CASES = 4
"""Guess of 2026-11-22: fewer are not worth a reader's minute."""
_LEAST_SESSIONS = 3
"""Guess of 2026-11-22: in fewer it may be one bad day."""


def find_recurring_causes(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each error that came again in several sessions."""
    groups: dict[tuple[bytes, str], list[Place]] = defaultdict(list)
    for place, attempt in history.walk():
        if attempt.end is AttemptEnd.FAILED and attempt.fingerprint and not has_red_check(attempt):
            groups[attempt.fingerprint, attempt.head or attempt.tool].append(place)
    for (fingerprint, what), places in groups.items():
        if len(places) >= _LEAST_CASES and len({place.session for place in places}) >= _LEAST_SESSIONS:
            yield from _draft(history, f"{fingerprint.hex()}:{what}", what, places)


def _draft(history: ProjectHistory, key: str, what: str, places: Sequence[Place]) -> Iterator[InsightDraft]:
    """Yield the draft of one cause; nothing where its words or its place cannot be quoted."""
    cause, name = quote_words(history.at(places[-1]).message), quote_name(what)
    if not cause or not name:
        return
    sessions = len({place.session for place in places})
    yield InsightDraft(
        kind=InsightKind.RECURRING_CAUSE,
        key=key,
        says=f"{name} failed {len(places)} times in {sessions} sessions with {cause}",
        cases=tuple(CountedCase(place=place, until=find_success(history, place, SOON_CALLS)) for place in places),
        place=name,
        cause=cause,
    )
