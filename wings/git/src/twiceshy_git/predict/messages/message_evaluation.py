"""Which way of suggesting messages is ahead on one history? Each commit is asked before it is learned.

The rivals: NNGen (``nngen``), the message that the nearest agree on (``retrieve``), and models that rank candidates.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from random import Random
from statistics import fmean
from typing import Final, NamedTuple

from twiceshy.records.message_advice import MessageEvaluation, SuggesterFigures, WriterContest
from twiceshy.stats.intervals import Interval, quantile
from twiceshy_git.predict.messages.candidates import CONSULTED, LAST, list_candidates
from twiceshy_git.predict.messages.examples import MessageExample, MessageHistory
from twiceshy_git.predict.messages.message_ranker import MessageModel, rank_candidates
from twiceshy_git.predict.messages.project_habits import ProjectHabits
from twiceshy_git.predict.messages.ranker_growing import AnsweredChange
from twiceshy_git.predict.messages.retrieve import CommitIndex, choose_agreed
from twiceshy_git.predict.messages.suggesters import Suggested, Suggester
from twiceshy_git.predict.messages.wording import (
    count_edited_words,
    measure_b_norm,
    measure_plain_bleu,
    measure_rouge_l,
)

# Which way of suggesting messages is ahead on a history? Each is asked about a commit before it learns it.
#
# Time order: the first part is learned, the newest part asked. *Online* each asked commit is learned after it was
# asked, as for a user; *frozen* nothing is learned behind the cut, as in papers. Two ways are compared on the same
# commits; the interval draws clusters of one author on one day again, since what one person writes on one day is alike.

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


# NNGen: the message of the nearest old diff. The figure that everything else has to beat.
#
# Source: Liu et al. 2018, "Neural-machine-translation-based commit message generation: how far are we?" The bag of
# words of each diff (counts; words of two letters or more, in lower case), cosine, the five nearest; of these the one
# whose diff has the highest BLEU-4 with the new diff. As in its authors' program that BLEU is not smoothed; where none
# of the five shares four tokens in a row, the nearest is taken. Equally near ones: the newer.

NEAREST: Final = 5
"""Diffs that BLEU chooses from, as in the paper."""


class DiffBags:
    """Diffs as bags of words, the nearest of which can be asked for."""

    def __init__(self) -> None:
        self._postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths: list[float] = []

    def add(self, example: MessageExample) -> None:
        """Add a diff; it has the next number."""
        bag = count_bag(example)
        for word, times in bag.items():
            self._postings[word].append((len(self._lengths), times))
        self._lengths.append(_measure_length(bag))

    def find_nearest(self, example: MessageExample, count: int) -> list[tuple[float, int]]:
        """Return cosine and number of the nearest diffs, the nearest first; those without a common word are none."""
        bag = count_bag(example)
        products: defaultdict[int, int] = defaultdict(int)
        for word, times in bag.items():
            for number, theirs in self._postings.get(word, ()):
                products[number] += times * theirs
        own = _measure_length(bag)
        return heapq.nlargest(count, ((product / own / self._lengths[at], at) for at, product in products.items()))


class NearestDiff:
    """Suggests as NNGen does."""

    def __init__(self) -> None:
        self._examples: list[MessageExample] = []
        self._bags = DiffBags()

    def suggest(self, example: MessageExample) -> Suggested:
        """Return the message of the diff that is like this one; nothing where no word is shared."""
        nearest = self._bags.find_nearest(example, NEAREST)
        if not nearest:
            return Suggested("")
        tokens = example.tokens
        scores = [measure_plain_bleu(tokens, self._examples[at].tokens) for _, at in nearest]
        best = max(range(len(nearest)), key=lambda place: (scores[place], -place))
        found = self._examples[nearest[best][1]]
        return Suggested(found.subject, found.commit, nearest[best][0])

    def learn(self, example: MessageExample) -> None:
        """Add it to what is searched."""
        self._examples.append(example)
        self._bags.add(example)


def count_bag(example: MessageExample) -> Counter[str]:
    """Return how often each word stands in a diff."""
    return Counter(token.lower() for token in example.tokens if len(token) > 1)


def _measure_length(bag: Counter[str]) -> float:
    return math.sqrt(sum(times * times for times in bag.values())) or 1.0


FROM: Final = 0.3
"""Share of a history that is learned before anything is asked (guess, 2026-11-24: before it little is known)."""
_CONSULTED: Final = 20
"""Commits that vote (guess, 2026-11-23, as ``retrieve``)."""
NNGEN: Final = "NNGen"
AGREED: Final = "agreed"


class ReplayedCommit(NamedTuple):
    """One commit as all were asked about it."""

    place: float
    """Its place in the history, 0 to 1."""
    change: AnsweredChange
    marked: AskedCommit


def replay_messages(history: MessageHistory, *, rivals_from: float = 0.8) -> list[ReplayedCommit]:
    """Ask about each commit behind the first three tenths before it is learned; NNGen from ``rivals_from`` on."""
    index, habits, nngen = CommitIndex(), ProjectHabits(), NearestDiff()
    rows = []
    for number, (example, near) in enumerate(zip(history.examples, history.near, strict=True)):
        place = number / len(history.examples)
        if place >= FROM:
            near_commits = index.find(example, CONSULTED, last=LAST)
            candidates = list_candidates(index, example, habits.predict(example, near_commits), near_commits)
            offers = {AGREED: choose_agreed(index.find(example, _CONSULTED)).subject}
            offers[NNGEN] = nngen.suggest(example).subject if place >= rivals_from else ""
            marks = {key: judge(subject, example.subject) for key, subject in offers.items()}
            asked = AskedCommit(example, near, {}, marks)
            rows.append(ReplayedCommit(place, AnsweredChange(candidates, example.subject), asked))
        index.add(example)
        habits.learn(example)
        nngen.learn(example)
    return rows


def mark_models(rows: Sequence[ReplayedCommit], models: Mapping[str, MessageModel]) -> list[AskedCommit]:
    """Return the commits with the marks of each model's choice beside the rivals'."""
    marked = []
    for one in rows:
        found = {name: judge(choose_message(model, one.change), one.change.written) for name, model in models.items()}
        marked.append(one.marked._replace(marks={**one.marked.marks, **found}))
    return marked


def choose_message(model: MessageModel, change: AnsweredChange) -> str:
    """Return the best candidate's message; empty where there is none."""
    ranked = rank_candidates(model, change.candidates)
    return change.candidates[ranked[0][1]].subject if ranked else ""


def lead_of(marked: Sequence[AskedCommit], ours: str, theirs: str) -> Interval:
    """Return how much B-Norm one has over another, with its 95 % interval."""
    return compare_suggesters([marked], ours, theirs)


def judge_writer(
    marked: Sequence[AskedCommit], writer: str, *, seconds: float, silent: int, invented: int
) -> WriterContest | None:
    """Return how a writer did against the best of the others; None where nothing was asked."""
    others = [name for name in marked[0].marks if name != writer] if marked else []
    if not others:
        return None
    rival = max(others, key=lambda name: fmean(one.marks[name].b_norm for one in marked))
    lead = lead_of(marked, writer, rival)
    verdict = "better" if lead.low > 0 else "worse" if lead.estimate < 0 else "not shown"
    return WriterContest(
        writer=writer,
        rival=rival,
        lead=_to_triple(lead),
        verdict=verdict,
        seconds=seconds,
        silent=silent,
        invented=invented,
    )


def sum_up(marked: Sequence[AskedCommit], contest: WriterContest | None = None) -> MessageEvaluation:
    """Return the means of each way, and its lead over NNGen."""
    names = list(marked[0].marks) if marked else []
    return MessageEvaluation(
        asked=len(marked),
        contest=contest,
        suggesters=tuple(
            SuggesterFigures(
                name=name,
                b_norm=fmean(one.marks[name].b_norm for one in marked),
                rouge_l=fmean(one.marks[name].rouge_l for one in marked),
                one_word=fmean(one.marks[name].nearly_right for one in marked),
                lead=None if name == NNGEN else _to_triple(lead_of(marked, name, NNGEN)),
            )
            for name in names
        ),
    )


def _to_triple(interval: Interval) -> tuple[float, float, float]:
    return interval.estimate, interval.low, interval.high
