"""Find which commits of a project took the place of which; git is asked for the patches of what may be a squash."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.judgement.outcomes.rewritten_commits import (
    RANGE,
    CommitGraph,
    Rewrite,
    find_rewrites,
    list_squash_candidates,
)
from twiceshy.logs.git_ranges import TreePair, read_range_patch_ids
from twiceshy.records.commits import StoredCommit

_HEADS = 5
"""Ends of branches, the newest first, behind which a squash is looked for beside HEAD. Guess of 2026-11-23."""


def find_project_rewrites(
    commits: Sequence[StoredCommit], told: Iterable[tuple[str, str]], repo: Path | None, head: str
) -> list[Rewrite]:
    """Return the rewrites; without a repository on this machine those that need none."""
    graph = CommitGraph(commits)
    found = find_rewrites(graph, told)
    if repo is not None:
        with suppress(SourceError, ToolMissing):
            found += _find_squashes(graph, repo, [head, *graph.list_tips()[:_HEADS]])
    return found


def _find_squashes(graph: CommitGraph, repo: Path, heads: Iterable[str]) -> list[Rewrite]:
    """Return the squashes whose patch is that of a range."""
    pairs = {}
    for one in list_squash_candidates(graph, heads):
        before, after = graph.commits[one.base].tree, graph.commits[one.tip].tree
        if before and after:
            pairs[one] = TreePair(before, after)
    patches = read_range_patch_ids(repo, pairs.values())
    return [
        Rewrite(old, one.new, RANGE)
        for one, pair in pairs.items()
        if pair in patches and patches[pair] == graph.commits[one.new].patch_id
        for old in one.olds
    ]
