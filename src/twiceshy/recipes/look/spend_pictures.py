"""The money as pictures: in boxes by project, cause, item and session, by day, and by hour of the week."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import chain

from twiceshy.account.kept_spends import Spends, read_spends
from twiceshy.account.price_list import PriceList, read_prices
from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.recipes.look.session_costs import read_messages
from twiceshy.records import ids
from twiceshy.records.spend import PICO, SpendBox, SpendPictures
from twiceshy.records.spending import ModelMessage

_FINEST = 1 / 300
"""Share of all money below which parts are one box (guess, 2026-11-25: three units of a picture 960 wide)."""
_SESSION = 3
"""The level of sessions (by definition of ``SpendBox``)."""
_Path = tuple[str, str, str, str]


def build_spend_pictures(config: Config, scope: Scope, zone: tzinfo | None = None) -> SpendPictures:
    """Return the money of the sessions in scope as pictures; ``zone``: when a day begins, None: as on this machine.

    Raises:
        ConfigError: the file of own prices cannot be read.
        NotFound: nothing was ever stored here.
    """
    prices = read_prices(config)
    with Store.open(config.home, readonly=True) as store:
        spends = read_spends(store, prices, scope)
        messages = read_messages(store, scope)
    parts = _part_by_path(spends)
    days, hours = _sum_by_time(messages, prices, zone)
    return SpendPictures(
        total_usd=sum(parts.values()) / PICO,
        boxes=tuple(_lay_out(parts, 0, 0, sum(parts.values()) * _FINEST)),
        days=days,
        hours=hours,
    )


def _part_by_path(spends: Spends) -> dict[_Path, int]:
    """Return picodollars by project, cause, item and session."""
    found: Counter[_Path] = Counter()
    for uid, one in spends.by_session.items():
        project, session = spends.states[uid].project, ids.shorten(ids.SESSION, uid)
        for key, amount in one.cells.items():
            found[project, key.cause.value, key.item, session] += amount.picodollars
    return {path: spent for path, spent in found.items() if spent > 0}


def _lay_out(parts: Mapping[_Path, int], level: int, begin: int, least: float) -> Iterator[SpendBox]:
    """Yield the boxes of one level side by side, each before its own parts; ``least``: picodollars that can be seen."""
    for name, some in _group(parts, level, least):
        spent = sum(some.values())
        yield _make_box(level, begin, spent, name, list(some))
        if name is not None and level < _SESSION:
            yield from _lay_out(some, level + 1, begin, least)
        begin += spent


def _group(parts: Mapping[_Path, int], level: int, least: float) -> list[tuple[str | None, dict[_Path, int]]]:
    """Return the parts by their names on one level, the dearest first; those too small to be seen last, as one."""
    groups: dict[str, dict[_Path, int]] = defaultdict(dict)
    for path, spent in parts.items():
        groups[path[level]][path] = spent
    ordered = sorted(groups.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    shown = [(name, some) for name, some in ordered if sum(some.values()) >= least]
    small = dict(chain.from_iterable(some.items() for _, some in ordered[len(shown) :]))
    return [*shown, (None, small)] if small else [*shown]


def _make_box(level: int, begin: int, spent: int, name: str | None, paths: Sequence[_Path]) -> SpendBox:
    known = level > 1 or (level == 1 and name is not None)
    return SpendBox(
        level=level,
        begin_usd=begin / PICO,
        usd=spent / PICO,
        name=f"{len({path[level] for path in paths})} smaller" if name is None else name,
        cause=paths[0][1] if known else "",
        session=name or "" if level == _SESSION else "",
    )


def _sum_by_time(
    messages: list[ModelMessage], prices: PriceList, zone: tzinfo | None
) -> tuple[dict[str, float], tuple[tuple[float, ...], ...]]:
    days: dict[str, float] = defaultdict(float)
    hours = [[0.0] * 24 for _ in range(7)]
    for one in messages:
        dollars = prices.charge(one)
        if one.at is not None and dollars:
            at = one.at.astimezone(zone)
            days[at.date().isoformat()] += dollars
            hours[at.weekday()][at.hour] += dollars
    return dict(sorted(days.items())), tuple(map(tuple, hours))
