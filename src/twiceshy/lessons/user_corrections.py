"""Mistakes that a person pointed out: a rule "X, not Y" only where the words say both and the next edit did it.

Otherwise the words stay a quotation, which a person has to review before any agent sees it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from twiceshy.base.values import Provenance
from twiceshy.lessons.code_examples import find_blocks
from twiceshy.lessons.languages import name_language
from twiceshy.lessons.raw_occurrence import LessonTemplate, RawOccurrence, TextOf, key_of
from twiceshy.records.findings import Severity
from twiceshy.records.lessons import LessonKind, SaidLesson, Trigger
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Moment, Story
from twiceshy.stats.text.quoting import excerpt, quote

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
