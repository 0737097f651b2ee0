"""How risks of changes look in a terminal."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from twiceshy.records.change_risk import (
    ChangeFate,
    ChangeFeatures,
    FeatureList,
    FeatureValue,
    FixLabel,
    HabitRisk,
    RiskAnswer,
    RiskList,
    RiskOutcomes,
    WrittenFeatures,
)
from twiceshy.records.figures import RiskiestWork, RiskyChange
from twiceshy.screens.terminal.formats import cut, day, decimal, number, one_line, percent, plural, size
from twiceshy.screens.terminal.page import Column, Page, draw_table, wrap

_SHORT = 10  # digits of a commit that are shown (guess, 2026-11-23: as git in a repository of middle size)
_MOST_NAMED = 5  # commits left out that are named (guess, 2026-11-23)


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
        missing = wrap(f"{head}: too few to say what its risks came to: {found.too_little}", page.width)
        return "\n".join([*missing, *_draw_habits(found, page)])
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
    return "\n".join(
        [
            *wrap(said, page.width),
            "",
            draw_table(columns, rows, page),
            "",
            "The riskiest:",
            *riskiest,
            *_draw_habits(found, page),
        ]
    )


def _draw_habits(found: RiskOutcomes, page: Page) -> list[str]:
    """Return what each step left out and each habit adds to the share that was fixed later."""
    if not found.logged:
        return []
    changes = plural(found.logged, "change")
    of = f"{changes} with code and an agent's log, {number(found.logged_fixed)} of them fixed later"
    if not found.habits:
        return [
            "",
            *wrap(f"What habits add is not known yet: {of}; 20 with a habit and 20 without it are needed.", page.width),
        ]
    columns = (
        Column("habit", flexible=True),
        Column("with it", right=True),
        Column("without it", right=True),
        Column("adds", right=True),
        Column("95 %", right=True),
    )
    rows = [
        (
            one.habit,
            _write_share(one.fixed, one.changes),
            _write_share(one.other_fixed, one.other_changes),
            f"{round(100 * one.adds[0]):+d}",
            f"{round(100 * one.adds[1]):+d} to {round(100 * one.adds[2]):+d}",
        )
        for one in found.habits
    ]
    said = f"What habits add to the share that was fixed later, in points at equal size: {of}. {_judge(found.habits)}"
    doubt = map(page.dim, wrap(_DOUBT, page.width))
    return ["", *wrap(said, page.width), "", draw_table(columns, rows, page), "", *doubt]


_DOUBT = (
    "Sessions are the witnesses. Of twenty habits that change nothing one seems to, by chance; and whoever skips a "
    "step may also have had the harder task."
)


def _write_share(fixed: int, of: int) -> str:
    return f"{percent(fixed / of)} of {number(of)}"


def _judge(habits: Sequence[HabitRisk]) -> str:
    """Return which habits show a difference, plainly where none does."""
    more = [one.habit for one in habits if one.adds[1] > 0]
    less = [one.habit for one in habits if one.adds[2] < 0]
    if not more and not less:
        return "No difference is shown: each interval holds 0."
    parts = (("Fixed more often with: ", more), ("Fixed less often with: ", less))
    named = [f"{name}{', '.join(some)}." for name, some in parts if some]
    return " ".join([*named, "Of the others no difference is shown."])


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


def draw_riskiest(found: RiskiestWork, page: Page) -> str:
    """Draw the riskiest changes of a report, each with what became of it: six lines at most at 80 columns."""
    since = f" since {day(found.since)}" if found.since else ""
    name = "Largest" if found.model == "size" else "Riskiest"
    rest = _write_share(found.fixed - found.top_fixed, found.changes - found.top)
    head = (
        f"{name} tenth of {plural(found.changes, 'change')} here{since}: "
        f"{_write_share(found.top_fixed, found.top)} fixed so far, of the others {rest}"
    )
    lines = [*map(page.bold, wrap(head, page.width)), *(_draw_riskiest_line(one, page) for one in found.riskiest)]
    return "\n".join([*lines, page.dim("Next: twiceshy effects risk")])


def _draw_riskiest_line(one: RiskyChange, page: Page) -> str:
    head, end = f"  {one.id[:_SHORT]}  {one.measure}  ", f"  {one.became}"
    return f"{head}{cut(one_line(one.subject), max(_SHORT, page.width - len(head) - len(end)))}{end}"


def _phrase_label(label: FixLabel) -> str:
    """Return what became of a change, by whom and when."""
    on = day(datetime.fromtimestamp(label.known_at, UTC).date())
    return f"it was {label.describe()} on {on}"


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


# Features, drawn: of one change, of all, and where rows were written.

TIERS = {
    1: "Tests",
    2: "The files' record with agents",
    3: "Code",
    4: "Git",
    5: "The agent's work",
    6: "Text",
}
"""Titles of the tiers."""
_SAID = {
    "trailer": "a later commit says that it fixes it",
    "revert": "it was reverted",
    "szz": "a later fix deletes lines of it",
    "corrected": "a person had it corrected",
    "rolled-back": "it was rolled back",
}
"""Words for the sources of labels."""
_SHORT_FEATURE = 12  # digits of a hash that are shown (convention of git's own trailers)
_DIGITS = 4  # of a number that is shown (guess, 2026-11-23: more is noise to people)


def render_change(found: ChangeFeatures, page: Page) -> str:
    """Render the numbers of a change, tier by tier; those that are not known are only counted."""
    known = [one for one in found.values if one.value is not None]
    lines = [page.bold(f"Change {found.id[:_SHORT_FEATURE]} of {day(found.at)}: {_tell_fate(found.fate)}.")]
    for tier, values in groupby(sorted(known, key=lambda one: one.tier), key=lambda one: one.tier):
        lines += ["", page.bold(TIERS[tier]), draw_table(_VALUES, [_draw_value(one) for one in values], page)]
    missing = len(found.values) - len(known)
    if missing:
        lines += ["", f"{plural(missing, 'number')} of {len(found.values)} not known: --json names them."]
    return "\n".join(lines)


def render_features(found: FeatureList, page: Page) -> str:
    """Render the columns tier by tier, below what became of the changes."""
    lines = [page.bold(f"{plural(len(found.columns), 'column')}, {_tell_changes(found)}.")]
    for tier, some in groupby(sorted(found.columns, key=lambda one: one.tier), key=lambda one: one.tier):
        rows = [(one.name, one.unit, one.known_at, percent(one.known)) for one in some]
        lines += ["", page.bold(TIERS[tier]), draw_table(_COLUMNS, rows, page)]
    return "\n".join([*lines, *_list_notes(found)])


def render_written(found: WrittenFeatures) -> str:
    """Render what was written, and where."""
    place = f"Wrote {plural(found.rows, 'row')} to {found.path} ({size(found.bytes)}), readable by you only."
    about = f"{found.columns_path} says what the columns are. {_tell_changes(found.table)}."
    return "\n".join((place, about, *_list_notes(found.table)))


_VALUES = [Column("feature"), Column("", right=True), Column("unit", flexible=True)]
_COLUMNS = [Column("feature"), Column("unit", flexible=True), Column("known at", flexible=True), Column("known", True)]


def _draw_value(one: FeatureValue) -> tuple[str, str, str]:
    value = one.value or 0
    shown = number(int(value)) if value == int(value) else f"{value:.{_DIGITS}g}"
    return one.name, shown, one.unit


def _tell_fate(fate: ChangeFate) -> str:
    if fate.bad is None:
        return "too young to say what becomes of it"
    if not fate.bad:
        return "nothing says that it was bad"
    by = "" if fate.by is None else f" ({fate.by[:_SHORT_FEATURE]})"
    said = _SAID.get(fate.source or "", "it turned out bad")
    return said + by + ("" if fate.known_at is None else f", {day(fate.known_at)}")


def _list_notes(found: FeatureList) -> list[str]:
    return ["", *(f"note: {one_line(doubt)}" for doubt in found.doubts)] if found.doubts else []


def _tell_changes(found: FeatureList) -> str:
    since, until = found.since, found.until
    if since is None or until is None:
        return "no change yet"
    young = found.changes - found.bad - found.good
    fate = f"{number(found.bad)} turned out bad, {number(found.good)} good, {number(young)} too young to say"
    return f"{plural(found.changes, 'change')} from {day(since)} to {day(until)}: {fate}"
