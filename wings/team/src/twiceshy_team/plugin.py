"""Where the team wing joins what the core does: rows are sent while learning, and `doctor` says what waits."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from twiceshy.base.config import Config
from twiceshy.base.errors import StoreBusy
from twiceshy.recipes.learn.learn_all import BudgetCheck, LearnStep
from twiceshy.records.upkeep import Check

_SYNC_S = 60.0
"""Seconds for a team's server in one run of a learner; the rest goes with the next (guess, 2026-11-23)."""


def _sync_team(config: Config, check: BudgetCheck) -> int:
    """Send what waits to the team's server; return how many rows it took and gave."""
    if config.telemetry_backend == "local":
        return 0
    from twiceshy_team.sync.team_recipe import sync_team  # noqa: PLC0415  # most have no team

    check()
    with suppress(StoreBusy):  # another process sends: it takes what waits
        done = sync_team(config, os.environ, seconds=_SYNC_S, pause=check)
        return done.sent + done.known + done.learned
    return 0


STEPS: tuple[LearnStep, ...] = (LearnStep("sync", _sync_team, after="facts"),)


def check(config: Config, env: Mapping[str, str], now: datetime) -> Iterable[Check]:
    """Return what waits for a team's server.

    Raises:
        StoreError: the store cannot be read.
    """
    from twiceshy_team.sync.sync_status import check_sync  # noqa: PLC0415  # as above

    return check_sync(config, env, now)
