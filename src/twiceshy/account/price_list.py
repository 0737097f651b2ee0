"""The prices of models, from a dated list that is kept beside its source and licence (``model_prices.json``).

``docs/price_list.py`` makes the list from LiteLLM's, which ccusage uses too; a person's own prices stand above it. A
model that is not in it has no price: its tokens are named with it, they are never counted as costing nothing.

Where a price rises with the length of the prompt, the whole message costs the higher price once its prompt is longer,
as its makers bill it. ccusage bills only the tokens beyond the limit so, and each kind of token by itself.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from twiceshy.base.model_names import name_model
from twiceshy.records.spending import Cost, ModelMessage, TokenCounts

_MILLION = 1_000_000  # unit of the list: dollars for a million tokens
_FREE = ":free"
"""How OpenRouter ends the names of what costs nothing (https://openrouter.ai/docs/guides/routing/model-variants/free)."""


class Rates(NamedTuple):
    """Dollars for a million tokens of each kind."""

    input: float
    output: float
    cache_write: float
    """Kept for five minutes."""
    cache_write_1h: float
    cache_read: float


class PriceTier(NamedTuple):
    """What a message costs whose prompt has more tokens than ``above``."""

    above: int
    rates: Rates


class ModelPrice(NamedTuple):
    """What a model costs: its tiers, the shortest prompts first. The first is for any prompt."""

    tiers: tuple[PriceTier, ...]


class PriceList(NamedTuple):
    """The prices of all models, and where they are from."""

    prices: Mapping[str, ModelPrice]
    """By the model's one name; also by a spelling, in lower case, that has a price of its own."""
    source: str
    """Name and version, for people."""
    date: str
    """Of the source: ``2026-11-22``."""
    own: frozenset[str] = frozenset()
    """Models whose price is a person's own."""

    def find(self, model: str) -> ModelPrice | None:
        """Return what a model costs, under any spelling; None where that is not known."""
        if model in self.prices:
            return self.prices[model]
        spelling = model.strip().lower()
        for name in (spelling, spelling.rsplit("/", 1)[-1], name_model(spelling)):
            if name in self.prices:
                return self.prices[name]
        return ModelPrice((PriceTier(0, Rates(0, 0, 0, 0, 0)),)) if spelling.endswith(_FREE) else None

    def price(self, tokens: TokenCounts, model: str) -> Cost | None:
        """Return what one message cost; None where the model's price is not known.

        >>> cost = load_price_list().price(TokenCounts(input=1000, output=1000), "claude-opus-4-5")
        >>> round(cost.dollars, 4)
        0.03
        """
        found = self.find(model)
        return None if found is None else price_tokens(tokens, found)

    def charge(self, message: ModelMessage) -> float | None:
        """Return the dollars of one message; None where nobody knows them.

        A person's own price stands above what the log states, and that above the list: the client knew its plan and
        the price of the day.
        """
        if (message.stated or message.counted) and not self.own.intersection(
            (message.model.strip().lower(), name_model(message.model))
        ):
            return message.stated or 0.0
        cost = self.price(message.tokens, message.model)
        return None if cost is None else cost.dollars

    def with_own(self, own: Mapping[str, ModelPrice]) -> "PriceList":
        """Return the list with a person's own prices above it."""
        return self._replace(prices={**self.prices, **own}, own=frozenset(own)) if own else self


def price_tokens(tokens: TokenCounts, price: ModelPrice) -> Cost:
    """Return what one message cost."""
    rates = next(tier.rates for tier in reversed(price.tiers) if tokens.prompt > tier.above or not tier.above)
    short = tokens.cache_write - tokens.cache_write_1h
    return Cost(
        input=tokens.input * rates.input / _MILLION,
        output=tokens.output * rates.output / _MILLION,
        cache_write=(short * rates.cache_write + tokens.cache_write_1h * rates.cache_write_1h) / _MILLION,
        cache_read=tokens.cache_read * rates.cache_read / _MILLION,
    )


@cache
def load_price_list() -> PriceList:
    """Return the list that comes with twiceshy."""
    text = resources.files(__package__).joinpath("model_prices.json").read_text(encoding="utf-8")
    document = json.loads(text)
    return PriceList(
        prices={name: _read_price(tiers) for name, tiers in document["models"].items()},
        source=f"{document['source']} {document['version']}",
        date=document["date"],
    )


def _read_price(tiers: list[list[float]]) -> ModelPrice:
    """Return a price from the list's form: a limit and five rates a tier."""
    return ModelPrice(tuple(PriceTier(int(above), Rates(*rates)) for above, *rates in tiers))
