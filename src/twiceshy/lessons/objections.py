"""Mistakes that a person pointed out: kept as "X, not Y" only where the words say both and the next edit did it.

Else the words stay a quotation, which a person has to review before any agent sees it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from twiceshy.lessons.examples import block_of
from twiceshy.lessons.quoting import excerpt, quoted
from twiceshy.lessons.seen import Seen, Template, TextOf, key_of
from twiceshy.records.lessons import Kind, Trigger
from twiceshy.records.outcomes import Correction
from twiceshy.records.scores import Severity
from twiceshy.records.story import Moment, Story

LEAST_SURE = 0.7
"""Of a correction (guess: the kinds that were right in 84 % and more, and refusals with words)."""
THING = r"[`'\"]?(?P<{0}>[\w.@/:()\[\]{{}}<>$=-]+(?: [\w.@/:()-]+){{0,2}}?)[`'\"]?"
X, Y = THING.format("x"), THING.format("y")
SAYINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\buse {X} (?:instead of|rather than|over|,? ?not) {Y}(?=[\s.,;!?]|$)",
        rf"\b(?:do not|don'?t|never|not) use {Y}[,;.]? (?:but |please |just )?use {X}(?=[\s.,;!?]|$)",
        rf"\bprefer {X} (?:over|to) {Y}(?=[\s.,;!?]|$)",
        rf"\breplace {Y} (?:with|by) {X}(?=[\s.,;!?]|$)",
        rf"\bshould (?:be|use) {X},? (?:not|instead of) {Y}(?=[\s.,;!?]|$)",
        rf"\binstead of {Y},? use {X}(?=[\s.,;!?]|$)",
    )
)
FIRST_WORDS = 600
FEWEST_LETTERS = 3


def objections(story: Story, corrections: Iterable[Correction], text_of: TextOf) -> Iterator[Seen]:
    """Each sure correction as an occurrence."""
    places = {moment.step.uid: place for place, moment in enumerate(story.moments) if moment.step.kind == "prompt"}
    for one in corrections:
        if one.confidence >= LEAST_SURE and (place := places.get(one.prompt)) is not None:
            moment = story.moments[place]
            words = quoted(moment.text[:FIRST_WORDS])
            if len(words) >= FEWEST_LETTERS:
                yield objection(story, one, place, words, text_of)


def objection(story: Story, correction: Correction, place: int, words: str, text_of: TextOf) -> Seen:
    """One of them."""
    moment = story.moments[place]
    following = until_next_prompt(story.moments, place)
    rule = said(moment.text[:FIRST_WORDS], following, text_of)
    fix = rule[2] if rule else ""
    source = "rejection" if correction.why.startswith("rejected") else "correction"
    return Seen(
        template=ruled(*rule[:2], ending(following)) if rule else quotation(words),
        event=moment.step.uid,
        at=moment.step.at,
        source=source,
        message=words,
        fix=fix,
        fixed=bool(fix),
    )


def until_next_prompt(moments: Sequence[Moment], place: int) -> list[Moment]:
    """What was done after a prompt, until a person spoke again."""
    found = []
    for moment in moments[place + 1 :]:
        if moment.human:
            break
        found.append(moment)
    return found


def said(words: str, following: Sequence[Moment], text_of: TextOf) -> tuple[str, str, str] | None:
    """X, Y and the lines of the edit that put X where Y had been; None where words or edits do not give both."""
    for pattern in SAYINGS:
        if (found := pattern.search(words)) and (fix := done(found["x"], found["y"], following, text_of)):
            return found["x"], found["y"], fix
    return None


def done(x: str, y: str, following: Sequence[Moment], text_of: TextOf) -> str:
    """The lines of the first edit that has X in it and no longer Y; empty where there is none."""
    for moment in following:
        for changed in moment.changed if moment.step.failure is None else ():
            if (block := block_of(changed, text_of)) is not None:
                _, before, after = block
                put_in, taken_out = "\n".join(after).lower(), "\n".join(before).lower()
                if x.lower() in put_in and y.lower() in taken_out and y.lower() not in put_in:
                    return excerpt([line for line in after if x.lower() in line.lower()])
    return ""


def ending(following: Sequence[Moment]) -> str:
    """The kind of file that was edited first, such as ``.py``."""
    path = next((changed.path for moment in following for changed in moment.changed), "")
    name = path.rpartition("/")[2]
    return "." + name.rpartition(".")[2] if "." in name else name


def ruled(x: str, y: str, where: str) -> Template:
    """The lesson "X, not Y"."""
    return Template(
        key=key_of("objection", where, x.lower(), y.lower()),
        kind=Kind.MISTAKE,
        subject=where.lstrip(".") or "any",
        category="correction",
        severity=Severity.MAJOR,
        description=f'In {where} files "{quoted(x, 60)}", not "{quoted(y, 60)}", as the user said and an edit did',
        cause=f'"{quoted(y, 60)}" was written where the user wants "{quoted(x, 60)}"',
        trigger=Trigger(common_mistakes=(quoted(y, 60),)),
    )


def quotation(words: str) -> Template:
    """The user's words as they are."""
    return Template(
        key=key_of("quotation", words.lower()),
        kind=Kind.MISTAKE,
        subject="any",
        category="correction",
        severity=Severity.MINOR,
        description=f'The user said: "{words}"',
        cause="",
        quoted=True,
    )
