"""Where the money went: the account of each session in scope, by cause and by mechanism, and their sum."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from twiceshy.account.price_list import PriceList
from twiceshy.account.session_spend import add_cells, divide_session
from twiceshy.account.spend_cells import PICO
from twiceshy.archive.db import Store
from twiceshy.archive.reads.context_items import read_body_sizes, read_context_items, read_request_runs
from twiceshy.archive.reads.model_messages import read_spending_sessions
from twiceshy.archive.times import parse_time
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.recipes.look.session_costs import read_messages, read_prices
from twiceshy.records.spend import Amount, Cause, ContextItem, SpendCell, SpendKey, SpendReport, SpendRow
from twiceshy.records.spending import ModelMessage

Cells = dict[SpendKey, Amount]


def build_spend_report(config: Config, scope: Scope) -> SpendReport:
    """Return where the money of the sessions in scope went.

    Args:
        config: the settings; ``cost.prices`` may name prices of the person's own.
        scope: which sessions; each counts whole.

    Raises:
        ConfigError: the file of own prices cannot be read.
        NotFound: nothing was ever stored here.
    """
    prices = read_prices(config)
    with Store.open(config.home, readonly=True) as store:
        messages = read_messages(store, scope)
        projects = {one.id: one.project for one in read_spending_sessions(store.connection, scope)}
        several = len(set(projects.values())) > 1
        found: Cells = {}
        for session, cells in divide_sessions(store, messages, prices):
            add_cells(found, _name_project(cells, projects[session]) if several else cells)
    return sum_cells(found, messages, prices)


def divide_sessions(
    store: Store, messages: Iterable[ModelMessage], prices: PriceList, *, by_place: bool = False
) -> Iterator[tuple[int, Cells]]:
    """Yield each session's row id with what it cost, by cell; one session is in memory at a time."""
    sizes = read_body_sizes(store.bodies) if store.has_bodies else {}
    for session, group in groupby(messages, key=lambda one: one.session):
        found = list(read_context_items(store.connection, session, sizes))
        threads: dict[bytes | None, list[ContextItem]] = defaultdict(list)
        for one in found:
            threads[one.run].append(one.item)
        runs = [(at, run) for text, run in read_request_runs(found) if (at := parse_time(text)) is not None]
        yield session, divide_session(group, threads, runs, prices, by_place=by_place)


def _name_project(cells: Mapping[SpendKey, Amount], project: str) -> Cells:
    """Return the cells with files named together with their project: one path in two projects is two files."""
    return {
        key._replace(item=f"{project}: {key.item}") if key.cause is Cause.READS else key: amount
        for key, amount in cells.items()
    }


def sum_cells(cells: Mapping[SpendKey, Amount], messages: Iterable[ModelMessage], prices: PriceList) -> SpendReport:
    """Return cells as a report."""
    whole = sum(one.picodollars for one in cells.values())
    used = [one for one in messages if one.tokens.total or one.stated]
    return SpendReport(
        total_usd=whole / PICO,
        tokens=sum(one.tokens for one in cells.values()),
        sessions=len({one.session for one in used}),
        causes=_sum_rows(cells, whole, lambda key: key.cause.value),
        mechanisms=_sum_rows(cells, whole, lambda key: key.mechanism.value, items=False),
        cells=[
            SpendCell(
                cause=key.cause,
                item=key.item,
                mechanism=key.mechanism,
                usd=amount.picodollars / PICO,
                tokens=amount.tokens,
            )
            for key, amount in sorted(cells.items(), key=lambda one: (-one[1].picodollars, -one[1].tokens, one[0]))
        ],
        unpriced=sum(one.tokens.total for one in used if prices.charge(one) is None),
        partial=sum(one.partial for one in used),
        prices=f"{prices.source}, {prices.date}",
    )


def _sum_rows(
    cells: Mapping[SpendKey, Amount], whole: int, name: Callable[[SpendKey], str], *, items: bool = True
) -> list[SpendRow]:
    """Return a row for each name, the dearest first."""
    groups: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    tokens: dict[str, int] = defaultdict(int)
    for key, amount in cells.items():
        groups[name(key)][key.item] += amount.picodollars
        tokens[name(key)] += amount.tokens
    rows = []
    for named, by_item in groups.items():
        spent = sum(by_item.values())
        top = max(by_item, key=lambda item: (by_item[item], item)) if items else ""
        rows.append(
            SpendRow(
                name=named,
                usd=spent / PICO,
                share=spent / whole if whole else 0.0,
                tokens=tokens[named],
                item=top,
                item_usd=by_item[top] / PICO if top else 0.0,
            )
        )
    return sorted(rows, key=lambda row: (-row.usd, -row.tokens, row.name))
