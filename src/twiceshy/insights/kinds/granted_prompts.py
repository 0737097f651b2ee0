"""Rights that the agent asks for again and again, and that are never refused: each time somebody may have waited.

Only agents whose logs show the asking are counted. A rule of the person's own may have granted it without a prompt,
which no log tells, so it is said that it was not refused. There is no remedy: what asks to leave a sandbox writes or
talks to a network, and neither goes onto a list of what runs without asking.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.records.attempts import AttemptEnd
from twiceshy.records.insights import InsightKind
from twiceshy.stats.text.foreign_names import quote_name

_LEAST = 5
"""Times. Guess of 2026-11-22: fewer are no habit."""
_LEAST_SESSIONS = 3
"""Guess of 2026-11-22: in fewer it may be one piece of work."""


def find_granted_prompts(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each program that asked for more rights and never was refused."""
    asked: dict[str, list[Place]] = defaultdict(list)
    for number, session in enumerate(history.sessions):
        for index, attempt in enumerate(session.attempts):
            if attempt.asked:
                asked[attempt.head or attempt.tool].append(Place(number, index))
    for what, places in asked.items():
        refused = any(history.at(place).end is AttemptEnd.REFUSED for place in places)
        if len(places) >= _LEAST and len({one.session for one in places}) >= _LEAST_SESSIONS and not refused:
            yield from _draft(what, places)


def _draft(what: str, places: Sequence[Place]) -> Iterator[InsightDraft]:
    """Yield the draft of one program; nothing where its name cannot be quoted."""
    name = quote_name(what)
    if not name:
        return
    yield InsightDraft(
        kind=InsightKind.GRANTED_PROMPT,
        key=what,
        says=f"{name} asked for more rights {len(places)} times in {len({one.session for one in places})} sessions, "
        "and was never refused",
        cases=tuple(CountedCase(place=place) for place in places),
        of=len(places),
        place=name,
        cause=Quoted(""),
    )
