"""Look up what a team's runs of a command teach, where a person's own runs teach nothing yet.

A wrapped command waits for it, so the team's key is read only where the team told of limits at all.
"""

from __future__ import annotations

import os
from pathlib import Path

from twiceshy.archive.limits_lookup import has_told_limits, look_up_told
from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError
from twiceshy.commands.keys.team_keys import command_key
from twiceshy.privacy.wire.sending_settings import load_team_key
from twiceshy.run.learned_limits import SuggestedLimit

_KINDS = {"timeout_s": ("timeout", "--timeout"), "idle_timeout_s": ("idle", "--idle-timeout")}
"""Fields of a plan, the kinds of a team's limits, and the options. The team's limit on silence is of runs of any sort,
and holds for those only whose output comes at once."""


def find_team_limit(home: str, words: str, field: str) -> tuple[float, str] | None:
    """Return seconds and their evidence for a field of a plan; None where the team did not tell of it."""
    if field not in _KINDS or not has_told_limits(home):
        return None
    try:
        config = load({}, os.environ, Path.cwd())
    except (ConfigError, OSError):
        return None
    found = _look_up(config, home, words, field)
    return None if found is None else (found.value_s, found.reason)


def list_team_limits(config: Config, words: str) -> list[SuggestedLimit]:
    """Return the limits that the team's runs of a command teach."""
    home = str(config.home)
    if not has_told_limits(home):
        return []
    found = (_look_up(config, home, words, field) for field in _KINDS)
    return [one for one in found if one is not None]


def _look_up(config: Config, home: str, words: str, field: str) -> SuggestedLimit | None:
    """Return one limit of a command; None without the team's key."""
    try:
        team = load_team_key(config, os.environ)
    except ConfigError:
        return None
    kind, option = _KINDS[field]
    known = None if team is None else look_up_told(home, command_key(words, team.key) + kind.encode())
    if known is None:
        return None
    value_s, runs, people = known
    reason = f"your team's {runs} runs of it, of {people} people, wherever they ran it"
    return SuggestedLimit(
        option=option, value_s=value_s, reason=reason, runs=runs, cut=0, median_s=None, longest_s=None
    )
