"""Suggestions as a person reads them: what to write where, why and at what price, and what became of earlier ones."""

from collections.abc import Iterator

from twiceshy.records.suggestions import (
    Comeback,
    RemedyEffect,
    RemedyPlan,
    Suggestion,
    SuggestionList,
    SuggestionPlace,
)
from twiceshy.screens.terminal.formats import cut, decimal, number, one_line, percent, plural, short_date
from twiceshy.screens.terminal.page import Page, wrap

_EMPTY = "Nothing to suggest: no mistake recurs here that a line or a setting would prevent."
_BY_HAND = "Do this yourself: there is no file to write it into."
_NOT_HERE = "Cannot write: the project's folder is not on this machine. Paste it yourself."
_NOTHING_NEW = "Nothing new to suggest."
_MOST_CONFLICTS, _LONGEST_QUOTE = 3, 120
"""Conflicts with files that are shown, and characters of what a file says. Guesses of 2026-11-24."""
_VERDICTS = {
    Comeback.TOO_EARLY: "too early to say",
    Comeback.FEWER: "fewer",
    Comeback.MORE: "more",
    Comeback.NOT_COUNTED: "not counted any more",
}


def render_suggestions(found: SuggestionList, page: Page, first: str) -> str:
    """Render the whole list, or that there is nothing to suggest; ``first``: what the first suggestion is called by."""
    parts = ["\n".join(_render_place(place, page)) for place in found.places]
    if found.effects:
        parts.append("\n".join(line for one in found.effects for line in _render_effect(one, page)))
    parts.append("\n".join(_render_end(found, page, first)))
    return "\n\n".join(part for part in parts if part)


def _render_place(place: SuggestionPlace, page: Page) -> Iterator[str]:
    """Yield the head of a place and its suggestions."""
    head = page.bold(one_line(place.title))
    if place.tokens:
        head += f", {plural(len(place.suggestions), 'line')}, about {plural(place.tokens, 'token')}"
    yield head
    if place.tracked:
        own = f" {one_line(place.own.name)} is yours alone." if place.own else ""
        yield from _indent(f"Git tracks this file: others get what stands in it.{own}", page, "  ")
    for one in place.suggestions:
        yield from _render_suggestion(one, page)


def _render_suggestion(one: Suggestion, page: Page) -> Iterator[str]:
    """Yield what to write, then why and under which id."""
    start = f"{one.number:>3}  "
    blank = " " * len(start)
    first, *rest = _indent(_name(one), page, blank)
    yield start + first[len(start) :]
    yield from rest
    price = f"{plural(one.tokens, 'token')} · " if one.tokens else ""
    yield from (page.dim(line) for line in _indent(f"{one_line(one.evidence)} · {price}{one.id}", page, blank))


def _name(one: Suggestion) -> str:
    """Return what is to be written or done."""
    if one.setting is not None:
        return f"{one.setting.key} {one.setting.value}"
    return f"Install {one.package}: {one_line(one.text)}" if one.package else one_line(one.text)


def _indent(text: str, page: Page, blank: str) -> list[str]:
    """Return the text in lines that fit behind a blank start."""
    return wrap(text, page.width, indent=len(blank)) or [blank]


def _render_effect(effect: RemedyEffect, page: Page) -> Iterator[str]:
    """Yield what was applied, and how often the mistake was made before and since."""
    yield f"Applied on {short_date(effect.applied_at, page.now, clock=False)}: {one_line(effect.text)}"
    since = f"the mistake in {number(effect.after)} of {plural(effect.after_sessions, 'session')}"
    before = percent(effect.before / effect.before_sessions) if effect.before_sessions else "no sessions"
    words = f"since then {since} (before: {before}); {_VERDICTS[effect.verdict]}"
    if effect.verdict is Comeback.NOT_COUNTED:
        is_fact = effect.id.startswith("p-")
        words = "a fact, so no mistake is counted" if is_fact else "no session shows the mistake any more, or too few"
    if effect.verdict in {Comeback.FEWER, Comeback.MORE}:
        ends = sorted((abs(100 * effect.low), abs(100 * effect.high)))
        words += f" by {decimal(ends[0], 0)}-{decimal(ends[1], 0)} points"
    yield from _indent(words, page, "  ")


def _render_end(found: SuggestionList, page: Page, first: str) -> Iterator[str]:
    """Yield what was left out, and what to do next."""
    if not found.places:
        new = found.known or found.effects or found.conflicts
        yield from wrap(_NOTHING_NEW if new else _EMPTY, page.width)
    left = [
        (found.known, "your files say already"),
        (found.more, "beyond twelve a project"),
        (found.refused, "with words that are not written into such a file"),
    ]
    if any(count for count, _ in left):
        yield page.dim("Left out: " + "; ".join(f"{number(count)} {why}" for count, why in left if count) + ".")
    for one in found.conflicts[:_MOST_CONFLICTS]:
        where = f"{one_line(one.says.file)}:{one.says.line}"
        said = cut(one_line(one.says.words), _LONGEST_QUOTE)
        text = f'Not proposed: "{one_line(one.text)}" ({one_line(one.evidence)}). {where} says: "{said}"'
        yield from wrap(text, page.width, hang=2)
    if found.elsewhere:
        names = ", ".join(one_line(name) for name in found.elsewhere[:3])
        yield page.dim(f"More in {plural(len(found.elsewhere), 'other project')} ({names}): twiceshy suggest --all")
    if found.places:
        yield f"Next: twiceshy suggest {first} --write · all lines, no settings: twiceshy suggest --write"


def render_one(place: SuggestionPlace, one: Suggestion, page: Page) -> str:
    """Render one suggestion with where it goes."""
    words = [_name(one), *([] if one.setting is None else [one_line(one.text)]), f"{one_line(one.evidence)} · {one.id}"]
    lines = [line for text in words for line in wrap(text, page.width)]
    if place.path is None:
        return "\n".join([*lines, _BY_HAND if one.package or not place.project_identity else _NOT_HERE])
    return "\n".join([*lines, f"Goes into {one_line(str(place.path))}", f"Next: twiceshy suggest {one.id} --write"])


def render_refusals(plan: RemedyPlan) -> list[str]:
    """Return for each file that stays as it is why, and what to put in by hand."""
    return [
        f"{refusal.path} stays as it is: {refusal.reason}."
        + (f" To do it by hand, put this into it:\n{refusal.paste}" if refusal.paste else "")
        for refusal in plan.refusals
    ]
