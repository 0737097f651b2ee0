"""How risks of changes look in a terminal."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from twiceshy.records.change_risk import FixLabel, RiskAnswer, RiskList, RiskOutcomes
from twiceshy.surfaces.cli.formats import cut, day, decimal, number, one_line, percent, plural
from twiceshy.surfaces.cli.page import Page
from twiceshy.surfaces.cli.paragraphs import wrap
from twiceshy.surfaces.cli.tables import Column, draw_table

_SHORT = 10  # digits of a commit that are shown (guess, 2026-11-23: as git in a repository of middle size)
_MOST_NAMED = 5  # commits left out that are named (guess, 2026-11-23)
_BECAME = {
    "trailer": "named as fixed",
    "revert": "taken back",
    "szz": "changed by a fix",
    "corrected": "corrected",
    "rolled-back": "rolled back",
}


def draw_risk(answer: RiskAnswer, page: Page) -> str:
    """Draw the sentence of one change, with why it may be weak and what helps."""
    return "\n".join([*wrap(answer.words, page.width), *_draw_notes(answer.notes, page), *_say_next([answer])])


def draw_risks(found: RiskList, page: Page) -> str:
    """Draw changes, each with its sentence and what became of it."""
    if not found.answers:
        return "\n".join([_say_none(found), *_draw_left_out(found, page)])
    lines = [line for one in found.answers for line in _draw_change(one, page)]
    shown = f"{number(len(found.answers))} of {plural(found.asked, 'change')}, {_name_order(found)}"
    return "\n".join(
        [*lines, "", shown, *_draw_left_out(found, page), *_draw_notes(found.notes, page), *_say_next(found.answers)]
    )


def draw_outcomes(found: RiskOutcomes, page: Page) -> str:
    """Draw what became of changes by their risk, and the riskiest of them."""
    since = day(datetime.fromtimestamp(found.since, UTC).date())
    head = f"{plural(found.changes, 'change')} since {since} that the model did not learn from"
    if found.too_little:
        return "\n".join([*wrap(f"{head}: too few to say what its risks came to: {found.too_little}", page.width)])
    columns = (
        Column("risk"),
        Column("from", right=True),
        Column("to", right=True),
        Column("changes", right=True),
        Column("fixed so far", right=True),
        Column("share", right=True),
        Column("95 %", right=True),
    )
    rows = [
        (
            one.name,
            decimal(one.least),
            decimal(one.most),
            number(one.changes),
            number(one.fixed),
            percent(one.fixed / one.changes, 1),
            f"{100 * one.low:.1f}-{100 * one.high:.1f}",
        )
        for one in found.bands
    ]
    said = f"{head}; {number(found.fixed)} were fixed so far, and young ones may still be. {_MODELS[found.model]}"
    riskiest = [line for one in found.riskiest for line in _draw_change(one, page)]
    return "\n".join([*wrap(said, page.width), "", draw_table(columns, rows, page), "", "The riskiest:", *riskiest])


_MODELS = {
    "own": "The repository's own model answers.",
    "general": "The general model answers.",
    "size": "Size alone answers: no model beats the number of lines added.",
}


def _name_order(found: RiskList) -> str:
    return "most risk for each changed line first" if found.order == "line" else "newest first"


def _say_none(found: RiskList) -> str:
    if found.session:
        return (
            f"No commit behind HEAD here has work of {found.session}.\n"
            "Next: twiceshy judge (links commits to sessions), or ask in the repository that it worked in"
        )
    return "None of these commits is a change behind HEAD.\nNext: twiceshy risk (lists the newest changes)"


def _draw_change(answer: RiskAnswer, page: Page) -> Iterator[str]:
    yield page.bold(cut(f"{answer.id[:_SHORT]}  {one_line(answer.subject)}", page.width))
    yield from wrap(answer.words, page.width, indent=2, hang=4)
    if answer.became is not None:
        yield f"  {_phrase_label(answer.became)}"


def _phrase_label(label: FixLabel) -> str:
    """Return what became of a change, by whom and when."""
    on = day(datetime.fromtimestamp(label.known_at, UTC).date())
    by = f" by {label.by[:_SHORT]}" if label.by else ""
    return f"it was {_BECAME.get(label.source, 'fixed')}{by} on {on}"


def _draw_left_out(found: RiskList, page: Page) -> list[str]:
    if not found.left_out:
        return []
    named = ", ".join(one[:_SHORT] for one in found.left_out[:_MOST_NAMED])
    more = ", ..." if len(found.left_out) > _MOST_NAMED else ""
    why = "merges, commits without files, or not behind HEAD"
    return wrap(f"left out {plural(len(found.left_out), 'commit')} ({why}): {named}{more}", page.width)


def _draw_notes(notes: tuple[str, ...], page: Page) -> list[str]:
    return [page.dim(line) for note in notes for line in wrap(f"note: {one_line(note)}", page.width)]


def _say_next(answers: Sequence[RiskAnswer]) -> list[str]:
    """Return what helps where no risk can be told."""
    if any(one.too_little for one in answers):
        return ["Next: `Fixes: <commit>` lines in messages and reverts are what risk is learned from"]
    return []
