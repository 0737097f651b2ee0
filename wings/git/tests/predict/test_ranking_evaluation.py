"""A share of the past is its newest part, and the same commits are judged by each."""

from wings.git.tests.predict.invented import a_change, a_shop

from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.predict.baselines import make_baselines
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import BLEND
from twiceshy_git.predict.rank import ModelRanker
from twiceshy_git.predict.ranking_evaluation import choose_judged, list_living, replay, replay_share
from twiceshy_git.predict.ranking_task import RankingTask


class Noting:
    """A ranker that writes down how much the index knew, and which files stood there."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def rank(self, index: Index, task: RankingTask) -> list[str]:
        del task
        self.asked.append((index.now, index.living))
        return []

    def learn(self, change: HistoryCommit) -> None:
        del change


def test_a_share_is_the_newest_part_and_every_file_is_known_to_be_there() -> None:
    """Half of 80 commits, each judged one learned afterwards; 24 files were made before."""
    noting = Noting()

    found = replay_share(a_shop(100), 80, 0.5, [80, 90], {"it": noting})

    assert noting.asked == [(40, 24), (50, 24)]
    assert (found.share, found.known) == (0.5, 45)
    assert found.marks == {"it": (0.0, 0.0)}


def test_the_whole_past_scores_as_an_evaluation_does() -> None:
    """Both rank the same commits by the same knowledge."""
    past = a_shop(120)
    judged = choose_judged(past, 96, 1000)

    ours = replay_share(past, 96, 1.0, judged, {"model": ModelRanker(BLEND), **make_baselines()})
    theirs = replay(past, {"model": ModelRanker(BLEND), **make_baselines()}, first=96)

    assert ours.marks == {name: tuple(one.mrr for one in marks) for name, marks in theirs.marks.items()}


def test_judged_commits_are_spread_and_have_a_target() -> None:
    """One that only makes files cannot be judged."""
    past = [*a_shop(100), a_change("New", "+b.py", number=100)]

    assert choose_judged(past, 60, 4) == [60, 70, 80, 90]
    assert choose_judged(past, 98, 4) == [98, 99]
    assert choose_judged([], 0, 4) == []


def test_renamed_and_removed_files_do_not_stand_there() -> None:
    """As a checkout has them."""
    past = [a_change("a", "+a.py", "+b.py"), a_change("b", "a.py>c.py", "-b.py")]

    assert list_living(past) == {"c.py"}
