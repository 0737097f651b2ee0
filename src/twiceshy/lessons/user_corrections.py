"""Mistakes that a person pointed out: a rule "X, not Y" only where the words say both and the next edit did it.

Otherwise the words stay a quotation, which a person has to review before any agent sees it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from twiceshy.base.values import Provenance, Severity
from twiceshy.lessons.code_examples import find_blocks, name_language
from twiceshy.lessons.occurrences import LessonTemplate, RawOccurrence, TextOf, key_of
from twiceshy.records.lessons import LessonKind, LessonState, SaidLesson, Trigger
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Moment, Story
from twiceshy.stats.text.quoting import excerpt, quote
from twiceshy.stats.text.text_words import is_document

_THING = r"[`'\"]?(?P<{0}>[\w.@/:()\[\]{{}}<>$=-]+(?: [\w.@/:()-]+){{0,2}}?)[`'\"]?"
_X, _Y = _THING.format("x"), _THING.format("y")
_SAYINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\buse {_X} (?:instead of|rather than|over|,? ?not) {_Y}(?=[\s.,;!?]|$)",
        rf"\b(?:do not|don'?t|never|not) use {_Y}[,;.]? (?:but |please |just )?use {_X}(?=[\s.,;!?]|$)",
        rf"\bprefer {_X} (?:over|to) {_Y}(?=[\s.,;!?]|$)",
        rf"\breplace {_Y} (?:with|by) {_X}(?=[\s.,;!?]|$)",
        rf"\bshould (?:be|use) {_X},? (?:not|instead of) {_Y}(?=[\s.,;!?]|$)",
        rf"\binstead of {_Y},? use {_X}(?=[\s.,;!?]|$)",
    )
)
CATEGORY = "correction"
_SAID, _END = 'The user said: "', '"'
_FIRST_WORDS = 600
"""Characters of a message that are looked at (guess, 2026-11-21)."""
_FEWEST_LETTERS = 3
"""Letters of an objection that is quoted (guess, 2026-11-21)."""


def find_user_corrections(story: Story, corrections: Iterable[Correction], text_of: TextOf) -> Iterator[RawOccurrence]:
    """Yield each correction as an occurrence.

    Not given are those that are not sure enough to count, those of a fault that has a lesson of its own, and words
    that are not known to be a person's.
    """
    places = {moment.step.uid: place for place, moment in enumerate(story.moments) if moment.step.kind == "prompt"}
    paths = {moment.step.uid: moment.step.path or "" for moment in story.moments}
    for one in corrections:
        if one.speaker is Provenance.PERSON and (place := places.get(one.prompt)) is not None:
            moment = story.moments[place]
            words = quote(moment.text[:_FIRST_WORDS])
            if len(words) >= _FEWEST_LETTERS:
                path = paths.get(one.calls[0], "") if one.calls else ""
                yield _make_occurrence(story, one, place, words, text_of, path=path)


def _make_occurrence(
    story: Story, correction: Correction, place: int, words: str, text_of: TextOf, *, path: str
) -> RawOccurrence:
    """Build the occurrence of a correction; ``path``: the file that was edited last before."""
    moment = story.moments[place]
    following = _moments_until_prompt(story.moments, place)
    rule = _find_rule(moment.text[:_FIRST_WORDS], following, text_of)
    fix = rule[2] if rule else ""
    source = "rejection" if correction.why.startswith("rejected") else "correction"
    return RawOccurrence(
        template=_make_rule_template(*rule[:2], _first_suffix_of(following))
        if rule
        else _make_quotation_template(words),
        event=moment.step.uid,
        at=moment.step.at,
        source=source,
        message=words,
        file=path[-300:],
        fix=fix,
        fixed=bool(fix),
    )


def _moments_until_prompt(moments: Sequence[Moment], place: int) -> list[Moment]:
    """Return the moments after a prompt, until a person spoke again."""
    found = []
    for at in range(place + 1, len(moments)):
        if moments[at].human:
            break
        found.append(moments[at])
    return found


def _find_rule(words: str, following: Sequence[Moment], text_of: TextOf) -> tuple[str, str, str] | None:
    """Return X, Y and the lines of the edit that replaced Y with X; None where words or edits do not give both."""
    for pattern in _SAYINGS:
        if (found := pattern.search(words)) and (fix := _find_fix(found["x"], found["y"], following, text_of)):
            return found["x"], found["y"], fix
    return None


def _find_fix(x: str, y: str, following: Sequence[Moment], text_of: TextOf) -> str:
    """Return the lines of the first edit that puts X in and takes Y out; empty where there is none."""
    x, y = x.lower(), y.lower()
    for _, before, after in find_blocks(following, text_of):
        put_in, taken_out = "\n".join(after).lower(), "\n".join(before).lower()
        if x in put_in and y in taken_out and y not in put_in:
            return excerpt([line for line in after if x in line.lower()])
    return ""


def _first_suffix_of(following: Sequence[Moment]) -> str:
    """Return the suffix of the file that was edited first, such as ``.py``."""
    path = next((changed.path for moment in following for changed in moment.changed), "")
    name = path.rpartition("/")[2]
    return "." + name.rpartition(".")[2] if "." in name else name


def _make_rule_template(x: str, y: str, where: str) -> LessonTemplate:
    """Build the lesson "X, not Y"."""
    return LessonTemplate(
        key=key_of("objection", where, x.lower(), y.lower()),
        kind=LessonKind.MISTAKE,
        subject=name_language(where) or where.lstrip(".") or "any",
        category=CATEGORY,
        severity=Severity.MAJOR,
        description=f'In {where} files "{quote(x, 60)}", not "{quote(y, 60)}", as the user said and an edit did',
        cause=f'"{quote(y, 60)}" was written where the user wants "{quote(x, 60)}"',
        trigger=Trigger(common_mistakes=(quote(y, 60),)),
    )


def _make_quotation_template(words: str) -> LessonTemplate:
    """Build a lesson that quotes the user's words."""
    return LessonTemplate(
        key=key_of("quotation", words.lower()),
        kind=LessonKind.MISTAKE,
        subject="any",
        category=CATEGORY,
        severity=Severity.MINOR,
        description=f"{_SAID}{words}{_END}",
        cause="",
        quoted=True,
    )


def is_quotation(lesson: SaidLesson) -> bool:
    """Tell whether a lesson says only what a person said."""
    return lesson.quoted and lesson.category == CATEGORY


def cut_words(lesson: SaidLesson) -> str:
    """Return the person's own words of a lesson that quotes them."""
    return lesson.description.removeprefix(_SAID).removesuffix(_END)


# Does a correction state a rule that holds beyond its task, and so is worth a person's yes or no?
#
# Most corrections are about the work at hand: a button, a failing test, a question. Asking about each would teach
# people to say no, and to offer nothing is better than noise. What is asked about forbids something, says how things
# are always done, or names what to use in whose place; or it wishes something and was said again in another session. It
# is short, typed, no question, no proposal and no document: what is pasted forbids much, and not in the person's name.

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
