"""account.own_prices: a person's file of prices is read as written, and a slip in it is named."""

import pytest

from twiceshy.account.own_prices import parse_own_prices
from twiceshy.account.price_list import Rates

SLIPS = [
    ("no TOML", "input = ", "Invalid value"),
    ("no table", "x = 1", "no table"),
    ("no output", '["x"]\ninput = 1', "input and output are needed"),
    ("a kind that is none", '["x"]\ninput = 1\noutput = 1\nouptut = 2', "ouptut"),
    ("a word", '["x"]\ninput = "1"\noutput = 1', "input cannot be"),
    ("yes", '["x"]\ninput = 1\noutput = true', "output cannot be"),
    ("less than nothing", '["x"]\ninput = -1\noutput = 1', "input cannot be -1"),
    ("no number", '["x"]\ninput = nan\noutput = 1', "input cannot be nan"),
]


def test_an_empty_file_has_no_prices() -> None:
    """The list's hold."""
    assert parse_own_prices("") == {}


def test_what_is_not_said_costs_what_the_input_costs() -> None:
    """And an hour in the cache what five minutes cost."""
    found = parse_own_prices('["Lab/Own-1"]\ninput = 1\noutput = 4\ncache_write = 2')

    assert {name: price.tiers[0].rates for name, price in found.items()} == {
        "lab/own-1": Rates(1, 4, 2, 2, 1),
        "own-1": Rates(1, 4, 2, 2, 1),
    }


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in SLIPS], ids=[row[0] for row in SLIPS])
def test_a_slip_is_named(text: str, said: str) -> None:
    """So that it can be put right."""
    with pytest.raises(ValueError, match=said):
        parse_own_prices(text)
