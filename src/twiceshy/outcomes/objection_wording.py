"""Objection wording: how much a turn's words sound like an objection to what was just done, in points of log-odds.

Words alone prove little: "still" may praise or complain. So each sign gives a few points, and what happened around the
turn (see ``outcomes.corrections``) gives the rest. The signs are ordinary English of no vendor; short tables for some
other languages stand beside them (see ``outcomes.turn_signs``). Words in a script that no sign reads give no points
and are marked ``unread``, so that the turn is judged by what was done. Only the beginning and the end are looked at:
what is pasted in between is seldom the user's own word, and a prompt of any length costs the same.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.outcomes.correction_signs import straighten_quotes
from twiceshy.outcomes.turn_signs import load_signs

BEGINNING = 420
"""Characters at the beginning that are weighed. Guess of 2026-11-21: what a person types before something pasted."""
END = 230
"""The same at the end. Guess of 2026-11-21."""
_FEW_WORDS = 3
"""Words up to which a text is hardly a sentence. Guess of 2026-11-21."""
_BRIEF_WORDS = 12
"""Words up to which a statement is brief. Guess of 2026-11-21."""
_APPROVAL_WORDS = 25
"""Words up to which a text can be a mere approval or rule. Guess of 2026-11-21."""
_MANY_WORDS = 120
"""Words above which a text is long. Guess of 2026-11-21."""
_OWN_SCRIPT = 0.5
"""Share of letters beyond A to Z from which words count as written in another script. Guess of 2026-11-21."""
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN_LETTER = re.compile(r"[A-Za-z]")


class Wording(NamedTuple):
    """What a turn's words add up to."""

    points: float
    objects: bool
    """Something in them objects, whatever else they say."""
    undo: bool
    """They ask to undo something."""
    unread: bool
    """Words in a script that no sign reads, or none at all."""
    settled: bool = False
    """They cannot be a correction: a slash command, a plan handed over."""


class _Words(NamedTuple):
    """A turn's words as they are weighed."""

    shown: str
    many: int
    """Number of words; one more than ``_MANY_WORDS`` where they are not all shown."""
    objections: tuple[str, ...]
    """Slugs of the English signs that object."""
    others: tuple[str, ...]
    """Slugs of those in other languages."""
    refusing: bool
    stopping: bool

    @property
    def objects(self) -> bool:
        return bool(self.objections or self.others)


def weigh(text: str, *, refusing: bool = False, stopping: bool = False) -> Wording:
    """Weigh the words of a turn.

    ``refusing`` are words given while refusing a call: never a slash command. There and after an interrupt
    (``stopping``) a request is no new task but the way to go instead.
    """
    signs = load_signs().by_slug
    words = _look_at(straighten_quotes(text), refusing=refusing, stopping=stopping)
    settled = not refusing and signs["slash-command"].is_in(words.shown)
    return Wording(
        points=sum(_list_points(words)),
        objects=words.objects,
        undo=any(slug.startswith("undo") for slug in words.objections + words.others),
        unread=_is_unread(words),
        settled=settled or signs["plan-handed-over"].is_in(words.shown),
    )


def _look_at(text: str, *, refusing: bool, stopping: bool) -> _Words:
    groups = load_signs().groups
    whole = len(text) <= BEGINNING + END
    shown = text if whole else f"{text[:BEGINNING]}\n{text[-END:]}"
    return _Words(
        shown=shown,
        many=len(shown.split()) if whole else _MANY_WORDS + 1,
        objections=tuple(sign.slug for sign in groups["objection"] if sign.is_in(shown)),
        others=tuple(sign.slug for sign in groups["objection-elsewhere"] if sign.is_in(shown)),
        refusing=refusing,
        stopping=stopping,
    )


def _list_points(words: _Words) -> Iterator[float]:
    """Yield the points of all that the words say."""
    signs, groups, *_ = load_signs()
    shown = words.shown
    yield sum(signs[slug].points for slug in words.objections)
    yield sum(signs[slug].points for slug in words.others)
    yield sum(sign.weigh(shown) for sign in groups["hint"])
    if len(words.objections) > 1:
        yield signs["objects-again"].points
    if signs["bids"].is_in(shown):
        yield signs["bids"].points + signs["bids-while-refusing"].points * words.refusing
    yield _weigh_approval_or_task(words)
    if not shown.rstrip().endswith("?"):
        yield from _list_points_of_brief_statement(words)
    if words.many > _MANY_WORDS:
        yield signs["many-words"].points


def _list_points_of_brief_statement(words: _Words) -> Iterator[float]:
    """Yield what being brief adds to a statement of what fails, or of what should be."""
    signs = load_signs().by_slug
    if words.many <= _BRIEF_WORDS and not {"not-working", "is-failing"}.isdisjoint(words.objections):
        yield signs["brief-failure"].points
    proposes = signs["proposes"].is_in(words.shown) or signs["task"].is_in(words.shown)
    if words.many <= _APPROVAL_WORDS and "should-be" in words.objections and not proposes:
        yield signs["brief-rule"].points


def is_approval(text: str) -> bool:
    """Tell whether a brief text says yes, in one of the languages that are read."""
    return len(text.split()) <= _APPROVAL_WORDS and _approves(text)


def _approves(text: str) -> bool:
    signs = load_signs().by_slug
    return signs["approval"].is_in(text) or signs["approval-elsewhere"].is_in(text)


def _weigh_approval_or_task(words: _Words) -> float:
    """Weigh approval, a new task or a question, in points: full ones only where nothing objects."""
    signs = load_signs().by_slug
    points = 0.0
    if _approves(words.shown):
        points += signs["approval-but" if words.objects or words.many > _APPROVAL_WORDS else "approval"].points
    if not (words.refusing or words.stopping) and signs["task"].is_in(words.shown):
        points += signs["task-but" if words.objects else "task"].points
    return points if words.objects else points + _weigh_question(words)


def _weigh_question(words: _Words) -> float:
    """Weigh words that object to nothing as a question, or as too few to say anything."""
    signs = load_signs().by_slug
    points = signs["question"].weigh(words.shown) + signs["how-to"].weigh(words.shown)
    few = 0 < words.many <= _FEW_WORDS and _PLAIN_LETTER.search(words.shown) is not None
    return points + signs["few-words"].points * (few and not signs["change-it"].is_in(words.shown))


def _is_unread(words: _Words) -> bool:
    if words.objects or load_signs().by_slug["approval-elsewhere"].is_in(words.shown):
        return False
    letters = len(_LETTER.findall(words.shown))
    return letters == 0 or len(_PLAIN_LETTER.findall(words.shown)) < (1 - _OWN_SCRIPT) * letters
