"""Whether the account's cells are the cost, what their shares are, and what they take to compute.

``python -m benchmarks spend HOME [PROJECT ...]``: HOME is a data folder with ingested logs. Printed are the sessions of
each agent whose cells add up to their cost to the cent, and of all those whose sums by work and by prompt are the same;
CPU seconds to compute the account and to read what is kept of it, and how much is kept; of each project what smaller
contexts would have saved; and of the projects that are named the shares by cause without subagents' own work, with an
item's share of each prompt and with what its own tokens cost where they lie.
"""

import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.account.context_replay import LIMITS
from twiceshy.account.kept_spends import read_spends
from twiceshy.account.made_spends import divide_sessions
from twiceshy.account.price_list import load_price_list
from twiceshy.account.session_cost import sum_session
from twiceshy.account.session_spend import add_amounts
from twiceshy.archive.db import Store
from twiceshy.archive.session_spends import KIND
from twiceshy.base.values import Scope
from twiceshy.recipes.look.session_costs import read_messages
from twiceshy.records.spend import PICO

if TYPE_CHECKING:
    from twiceshy.records.spend import Amount, Cause, SessionSpend, SpendKey
    from twiceshy.records.spending import ModelMessage

SHOWN = 0.001
LEAST_USD = 10.0


def main(arguments: list[str]) -> None:
    """Print the figures."""
    home, *projects = arguments
    with Store.open(Path(home), readonly=True) as store:
        compare_totals(store)
        print_kept(store, Path(home))
        print_savings(store)
        for project in projects:
            for by_place in (False, True):
                print_shares(store, project, by_place=by_place)


def compare_totals(store: Store) -> None:
    """Print how many sessions' cells are their cost."""
    began = time.process_time()
    prices = load_price_list()
    messages = read_messages(store, Scope())
    by_session: dict[int, list[ModelMessage]] = defaultdict(list)
    for message in messages:
        by_session[message.session].append(message)
    agents = dict(store.connection.execute("SELECT id, agent FROM session").fetchall())
    equal: dict[str, list[bool]] = defaultdict(list)
    whole_too = []
    for session, divided in divide_sessions(store, messages, prices):
        whole = sum(one.picodollars for one in divided.cells.values()) / PICO
        cost = sum_session(by_session[session], prices, 0).dollars
        equal[agents[session]].append(f"{whole:.2f}" == f"{cost:.2f}")
        exact = sum(one.picodollars for one in divided.cells.values())
        other = (sum(one.picodollars for one in divided.work.values()), sum(spent for _, spent in divided.turns))
        whole_too.append(other == (exact, exact))
    for agent, found in sorted(equal.items()):
        print(f"{agent}: {sum(found)} of {len(found)} sessions to the cent")
    print(f"by work and by prompt the same sum, exactly: {sum(whole_too)} of {len(whole_too)} sessions")
    print(f"{len(messages):,} messages, {time.process_time() - began:.2f} CPU s")


def print_kept(store: Store, home: Path) -> None:
    """Print what reading the kept account takes, and its share of the store."""
    began = time.process_time()
    spends = read_spends(store, load_price_list(), Scope())
    taken = time.process_time() - began
    kept = store.connection.execute("SELECT sum(length(value)) FROM derived WHERE kind = ?", (KIND,)).fetchone()[0] or 0
    whole = sum(path.stat().st_size for path in home.glob("*.db"))
    print(f"account of {len(spends.by_session)} sessions read as it is kept: {taken:.2f} CPU s, ", end="")
    print(f"{kept / 1e6:.1f} MB, {100 * kept / whole:.1f} % of the store")


def print_savings(store: Store) -> None:
    """Print what smaller contexts would have saved, by project, where it cost ten dollars or more."""
    spends = read_spends(store, load_price_list(), Scope())
    groups: dict[str, list[SessionSpend]] = defaultdict(list)
    for uid, spend in spends.by_session.items():
        groups[spends.states[uid].project].append(spend)
    for project, some in sorted(groups.items()):
        whole = sum(amount.picodollars for one in some for amount in one.cells.values()) / PICO
        if whole < LEAST_USD:
            continue
        words = [f"{project}, ${whole:,.0f}:"]
        for limit in LIMITS:
            cuts = [cut for one in some for cut in one.earlier_cuts if cut.limit == limit]
            likely, most = sum(cut.likely_usd for cut in cuts), sum(cut.most_usd for cut in cuts)
            words.append(f"cut at {limit // 1000}k {likely:,.2f} (at most {most:,.2f});")
        breaks = [loss for one in some for loss in one.losses if loss.most_usd or loss.likely_usd]
        likely, most = sum(loss.likely_usd for loss in breaks), sum(loss.most_usd for loss in breaks)
        words.append(f"{len(breaks)} breaks {likely:,.2f} (at most {most:,.2f})")
        print(*words)


def print_shares(store: Store, project: str, *, by_place: bool) -> None:
    """Print a project's shares by cause."""
    found: dict[SpendKey, Amount] = {}
    messages = read_messages(store, Scope(project=project))
    for _, divided in divide_sessions(store, messages, load_price_list(), by_place=by_place):
        add_amounts(found, divided.cells)
    shares: dict[Cause, int] = defaultdict(int)
    for key, amount in found.items():
        if not key.item.startswith("their own work"):
            shares[key.cause] += amount.picodollars
    whole = sum(shares.values())
    print(f"{project}, ${whole / PICO:,.2f}, {'by place' if by_place else 'by share'}:")
    for cause, spent in sorted(shares.items(), key=lambda one: -one[1]):
        if spent > SHOWN * whole:
            print(f"  {100 * spent / whole:5.1f} % {cause.value}")


if __name__ == "__main__":
    main(sys.argv[1:])
