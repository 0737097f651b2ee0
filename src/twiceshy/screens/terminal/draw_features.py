"""Features, drawn: of one change, of all, and where rows were written."""

from itertools import groupby

from twiceshy.records.risk_features import ChangeFate, ChangeFeatures, FeatureList, FeatureValue, WrittenFeatures
from twiceshy.screens.terminal.formats import day, number, one_line, percent, plural, size
from twiceshy.screens.terminal.page import Page
from twiceshy.screens.terminal.tables import Column, draw_table

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
_SHORT = 12  # digits of a hash that are shown (convention of git's own trailers)
_DIGITS = 4  # of a number that is shown (guess, 2026-11-23: more is noise to people)


def render_change(found: ChangeFeatures, page: Page) -> str:
    """Render the numbers of a change, tier by tier; those that are not known are only counted."""
    known = [one for one in found.values if one.value is not None]
    lines = [page.bold(f"Change {found.id[:_SHORT]} of {day(found.at)}: {_tell_fate(found.fate)}.")]
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
    by = "" if fate.by is None else f" ({fate.by[:_SHORT]})"
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
