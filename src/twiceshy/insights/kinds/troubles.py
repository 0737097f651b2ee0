"""Which troubles of the machine and of a project's hooks recur, as something to remember beyond a report?

The same finders that a report asks; what they know of a trouble in our own words is kept, without the counts that
change with every session. A trouble that only the error's own words tell is none: nothing of ours could be said of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, Trouble
from twiceshy.insights.kinds.hanging_runs import find_hanging_runs
from twiceshy.insights.kinds.missing_programs import find_missing_programs
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.insights.kinds.recurring_causes import find_recurring_causes
from twiceshy.insights.kinds.refused_commits import HOOK, list_refused, name_rule, state_rules
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS, find_success
from twiceshy.insights.remedies.lint_rules import explain_rule
from twiceshy.records.attempts import HookRefusal, RecurringTrouble, TroubleCase
from twiceshy.records.insights import RemedyKind
from twiceshy.stats.text.foreign_names import quote_name

_FINDERS = (find_missing_programs, find_hanging_runs, find_recurring_causes)
_SAID = frozenset({RemedyKind.TEXT, RemedyKind.ASK})
"""Remedies that are words for an agent, and no setting or program to install."""
_LEAST_CASES, _LEAST_SESSIONS = 3, 2
"""Of one rule that a hook refused for. Guess of 2026-11-22, as for every lesson: one session may be one bad day."""


def find_troubles(history: ProjectHistory) -> Iterator[RecurringTrouble]:
    """Yield each trouble that recurs in a project but for rules that hooks refuse for."""
    for find in _FINDERS:
        for draft in find(history):
            if draft.trouble is not None:
                yield _make_trouble(history, draft, draft.trouble)


def list_refusals(history: ProjectHistory) -> Iterator[HookRefusal]:
    """Yield the commits and pushes that a hook refused."""
    for head, places in list_refused(history).items():
        for place in places:
            case = CountedCase(place=place, until=find_success(history, place, SOON_CALLS))
            rule = name_rule(history.at(place))
            yield HookRefusal(history.identity, head, rule, _make_case(history, case))


def find_refusing_rules(
    refusals: Iterable[HookRefusal], rules: Mapping[bytes, Sequence[str]]
) -> Iterator[RecurringTrouble]:
    """Yield a trouble for each rule of a linter for which a project's hook refused the same command again and again.

    ``rules``: names of linters' rules that a call was red for.
    """
    groups: dict[tuple[str, str, str], list[TroubleCase]] = defaultdict(list)
    for one in refusals:
        for rule in sorted({*rules.get(one.case.call, ()), one.rule} - {""}):
            groups[one.project, one.head, rule].append(one.case)
    for (project, head, rule), cases in groups.items():
        often = len(cases) >= _LEAST_CASES and len({one.session.session for one in cases}) >= _LEAST_SESSIONS
        if often and explain_rule(rule):
            yield _make_rule_trouble(project, head, rule, cases)


def _make_trouble(history: ProjectHistory, draft: InsightDraft, trouble: Trouble) -> RecurringTrouble:
    """Build the trouble of a draft."""
    return RecurringTrouble(
        slug=trouble.slug,
        project=history.identity,
        key=draft.key,
        subject=trouble.subject,
        says=trouble.says,
        remedy=next((one.text for one in draft.remedies if one.kind in _SAID), ""),
        cases=tuple(_make_case(history, case) for case in draft.cases),
    )


def _make_rule_trouble(project: str, head: str, rule: str, cases: Sequence[TroubleCase]) -> RecurringTrouble:
    """Build the trouble of a rule that a hook refuses for."""
    return RecurringTrouble(
        slug=HOOK,
        project=project,
        key=f"hook:{head}:{rule}",
        subject=head,
        says=f"A hook refuses {quote_name(head)} for a rule: {explain_rule(rule)}",
        remedy="".join(one.text for one in state_rules(head, [rule], "")),
        cases=tuple(cases),
    )


def _make_case(history: ProjectHistory, case: CountedCase) -> TroubleCase:
    """Return what is kept of a case."""
    session = history.sessions[case.place.session]
    one = history.at(case.place)
    began = one.at if one.at is not None else session.first_at
    end = session.attempts[case.until].at if case.until is not None else None
    return TroubleCase(
        session=session,
        call=one.uid,
        at=began,
        message=one.message,
        gone_after_s=None if one.at is None or end is None else max(end - one.at, 0.0),
        fingerprint=one.fingerprint,
    )
