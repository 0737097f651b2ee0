"""The prices of models, from a dated list that is kept beside its source and licence (``model_prices.json``).

``docs/price_list.py`` makes the list from LiteLLM's, which ccusage uses too; a person's own prices stand above it. A
model that is not in it has no price: its tokens are named with it, they are never counted as costing nothing.

Where a price rises with the length of the prompt, the whole message costs the higher price once its prompt is longer,
as its makers bill it. ccusage bills only the tokens beyond the limit so, and each kind of token by itself.
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib import resources
from typing import Any, NamedTuple

from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError
from twiceshy.base.foreign_files import read_foreign_text
from twiceshy.base.foreign_toml import parse_foreign_toml
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

    def hash_content(self) -> bytes:
        """Return 16 bytes that change with the list or a person's own prices."""
        own = sorted((name, self.prices[name]) for name in self.own)
        return blake2b(repr((self.source, self.date, own)).encode(), digest_size=16).digest()

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


# A person's own prices: a TOML file with a table for each model, in dollars for a million tokens.
#
# What a plan, a reseller or a machine of one's own costs is in no list. A kind of token that a table does not name
# costs what the input costs.


def read_prices(config: Config) -> PriceList:
    """Return the prices that hold: the list's, with the person's own above them.

    Raises:
        ConfigError: the file of own prices cannot be read, or is none.
    """
    prices, path = load_price_list(), config.cost_prices
    if not path.name:
        return prices
    try:
        own = parse_own_prices(read_foreign_text(path, _LARGEST_FILE, ""))
    except OSError as exc:
        raise ConfigError(
            f"{path} (cost.prices) cannot be read: {exc.strerror}. Correct or remove the setting."
        ) from exc
    except ValueError as exc:
        raise ConfigError(f"{path} (cost.prices) has no prices: {exc}.") from exc
    return prices.with_own(own)


_KINDS = Rates._fields
_LARGEST_FILE = 64 << 10  # bytes of a person's own prices: some hundred models (guess, 2026-11-22)
_NEEDED = ("input", "output")
_MOST = 1e6  # dollars for a million tokens: a dollar a token is a slip of the pen (guess, 2026-11-22)


def parse_own_prices(text: str) -> dict[str, ModelPrice]:
    r"""Return the prices of a TOML text, by the model's one name and by the spelling in the file.

    >>> sorted(parse_own_prices('["lab/my-model"]\ninput = 1\noutput = 2.5'))
    ['lab/my-model', 'my-model']

    Raises:
        ValueError: it is no TOML, or a table says something else than prices.
    """
    found = {}
    for model, table in parse_foreign_toml(text).items():
        price = ModelPrice((PriceTier(0, _read_rates(model, table)),))
        found[name_model(model)] = found[model.strip().lower()] = price
    return found


def _read_rates(model: str, table: object) -> Rates:
    """Return the rates of one model.

    Raises:
        ValueError: one is missing, unknown or no price.
    """
    if not isinstance(table, Mapping):
        raise ValueError(f"{model!r:.60} is no table; write [{model!r:.60}] and its prices below")  # noqa: TRY004  # the file's fault
    odd = sorted(set(table) - set(_KINDS))
    if odd or any(kind not in table for kind in _NEEDED):
        said = f"unknown: {odd[0]!r:.60}" if odd else "input and output are needed"
        raise ValueError(f"{model!r:.60}: {said}; prices are {', '.join(_KINDS)}")
    rates = {kind: _read_rate(model, kind, table.get(kind, table["input"])) for kind in _KINDS}
    if "cache_write_1h" not in table:
        rates["cache_write_1h"] = rates["cache_write"]
    return Rates(**rates)


def _read_rate(model: str, kind: str, value: Any) -> float:
    """Return one rate.

    Raises:
        ValueError: it is no number, or none that a price can be.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        raise ValueError(f"{model!r:.60}: {kind} cannot be {value!r:.30}; it is dollars for a million tokens")
    return float(value)
