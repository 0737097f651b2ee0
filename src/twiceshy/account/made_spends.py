"""Make the accounts of sessions from what the store holds of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from statistics import median_low

from twiceshy.account.price_list import PriceList
from twiceshy.account.session_cost import mark_partial
from twiceshy.account.session_spend import divide_session
from twiceshy.account.spend_cells import Divided
from twiceshy.archive.db import Store
from twiceshy.archive.reads.context_items import (
    read_body_sizes,
    read_context_items,
    read_request_runs,
    read_subagent_kinds,
)
from twiceshy.archive.reads.model_messages import read_first_requests, read_messages_of
from twiceshy.archive.session_spends import SpendState
from twiceshy.archive.times import parse_time
from twiceshy.records.spend import ContextItem, ContextPoint, SessionSpend
from twiceshy.records.spending import ModelMessage

_NOTHING = Divided({}, [], [], [], {})


def make_spends(store: Store, prices: PriceList, states: Mapping[bytes, SpendState]) -> dict[bytes, SessionSpend]:
    """Divide what some sessions cost."""
    uids = {state.id: uid for uid, state in states.items()}
    messages = mark_partial(read_messages_of(store.connection, uids))
    by_session = {row: list(some) for row, some in groupby(messages, key=lambda one: one.session)}
    divided = dict(divide_sessions(store, messages, prices))
    found = {}
    for row, uid in uids.items():
        used = [one for one in by_session.get(row, ()) if one.tokens.total or one.stated]
        spend = divided.get(row, _NOTHING)
        found[uid] = SessionSpend(
            cells=spend.cells,
            losses=tuple(spend.losses),
            earlier_cuts=tuple(spend.earlier_cuts),
            work=spend.work,
            lone_looks=spend.lone_looks,
            turns=spend.turns,
            start=spend.start,
            hour_cache=spend.hour_cache,
            lone_calls=tuple(spend.lone_calls),
            used=bool(used),
            unpriced=sum(one.tokens.total for one in used if prices.charge(one) is None),
            partial=sum(one.partial for one in used),
        )
    return found


def divide_sessions(
    store: Store,
    messages: Iterable[ModelMessage],
    prices: PriceList,
    *,
    by_place: bool = False,
    watch: Callable[[ContextPoint], None] | None = None,
) -> Iterator[tuple[int, Divided]]:
    """Yield each session's row id with what it cost, by cell; one session is in memory at a time."""
    sizes = read_body_sizes(store.bodies) if store.has_bodies else {}
    usual = _find_usual_starts(store)
    for session, group in groupby(messages, key=lambda one: one.session):
        found = list(read_context_items(store.connection, session, sizes))
        threads: dict[bytes | None, list[ContextItem]] = defaultdict(list)
        for one in found:
            threads[one.run].append(one.item)
        runs = [(at, run) for text, run in read_request_runs(found) if (at := parse_time(text)) is not None]
        start = usual.get(session, 0.0)
        kinds = read_subagent_kinds(store.connection, session, store.body) if len(threads) > 1 else {}
        divided = divide_session(
            group, threads, runs, prices, kinds=kinds, by_place=by_place, usual_start=start, watch=watch
        )
        yield session, divided


def trace_context(store: Store, prices: PriceList, session: int) -> list[ContextPoint]:
    """Return what stood in the context of a session's main dialogue at each request. ``session``: its row id."""
    found: list[ContextPoint] = []
    messages = mark_partial(read_messages_of(store.connection, [session]))
    list(divide_sessions(store, messages, prices, watch=found.append))
    return found


_FEWEST = 3  # sessions whose first requests say what is usual (guess, 2026-11-25)


def _find_usual_starts(store: Store) -> dict[int, float]:
    """Return for each session the middle size of the first requests of its agent in its project, in tokens."""
    groups: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for session, project, agent, tokens in read_first_requests(store.connection):
        groups[project, agent].append((session, tokens))
    return {
        session: float(median_low(tokens for _, tokens in some))
        for some in groups.values()
        if len(some) >= _FEWEST
        for session, _ in some
    }
