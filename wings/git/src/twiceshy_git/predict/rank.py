"""Rank: from a task to its ranked files with probabilities and reasons, by a model or by a named baseline."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.records.predictions import HistoryCommit, PredictedFile
from twiceshy.stats.text.foreign_names import quote_name, quote_words
from twiceshy_git.predict.baselines import SCORES, Ranker, ScoreRanker
from twiceshy_git.predict.calibration import dot, sigmoid
from twiceshy_git.predict.features import Candidates, find_candidates
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import Model, sort_places
from twiceshy_git.predict.paths import TEST, parse_path
from twiceshy_git.predict.ranking_task import RankingTask
from twiceshy_git.predict.signals import SIGNALS
from twiceshy_git.predict.tfidf import TfIdf

# Rerank: a ranking corrected by what the running session read and searched, as work begins with looking.

WEIGHTS = (-2.0715, -0.0588, 0.4382, 0.8056, 1.2754, 2.244)
"""Of a logistic regression on ``describe_files``. 1, score,
 distance to the best, 1 / place, seen, 1 / place among the seen.
Fitted by ``python -m benchmarks predict_sessions`` on sessions whose commits are known; measured with each project's
weights fitted on the other projects."""
_MOST_SEEN = 400
"""Newest paths that count. Guess of 2026-11-21."""
Row = tuple[float, ...]


def describe_files(scores: Sequence[float], files: Sequence[int], seen: Sequence[int]) -> tuple[list[int], list[Row]]:
    """Return files and what their probability depends on: the candidates, falling, then seen files that are none.

    ``seen``: newest last, repeats allowed.
    """
    newest = {file: place for place, file in enumerate(dict.fromkeys(reversed(seen[-_MOST_SEEN:])), 1)}
    ranked = set(files)
    more = [file for file in newest if file not in ranked]
    every = [*files, *more]
    top, low = (scores[0], scores[-1]) if scores else (0.0, 0.0)
    rows: list[Row] = []
    for place, file in enumerate(every, 1):
        score = scores[place - 1] if place <= len(scores) else low
        near = 1 / newest[file] if file in newest else 0.0
        rows.append((1.0, score, score - top, 1 / place, float(file in newest), near))
    return every, rows


def rerank_files(
    index: Index, scores: Sequence[float], files: Sequence[int], seen: Sequence[str]
) -> list[tuple[int, float]]:
    """Return files with the probability that the task changes them, best first.

    Paths that are no files now do not count.
    """
    every, rows = describe_files(scores, files, index.numbers_of(seen))
    stated = [sigmoid(dot(WEIGHTS, row)) for row in rows]
    order = sorted(range(len(every)), key=lambda at: (-stated[at], at))
    return [(every[at], stated[at]) for at in order]


# Reasons: why a file was proposed, in a few words that a reader can check.

MOST_REASONS = 3
"""Reasons of one file. Guess of 2026-11-21: what fits into a line."""
_MOST_NAMED = 3
"""Words or numbers in one reason. Guess of 2026-11-21: what fits into a line."""
_LEAST_SHARE = 0.15
"""Share of the best score of a signal below which it is no reason. Guess of 2026-11-21."""
_WORDY = frozenset({"path", "base", "stem", "content", "home", "scope"})
_COMMITS = frozenset({"message", "nearest", "told", "given"})
_HABIT = frozenset({"lately", "busy_day", "busy_month", "own", "last", "last_five", "own_last"})
_COCHANGE = frozenset({"with_likely", "jaccard_likely", "with_seeds", "jaccard_seeds", "with_last", "next"})
_PAIRS = frozenset({"pair", "pair_seeds"})


def find_reasons(found: Candidates, place: int) -> tuple[str, ...]:
    """Return at most ``MOST_REASONS`` reasons for one candidate, the strongest kind first."""
    file = found.files[place]
    strengths: dict[str, float] = {}
    for signal, scores in zip(SIGNALS, found.found, strict=True):
        if file in scores:
            share = scores[file] / max(scores.values())
            if share >= _LEAST_SHARE and (kind := _kind_of(signal.name)):
                strengths[kind] = max(strengths.get(kind, 0.0), share * signal.weight)
    made = (_phrase_reason(kind, found, file) for kind in sorted(strengths, key=lambda kind: -strengths[kind]))
    return tuple(dict.fromkeys(reason for reason in made if reason))[:MOST_REASONS]


def _kind_of(name: str) -> str:
    for kind, names in (
        ("words", _WORDY),
        ("commits", _COMMITS),
        ("habit", _HABIT),
        ("company", _COCHANGE),
        ("pair", _PAIRS),
    ):
        if name in names:
            return kind
    return name if name in {"named", "reference", "shape"} else ""


def _phrase_reason(kind: str, found: Candidates, file: int) -> str:
    if kind == "named":
        return "named in the task"
    if kind == "reference":
        return "changed for " + ", ".join(f"#{number}" for number in sorted(found.look.task.references)[:_MOST_NAMED])
    if kind == "shape":
        return "changed for the same subject before"
    return {
        "words": _explain_words,
        "commits": _explain_commits,
        "habit": _explain_habit,
        "company": _explain_cochange,
        "pair": _explain_pair,
    }[kind](found, file)


def _explain_words(found: Candidates, file: int) -> str:
    """Name the task's words that its path or content holds, the rarest first."""
    index, task = found.look.index, found.look.task
    holders = {word: index.content.get(word) or {} for word in task.words}
    own = set(parse_path(index.files.paths[file]).words)
    shared = [word for word in task.words if file in holders[word] or word in own]
    shared.sort(key=lambda word: (word not in own, len(holders[word])))
    return f"words: {quote_words(', '.join(shared[:_MOST_NAMED]))}" if shared else ""


def _explain_commits(found: Candidates, file: int) -> str:
    count = sum(file in found.look.index.commits[commit] for commit in found.look.nearest)
    return f"{count} past commit{'s' if count > 1 else ''} with such words" if count else ""


def _explain_habit(found: Candidates, file: int) -> str:
    index, task = found.look.index, found.look.task
    if file in index.commits[-1]:
        return "in the last commit"
    days = max(0, task.at - index.files.last_at[file]) // 86400
    if not index.files.last_at[file] or days > 60:
        return f"{index.files.changes[file]} changes"
    return "changed today" if days == 0 else "changed yesterday" if days == 1 else f"changed {days} days ago"


def _explain_cochange(found: Candidates, file: int) -> str:
    """Name the file among the seeds, the likely and the last ones with which it changed most surely."""
    index = found.look.index
    for friends in (found.look.seeds, found.look.likely, found.look.last):
        shares = {
            friend: weight * times / (index.files.changes[friend] + 1)
            for friend, weight in friends.items()
            if friend != file and (times := (index.together.get(friend) or {}).get(file, 0)) > 1
        }
        if shares:
            friend = max(shares, key=shares.__getitem__)
            times = int((index.together.get(friend) or {})[file])
            name = quote_name(index.files.paths[friend].rpartition("/")[2]) or "another file"
            return f"changes with {name} in {times} of {index.files.changes[friend]} commits"
    return ""


def _explain_pair(found: Candidates, file: int) -> str:
    index = found.look.index
    here = parse_path(index.files.paths[file])
    for friend in (*found.look.seeds, *found.look.likely):
        there = parse_path(index.files.paths[friend])
        if friend != file and there.stem == here.stem and there.kind != here.kind:
            name = quote_name(index.files.paths[friend].rpartition("/")[2]) or "another file"
            return f"tests of {name}" if here.kind == TEST else f"{name} belongs to it"
    return ""


_TOP = 10
"""Files that are returned, the same as in ``twiceshy_git.predict.baselines``."""


@dataclass(frozen=True, slots=True)
class ModelRanker:
    """A model as a ranker, to stand beside the baselines."""

    model: Model

    def rank(self, index: Index, task: RankingTask) -> list[str]:
        """Return paths, best first."""
        found = find_candidates(index, task)
        places = sort_places(found, self.model.scores(found))[:_TOP]
        return [index.files.paths[found.files[place]] for place in places]

    def learn(self, change: HistoryCommit) -> None:
        """Learn nothing: the index has the commit."""


def rank_files(
    index: Index, task: RankingTask, model: Model, top: int = _TOP, seen: Sequence[str] = ()
) -> tuple[PredictedFile, ...]:
    """Return the files of the task by a model; the first ten have probabilities, where the model is calibrated.

    ``seen``: paths that the running session read or searched in, newest last, with repeats.
    """
    found = find_candidates(index, task)
    scores = model.scores(found)
    places = sort_places(found, scores)
    if model.calibration is not None and index.numbers_of(seen):
        return _rank_with_session(index, task, found, ([scores[place] for place in places], places), seen)[:top]
    stated: list[float | None] = []
    if model.calibration is not None:
        stated += model.calibration.probabilities([scores[place] for place in places])
    stated += [None] * max(0, top - len(stated))
    return tuple(
        PredictedFile(
            path=index.files.paths[found.files[place]],
            probability=None if probability is None else round(probability, 4),
            score=round(scores[place], 4),
            reasons=find_reasons(found, place),
        )
        for place, probability in zip(places[:top], stated, strict=False)
    )


def _rank_with_session(
    index: Index, task: RankingTask, found: Candidates, ranking: tuple[list[float], list[int]], seen: Sequence[str]
) -> tuple[PredictedFile, ...]:
    scores, places = ranking
    place_of = {found.files[place]: place for place in places}
    times = Counter(index.numbers_of(seen))
    told = []
    for file, probability in rerank_files(index, scores, list(place_of), seen):
        if file not in task.seeds:
            why = find_reasons(found, place_of[file]) if file in place_of else ()
            if file in times:
                why = (f"looked at in this session ({times[file]}x)", *why)
            told.append(
                PredictedFile(
                    path=index.files.paths[file],
                    probability=round(probability, 4),
                    score=round(probability, 4),
                    reasons=why[:MOST_REASONS],
                )
            )
    return tuple(told)


def rank_by_baseline(index: Index, task: RankingTask, name: str, known: TfIdf | None, top: int = _TOP) -> list[str]:
    """Return paths by a named baseline; ``known`` is the trained model of ``tfidf``."""
    ranker: Ranker
    if name == "tfidf":
        seeds = (index.files.paths[seed] for seed in task.seeds)
        return (known or TfIdf()).rank(task.text, seeds)[:top]
    ranker = ScoreRanker(SCORES[name])
    return ranker.rank(index, task)[:top]
