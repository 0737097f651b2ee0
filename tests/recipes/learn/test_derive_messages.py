"""Failures' lines are found again when the rules are newer, from the output as it is stored."""

from pathlib import Path

import pytest
from tests.logs.collect.test_judge_calls import called, came, line

from twiceshy.archive.db import Store
from twiceshy.base import config
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.learn import derive_messages as flow
from twiceshy.recipes.learn.derive_messages import derive_messages

ENDED = "Process exited with code {}\n"
NATIVE = "0192f1a4-0000-7000-8000-000000000001"
BANNER = "\n> web@1.0.0 test\n> run\n\n"


@pytest.fixture
def known(tmp_path: Path) -> config.Config:
    """The configuration of a store with two failures, one of them with a long output."""
    log = tmp_path / "logs" / "rollout-2026-09-01T12-00-00-0192f1a4-0000-7000-8000-000000000001.jsonl"
    log.parent.mkdir()
    start = line(
        0, "session_meta", id="0192f1a4-0000-7000-8000-000000000001", cwd="/home/ann/shop", cli_version="0.99.0"
    )
    calls = [
        called(1, "call_a", "exec_command", cmd="npm test"),
        came(2, "call_a", BANNER + "loading\n" * 200 + "error: no cart is here\n", ENDED.format(1)),
        called(3, "call_b", "exec_command", cmd="cat b"),
        came(4, "call_b", "cat: b: No such file or directory\n", ENDED.format(1)),
        called(5, "call_c", "exec_command", cmd="ls"),
        came(6, "call_c", "a\n", ENDED.format(0)),
    ]
    log.write_text("\n".join([start, *calls]) + "\n")
    found = config.load({}, {"TWICESHY_HOME": str(tmp_path / "store")}, tmp_path)
    ingest([log.parent], found)
    return found


def read_messages(known: config.Config) -> list[str | None]:
    """The stored lines, oldest first."""
    with Store.open(known.home) as store:
        return [message for (message,) in store.connection.execute("SELECT message FROM result ORDER BY id")]


def age(known: config.Config) -> None:
    """Make the store one that an older version wrote."""
    with Store.open(known.home) as store, store.begin_writing() as connection:
        connection.execute(
            "UPDATE result SET message = '> web@1.0.0 test', fingerprint = x'00' WHERE failure IS NOT NULL"
        )
        connection.execute("DELETE FROM meta WHERE key = 'error_messages'")


RIGHT = ["error: no cart is here", "cat: b: No such file or directory", None]


def test_a_store_of_today_stays(known: config.Config) -> None:
    """Nothing changes, and what worked has no line."""
    assert (derive_messages(known), derive_messages(known)) == (0, 0)
    assert read_messages(known) == RIGHT


def test_an_old_store_gets_the_lines_of_today(known: config.Config) -> None:
    """Lines and keys are those that reading the log now would give, from the whole of a long output."""
    with Store.open(known.home) as store:
        keys = store.connection.execute("SELECT fingerprint FROM result").fetchall()
    age(known)

    assert derive_messages(known) == 2
    assert read_messages(known) == RIGHT
    with Store.open(known.home) as store:
        assert store.connection.execute("SELECT fingerprint FROM result").fetchall() == keys
    assert derive_messages(known) == 0


def test_a_run_that_is_ended_goes_on_later(known: config.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done before the budget was spent stays, and the rest comes with the next run."""
    age(known)
    monkeypatch.setattr(flow, "_AT_ONCE", 1)
    left = [None]

    def pause() -> None:
        if not left:
            raise TimeoutError
        left.pop()

    with pytest.raises(TimeoutError):
        derive_messages(known, pause=pause)
    assert read_messages(known) == [RIGHT[0], "> web@1.0.0 test", None]
    assert derive_messages(known) == 1
    assert read_messages(known) == RIGHT
