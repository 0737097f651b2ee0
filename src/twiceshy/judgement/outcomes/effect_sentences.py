"""Effect sentences: an effect's figures in words that anyone can check, and that never say *because*."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from twiceshy.base.values import Rate
from twiceshy.records.effects import BREAKS
from twiceshy.stats.text.foreign_names import quote_name

if TYPE_CHECKING:
    from twiceshy.records.effects import Effect, Estimate

_UNITS = {"edit": "edits", "task": "tasks", "session": "sessions"}
HABITS: Mapping[tuple[str, str], str] = {
    ("edit", "blind-edit"): "without a read before",
    ("edit", "retry"): "tried again after a failure without a read",
    ("edit", "no-tests-after"): "without a test run after",
    ("edit", "missed-rename"): "that leave an old name behind",
    ("task", "missed-rename"): "with an edit that leaves an old name behind",
    ("task", "engaged-before"): "of sessions in which people had spoken much before",
    ("task", "blind-edit"): "with an edit without a read before",
    ("task", "retry"): "with a failed edit tried again without a read",
    ("task", "no-tests-after"): "without a test run after the last edit",
    ("task", "planned"): "with a plan",
    ("task", "search-first"): "that search before the first edit",
    ("task", "read-first"): "that read before the first edit",
    ("task", "delegated"): "that use a subagent",
    ("task", "many-files"): "that edit five files or more",
    ("task", "edit-churn"): "that edit their own edits again",
    ("task", "failing-retry"): "that repeat a failed call unchanged",
    ("task", "partly-read"): "that edit files of which they read a part",
    ("task", "workflow-compliant"): "that keep the declared workflow",
    ("session", "workflow-compliant"): "that keep the declared workflow",
}
"""What was done, behind the unit. What is not here is called by its slug."""
ENDS = {
    "rejected": "refused",
    "rolled-back": "rolled back",
    "first-pass": "right at the first pass",
    "tests-green": "tests green",
    "survived": "still there later",
    "refused-unread": "refused by the client itself",
    "engaged": "needed much more of a person",
}
_BOUNDS = {"low": ".05", "medium": ".2", "high": ".4"}
"""The lower ends of the score's bands, see ``score.aggregate``."""
_GROUNDS = {
    "risk": "scored {} or higher by findings and the file's past together",
    "findings": "whose findings alone score {} or higher",
    "past": "of files whose past alone scores {} or higher",
}
"""What a risk rests on."""
_LONGEST = 1000.0
"""Ratio above which no figure is given: more digits would not be more knowledge. Guess of 2026-11-21."""


def name_habit(unit: str, exposure: str) -> str:
    """Return what was done, with its unit.

    >>> name_habit("edit", "blind-edit"), name_habit("task", "violates:blueprint"), name_habit("task", "odd-thing")
    ('edits without a read before', 'tasks that break `blueprint`', 'tasks with odd thing')
    >>> name_habit("task", "past-high")
    'tasks with an edit of files whose past alone scores .4 or higher'
    """
    units = _UNITS.get(unit, unit + "s")
    if known := HABITS.get((unit, exposure)):
        return f"{units} {known}"
    if exposure.startswith(BREAKS):
        return f"{units} that break {quote_name(exposure.removeprefix(BREAKS)) or 'a declared step'}"
    ground, _, band = exposure.partition("-")
    if ground in _GROUNDS and band in _BOUNDS:
        return f"{units} {'with an edit ' * (unit != 'edit')}{_GROUNDS[ground].format(_BOUNDS[band])}"
    return f"{units} with {exposure.replace('-', ' ')}"


def _name_outcome(outcome: str) -> str:
    """Return what became of it, in words.

    >>> _name_outcome("rolled-back"), _name_outcome("corrected")
    ('rolled back', 'corrected')
    """
    return ENDS.get(outcome, outcome.replace("-", " "))


def render_effect(effect: "Effect") -> str:
    """Render the effect in one line: where, what, both shares, and the ratio within like cases."""
    done = name_habit(effect.unit, effect.exposure)
    units, _, rest = done.partition(" ")
    from twiceshy.records.effects import EffectScope  # noqa: PLC0415  # a brief waits for every import

    place = effect.place or (effect.project if effect.scope is EffectScope.PROJECT else "")
    place = place and (quote_name(place) or "a place with an odd name")
    subject = f"{units} of {place} {rest}" if effect.place else f"{place}: {done}" if place else done
    figures = (
        f"{_name_outcome(effect.outcome)} {_render_share(effect.exposed)}, otherwise {_render_share(effect.other)}"
    )
    if effect.nature == "tool":
        return f"{subject}: {figures} (a rule of the tool, no effect of the habit)"
    ratio = f"; ratio {_render_span(effect.ratio)}" if effect.ratio else ""
    true = f", {_render_span(effect.true_ratio)} with the outcome's own errors" if effect.true_ratio else ""
    return f"{subject}: {figures}{ratio}{true}"


def _render_share(rate: Rate) -> str:
    """Render a rate as hits of cases."""
    return f"{rate.hits:,} of {rate.n:,}"


def _render_span(found: "Estimate") -> str:
    """Render an estimate with its interval, in two digits; one that could be anything is not known.

    >>> from twiceshy.records.effects import Estimate
    >>> _render_span(Estimate(8.037, 2.59, 24.9)), _render_span(Estimate(0.0, 0.0, 0.62))
    ('8.0 (2.6-25)', '0 (0-.62)')
    >>> _render_span(Estimate(8.037, 2.59, math.inf)), _render_span(Estimate(math.inf, 2.2, math.inf))
    ('8.0 (2.6 or more)', 'at least 2.2')
    """
    if math.isnan(found.estimate) or (found.low == 0 and found.high == math.inf):
        return "not known"
    low = _render_figure(found.low)
    if found.estimate > _LONGEST:
        return f"at least {low}"
    high = " or more" if found.high > _LONGEST else f"-{_render_figure(found.high)}"
    return f"{_render_figure(found.estimate)} ({low}{high})"


def _render_figure(value: float) -> str:
    """Render a ratio in two digits.

    >>> [_render_figure(value) for value in (0.0312, 0.5, 1.0, 9.96, 212.4)]
    ['.031', '.50', '1.0', '10', '212']
    """
    if value >= 9.95:
        return f"{value:.0f}"
    if value >= 0.995:
        return f"{value:.1f}"
    return f"{value:.{1 - math.floor(math.log10(value))}f}".removeprefix("0") if value > 0 else "0"
