"""Does a correction state a rule that holds beyond its task, and so is worth a person's yes or no?

Most corrections are about the work at hand: a button, a failing test, a question. Asking about each would teach people
to say no. What is asked about forbids something, says how things are always done, or names what to use in whose place;
or it was said again in another session, whatever its words.
"""

import re
from functools import lru_cache

from twiceshy.lessons.user_corrections import cut_words, is_quotation
from twiceshy.records.lessons import LessonState, SaidLesson

_LEAST_WORDS = 3
"""Guess of 2026-11-22: "do not!" is about something that only its session knows."""
_CUT = "…"
"""At the end of words that were cut: so long a text is about its task."""
_ACTS = (
    r"(?:run|use|commit|push|merge|rebase|stash|add|create|write|touch|edit|change|modify|install|upgrade|delete|remove|"
    r"mock|skip|disable|guess|assume|hard-?code|leave|include|import|export|generate|format|rename|translate|comment|"
    r"repeat|duplicate|catch|swallow|ignore|invent|refactor|reformat|squash|amend|start|stop|call|put|deploy|publish)"
)
_BEGIN = r"(?:\A|[.!?,;:-] ?|\b(?:please|but|and|no|also|so) )"
_RULES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:every time|each time|from now on|in (?:the )?future)\b",
        rf"{_BEGIN}(?:please )?(?:never|always) [a-z]+\b|\b(?:should|must|shall|you|we) (?:never|always)\b",
        r"\b(?:as|like) I (?:have )?(?:already )?(?:said|told|asked)\b|\bI(?: have|'ve)? already (?:said|told|asked)\b",
        r"\bI did(?: not|n'?t) (?:say|ask|tell)\b|\bremember (?:to|that|this)\b",
        rf"{_BEGIN}(?:please )?(?:do not|don'?t|no need to|avoid|stop|refrain from) (?:ever |just )?{_ACTS}(?:ing)?\b",
        r"\bwe (?:do not|don'?t|never|no longer) (?:want|use|do|write|allow|commit|support|mock|test)\b",
        r"\bprefer .{1,40} (?:over|to|instead|rather)\b|\bI (?:do not|don'?t) (?:want you to|want any|like)\b",
        r"\b(?:claude|agents|gemini|contributing)\.md\b|\bour (?:conventions?|guidelines?|style|rules?)\b",
    )
)
_USE = re.compile(r"\buse .{1,40}?,? (?:instead of|rather than|and not|not) ", re.IGNORECASE)
"""A rule though it is a question."""
_OF_THIS_TASK = re.compile(
    r"\b(?:for now|this time|at the moment|in this case|just this once|yet|(?<!from )now|line \d+)\b|https?://|===|```",
    re.IGNORECASE,
)
"""What is about the work at hand, or was pasted."""
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?=\S)[^.!?]*)*[.!?]*")
_KEPT = 8_192
"""Answers that are kept, as a review asks about the same words again after each decision (guess, 2026-11-23)."""
_OPEN = frozenset({LessonState.SHADOW, LessonState.ARCHIVED})
"""States in which nobody has decided, and no agent hears it."""


def is_worth_asking(lesson: SaidLesson) -> bool:
    """Tell whether a person should be asked about a correction in their words."""
    open_one = is_quotation(lesson) and lesson.state in _OPEN
    return open_one and (lesson.sessions > 1 or states_rule(cut_words(lesson)))


@lru_cache(maxsize=_KEPT)
def states_rule(words: str) -> bool:
    """Tell whether words state a rule that holds beyond their task.

    >>> states_rule("do not run the integration tests, they are too slow"), states_rule("make the modal bigger")
    (True, False)
    """
    if len(words.split()) < _LEAST_WORDS or words.endswith(_CUT) or _OF_THIS_TASK.search(words):
        return False
    sentences = [one.strip() for one in _SENTENCE.findall(words)]
    return bool(_USE.search(words)) or any(
        rule.search(one) for one in sentences if not one.endswith("?") for rule in _RULES
    )
