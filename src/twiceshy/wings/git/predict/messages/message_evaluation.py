"""Which way of suggesting messages is ahead on one history? Each commit is asked before it is learned.

The rivals: NNGen (``nngen``), the message that the nearest agree on (``retrieve``), and models that rank candidates.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Final, NamedTuple

from twiceshy.records.message_advice import MessageEvaluation, SuggesterFigures, WriterContest
from twiceshy.stats.intervals import Interval
from twiceshy.wings.git.predict.messages.candidates import CONSULTED, LAST, list_candidates
from twiceshy.wings.git.predict.messages.exclusions import MessageHistory
from twiceshy.wings.git.predict.messages.message_ladder import AskedCommit, compare_suggesters, judge
from twiceshy.wings.git.predict.messages.message_ranker import MessageModel, rank_candidates
from twiceshy.wings.git.predict.messages.nngen import NearestDiff
from twiceshy.wings.git.predict.messages.project_habits import ProjectHabits
from twiceshy.wings.git.predict.messages.ranker_growing import AnsweredChange
from twiceshy.wings.git.predict.messages.retrieve import CommitIndex, choose_agreed

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
