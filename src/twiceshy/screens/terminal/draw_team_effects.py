"""What the work of a whole team shows of habits, models and warnings, for people: each with its people and interval.

Nothing here is a cause but in a trial of warnings, where lots decided; the first line says so.
"""

from collections.abc import Sequence

from twiceshy.records.team_knowledge import PooledEffect
from twiceshy.screens.terminal.formats import number, one_line, plural, signed, signed_range
from twiceshy.screens.terminal.page import Page
from twiceshy.screens.terminal.paragraphs import wrap

_MOST = 8
"""Effects that are shown without ``--all`` (guess, 2026-11-23: they stand below a person's own)."""
_VERDICTS = {
    "too-few": "too few to tell",
    "no-difference": "no difference can be told",
    "fewer": "fewer",
    "more": "more",
}
_CAUTION = (
    "Your team over all projects, each person one witness. An association, not a cause; only on warnings lots decided."
)


def draw_team_effects(found: Sequence[PooledEffect], page: Page, *, everything: bool) -> list[str]:
    """Return lines on what the team's work shows, what is told apart from chance first; empty without any."""
    if not found:
        return []
    ranked = sorted(found, key=lambda one: (not _is_told(one), -one.people, one.name, one.outcome))
    shown = ranked if everything else ranked[:_MOST]
    lines = ["", *wrap(_CAUTION, page.width), *(line for one in shown for line in _draw_effect(one, page))]
    left = len(ranked) - len(shown)
    return [*lines, page.dim(f"{plural(left, 'more effect')} of your team: --all")] if left else lines


def _is_told(one: PooledEffect) -> bool:
    """Tell whether a difference is called one."""
    return one.verdict in {"fewer", "more"}


def _draw_effect(one: PooledEffect, page: Page) -> list[str]:
    """Return an effect's words, and its evidence."""
    points = f"{signed(100 * one.difference)} points (95 % {signed_range(100 * one.low, 100 * one.high, 0)})"
    words = wrap(one_line(f"{one.outcome}: {one.says or one.name}"), page.width, hang=2)
    planned = f" of about {number(one.needed)} planned" if one.needed and one.verdict == "too-few" else ""
    evidence = f"{_VERDICTS[one.verdict]}: {points}; {plural(one.people, 'person', 'people')}, {plural(one.n, 'case')}"
    head = page.bold(words[0]) if _is_told(one) else words[0]
    return [head, *words[1:], *map(page.dim, wrap(evidence + planned, page.width, indent=4))]
