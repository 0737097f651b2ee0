"""What to say where no stored session fits the filters: the nearest name, the newest day, the filter that would fit."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches

from twiceshy.base.values import Scope
from twiceshy.records.views import ScopeSurroundings
from twiceshy.screens.terminal.formats import cut, day, number, one_line

_MOST_NAMED = 8
"""Names that a complaint lists (guess, 2026-11-22)."""
_NAME_WIDTH = 40
"""Columns of a foreign name in a sentence (guess, 2026-11-22)."""


def explain_empty(scope: Scope, around: ScopeSurroundings, now: datetime) -> str:
    """Explain why nothing is in scope, with what to type instead."""
    if scope.project and not around.knows_project:
        return _explain_name("project", scope.project, around.projects)
    if scope.agent and not around.knows_agent:
        return _explain_name("agent", scope.agent, around.agents)
    of = _describe_names(scope)
    if around.first_at is None or around.last_at is None:
        return f"no session{of} is stored. `twiceshy sessions` lists those that are."
    first, last = around.first_at.astimezone(now.tzinfo), around.last_at.astimezone(now.tzinfo)
    if scope.since and around.last_at < scope.since:
        return (
            f"nothing{of} is newer than {day(scope.since.astimezone(now.tzinfo).date())}: the newest session is of "
            f"{day(last.date())}. Try --since {last.date().isoformat()}."
        )
    if scope.until and around.first_at >= scope.until:
        return (
            f"nothing{of} is older than {day(scope.until.astimezone(now.tzinfo).date())}: the oldest session is of "
            f"{day(first.date())}."
        )
    return f"no session{of} is in that time; they are of {day(first.date())} to {day(last.date())}."


def _explain_name(noun: str, name: str, known: Sequence[str]) -> str:
    """Explain that no session has such a name, with the nearest and the newest of those that there are."""
    shown = [_show(one) for one in known]
    near = get_close_matches(_show(name).lower(), [one.lower() for one in shown], n=1, cutoff=0.5)
    meant = next((one for one in shown if near and one.lower() == near[0]), "")
    hint = f"Did you mean {meant}? " if meant else ""
    rest = len(shown) - _MOST_NAMED
    more = f" and {number(rest)} more" if rest > 0 else ""
    return f'no {noun} "{_show(name)}". {hint}{noun.capitalize()}s: {", ".join(shown[:_MOST_NAMED])}{more}.'


def _describe_names(scope: Scope) -> str:
    """Describe the names that were asked for: `` of AGENT in PROJECT``."""
    return (f" of {_show(scope.agent)}" if scope.agent else "") + (
        f" in {_show(scope.project)}" if scope.project else ""
    )


def _show(name: str) -> str:
    """Return a foreign name, short and on one line."""
    return cut(one_line(name), _NAME_WIDTH)
