"""account.made_spends: accounts from what the store holds of sessions."""

import os
from dataclasses import replace
from pathlib import Path

from tests.archive.conftest import Log, stored

from twiceshy.account.made_spends import make_spends, trace_context
from twiceshy.account.price_list import read_prices
from twiceshy.archive.db import Store
from twiceshy.archive.session_spends import read_spend_states
from twiceshy.base.config import load
from twiceshy.base.values import Scope
from twiceshy.recipes.look.spend_report import build_spend_report
from twiceshy.records.events import Usage
from twiceshy.records.spend import PICO, Cause


def test_only_what_is_asked_for_is_made(scratch_home: Path) -> None:
    """All dollars of the session by cell, by work and by prompt; of a silent session nothing but its counts."""
    (scratch_home / "own.toml").write_text('["model-x"]\ninput = 1\noutput = 2\n')
    config = load({"cost.prices": str(scratch_home / "own.toml")}, os.environ, scratch_home)
    prices = read_prices(config)
    with Store.open(config.home) as store:
        stored(store, Log("one").opened().prompt("hello").usage("m", 400))
        stored(store, Log("two").opened().usage("n", 600))
        states = read_spend_states(store.connection, Scope(), prices.hash_content())
        uid = Log("one").session
        made = make_spends(store, prices, {uid: states[uid]})
    spent = [
        sum(amount.picodollars for amount in made[uid].cells.values()),
        sum(amount.picodollars for amount in made[uid].work.values()),
        sum(amount for _, amount in made[uid].turns),
    ]

    assert list(made) == [uid]
    assert made[uid].used
    assert spent == [spent[0]] * 3
    assert 0 < spent[0] < PICO


def test_a_session_that_goes_on_has_the_usual_start(scratch_home: Path) -> None:
    """What is usual is known from three sessions of the project and the agent on."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        for number, tokens in enumerate((1000, 1000, 9000)):
            log = Log(f"{number}").opened().prompt("hello").usage(f"m{number}", 1)
            (*_, usage) = log.events
            assert isinstance(usage, Usage)
            log.events[-1] = replace(usage, input=tokens, cache_write=0, cache_read=0)
            stored(store, log)
    causes = {row.name: row.tokens for row in build_spend_report(config, Scope()).causes}
    assert (causes[Cause.EARLIER], causes[Cause.FIXED_START]) == (7999, 2998)  # "hello" takes a token of each


def test_a_sessions_context_is_traced_request_by_request(scratch_home: Path) -> None:
    """Each has its whole prompt, by cause; of another session nothing."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        log = Log("one").opened().prompt("hello").usage("a", 400).call("c", "ls -l").result("c", "x" * 90)
        stored(store, log.usage("b", 9))
        stored(store, Log("two").opened().usage("c", 1))
        found = trace_context(store, read_prices(config), 1)

    assert [round(sum(point.tokens.values())) for point in found] == [6, 6]
    assert [point.prompts for point in found] == [1, 0]
