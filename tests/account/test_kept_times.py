"""account.kept_times: where a session's time went, kept until the session changes."""

import os
from pathlib import Path

from tests.archive.conftest import Log, stored

from twiceshy.account.kept_times import read_times, refresh_times
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import read_all
from twiceshy.archive.timed_sessions import KIND, VERSION
from twiceshy.base.config import load
from twiceshy.base.values import Scope


def test_what_is_kept_is_what_would_be_computed(scratch_home: Path) -> None:
    """Until an event is added; a log without times is kept too; damage is computed again."""
    config = load({}, os.environ, scratch_home)
    log = Log("one").opened().prompt("hello").call("c", "ls").result("c", "done").reply("yes")
    with Store.open(config.home) as store:
        stored(store, log)
        stored(store, Log("alone").opened().prompt("hello"))
        fresh = read_times(store, Scope()).by_session
        assert not read_all(store.connection, KIND)
    assert (refresh_times(config, lambda: None), refresh_times(config, lambda: None)) == (2, 0)
    with Store.open(config.home) as store:
        kept = read_all(store.connection, KIND)
        store.put_derived(KIND, [kept[0]._replace(value=b"[1]")], VERSION)
        assert read_times(store, Scope()).by_session == fresh
        assert [one is None for one in fresh.values()] == [False, True]
        stored(store, log.prompt("more").reply("done"))
        later = read_times(store, Scope()).by_session[log.session]
    before = fresh[log.session]
    assert later is not None
    assert before is not None
    assert later.wall > before.wall == sum(before.cells.values())
    assert refresh_times(config, lambda: None) == 1
