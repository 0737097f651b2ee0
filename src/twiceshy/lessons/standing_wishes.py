"""Does a correction state a rule that holds beyond its task, and so is worth a person's yes or no?

Most corrections are about the work at hand: a button, a failing test, a question. Asking about each would teach people
to say no, and to offer nothing is better than noise. What is asked about forbids something, says how things are always
done, or names what to use in whose place; or it wishes something and was said again in another session. It is short,
typed, no question, no proposal and no document: what is pasted forbids much, and not in the person's name.
"""

import re
from functools import lru_cache

from twiceshy.lessons.user_corrections import cut_words, is_quotation
from twiceshy.records.lessons import LessonState, SaidLesson
from twiceshy.stats.text.pasted_words import is_document

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
        r"\bprefer .{1,40} (?:over|to|instead|rather)\b|\bI (?:do not|don'?t) (?:want you to|want any)\b",
        r"\b(?:add|put|note|write|be|belongs?)\b.{0,60}\b(?:to|in|into) (?:claude|agents|gemini|contributing)\.md\b",
        r"\bour (?:conventions?|guidelines?|style|rules?)\b",
    )
)
_USE = re.compile(r"\buse .{1,40}?,? (?:instead of|rather than|and not|not) ", re.IGNORECASE)
_OF_THIS_TASK = re.compile(
    r"\b(?:for now|this time|at the moment|in this case|just this once|yet|(?<!from )now|line \d+|severity|still|again"
    r"|(?:this|that) (?:pr|commit|branch|check|test|error|failure|file|function|one|step|issue)|roll(?: it| this)? back"
    r")\b|https?://|===|```|\*\*|\s[-*\u2022] |\s#{1,4} |<\w|\.\w{1,5}:\d|#\d"
    r"|\bin [\w.-]*/[\w./-]+\.\w+",
    re.IGNORECASE,
)
"""What is about the work at hand, or was pasted."""
_PROPOSES = re.compile(
    r"\A\W*(?:(?:yes|no|ok|okay|so|and|but|hm+|actually|maybe|wait|nah|yeah)\b[\s,.]*)*"
    r"(?:let'?s|(?:can|could|would|should|shall|is|are|do|does|did) (?:we|you|i|it|they|this|that|there|the)|how"
    r"|what|why|i think|i wonder|maybe)\b",
    re.IGNORECASE,
)
"""A way to go that is put up for discussion."""
_MOST_WORDS = 30
"""Words of a rule that a person types (guess, 2026-11-24: the longest of the logs for tuning has 21)."""
_WISHES = re.compile(
    rf"{_BEGIN}(?:please )?(?:do not|don'?t|never|always|only|avoid|stop|prefer|{_ACTS})\b|\b(?:should|must|want)\b",
    re.IGNORECASE,
)
"""What was said again is a rule only where it wishes something: that a check still fails is news each time."""
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?=\S)[^.!?]*)*[.!?]*")
_KEPT = 8_192
"""Answers that are kept, as a review asks about the same words again after each decision (guess, 2026-11-23)."""
_OPEN = frozenset({LessonState.SHADOW, LessonState.ARCHIVED})
"""States in which nobody has decided, and no agent hears it."""


def is_worth_asking(lesson: SaidLesson) -> bool:
    """Tell whether a person should be asked about a correction in their words."""
    if not is_quotation(lesson) or lesson.state not in _OPEN:
        return False
    words = cut_words(lesson)
    return states_rule(words) or (lesson.sessions > 1 and _may_be_rule(words) and bool(_WISHES.search(words)))


@lru_cache(maxsize=_KEPT)
def states_rule(words: str) -> bool:
    """Tell whether words state a rule that holds beyond their task.

    >>> states_rule("do not run the integration tests, they are too slow"), states_rule("make the modal bigger")
    (True, False)
    """
    if not _may_be_rule(words):
        return False
    sentences = [one.strip() for one in _SENTENCE.findall(words)]
    stated = [one for one in sentences if not one.endswith("?") and not _PROPOSES.match(one)]
    return any(rule.search(one) for one in stated for rule in (*_RULES, _USE))


def _may_be_rule(words: str) -> bool:
    """Tell whether words are a person's, short, and not about the work at hand."""
    count = len(words.split())
    if not _LEAST_WORDS <= count <= _MOST_WORDS or words.endswith(_CUT):
        return False
    return not (_OF_THIS_TASK.search(words) or is_document(words) or _PROPOSES.match(words))
