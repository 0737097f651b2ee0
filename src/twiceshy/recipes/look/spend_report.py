"""Where the money went: the accounts of the sessions in scope, by cause and by mechanism, and their sum."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Final, NamedTuple

from twiceshy.account.kept_spends import Cells, Spends, read_spends
from twiceshy.account.kept_times import read_times
from twiceshy.account.price_list import PriceList, read_prices
from twiceshy.account.session_spend import add_amounts
from twiceshy.archive.db import Store
from twiceshy.archive.reads.judged_work import PlacedTask, count_commits, read_placed_tasks
from twiceshy.archive.session_spends import SpendState
from twiceshy.archive.times import parse_time
from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.base.values import Scope
from twiceshy.insights.cost_rows import name_time
from twiceshy.recipes.look.time_report import sum_times
from twiceshy.recipes.look.work_report import sum_endings, sum_tags, sum_work
from twiceshy.records import ids
from twiceshy.records.session_time import TimeReport
from twiceshy.records.spend import (
    PICO,
    Amount,
    Cause,
    Mechanism,
    SessionSpend,
    SpendCell,
    SpendGroup,
    SpendKey,
    SpendPart,
    SpendReport,
    SpendRow,
    SpendSummary,
)
from twiceshy.records.spending import CostGroup


def build_spend_report(
    config: Config, scope: Scope, by: CostGroup | None = None, zone: tzinfo | None = None
) -> SpendReport:
    """Return where the money and the time of the sessions in scope went.

    Args:
        config: the settings; ``cost.prices`` may name prices of the person's own.
        scope: which sessions; each counts whole.
        by: what the rows are; None for no rows.
        zone: when a day begins; None: as on this machine.

    Raises:
        ConfigError: the file of own prices cannot be read.
        UsageError: the account has no such rows: a session has several blocks.
        NotFound: nothing was ever stored here.
    """
    if by is CostGroup.BLOCK:
        raise UsageError(f"the account has no rows by {by}: `twiceshy report cost --by {by}` has them.")
    prices = read_prices(config)
    with Store.open(config.home, readonly=True) as store:
        tasks, commits = read_placed_tasks(store.connection, scope), count_commits(store.connection, scope)
        time = sum_times(read_times(store, scope))
        spends = read_spends(store, prices, scope)
    found = sum_spends(spends, prices, time, WorkDone(tasks, commits))
    return found if by is None else replace(found, rows=group_spends(spends, by, zone), rows_by=by.value)


def group_spends(spends: Spends, by: CostGroup, zone: tzinfo | None) -> list[SpendGroup]:
    """Return a row for each day, project and so on; ``zone`` says when a day begins, None: this machine's does."""
    if by is CostGroup.MODEL:
        return _group_models(spends)
    groups: dict[str, list[SessionSpend]] = defaultdict(list)
    for uid, one in spends.by_session.items():
        groups[_name_group(uid, spends.states[uid], by, zone)].append(one)
    whole = sum(amount.picodollars for one in spends.by_session.values() for amount in one.cells.values())
    rows = [_sum_group(name, some, whole) for name, some in groups.items()]
    if by in {CostGroup.PROJECT, CostGroup.SESSION}:
        return sorted(rows, key=lambda row: (-row.usd, row.name))
    return sorted(rows, key=lambda row: row.name)


def _sum_group(name: str, some: Iterable[SessionSpend], whole: int) -> SpendGroup:
    causes: Counter[str] = Counter()
    work: Counter[str] = Counter()
    sessions = 0
    for one in some:
        sessions += one.used
        for key, amount in one.cells.items():
            causes[key.cause.value] += amount.picodollars
        for done, amount in one.work.items():
            work[done.work.value] += amount.picodollars
    return _make_group(name, sessions, whole, causes, work)


def _group_models(spends: Spends) -> list[SpendGroup]:
    """Return a row for each model."""
    work: dict[str, Counter[str]] = defaultdict(Counter)
    sessions: Counter[str] = Counter()
    for one in spends.by_session.values():
        for key, amount in one.work.items():
            work[key.model][key.work.value] += amount.picodollars
        sessions.update({key.model for key in one.work})
    whole = sum(some.total() for some in work.values())
    rows = [_make_group(model, sessions[model], whole, Counter(), some) for model, some in work.items()]
    return sorted(rows, key=lambda row: (-row.usd, row.name))


def _make_group(name: str, sessions: int, whole: int, causes: Counter[str], work: Counter[str]) -> SpendGroup:
    spent = work.total()
    return SpendGroup(
        name=name,
        usd=spent / PICO,
        share=spent / whole if whole else 0.0,
        sessions=sessions,
        causes={cause: part / spent for cause, part in causes.most_common()} if spent else {},
        work={done: part / spent for done, part in work.most_common()} if spent else {},
    )


def _name_group(uid: bytes, state: SpendState, by: CostGroup, zone: tzinfo | None) -> str:
    if by is CostGroup.PROJECT:
        return state.project
    if by is CostGroup.SESSION:
        return ids.shorten(ids.SESSION, uid)
    return name_time(parse_time(state.first_at), by, zone)


class WorkDone(NamedTuple):
    """What was done for the money."""

    tasks: Mapping[bytes, Iterable[PlacedTask]]
    """Of each judged session, by uid."""
    commits: int
    """As of ``SpendReport``."""


def _name_project(cells: Mapping[SpendKey, Amount], project: str) -> Cells:
    """Return the cells with files named together with their project: one path in two projects is two files."""
    return {
        key._replace(item=f"{project}: {key.item}") if key.cause is Cause.READS else key: amount
        for key, amount in cells.items()
    }


def sum_spends(spends: Spends, prices: PriceList, time: TimeReport, done: WorkDone) -> SpendReport:
    """Return the accounts of sessions as one."""
    cells = _add_up(spends, spends.by_session)
    whole = sum(one.picodollars for one in cells.values())
    return SpendReport(
        total_usd=whole / PICO,
        tokens=sum(one.tokens for one in cells.values()),
        sessions=sum(one.used for one in spends.by_session.values()),
        causes=_sum_rows(cells, whole, lambda key: key.cause.value),
        mechanisms=_sum_rows(cells, whole, lambda key: key.mechanism.value, items=False),
        work=sum_work(spends.by_session.values(), whole),
        tags=sum_tags(spends.by_session.values(), whole),
        endings=sum_endings(spends.by_session, done.tasks, whole),
        commits=done.commits,
        rows=[],
        rows_by="",
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
        unpriced=sum(one.unpriced for one in spends.by_session.values()),
        partial=sum(one.partial for one in spends.by_session.values()),
        prices=f"{prices.source}, {prices.date}",
        time=time,
    )


def summarize_spends(
    spends: Spends, wanted: Collection[bytes], tasks: Mapping[bytes, Iterable[PlacedTask]]
) -> SpendSummary | None:
    """Return the accounts of some sessions for the first screen; None where they used no token.

    Args:
        spends: of these sessions, and of those in the time before.
        wanted: which of them it is about.
        tasks: of each of these that was judged.
    """
    now = {uid: one for uid, one in spends.by_session.items() if uid in wanted}
    if not any(one.used for one in now.values()):
        return None
    cells = _add_up(spends, now)
    whole = sum(one.picodollars for one in cells.values())
    earlier = _add_up(spends, [uid for uid in spends.by_session if uid not in wanted])
    spent = sum(one.picodollars for one in earlier.values())
    shares = {row.name: row.share for row in _sum_rows(earlier, spent, lambda key: key.cause.value, items=False)}
    return SpendSummary(
        total_usd=whole / PICO,
        parts=[
            SpendPart(name=row.name, usd=row.usd, share=row.share)
            for row in _sum_rows(cells, whole, lambda key: _PARTS[key.mechanism], items=False)
        ],
        causes=_sum_rows(cells, whole, lambda key: key.cause.value),
        before=shares if spent else None,
        work=sum_work(now.values(), whole),
        endings=sum_endings(now, tasks, whole),
        unpriced=sum(one.unpriced for one in now.values()),
        partial=sum(one.partial for one in now.values()),
    )


_PARTS: Final[Mapping[Mechanism, str]] = {
    Mechanism.READ: "sent again",
    Mechanism.PAUSE: "written again",
    Mechanism.CUT: "written again",
    Mechanism.MODEL: "written again",
    Mechanism.UNKNOWN: "written again",
    Mechanism.FIRST: "new",
    Mechanism.OUTPUT: "output",
}


def _add_up(spends: Spends, sessions: Iterable[bytes]) -> Cells:
    """Return the cells of some sessions; of several projects each file is named with its own."""
    several = len({state.project for state in spends.states.values()}) > 1
    cells: Cells = {}
    for uid in sessions:
        found = spends.by_session[uid].cells
        add_amounts(cells, _name_project(found, spends.states[uid].project) if several else found)
    return cells


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
