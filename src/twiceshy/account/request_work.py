"""What the money went to by what the model did: each request counts for the calls that it asked for.

A request is paid whole, prompt and output, by what the model did in it: nobody would have sent the context but for
that. Of several calls each has the same share. The sums are those of the account: no cent stands in two of them.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.records.spend import PICO, Amount, Cause, ContextItem, ThreadRequest, Work, WorkKey


class DoneRequest(NamedTuple):
    """A request with what the model wrote in it."""

    request: ThreadRequest
    own: Sequence[ContextItem]


def share_work(done: Iterable[DoneRequest]) -> dict[WorkKey, Amount]:
    """Return what requests cost by what the model did in them, and by model; together it is all that they cost."""
    found: dict[WorkKey, list[int]] = defaultdict(lambda: [0, 0])
    for request, own in done:
        counts = Counter(item.work for item in own if item.work)
        if not counts:
            counts[Work.TALK if own else Work.UNLOGGED] = 1
        dollars, tokens = count_picodollars(request), request.tokens.total
        left = counts.total()
        for work, times in counts.items():  # what is left over by rounding goes to the last one
            part, some = dollars * times // left, tokens * times // left
            key = WorkKey(request.model, work)
            found[key][0] += part
            found[key][1] += some
            dollars, tokens, left = dollars - part, tokens - some, left - times
    return {key: Amount(*amount) for key, amount in found.items() if any(amount)}


def count_picodollars(request: ThreadRequest) -> int:
    """Return what a request cost, as the account rounds it."""
    return round(request.cost.dollars * PICO)


def count_lone_looks(done: Iterable[DoneRequest]) -> Amount:
    """Return what requests of a thread cost for one look alone after another one, with their number for the tokens."""
    spent, count, looked = 0, 0, False
    for request, own in done:
        looks = [item.work for item in own if item.work] == [Work.LOOK]
        if looks and looked:
            spent, count = spent + count_picodollars(request), count + 1
        looked = looks
    return Amount(spent, count)


def part_by_prompts(requests: Iterable[ThreadRequest], items: Iterable[ContextItem]) -> tuple[tuple[int, int], ...]:
    """Return what was spent after each prompt of the main dialogue, until the next: its place, and picodollars.

    Args:
        requests: of all threads of a session: what a subagent cost belongs to the prompt before it.
        items: of the main dialogue, in their order.
    """
    begins = [item.place for item in items if item.cause is Cause.PROMPTS]
    found: Counter[int] = Counter()
    for request in requests:
        place = bisect_right(begins, request.place)
        found[begins[place - 1] if place else 0] += count_picodollars(request)
    return tuple((place, spent) for place, spent in sorted(found.items()) if spent)
