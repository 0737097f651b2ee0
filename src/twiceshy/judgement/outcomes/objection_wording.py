"""Objection wording: how much a turn's words sound like an objection to what was just done, in points.

Words alone prove little: "still" may praise or complain. So each sign gives a few points, and what happened around
the turn (see ``outcomes.corrections``) gives the rest. An objection ("but", "can we use ... instead") is told from a
wish for more ("also", "now add") and from a condition of the work ("don't change anything yet"). The signs are
ordinary English of no vendor; short tables for some other languages stand beside them (see ``outcomes.turn_signs``).
Words in a script that no sign reads give no points and are marked ``unread``, so that the turn is judged by what was
done. Only the beginning and the end are looked at: what is pasted in between is seldom the user's own word, and a
prompt of any length costs the same.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from twiceshy.judgement.outcomes.own_words import cut_own_words, is_mostly_pasted, straighten
from twiceshy.judgement.outcomes.turn_signs import SeenSign, load_signs, sum_points

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
_REMEMBERED = 1 << 15
"""Turns whose words were weighed and are asked for again by the next recipe, session by session (guess, 2026-11-24:
twice the longest session that was measured; from one more on, each recipe weighs all of them again)."""
_REMEMBERED_LONG, _SHORT = 1024, 2000
"""The same of texts longer than so many characters, which are pasted: fewer, as their texts are kept (guess)."""
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN_LETTER = re.compile(r"[A-Za-z]")


class Wording(NamedTuple):
    """What a turn's words add up to."""

    seen: tuple[SeenSign, ...]
    objects: bool
    """Something in them objects, whatever else they say."""
    undo: bool
    """They ask to undo something."""
    unread: bool
    """Words in a script that no sign reads, or none at all."""
    settled: bool = False
    """They cannot be a correction: a slash command, a plan handed over."""

    @property
    def points(self) -> float:
        """The sum of the signs' points."""
        return sum_points(self.seen)


class _Words(NamedTuple):
    """A turn's words as they are weighed."""

    shown: str
    own: str
    """The person's own, without what is pasted."""
    pasted: bool
    """Less than half of them is the person's own."""
    guarded: bool
    """They keep the agent from doing something that it has not done; these words are left out of the others."""
    many: int
    """Number of words; one more than ``_MANY_WORDS`` where they are not all shown."""
    objections: tuple[SeenSign, ...]
    """English signs that object."""
    others: tuple[SeenSign, ...]
    """Those in other languages."""
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
    remembered = _weigh_short if len(text) <= _SHORT else _weigh_long
    return remembered(text, refusing=refusing, stopping=stopping)


def _weigh(text: str, *, refusing: bool, stopping: bool) -> Wording:
    signs = load_signs().by_slug
    words = _look_at(straighten(text), refusing=refusing, stopping=stopping)
    settled = not refusing and signs["slash-command"].is_in(words.shown)
    return Wording(
        seen=(*_find_signs(words), *_find_own_signs(words)),
        objects=words.objects,
        undo=any(one.slug.startswith("undo") for one in words.objections + words.others),
        unread=_is_unread(words),
        settled=settled or signs["plan-handed-over"].is_in(words.shown),
    )


_weigh_short = lru_cache(maxsize=_REMEMBERED)(_weigh)
_weigh_long = lru_cache(maxsize=_REMEMBERED_LONG)(_weigh)


def _look_at(text: str, *, refusing: bool, stopping: bool) -> _Words:
    signs = load_signs()
    guard = signs.by_slug["guards"]
    guarded = not refusing and not stopping and guard.is_in(cut_own_words(text[:BEGINNING]))
    if guarded:  # what follows "don't" is a condition, and objects to nothing
        text = guard.pattern.sub(" ", text[:BEGINNING]) + text[BEGINNING:]
    shown, own = _show(text), cut_own_words(text)
    return _Words(
        shown=shown,
        own=_show(own),
        pasted=is_mostly_pasted(text, own),
        guarded=guarded,
        many=len(shown.split()) if shown == text else _MANY_WORDS + 1,
        objections=tuple(signs.find_all("objection", shown)),
        others=tuple(signs.find_all("objection-elsewhere", shown)),
        refusing=refusing,
        stopping=stopping,
    )


def _show(text: str) -> str:
    """Return the text, without its middle where it is long."""
    return text if len(text) <= BEGINNING + END else f"{text[:BEGINNING]}\n{text[-END:]}"


def _find_signs(words: _Words) -> Iterator[SeenSign]:
    """Yield the signs of all that is shown."""
    signs = load_signs()
    shown = words.shown
    yield from words.objections
    yield from words.others
    yield from signs.find_all("hint", shown)
    if len(words.objections) > 1:
        yield signs.by_slug["objects-again"].see()
    if signs.by_slug["bids"].is_in(shown):
        yield signs.by_slug["bids"].see()
        if words.refusing:
            yield signs.by_slug["bids-while-refusing"].see()
    yield from _find_approval_or_task(words)
    if not shown.rstrip().endswith("?"):
        yield from _find_brief_statement(words)
    if words.many > _MANY_WORDS:
        yield signs.by_slug["many-words"].see()


def _find_own_signs(words: _Words) -> Iterator[SeenSign]:
    """Yield the signs of a person's own words, in English and elsewhere."""
    signs = load_signs()
    if words.pasted:
        yield signs.by_slug["words-are-pasted"].see()
    if words.guarded:
        yield signs.by_slug["guards"].see()
    yield from signs.find_all("own", words.own)
    yield from signs.find_all("own-elsewhere", words.own)


def _find_brief_statement(words: _Words) -> Iterator[SeenSign]:
    """Yield what being brief adds to a statement of what fails, or of what should be."""
    signs = load_signs().by_slug
    objections = {one.slug for one in words.objections}
    if words.many <= _BRIEF_WORDS and not {"not-working", "is-failing"}.isdisjoint(objections):
        yield signs["brief-failure"].see()
    proposes = signs["proposes"].is_in(words.shown) or signs["task"].is_in(words.shown)
    if words.many <= _APPROVAL_WORDS and "should-be" in objections and not proposes:
        yield signs["brief-rule"].see()


def is_approval(text: str) -> bool:
    """Tell whether a brief text says yes, in one of the languages that are read."""
    return len(text.split()) <= _APPROVAL_WORDS and _approves(text)


def _approves(text: str) -> bool:
    signs = load_signs().by_slug
    return signs["approval"].is_in(text) or signs["approval-elsewhere"].is_in(text)


def _find_approval_or_task(words: _Words) -> Iterator[SeenSign]:
    """Yield approval, a new task or a question; full points only where nothing objects."""
    signs = load_signs().by_slug
    if _approves(words.shown):
        yield signs["approval-but" if words.objects or words.many > _APPROVAL_WORDS else "approval"].see()
    if not (words.refusing or words.stopping) and signs["task"].is_in(words.shown):
        yield signs["task-but" if words.objects else "task"].see()
    if not words.objects:
        yield from _find_question(words)


def _find_question(words: _Words) -> Iterator[SeenSign]:
    """Yield what words that object to nothing are: a question, or too few to say anything."""
    signs = load_signs().by_slug
    yield from (signs[slug].see() for slug in ("question", "how-to") if signs[slug].is_in(words.shown))
    few = 0 < words.many <= _FEW_WORDS and _PLAIN_LETTER.search(words.shown) is not None
    if few and not signs["change-it"].is_in(words.shown):
        yield signs["few-words"].see()


def _is_unread(words: _Words) -> bool:
    signs = load_signs()
    if words.objects or signs.by_slug["approval-elsewhere"].is_in(words.shown):
        return False
    letters = len(_LETTER.findall(words.shown))
    return letters == 0 or len(_PLAIN_LETTER.findall(words.shown)) < (1 - _OWN_SCRIPT) * letters
