"""Sentences: an effect's figures in words that anyone can check, and that never say *because*."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from twiceshy.records.rates import Rate

if TYPE_CHECKING:
    from twiceshy.records.effects import Effect, Span

BREAKS = "violates:"
"""Before the slug of a step of the declared workflow that was broken."""
UNITS = {"edit": "edits", "task": "tasks", "session": "sessions"}
HABITS: Mapping[tuple[str, str], str] = {
    ("edit", "blind-edit"): "without a read before",
    ("edit", "retry"): "tried again after a failure without a read",
    ("edit", "no-tests-after"): "without a test run after",
    ("edit", "risk-low"): "scored .05 or higher",
    ("edit", "risk-medium"): "scored .2 or higher",
    ("edit", "risk-high"): "scored .4 or higher",
    ("task", "risk-low"): "with an edit scored .05 or higher",
    ("task", "risk-medium"): "with an edit scored .2 or higher",
    ("task", "risk-high"): "with an edit scored .4 or higher",
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
    "survived": "alive later",
}
GUARDED = frozenset({("blind-edit", "failed")})
"""What an agent's own rules may make fail, whatever the edit was worth."""
LONGEST = 1000.0
"""Ratios beyond are told as such: more digits would not be more knowledge."""


def habit(unit: str, exposure: str) -> str:
    """What was done, with its unit.

    >>> habit("edit", "blind-edit"), habit("task", "violates:blueprint"), habit("task", "odd-thing")
    ('edits without a read before', 'tasks that break blueprint', 'tasks with odd thing')
    """
    units = UNITS.get(unit, unit + "s")
    if known := HABITS.get((unit, exposure)):
        return f"{units} {known}"
    if exposure.startswith(BREAKS):
        return f"{units} that break {exposure.removeprefix(BREAKS)}"
    return f"{units} with {exposure.replace('-', ' ')}"


def end(outcome: str) -> str:
    """What became of it.

    >>> end("rolled-back"), end("corrected")
    ('rolled back', 'corrected')
    """
    return ENDS.get(outcome, outcome.replace("-", " "))


def sentence(effect: "Effect") -> str:
    """The effect in one line: where, what, how often, how often else, and the ratio within like cases."""
    done = habit(effect.unit, effect.exposure)
    units, _, rest = done.partition(" ")
    from twiceshy.records.effects import Reach  # noqa: PLC0415  # a brief waits for every import

    place = effect.place or (effect.project if effect.scope is Reach.PROJECT else "")
    subject = f"{units} of {place} {rest}" if effect.place else f"{place}: {done}" if place else done
    figures = f"{end(effect.outcome)} {share(effect.exposed)}, else {share(effect.other)}"
    guarded = " (some agents refuse such edits themselves)" if (effect.exposure, effect.outcome) in GUARDED else ""
    return f"{subject}: {figures}" + (f"; ratio {span(effect.ratio)}" if effect.ratio else "") + guarded


def share(rate: Rate) -> str:
    """Hits of cases."""
    return f"{rate.hits:,} of {rate.n:,}"


def span(found: "Span") -> str:
    """An estimate with its interval, in two digits.

    >>> from twiceshy.records.effects import Span
    >>> span(Span(8.037, 2.59, 24.9)), span(Span(0.0, 0.0, 0.62)), span(Span(math.inf, 2.2, math.inf))
    ('8.0 (2.6-25)', '0 (0-.62)', 'endless (2.2 or more)')
    """
    if math.isnan(found.estimate):
        return "not known"
    if found.high > LONGEST:
        return f"{figure(found.estimate)} ({figure(found.low)} or more)"
    return f"{figure(found.estimate)} ({figure(found.low)}-{figure(found.high)})"


def figure(value: float) -> str:
    """A ratio in two digits.

    >>> figure(0.0312), figure(0.5), figure(1.0), figure(9.96), figure(212.4)
    ('.031', '.50', '1.0', '10', '212')
    """
    if value > LONGEST:
        return "endless"
    if value >= 9.95:
        return f"{value:.0f}"
    if value >= 0.995:
        return f"{value:.1f}"
    return f"{value:.{1 - math.floor(math.log10(value))}f}".removeprefix("0") if value > 0 else "0"
