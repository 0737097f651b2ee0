"""A large file that most sessions read before they do anything, though it hardly ever changes: context paid again.

What costs little is not told, nor a file that the same sessions go on to change: they need it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import SECONDS_A_DOLLAR, CountedCase, InsightDraft
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.records.attempts import AttemptEnd, SessionAttempts
from twiceshy.records.insights import InsightKind
from twiceshy.stats.text.foreign_names import quote_name

_FIRST_CALLS = 12
"""Of a session, in which it finds its way (guess, 2026-11-22)."""
_LEAST_SESSIONS = 8
"""That read it so (guess, 2026-11-22)."""
_LEAST_SHARE = 0.4
"""Of the project's sessions (guess, 2026-11-22)."""
_MOST_EDITED = 0.2
"""Share of these sessions that change it, above which it is work and no context (guess, 2026-11-22)."""
_CHARACTERS_A_TOKEN = 4
"""Guess of 2026-11-22, as ``logs.behaviour_counts`` has it."""
_LEAST_TOKENS = 4_000
"""A session. Guess of 2026-11-22: about a cent."""
_DOLLARS_A_TOKEN = 3e-6
"""For order only. Guess of 2026-11-22: what a model of the middle class takes for input."""


def find_repeated_context(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each large file that sessions read first again and again."""
    readers: dict[str, list[Place]] = defaultdict(list)
    for number, session in enumerate(history.sessions):
        for path, index in _find_first_reads(session).items():
            readers[path].append(Place(number, index))
    for path, places in readers.items():
        if len(places) >= max(_LEAST_SESSIONS, _LEAST_SHARE * len(history.sessions)):
            tokens = sum(history.at(place).size for place in places) // (_CHARACTERS_A_TOKEN * len(places))
            if tokens >= _LEAST_TOKENS and not _is_work(history, path, places):
                yield from _draft(history, path, places, tokens)


def _find_first_reads(session: SessionAttempts) -> dict[str, int]:
    """Return the files of the project that the session read before its first edit, and where."""
    found: dict[str, int] = {}
    calls = [(index, one) for index, one in enumerate(session.attempts) if one.action != "prompt" and not one.subagent]
    for index, one in calls[:_FIRST_CALLS]:
        if one.action in {"edit", "write"}:
            break
        inside = one.path and not one.path.startswith(("/", "~", ".."))
        if one.action == "read" and one.end is AttemptEnd.WORKED and inside:
            found.setdefault(one.path, index)
    return found


def _is_work(history: ProjectHistory, path: str, places: Sequence[Place]) -> bool:
    """Tell whether the sessions that read the file go on to change it."""
    edited = sum(
        any(one.action in {"edit", "write"} and one.path == path for one in history.sessions[place.session].attempts)
        for place in places
    )
    return edited > _MOST_EDITED * len(places)


def _draft(history: ProjectHistory, path: str, places: Sequence[Place], tokens: int) -> Iterator[InsightDraft]:
    """Yield the draft of one file; nothing where its name cannot be quoted."""
    name = quote_name(path)
    if not name:
        return
    yield InsightDraft(
        kind=InsightKind.REPEATED_CONTEXT,
        key=path,
        says=f"{name} is read first in {len(places)} of {len(history.sessions)} sessions and hardly ever changed: "
        f"about {round(tokens, -3) // 1000}k tokens each time",
        cases=tuple(CountedCase(place=place) for place in places),
        of=len(history.sessions),
        place=name,
        cause=Quoted(""),
        hides_s=tokens * _DOLLARS_A_TOKEN * SECONDS_A_DOLLAR,
    )
