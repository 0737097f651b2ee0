"""What goes wrong again and again in a project, as lines of a brief: prohibitions and facts with their counts.

An insight is what a person reads in the report. Of these a brief tells what an agent can heed, and only what still
happens: what was seen in hardly any of the newest sessions would be one more line that nobody needs.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from twiceshy.advice.brief_words import reads_like_instruction
from twiceshy.records.attempts import CallAttempt, SessionAttempts
from twiceshy.records.insights import Insight, InsightKind, Remedy, RemedyKind
from twiceshy.records.kept_knowledge import KeptTrouble
from twiceshy.records.lessons import Brief, BriefNames

NEWEST_SESSIONS = 20
"""Sessions of a project that say what still happens. Guess of 2026-11-22: some weeks of work."""
_LEAST_RECENT = 2
"""Of these sessions, those in which it happened. Guess of 2026-11-22, held against what the next session did
(``docs/benchmarks-advice.md``): of what came once or never among them, 2 of 61 came again."""
_OFTEN, _AT_WORK = 0.2, 0.5
"""Share of these sessions in which it happened; or share that ran the command that it is about, where it happened in
``_OFTEN`` of those. Else the line is of no use to most sessions. Guesses of 2026-11-22."""
_TOLD = frozenset(
    {
        InsightKind.MISSING_PROGRAM,
        InsightKind.HANGING_RUN,
        InsightKind.RECURRING_CAUSE,
        InsightKind.HIDDEN_FAILURE,
        InsightKind.BLIND_RETRY,
        InsightKind.REPEATED_CORRECTION,
        InsightKind.REWORKED_FILE,
        InsightKind.FLAKY_TEST,
    }
)
"""The others are for a person: money, rights, models, and rules that a file of instructions says already."""
_MOST_PROGRAMS = 3
"""Whose calls a line is about, at most (guess, 2026-11-22)."""


def keep_troubles(
    insights: Sequence[Insight], sessions: Sequence[SessionAttempts], cases: Mapping[bytes, CallAttempt]
) -> tuple[KeptTrouble, ...]:
    """Return what a brief says of one project's insights, what happens most of late first.

    ``sessions``: of that project, oldest first. ``cases``: the calls that insights count, by uid.
    """
    newest = sessions[-NEWEST_SESSIONS:]
    kept = [_keep(one, {session.session for session in newest}, cases) for one in insights if one.kind in _TOLD]
    return tuple(sorted((one for one in kept if _is_told(one, newest)), key=lambda one: -one.recent))


def _is_told(one: KeptTrouble, newest: Sequence[SessionAttempts]) -> bool:
    """Tell whether most sessions may need the line."""
    if not one.says or one.recent < _LEAST_RECENT:
        return False
    if one.recent >= _OFTEN * len(newest):
        return True
    at_work = sum(any((call.head or call.tool) in one.programs for call in session.attempts) for session in newest)
    return at_work >= _AT_WORK * len(newest) and one.recent >= _OFTEN * at_work


def _keep(one: Insight, newest: Collection[bytes], cases: Mapping[bytes, CallAttempt]) -> KeptTrouble:
    """Return what is kept of an insight."""
    calls = [cases[case.uid] for case in one.cases if case.uid in cases]
    heads = Counter(call.head or call.tool for call in calls if call.action != "prompt")
    missing = [one.key] if one.kind is InsightKind.MISSING_PROGRAM else []
    return KeptTrouble(
        id=one.id,
        kind=one.kind,
        says=say_trouble(one),
        programs=tuple(dict.fromkeys([*missing, *(head for head, _ in heads.most_common(_MOST_PROGRAMS))])),
        fingerprints=tuple(sorted({call.fingerprint for call in calls if call.fingerprint})),
        recent=len({case.session for case in one.cases} & {*newest}),
    )


def list_names(brief: Brief) -> BriefNames:
    """Return the programs and failures that a brief warns of."""
    lessons = (one.lesson.trigger.fingerprints for one in brief.lessons)
    return BriefNames(
        frozenset(name for one in brief.troubles for name in one.programs),
        frozenset(chain(chain.from_iterable(lessons), *(one.fingerprints for one in brief.troubles))),
    )


def say_trouble(one: Insight) -> str:
    """Return an insight as a line to an agent; empty where nothing is to be said."""
    if one.over or reads_like_instruction(one.cause):
        return ""
    if one.kind is InsightKind.REPEATED_CORRECTION:
        return f"The user corrected this {_count(one.count, 'time')} in {_count(one.sessions, 'session')}: {one.cause}"
    remedy = _choose_remedy(one)
    if remedy is None:
        return f"{one.says.rstrip('.')}."
    return f"{remedy.text.rstrip('.')} ({_say_counts(one)})."


def _choose_remedy(one: Insight) -> Remedy | None:
    """Return the first remedy that is a line; None where the cause in its own words says more."""
    if one.kind in {InsightKind.REWORKED_FILE, InsightKind.FLAKY_TEST}:
        return None
    found = next((remedy for remedy in one.remedies if remedy.kind in {RemedyKind.TEXT, RemedyKind.ASK}), None)
    vague = found is not None and found.text.startswith("Stop and ask when")
    return None if vague else found


def _say_counts(one: Insight) -> str:
    """Return how often, and in how many sessions."""
    sessions = f"{one.sessions} of {_count(one.of_sessions, 'session')}"
    if one.kind is InsightKind.MISSING_PROGRAM:
        return f"{sessions} typed it"
    often = _count(one.count, "time") if one.of is None else f"{one.count:,} of {_count(one.of, 'time')}"
    return f"{often}, in {sessions}"


def _count(many: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{many:,} {noun}{'' if many == 1 else 's'}"
