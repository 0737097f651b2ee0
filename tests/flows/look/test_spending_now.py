"""flows.look.spending_now: what is spent today, in this block and in one session."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.store.conftest import NOON, Log, stored

from twiceshy.config import Config, load
from twiceshy.flows.look.spending_now import read_spending_now
from twiceshy.records.costs import SpendingNow
from twiceshy.records.values import Scope
from twiceshy.store.db import Store


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def ask(config: Config, *logs: Log, now: datetime, session: str | None = None) -> SpendingNow:
    if logs:
        with Store.open(config.home) as store:
            for one in logs:
                stored(store, one)
    return read_spending_now(config, Scope(), session, now, UTC)


def spent(name: str, start: datetime, dollars: float) -> Log:
    log = Log(name, start=start)
    return log.opened(last_at=start + timedelta(minutes=1)).usage(name, 4, cost=dollars)


def test_without_a_store_nothing_is_known(config: Config) -> None:
    """And no store is made for it."""
    assert ask(config, now=NOON) == SpendingNow(today=0.0, partial=False, block=None, session=None, last=None)
    assert not config.home.exists()


def test_today_the_block_and_the_session_are_told_apart(config: Config) -> None:
    """Yesterday counts to none of them but a session's whole; midnight cuts the day and no block."""
    late = datetime(2026, 9, 1, 23, 30, tzinfo=UTC)
    logs = [
        spent("old", late - timedelta(days=2), 1),
        spent("late", late, 2),
        spent("new", late + timedelta(hours=1), 4),
    ]
    found = ask(config, *logs, now=late + timedelta(hours=2), session="late")

    assert (found.today, found.session, found.partial) == (4, 2, False)
    assert found.block is not None
    assert found.block.row.dollars == 6
    assert found.last == late + timedelta(hours=1, seconds=1)


def test_what_is_over_is_not_now(config: Config) -> None:
    """A session that nobody stored has no cost, and a block ends."""
    found = ask(config, spent("one", NOON, 2), now=NOON + timedelta(hours=6), session="other")

    assert (found.today, found.block, found.session) == (2, None, None)
