"""A person's own prices: a TOML file with a table for each model, in dollars for a million tokens.

What a plan, a reseller or a machine of one's own costs is in no list. A kind of token that a table does not name costs
what the input costs.
"""

from collections.abc import Mapping
from typing import Any

from twiceshy.account.price_list import ModelPrice, PriceTier, Rates
from twiceshy.base.foreign_toml import parse_foreign_toml
from twiceshy.base.model_names import name_model

_KINDS = Rates._fields
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
