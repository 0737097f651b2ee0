"""Find who wrote what one commit brought in, file by file, as other tools and a project's memory keep it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.line_writers import UNKNOWN, FoundLine, LineNumbers, Writer, keep_added, list_spans
from twiceshy.logs.described_changes import read_line_numbers
from twiceshy.logs.git_lines import read_contents
from twiceshy.records.authorship import CommitAttribution, FileAttribution
from twiceshy.records.commits import CommitFile, StoredCommit
from twiceshy_git.authorship.line_sources import ChangedFileTexts, LineSources, judge_file

_MOST_FILES: Final = 300
"""Files of one commit that are looked at. Guess of 2026-11-23: more are an import or a formatter's."""


class LinesOfCommit(NamedTuple):
    """The lines of one file of a commit."""

    path: Scrubbed
    lines: Sequence[FoundLine]
    """Empty where its text could not be read; those that git does not call new have no writer."""
    added: Collection[int]
    """Numbers of the lines that git says the commit added, from 1."""


def find_lines(repo: Path, sources: LineSources, commit: StoredCommit) -> list[LinesOfCommit]:
    """Return the writers of the lines of each file that a commit changed; none for a merge.

    What git says was added is the measure: an edit shows who wrote such a line, never that there are more of them.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    if len(commit.parents) > 1 or len(commit.files) > _MOST_FILES:
        return []
    before = commit.parents[0] if commit.parents else ""
    numbers = next((files for _, files in read_line_numbers(repo, [commit.hash])), {})
    names = [name for one in commit.files if one.added or one.removed for name in _list_names(commit.hash, before, one)]
    texts = {one.name: one.text.decode("utf-8", "replace") for one in read_contents(repo, names)}
    return [_judge(sources, commit, one, numbers, texts) for one in commit.files if one.added]


def _judge(
    sources: LineSources,
    commit: StoredCommit,
    one: CommitFile[Scrubbed],
    numbers: Mapping[str, tuple[set[int], set[int]]],
    texts: Mapping[str, str],
) -> LinesOfCommit:
    added, removed = numbers.get(one.path, (set[int](), set[int]()))
    if not added or f"{commit.hash}:{one.path}" not in texts:
        return LinesOfCommit(one.path, (), range(1, (one.added or 0) + 1))
    before = commit.parents[0] if commit.parents else ""
    judged = judge_file(sources, ChangedFileTexts(commit.hash, before, one.path, one.old_path or one.path), texts)
    lines = keep_added(judged.lines, LineNumbers(frozenset(added), frozenset(removed)), judged.base)
    return LinesOfCommit(one.path, lines, added)


def count_writers(found: Sequence[LinesOfCommit]) -> Counter[Writer | None]:
    """Count the lines that a commit added by their writers; None: only moved, or only their white space changed."""
    counts: Counter[Writer | None] = Counter()
    for one in found:
        counts.update(one.lines[number - 1].writer if one.lines else UNKNOWN for number in one.added)
    return counts


def _list_names(commit: str, before: str, file: CommitFile[Scrubbed]) -> list[str]:
    """Return a file's contents in a commit and before it, as ``commit:path``."""
    return [f"{commit}:{file.path}", *([f"{before}:{file.old_path or file.path}"] if before else [])]


def attribute_commit(repo: Path, sources: LineSources, commit: StoredCommit) -> CommitAttribution[Scrubbed]:
    """Return who wrote what a commit brought in; a file of which nobody knows is left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    files = [
        FileAttribution(path=one.path, spans=spans)
        for one in find_lines(repo, sources, commit)
        if (spans := list_spans(one.lines))
    ]
    return CommitAttribution(commit_hash=commit.hash, files=tuple(files))
