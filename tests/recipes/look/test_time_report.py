"""recipes.look.time_report: where the time of stored sessions went."""

import os
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.values import Scope
from twiceshy.recipes.look.spend_report import build_spend_report
from twiceshy.records.events import Failure
from twiceshy.records.session_time import TimeCause


def test_cells_and_sessions_add_up_to_the_wall_clocks(scratch_home: Path) -> None:
    """For every scope; what is usual is learned from the whole project, and a session without times is counted."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        log = Log("one").opened().prompt("hello")
        for name in "abc":
            log.call(name, "git push").result(name, "done")
        stored(store, log.reply("done"))
        slow = Log("two").opened().prompt("hello").call("d", "git push")
        slow.count += 100
        slow.result("d", "done").call("e", "rm -r x").result("e", "no", Failure.REJECTED)
        slow.count += 1000
        stored(store, slow.prompt("thanks").reply("welcome"))
        stored(store, Log("three", "remote:host/owner/api").opened().prompt("alone"))
    for project, seconds in ((None, 7 + 1106), ("web-shop", 7 + 1106), ("api", 0)):
        found = build_spend_report(config, Scope(project=project)).time

        assert found.total_s == pytest.approx(seconds)
        assert sum(one.seconds for one in found.cells) == pytest.approx(seconds)
        assert sum(row.seconds for row in found.causes) == pytest.approx(seconds)
        assert sum(row.share for row in found.causes) == pytest.approx(1 if seconds else 0)
        for row in found.by_session:
            assert sum(row.causes.values()) == pytest.approx(row.seconds)
    whole = build_spend_report(config, Scope()).time
    waiting = next(row for row in whole.causes if row.name == TimeCause.PERMISSION)
    assert (whole.sessions, whole.untimed) == (2, 1)
    assert (waiting.seconds, waiting.inferred_s, waiting.item, waiting.item_s) == (101, 100, "git push", 100)
    assert [(row.project, row.at.hour, row.seconds) for row in whole.by_session] == [
        ("web-shop", NOON.hour, 1106.0),
        ("web-shop", NOON.hour, 7.0),
    ]
    assert next(row for row in whole.causes if row.name == TimeCause.AWAY).seconds == 1001
