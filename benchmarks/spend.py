"""Whether the account's cells are the cost, what their shares are, and what they take to compute.

``python -m benchmarks spend HOME [PROJECT ...]``: HOME is a data folder with ingested logs. Printed are the sessions of
each agent whose cells add up to their cost to the cent; the shares by cause without subagents' own work, with an item's
share of each prompt and with what its own tokens cost where they lie; and CPU seconds.
"""

import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.account.kept_spends import divide_sessions
from twiceshy.account.price_list import load_price_list
from twiceshy.account.session_cost import sum_session
from twiceshy.account.session_spend import add_cells
from twiceshy.account.spend_cells import PICO
from twiceshy.archive.db import Store
from twiceshy.base.values import Scope
from twiceshy.recipes.look.session_costs import read_messages

if TYPE_CHECKING:
    from twiceshy.records.spend import Amount, Cause, SpendKey
    from twiceshy.records.spending import ModelMessage

SHOWN = 0.001


def main(arguments: list[str]) -> None:
    """Print the figures."""
    home, *projects = arguments
    with Store.open(Path(home), readonly=True) as store:
        compare_totals(store)
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
    for session, divided in divide_sessions(store, messages, prices):
        whole = sum(one.picodollars for one in divided.cells.values()) / PICO
        cost = sum_session(by_session[session], prices, 0).dollars
        equal[agents[session]].append(f"{whole:.2f}" == f"{cost:.2f}")
    for agent, found in sorted(equal.items()):
        print(f"{agent}: {sum(found)} of {len(found)} sessions to the cent")
    print(f"{len(messages):,} messages, {time.process_time() - began:.2f} CPU s")


def print_shares(store: Store, project: str, *, by_place: bool) -> None:
    """Print a project's shares by cause."""
    found: dict[SpendKey, Amount] = {}
    messages = read_messages(store, Scope(project=project))
    for _, divided in divide_sessions(store, messages, load_price_list(), by_place=by_place):
        add_cells(found, divided.cells)
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
