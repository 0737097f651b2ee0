"""What the money was spent on doing, and what became of it: the account by work, and by how tasks ended."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Final

from twiceshy.account.session_spend import add_amounts
from twiceshy.archive.reads.judged_work import PlacedTask
from twiceshy.records.outcomes import Answer, Task
from twiceshy.records.spend import PICO, Amount, Ending, EndingRow, LoneKind, SessionSpend, SpendRow, Tag, TagRow, Work


def sum_work(sessions: Iterable[SessionSpend], whole: int) -> list[SpendRow]:
    """Return a row for each kind of work, the dearest first. ``whole``: picodollars of all."""
    found: dict[Work, Amount] = {}
    for one in sessions:
        for key, amount in one.work.items():
            add_amounts(found, {key.work: amount})
    rows = (
        SpendRow(
            name=work.value,
            usd=amount.picodollars / PICO,
            share=amount.picodollars / whole if whole else 0.0,
            tokens=amount.tokens,
        )
        for work, amount in found.items()
    )
    return sorted(rows, key=lambda row: (-row.usd, -row.tokens, row.name))


_LONE: Final = {LoneKind.LIST: Tag.LONE_LIST, LoneKind.POLL: Tag.POLL}


def sum_tags(sessions: Iterable[SessionSpend], whole: int) -> list[TagRow]:
    """Return a row for each tag that a request has, the dearest first. ``whole``: picodollars of all."""
    dollars: dict[Tag, float] = defaultdict(float)
    requests: Counter[Tag] = Counter()
    for one in sessions:
        dollars[Tag.LONE_LOOK] += one.lone_looks.picodollars / PICO
        requests[Tag.LONE_LOOK] += one.lone_looks.tokens
        for calls in one.lone_calls:
            dollars[_LONE[calls.kind]] += calls.most_usd
            requests[_LONE[calls.kind]] += calls.count
    rows = (
        TagRow(name=tag.value, usd=usd, share=usd * PICO / whole if whole else 0.0, requests=requests[tag])
        for tag, usd in dollars.items()
        if requests[tag]
    )
    return sorted(rows, key=lambda row: (-row.usd, row.name))


def sum_endings(
    sessions: Mapping[bytes, SessionSpend], tasks: Mapping[bytes, Iterable[PlacedTask]], whole: int
) -> list[EndingRow]:
    """Return what was spent on tasks by how they ended, the dearest first; empty where no session was judged.

    Args:
        sessions: by uid.
        tasks: of the judged ones, in their order.
        whole: picodollars of all.
    """
    spent: Counter[Ending] = Counter()
    ends: dict[Ending, int] = defaultdict(int)
    for uid, session in sessions.items():
        known = sorted(tasks.get(uid, ()), key=itemgetter(0))
        begins = [one.place for one in known]
        for one in known:
            ends[name_ending(one.task)] += 1
        for place, amount in session.turns:
            at = bisect_right(begins, place)
            spent[name_ending(known[at - 1].task) if at else Ending.UNJUDGED] += amount
    if not ends:
        return []
    rows = (
        EndingRow(name=end.value, usd=amount / PICO, share=amount / whole if whole else 0.0, tasks=ends.get(end, 0))
        for end, amount in spent.items()
    )
    return sorted(rows, key=lambda row: (-row.usd, row.name))


def name_ending(task: Task) -> Ending:
    """Return what became of a task, by what its log and its repository prove."""
    if Answer.YES in (task.completed.answer, task.survived.answer):
        objected = Answer.YES in (task.corrected.answer, task.rejected.answer, task.rolled_back.answer)
        return Ending.MENDED if objected else Ending.STANDS
    if task.rolled_back.answer is Answer.YES:
        return Ending.GONE
    return Ending.OPEN if task.edits else Ending.NO_CHANGE
