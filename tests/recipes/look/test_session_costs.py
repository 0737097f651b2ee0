"""recipes.look.session_costs: what each stored session cost, at the list's prices and the person's own."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError
from twiceshy.base.values import Scope
from twiceshy.recipes.look.session_costs import SessionCosts, read_session_costs

OWN = '["model-x"]\ninput = 1\noutput = 2\n'


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def priced(config: Config, folder: Path, text: str = OWN) -> Config:
    (folder / "own.toml").write_text(text)
    return load({"cost.prices": str(folder / "own.toml")}, os.environ, folder)


def read(config: Config, *logs: Log, scope: Scope = Scope()) -> SessionCosts:  # noqa: B008  # frozen
    with Store.open(config.home) as store:
        for one in logs:
            stored(store, one)
        return read_session_costs(store, config, scope)


def test_a_session_without_token_counts_costs_nothing_that_is_known(config: Config) -> None:
    """It is there, so that whoever asks of it gets an answer."""
    found = read(config, Log().opened().call("one", "ls"))

    assert [(cost.dollars, cost.tokens.total, cost.calls) for cost in found.by_row.values()] == [(0, 0, 1)]


def test_an_unknown_model_is_no_cost_and_no_silence(config: Config) -> None:
    """Its tokens are counted as unpriced."""
    found = read(config, Log().opened().usage("m", 4))

    assert [(cost.dollars, cost.unpriced) for cost in found.by_uid.values()] == [(0, 10)]


def test_own_prices_price_it(config: Config, scratch_home: Path) -> None:
    """1 + 2 + 3 tokens at a dollar a million, and 4 at two."""
    found = read(priced(config, scratch_home), Log().opened().usage("m", 4))

    assert found.dollars == pytest.approx(14e-6)
    assert found.by_uid[Log().session] is next(iter(found.by_row.values()))


def test_a_session_costs_the_same_under_every_scope(config: Config, scratch_home: Path) -> None:
    """A part of its messages is never left out."""
    config, log = priced(config, scratch_home), Log().opened().usage("m", 4).usage("n", 6)
    whole = read(config, log)
    narrow = read(config, scope=Scope(project="web-shop", since=NOON + timedelta(seconds=2)))

    assert narrow == whole


@pytest.mark.parametrize(("text", "said"), [("x = 1", "has no prices"), (None, "cannot be read")])
def test_a_file_of_prices_that_is_none_is_named(
    config: Config, scratch_home: Path, text: str | None, said: str
) -> None:
    """With the setting that names it."""
    config = priced(config, scratch_home, text or "")
    if text is None:
        config.cost_prices.unlink()

    with pytest.raises(ConfigError, match=f"cost.prices.*{said}"):
        read(config)
