"""Requests that did nothing but keep a to-do list or look whether a command still runs.

Each is paid for with the whole context. The figures are replays of the account (``account.lone_requests``): a list is
kept in the message of a call that works, and a command is waited for as long as one call can wait.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_words, make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.project_money import find_place, is_worth, list_times, make_habit
from twiceshy.records.events import Action
from twiceshy.records.insights import InsightKind, Remedy
from twiceshy.records.spend import LoneCalls, LoneKind

_LEAST = 10
"""Requests; fewer are no habit (guess, 2026-11-25)."""
_LEAST_SESSIONS = 2
"""In one it may be that one task (guess, 2026-11-25)."""
_LISTS = "Call `{tool}` together with the next tool, never alone."
_POLLS_OF_CODEX = (
    "For a command that ends, call `exec_command` with `yield_time_ms=30000` and `write_stdin` with "
    "`yield_time_ms=120000`: both return when it ends."
)
_POLLS = "have the agent wait until the command ends, or longer between two looks at it"
_CODEX = "codex"
_MOSTLY = 0.8
"""Share of what is saved that is one agent's, whose own setting is named then (guess, 2026-11-25)."""


class _Lone(NamedTuple):
    """Such requests of one thread."""

    place: Place
    calls: LoneCalls


def find_lone_calls(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for lists that were kept alone, and one for polls that longer waits spare."""
    by_kind: dict[LoneKind, list[_Lone]] = defaultdict(list)
    for one in _list_needless(history):
        by_kind[one.calls.kind].append(one)
    for kind, found in sorted(by_kind.items()):
        enough = sum(one.calls.needless for one in found) >= _LEAST
        several = len({one.place.session for one in found}) >= _LEAST_SESSIONS
        if enough and several and is_worth(sum(one.calls.likely_usd for one in found), history):
            yield _draft(history, kind, found)


def _list_needless(history: ProjectHistory) -> Iterator[_Lone]:
    """Yield the calls of each thread of which some could have been spared."""
    for number, session in enumerate(history.sessions):
        spend = history.spends.get(session.session)
        if spend is None or not session.attempts:
            continue
        found = [calls for calls in spend.lone_calls if calls.needless]
        times = list_times(session) if found else []
        yield from (_Lone(find_place(times, number, calls.place), calls) for calls in found)


def _draft(history: ProjectHistory, kind: LoneKind, found: Sequence[_Lone]) -> InsightDraft:
    sessions = len({one.place.session for one in found})
    count, needless = sum(one.calls.count for one in found), sum(one.calls.needless for one in found)
    where = f"in {sessions} of {count_words(len(history.sessions), 'session')}"
    lists = (
        f"{count_words(count, 'request')} did nothing but keep the to-do list, {where}, each with the whole context "
        "sent again"
    )
    polls = (
        f"{count_words(count, 'request')} did nothing but look whether a command still ran, {where}, each with the "
        f"whole context sent again; longer waits spare {needless:,} of them"
    )
    return InsightDraft(
        kind=InsightKind.LONE_CALL,
        key=kind.value,
        says=lists if kind is LoneKind.LIST else polls,
        cases=tuple(CountedCase(place=one.place, usd=one.calls.likely_usd) for one in found),
        place=Quoted(""),
        cause=Quoted(""),
        remedies=_make_remedies(history, kind, found),
        most_usd=sum(one.calls.most_usd for one in found),
    )


def _make_remedies(history: ProjectHistory, kind: LoneKind, found: Sequence[_Lone]) -> tuple[Remedy, ...]:
    evidence = count_words(sum(one.calls.needless for one in found), "request")
    if kind is LoneKind.LIST:
        tools = Counter(attempt.tool for _, attempt in history.walk() if attempt.action == Action.PLAN)
        return make_text_remedy(_LISTS.format(tool=tools.most_common(1)[0][0]), evidence) if tools else ()
    of_codex = (one.calls.likely_usd for one in found if history.sessions[one.place.session].agent == _CODEX)
    if sum(of_codex) >= _MOSTLY * sum(one.calls.likely_usd for one in found):
        return make_text_remedy(_POLLS_OF_CODEX, evidence)
    return (make_habit(_POLLS, evidence),)
