"""account.price_list: a message costs what the list says, and nothing is said of a model that is not in it."""

import json
import re
from importlib import resources

import pytest

from twiceshy.account.price_list import ModelPrice, PriceTier, Rates, load_price_list, parse_own_prices, price_tokens
from twiceshy.records.spending import Cost, ModelMessage, TokenCounts

FLAT = ModelPrice((PriceTier(0, Rates(1, 10, 1.25, 2, 0.1)),))
TIERS = ModelPrice((PriceTier(0, Rates(1, 10, 1.25, 2, 0.1)), PriceTier(200_000, Rates(2, 20, 2.5, 4, 0.2))))
MILLION = 1_000_000
COSTS = [
    ("nothing", TokenCounts(), FLAT, Cost()),
    ("input", TokenCounts(input=MILLION), FLAT, Cost(input=1)),
    ("output", TokenCounts(output=MILLION), FLAT, Cost(output=10)),
    ("cache read", TokenCounts(cache_read=MILLION), FLAT, Cost(cache_read=0.1)),
    ("cache write", TokenCounts(cache_write=MILLION), FLAT, Cost(cache_write=1.25)),
    ("an hour's write", TokenCounts(cache_write=MILLION, cache_write_1h=MILLION), FLAT, Cost(cache_write=2)),
    ("a prompt at the limit", TokenCounts(input=200_000), TIERS, Cost(input=0.2)),
    ("a prompt beyond it, whole", TokenCounts(input=1, cache_read=200_000), TIERS, Cost(input=2e-6, cache_read=0.04)),
    ("output makes no prompt long", TokenCounts(output=300_000), TIERS, Cost(output=3)),
]


def message(model: str, stated: float | None) -> ModelMessage:
    return ModelMessage(1, None, model, TokenCounts(input=MILLION), stated)


@pytest.mark.parametrize(("tokens", "price", "cost"), [row[1:] for row in COSTS], ids=[row[0] for row in COSTS])
def test_a_message_costs_its_tokens(tokens: TokenCounts, price: ModelPrice, cost: Cost) -> None:
    """Kind by kind; a long prompt puts the whole message into the higher tier."""
    assert price_tokens(tokens, price) == pytest.approx(cost)


@pytest.mark.parametrize("model", ["", "?", "model-x", "gpt-5.3-codex-spark", "preview", "claude"])
def test_an_unknown_model_has_no_price(model: str) -> None:
    """No model that looks alike stands in for it."""
    assert load_price_list().price(TokenCounts(input=1), model) is None


def test_a_free_model_costs_nothing() -> None:
    """Its seller says so in its name."""
    assert load_price_list().price(TokenCounts(input=1), "lab/some-model:free") == Cost()


def test_a_spelling_with_its_own_price_has_it() -> None:
    """Bedrock's regions cost a tenth more than the maker."""
    prices, tokens = load_price_list(), TokenCounts(input=MILLION)
    own, regional = (prices.price(tokens, name) for name in ("claude-opus-4-6", "us.anthropic.claude-opus-4-6-v1"))

    assert own is not None
    assert regional is not None
    assert regional.dollars == pytest.approx(1.1 * own.dollars)


def test_own_prices_stand_above_the_list() -> None:
    """A person knows what they pay."""
    prices = load_price_list().with_own({"gpt-5.5": FLAT})

    assert prices.price(TokenCounts(input=MILLION), "openai/gpt-5.5") == Cost(input=1)
    assert prices.charge(message("openai/gpt-5.5", 7.0)) == 1


@pytest.mark.parametrize(
    ("model", "stated", "dollars"),
    [
        ("claude-opus-4-5", 7.0, 7.0),
        ("claude-opus-4-5", None, 5.0),
        ("claude-opus-4-5", 0.0, 5.0),
        ("model-x", 7.0, 7.0),
        ("model-x", 0.0, None),
    ],
)
def test_what_the_log_states_stands_above_the_list(model: str, stated: float | None, dollars: float | None) -> None:
    """But for nothing, which a plan or an unknown price states too."""
    assert load_price_list().charge(message(model, stated)) == dollars


def test_the_list_says_where_it_is_from() -> None:
    """Source, day, hash and licence stand beside the prices, and it stays small."""
    folder = resources.files("twiceshy.account")
    text = folder.joinpath("model_prices.json").read_text()
    document = json.loads(text)

    assert load_price_list().source == f"LiteLLM {document['version']}"
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", document["date"])
    assert re.fullmatch(r"[0-9a-f]{64}", document["sha256"])
    assert "MIT License" in folder.joinpath("LICENSES.md").read_text()
    assert len(text) < 100_000


def test_every_price_of_the_list_can_be_paid() -> None:
    """Tiers ascend from 0, and no rate is negative."""
    for name, price in load_price_list().prices.items():
        limits = [tier.above for tier in price.tiers]
        assert limits == sorted(set(limits)), name
        assert limits[0] == 0, name
        assert all(rate >= 0 for tier in price.tiers for rate in tier.rates), name


# account.own_prices: a person's file of prices is read as written, and a slip in it is named.

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
