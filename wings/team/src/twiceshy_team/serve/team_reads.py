"""What members ask the server for, in the words of its addresses."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from twiceshy.base.errors import UsageError
from twiceshy.records.team import Caller
from twiceshy.records.team_views import Days, PatternUseOfTeam, VisibleRun
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.store.run_reads import read_patterns, read_runs

_DAYS = 30
"""That are looked at where nothing else is asked (guess, 2026-11-23)."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class ErasurePage(NamedTuple):
    """Ids that were erased, in the order in which they were."""

    ids: list[bytes]
    cursor: str
    """Given back as ``since``."""


def list_erasures(server: TeamServer, caller: Caller, since: str) -> ErasurePage:
    """Return what was erased after a cursor; whoever holds a copy takes it out too."""
    return ErasurePage(*server.store.list_erasures(caller, since))


def list_team_runs(server: TeamServer, caller: Caller, query: Mapping[str, str], now: datetime) -> list[VisibleRun]:
    """Return single runs that the caller may see: own ones, and those of members who send everything."""
    return read_runs(server.store, caller, _find_days(query, now))


def list_team_patterns(
    server: TeamServer, caller: Caller, query: Mapping[str, str], now: datetime
) -> list[PatternUseOfTeam]:
    """Return what each pattern did in everybody's runs, by its keyed hash."""
    return read_patterns(server.store, caller, _find_days(query, now))


def _find_days(query: Mapping[str, str], now: datetime) -> Days:
    """Return the days that a request asks for with ``first`` and ``last``; the last 30 where it names none.

    Raises:
        UsageError: one is no day.
    """
    days = {}
    for name, otherwise in (("last", now.date()), ("first", now.date() - timedelta(days=_DAYS))):
        text = query.get(name, otherwise.isoformat())
        try:
            days[name] = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            days[name] = None
    first, last = days["first"], days["last"]
    if first is None or last is None:
        raise UsageError("`first` and `last` are days such as 2026-11-23")
    return Days(first, last)
