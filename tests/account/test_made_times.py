"""account.made_times: the time of sessions, with what is usual in their projects."""

import os
from pathlib import Path

from tests.archive.conftest import Log, stored

from twiceshy.account.made_times import make_times, settle_sessions
from twiceshy.archive.db import Store
from twiceshy.archive.timed_sessions import read_time_states
from twiceshy.base.config import load
from twiceshy.base.values import Scope


def test_the_cells_of_a_session_are_its_wall_clock(scratch_home: Path) -> None:
    """A log without times has none; only the sessions that were asked for are made."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        stored(store, Log("one").opened().prompt("hello").call("c", "ls").result("c", "done").reply("yes"))
        stored(store, Log("alone").opened().prompt("hello"))
        states = read_time_states(store.connection, Scope())
        made = make_times(store, states)
        (settled,) = settle_sessions(store, [states[Log("one").session]])
    one = made[Log("one").session]

    assert one is not None
    assert one.wall == sum(one.cells.values()) == settled.time.wall == sum(settled.cells.values()) > 0
    assert made[Log("alone").session] is None
    assert settled.state == states[Log("one").session]
