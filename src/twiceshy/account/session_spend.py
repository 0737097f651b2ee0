"""What one session cost, by cause: its requests sorted into threads, each divided, and the cells of all together."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeVar

from twiceshy.account.price_list import PriceList
from twiceshy.account.request_work import part_by_prompts
from twiceshy.account.spend_cells import Divided, divide_thread
from twiceshy.base.model_names import name_model
from twiceshy.records.spend import Amount, Cause, ContextItem, ContextPoint, Mechanism, SpendKey, ThreadRequest
from twiceshy.records.spending import Cost, ModelMessage, TokenCounts

_RANK_BITS = 22  # of ``Stamp.rank`` behind the milliseconds (by definition of it)
_LOST = "threads whose logs are missing"
_USUAL: Final = Cost(input=1.0, output=5.0, cache_write=1.25, cache_read=0.1)
"""What kinds of tokens cost beside fresh ones, where a log states dollars for a model without a list price: the ratios
of most models of the list."""

_Key = TypeVar("_Key", bound=Hashable)
Runs = Sequence[tuple[datetime, bytes | None]]
"""When the model wrote something, and in which subagent's run; in order of time."""


def divide_session(
    messages: Iterable[ModelMessage],
    items: Mapping[bytes | None, Sequence[ContextItem]],
    runs: Runs,
    prices: PriceList,
    *,
    kinds: Mapping[bytes, str] = MappingProxyType({}),
    by_place: bool = False,
    usual_start: float = 0.0,
    watch: Callable[[ContextPoint], None] | None = None,
) -> Divided:
    """Return what a session cost, by cell, and what smaller contexts would have saved.

    Args:
        messages: of the session; counters are settled.
        items: of each thread, in their order; the main one has no run.
        runs: which thread a message is of; empty where there is one thread.
        prices: what tokens cost.
        kinds: of subagents' runs, where they are known.
        by_place: as of ``divide_thread``.
        usual_start: the same, of the main thread.
        watch: the same, of the main thread.
    """
    threads: dict[bytes | None, list[ThreadRequest]] = defaultdict(list)
    found = Divided({}, [], [], [], {})
    everything = []
    for number, message in enumerate(messages):
        request = make_request(message, number, prices)
        everything.append(request)
        if message.lost_agent:
            lost = divide_thread([request], (), subagent="")
            found = _add_divided(found, lost._replace(cells=_name_lost(lost.cells)))
        else:
            threads[_find_run(message.at, runs)].append(request)
    for run, requests in threads.items():
        requests.sort(key=lambda one: one.place)
        came = items.get(run, ())
        if run is None:
            one = divide_thread(requests, came, by_place=by_place, usual_start=usual_start, watch=watch)
            found = found._replace(start=one.start, hour_cache=one.hour_cache)
        else:
            one = divide_thread(requests, came, subagent=kinds.get(run, ""), by_place=by_place)
        found = _add_divided(found, one)
    return found._replace(turns=part_by_prompts(everything, items.get(None, ())))


def _add_divided(found: Divided, one: Divided) -> Divided:
    """Return both together; ``found`` is used up."""
    add_amounts(found.cells, one.cells)
    add_amounts(found.work, one.work)
    found.losses.extend(one.losses)
    found.earlier_cuts.extend(one.earlier_cuts)
    found.lone_calls.extend(one.lone_calls)
    looks = Amount(*(a + b for a, b in zip(found.lone_looks, one.lone_looks, strict=True)))
    return found._replace(lone_looks=looks)


def add_amounts(into: dict[_Key, Amount], more: Mapping[_Key, Amount]) -> None:
    """Add what cells hold to others of the same kind."""
    for key, (dollars, tokens) in more.items():
        known = into.get(key)
        into[key] = Amount(known[0] + dollars, known[1] + tokens) if known else Amount(dollars, tokens)


def share_charge(message: ModelMessage, prices: PriceList) -> Cost:
    """Return what each kind of a message's tokens cost; together what it is charged, nothing where nobody knows that.

    What a log states for the whole message is parted as the list's prices would.
    """
    charged = prices.charge(message)
    if not charged:
        return Cost()
    listed = prices.price(message.tokens, message.model)
    if listed is None or not listed.dollars:
        counts = message.tokens
        listed = Cost(
            counts.input * _USUAL.input,
            counts.output * _USUAL.output,
            counts.cache_write * _USUAL.cache_write,
            counts.cache_read * _USUAL.cache_read,
        )
    if not listed.dollars:
        return Cost(input=charged)
    share = charged / listed.dollars
    return listed if share == 1.0 else Cost(*(part * share for part in listed))


def make_request(message: ModelMessage, number: int, prices: PriceList) -> ThreadRequest:
    """Return a message as a request. One without a time keeps its place among such; its items cannot be told apart."""
    at = message.at.timestamp() if message.at else None
    place = number if at is None else (round(at * 1000) + 1 << _RANK_BITS) - 1
    return ThreadRequest(
        place, at, name_model(message.model), _mend_counts(message.tokens), share_charge(message, prices)
    )


def _mend_counts(tokens: TokenCounts) -> TokenCounts:
    """Return counts of which none is below zero."""
    return TokenCounts(*(max(count, 0) for count in tokens)) if min(tokens) < 0 else tokens


def _find_run(at: datetime | None, runs: Runs) -> bytes | None:
    """Return the thread of the last thing that was written until a time."""
    if not runs or at is None:
        return None
    place = bisect_right(runs, at, key=lambda one: one[0])
    return runs[place - 1][1] if place else None


def _name_lost(cells: Mapping[SpendKey, Amount]) -> dict[SpendKey, Amount]:
    """Return the cells of all that is known of a subagent whose log is missing."""
    return {
        key if key.mechanism is Mechanism.OUTPUT else SpendKey(Cause.SUBAGENTS, _LOST, key.mechanism): amount
        for key, amount in cells.items()
    }
