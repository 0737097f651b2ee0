"""How well the tokens of one item are told where several came in between two requests.

``python -m benchmarks spend_items HOME``: HOME is a data folder with ingested logs. Where a single item came in between
two requests, and the model wrote little, the provider's own count says what it had: the growth of the prompt without
that output. Two such items of a thread, one after the other, are then taken as if they had come in together: what both
had is parted by the length of their texts, as the account does it, and compared with what each had. Printed is the
median error and the nine of ten, by agent, for items of 100 tokens and more. Sessions with subagents are left out, and
those of whose messages a log has only a part.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.account.price_list import PriceList, load_price_list
from twiceshy.account.session_cost import mark_partial
from twiceshy.account.session_spend import make_request
from twiceshy.account.spend_cells import pair_up
from twiceshy.archive.db import Store
from twiceshy.archive.reads.context_items import read_body_sizes, read_context_items
from twiceshy.archive.reads.model_messages import read_messages_of

if TYPE_CHECKING:
    from twiceshy.records.spend import ContextItem
    from twiceshy.records.spending import ModelMessage

LEAST_TOKENS = 100
MOST_OUTPUT = 0.1
"""Of the growth: what the model wrote may be kept in part, which is the error of this measure."""


class Known(NamedTuple):
    """An item of which the provider's count is known."""

    tokens: int
    size: int
    cause: str


def main(arguments: list[str]) -> None:
    """Print the errors."""
    with Store.open(Path(arguments[0]), readonly=True) as store:
        agents = dict(store.connection.execute("SELECT id, agent FROM session").fetchall())
        sizes = read_body_sizes(store.bodies) if store.has_bodies else {}
        prices = load_price_list()
        errors: dict[str, list[float]] = defaultdict(list)
        known: dict[str, int] = defaultdict(int)
        messages = mark_partial(read_messages_of(store.connection, agents))
        for session, group in groupby(messages, key=lambda one: one.session):
            items = list(read_context_items(store.connection, session, sizes))
            some = list(group)
            if any(one.run for one in items) or any(one.partial for one in some):
                continue
            found = list_known(some, [one.item for one in items], prices)
            known[agents[session]] += len(found)
            for one, other in pairwise(found):
                share = one.size / (one.size + other.size)
                errors[agents[session]].append(abs((one.tokens + other.tokens) * share / one.tokens - 1))
    for agent, off in sorted(errors.items()):
        if len(off) > 1:
            print(f"{agent}: {known[agent]} items, median error {100 * median(off):.0f} %, ", end="")
            print(f"nine of ten below {100 * quantiles(off, n=10)[-1]:.0f} %")


def list_known(messages: Iterable["ModelMessage"], items: list["ContextItem"], prices: PriceList) -> list[Known]:
    """Return the single items of a thread whose tokens the provider counted."""
    requests = sorted(
        make_request(one, number, prices)
        for number, one in enumerate(messages)
        if one.at is not None and one.tokens.prompt
    )
    found = []
    for before, after in pairwise(pair_up(requests, items)):
        output = before.request.tokens.output
        growth = after.request.tokens.prompt - before.request.tokens.prompt
        tokens = growth - output
        if len(after.items) == 1 and tokens >= LEAST_TOKENS and output <= MOST_OUTPUT * growth:
            found.append(Known(tokens, after.items[0].size, after.items[0].cause))
    return found
