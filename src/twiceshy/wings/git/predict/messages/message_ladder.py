"""Which way of suggesting messages is ahead on a history? Each is asked about a commit before it learns it.

Time order: the first part is learned, the newest part asked. *Online* each asked commit is learned after it was asked,
as for a user; *frozen* nothing is learned behind the cut, as in papers. Two ways are compared on the same commits; the
interval draws clusters of one author on one day again, since what one person writes on one day is alike.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from random import Random
from statistics import fmean
from typing import Final, NamedTuple

from twiceshy.stats.intervals import Interval, quantile
from twiceshy.wings.git.predict.messages.examples import MessageExample
from twiceshy.wings.git.predict.messages.suggesters import Suggested, Suggester
from twiceshy.wings.git.predict.messages.wording import count_edited_words, measure_b_norm, measure_rouge_l

_DRAWS: Final = 1000
"""Times that clusters are drawn again, the usual convention of the bootstrap."""
_SEED: Final = 1
_DAY_S: Final = 86_400
"""By definition."""


class MessageMarks(NamedTuple):
    """How one suggestion did."""

    b_norm: float
    rouge_l: float
    nearly_right: bool
    """Right but for one word at most."""


class AskedCommit(NamedTuple):
    """One commit that all were asked about."""

    example: MessageExample
    near: bool
    """Whether an older message is nearly equal."""
    offers: Mapping[str, Suggested]
    marks: Mapping[str, MessageMarks]


def climb(
    examples: Sequence[MessageExample],
    near: Sequence[bool],
    suggesters: Mapping[str, Suggester],
    *,
    first: int,
    frozen: bool = False,
) -> list[AskedCommit]:
    """Learn the examples in order and ask about those from ``first`` on."""
    asked = []
    for number, example in enumerate(examples):
        if number >= first:
            offers = {name: one.suggest(example) for name, one in suggesters.items()}
            marks = {name: judge(offer.subject, example.subject) for name, offer in offers.items()}
            asked.append(AskedCommit(example, near[number], offers, marks))
        if number < first or not frozen:
            for one in suggesters.values():
                one.learn(example)
    return asked


def judge(offered: str, real: str) -> MessageMarks:
    """Return how near an offer is to what was written."""
    right = bool(offered) and count_edited_words(offered, real) <= 1
    return MessageMarks(measure_b_norm(offered, real), measure_rouge_l(offered, real), right)


def compare_suggesters(
    histories: Sequence[Sequence[AskedCommit]], ours: str, theirs: str, measure: str = "b_norm"
) -> Interval:
    """Return the mean of one measure minus the rival's, with its 95 % interval; 0 for nothing asked.

    Of several histories it is the mean of their means: none counts more for being longer. ``measure`` is a field of
    ``MessageMarks``.
    """
    return _bound([sums for asked in histories if (sums := _sum_clusters(_list_leads(asked, ours, theirs, measure)))])


def bound_lead(leads: Iterable[tuple[Hashable, float]]) -> Interval:
    """Return the mean of differences, each with what it hangs together with, and its 95 % interval."""
    sums = _sum_clusters(leads)
    return _bound([sums] if sums else [])


def _bound(groups: Sequence[Sequence[tuple[float, int]]]) -> Interval:
    if not groups:
        return Interval(0.0, 0.0, 0.0)
    rng = Random(_SEED)  # noqa: S311  # resampling, no secret
    drawn = sorted(fmean(_mean(rng.choices(sums, k=len(sums))) for sums in groups) for _ in range(_DRAWS))
    return Interval(fmean(map(_mean, groups)), quantile(drawn, 0.025), quantile(drawn, 0.975))


def _list_leads(
    asked: Sequence[AskedCommit], ours: str, theirs: str, measure: str
) -> Iterator[tuple[tuple[str, int], float]]:
    """Yield the difference of each commit, with its author's day."""
    for one in asked:
        difference = getattr(one.marks[ours], measure) - getattr(one.marks[theirs], measure)
        yield (one.example.author, one.example.at // _DAY_S), float(difference)


def _sum_clusters(leads: Iterable[tuple[Hashable, float]]) -> list[tuple[float, int]]:
    """Return sum and number of the differences of each cluster."""
    clusters: defaultdict[Hashable, list[float]] = defaultdict(list)
    for key, difference in leads:
        clusters[key].append(difference)
    return [(sum(values), len(values)) for values in clusters.values()]


def _mean(sums: Sequence[tuple[float, int]]) -> float:
    return sum(total for total, _ in sums) / sum(count for _, count in sums)
