"""SIGNALS: every score that a past gives a file, one literal row each, in the order of a model's columns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from twiceshy_git.predict.index import Index, sum_scores
from twiceshy_git.predict.ranking_task import RankingTask
from twiceshy_git.predict.signals import co_changes, messages, names

_Scores = Mapping[int, float]
_MOST_LIKELY = 12
"""Files whose co-changes are looked up. Guess of 2026-11-21."""


@dataclass(slots=True)
class SignalContext:
    """One task before one index, with what several signals share."""

    index: Index
    task: RankingTask
    nearest: dict[int, float] = field(init=False)
    likely: dict[int, float] = field(init=False)
    """The most likely files by words alone, best weight 1."""
    last: dict[int, float] = field(init=False)
    seeds: dict[int, float] = field(init=False)

    def __post_init__(self) -> None:
        self.nearest = messages.find_similar_commits(self.index, self.task)
        self.last = co_changes.score_last_commits(self.index, 1)
        self.seeds = dict.fromkeys(self.task.seeds, 1.0)
        self.likely = {}


@dataclass(frozen=True, slots=True)
class Signal:
    """One row of the table."""

    name: str
    score: Callable[[SignalContext], _Scores]
    weight: float
    """In the blend that ranks where no trained model is used: of the score as a share of the best one. Guess of
    2026-11-21."""
    proposes: int
    """How many of its best files become candidates."""


_WORD_SIGNALS: tuple[Signal, ...] = (
    Signal("message", lambda at: messages.sum_by_file(at.index, at.nearest), 1.0, 60),
    Signal("nearest", lambda at: messages.score_best_message(at.index, at.nearest), 0.6, 40),
    Signal("told", lambda at: messages.score_file_messages(at.index, at.task), 0.3, 40),
    Signal("given", lambda at: messages.score_word_association(at.index, at.task), 0.6, 40),
    Signal("reference", lambda at: messages.score_references(at.index, at.task), 2.0, 40),
    Signal("shape", lambda at: messages.score_same_subject(at.index, at.task), 1.0, 40),
    Signal("path", lambda at: names.score_path_words(at.index, at.task), 0.5, 50),
    Signal("base", lambda at: names.score_base_words(at.index, at.task), 0.5, 30),
    Signal("scope", lambda at: names.score_scope(at.index, at.task), 0.3, 30),
    Signal("named", lambda at: names.score_named_files(at.index, at.task), 2.0, 30),
    Signal("stem", lambda at: names.score_stems(at.index, at.task), 0.6, 30),
    Signal("content", lambda at: names.score_content(at.index, at.task), 0.6, 60),
    Signal("home", lambda at: names.score_rare_content(at.index, at.task), 0.6, 40),
)
"""What the words of the task say. They are asked first; ``SignalContext.likely`` is made of them."""

_COCHANGE_SIGNALS: tuple[Signal, ...] = (
    Signal("opening", lambda at: messages.score_same_opening(at.index, at.task), 0.1, 10),
    Signal("lately", lambda at: names.score_recent_changes(at.index), 0.7, 60),
    Signal("busy_day", lambda at: names.score_activity(at.index, 0), 0.5, 20),
    Signal("busy_month", lambda at: names.score_activity(at.index, 1), 0.5, 30),
    Signal("busy_year", lambda at: names.score_activity(at.index, 2), 0.2, 30),
    Signal("own", lambda at: names.score_own_changes(at.index, at.task), 0.2, 30),
    Signal("last", lambda at: at.last, 0.3, 50),
    Signal("last_five", lambda at: co_changes.score_last_commits(at.index, 5), 0.2, 50),
    Signal("own_last", lambda at: co_changes.score_own_last_commits(at.index, at.task, 3), 0.2, 50),
    Signal("next", lambda at: co_changes.score_next_commit(at.index, at.last), 0.2, 30),
    Signal("with_last", lambda at: co_changes.score_directed(at.index, at.last), 0.2, 30),
    Signal("jaccard_last", lambda at: co_changes.score_jaccard(at.index, at.last), 0.2, 20),
    Signal("with_likely", lambda at: co_changes.score_directed(at.index, at.likely), 0.4, 40),
    Signal("jaccard_likely", lambda at: co_changes.score_jaccard(at.index, at.likely), 0.2, 30),
    Signal("pair", lambda at: co_changes.score_counterparts(at.index, at.likely), 0.4, 30),
    Signal("folder", lambda at: co_changes.score_neighbours(at.index, at.likely), 0.2, 20),
    Signal("with_seeds", lambda at: co_changes.score_directed(at.index, at.seeds), 3.0, 40),
    Signal("jaccard_seeds", lambda at: co_changes.score_jaccard(at.index, at.seeds), 1.5, 40),
    Signal("pair_seeds", lambda at: co_changes.score_counterparts(at.index, at.seeds), 1.0, 30),
    Signal("folder_seeds", lambda at: co_changes.score_neighbours(at.index, at.seeds), 0.2, 20),
)
"""What habits and co-changes say."""

SIGNALS = _WORD_SIGNALS + _COCHANGE_SIGNALS


def score_signals(index: Index, task: RankingTask) -> tuple[SignalContext, list[dict[int, float]]]:
    """Score every signal, in the order of ``SIGNALS``, for living files that are no seeds."""
    look = SignalContext(index, task)
    first = [_filter_living(index, task, signal.score(look)) for signal in _WORD_SIGNALS]
    look.likely = _find_most_likely(first)
    return look, first + [_filter_living(index, task, signal.score(look)) for signal in _COCHANGE_SIGNALS]


def _find_most_likely(by_words: list[dict[int, float]]) -> dict[int, float]:
    """Return the files that words alone find best, the best with weight 1."""
    total = sum_scores(
        {file: signal.weight * value / top for file, value in found.items()}
        for signal, found in zip(_WORD_SIGNALS, by_words, strict=True)
        if found and (top := max(found.values())) > 0
    )
    kept = pick_best(total, _MOST_LIKELY)
    return {file: total[file] / total[kept[0]] for file in kept}


def pick_best(scores: Mapping[int, float], most: int) -> list[int]:
    """Return the best files, best first, the lower number first among equals.

    Only numbers are sorted to find where to cut.
    """
    chosen: Iterable[int] = scores
    if len(scores) > most:
        least = sorted(scores.values())[-most]
        chosen = (file for file, value in scores.items() if value >= least)
    return sorted(chosen, key=lambda file: (-scores[file], file))[:most]


def _filter_living(index: Index, task: RankingTask, found: _Scores) -> dict[int, float]:
    alive, seeds = index.files.alive, task.seeds
    return {file: value for file, value in found.items() if alive[file] and value > 0 and file not in seeds}
