"""What a first prediction may leave out: ranking from an index begun with a tree beside one that read every patch.

``python -m benchmarks predict_cold [--share .2] REPOSITORY ...``. Both indexes know the same commits up to a base some
share of the history back; then both rank and learn the commits behind it, with the general model. CPU seconds are of
making each index up to the base, git included.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from twiceshy.logs.commit_words import read_changes
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.tree_words import list_blobs
from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.file_recipes.predict_files import begin_index
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import load_general_model
from twiceshy_git.predict.rank import ModelRanker
from twiceshy_git.predict.ranking_evaluation import (
    RankingMetrics,
    average_metrics,
    compare_metrics,
    measure_ranking,
    targets_of,
    task_of,
)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks predict_cold", description=__doc__)
    parser.add_argument("--share", type=float, default=0.2, help="of the commits that are ranked")
    parser.add_argument("repositories", nargs="+", type=Path)
    args = parser.parse_args(argv)
    print("| repository | ranked | every patch: MRR / R@10 / P@1, CPU s | a tree: the same | MRR lead (95 %) |")
    print("|---|---|---|---|---|")
    for repo in args.repositories:
        head = ask_git(repo, "rev-parse", "HEAD").strip()
        base = base_before(repo, head, args.share)
        whole, whole_s = timed(read_whole, repo, base)
        tree, tree_s = timed(begun, repo, base)
        fresh = [change for change in read_changes(repo, salt=b"", after=base, head=head) if change.files]
        marks = {name: replayed(index, fresh) for name, index in (("whole", whole), ("tree", tree))}
        one, other = (" / ".join(f"{value:.3f}" for value in figures(marks[name])) for name in ("whole", "tree"))
        lead = compare_metrics(marks["tree"], marks["whole"])["mrr"]
        told = f"{one}, {whole_s:.1f} | {other}, {tree_s:.1f} | {lead[0]:+.3f} ({lead[1]:+.3f} to {lead[2]:+.3f}) |"
        print(f"| {repo.name.removesuffix('.git')} | {len(marks['tree'])} | {told}", flush=True)


def base_before(repo: Path, head: str, share: float) -> str:
    """The first parent behind which about that share of the commits lies."""
    line = ask_git(repo, "rev-list", "--first-parent", head).split()
    wanted = share * int(ask_git(repo, "rev-list", "--count", "--no-merges", head))
    low, high = 0, len(line) - 1
    while low < high:
        middle = (low + high) // 2
        if int(ask_git(repo, "rev-list", "--count", "--no-merges", f"{line[middle]}..{head}")) < wanted:
            low = middle + 1
        else:
            high = middle
    return line[low]


def read_whole(repo: Path, base: str) -> Index:
    """Every patch up to the base."""
    index = Index()
    for change in read_changes(repo, salt=b"", head=base):
        index.learn(change)
    index.sync(list(list_blobs(repo, base)))
    return index


def begun(repo: Path, base: str) -> Index:
    """As a first prediction does it."""
    index = Index()
    begin_index(repo, base, index, b"", list)
    return index


def timed(make: Callable[[Path, str], Index], repo: Path, base: str) -> tuple[Index, float]:
    """An index and the CPU seconds that it took, with those of git."""
    before = os.times()
    made = make(repo, base)
    return made, sum(os.times()[:4]) - sum(before[:4])


def replayed(index: Index, fresh: list[HistoryCommit]) -> list[RankingMetrics]:
    """Marks of each commit, ranked before it is learned."""
    ranker, rows = ModelRanker(load_general_model()), []
    for change in fresh:
        if targets := targets_of(change):
            rows.append(measure_ranking(ranker.rank(index, task_of(index, change)), targets))
        index.learn(change)
    return rows


def figures(rows: list[RankingMetrics]) -> tuple[float, float, float]:
    """MRR, recall@10 and precision@1."""
    means = average_metrics(rows)
    return means.mrr, means.recall10, means.precision1
