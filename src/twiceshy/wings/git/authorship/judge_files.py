"""Find who wrote the lines of one file of a commit, with what the commit took out of its other files."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from twiceshy.judgement.outcomes.line_writers import (
    FileChangeQuery,
    FoundLine,
    find_line_writers,
    list_lost_lines,
    split_lines,
)
from twiceshy.wings.git.authorship.line_sources import LineSources

_MOST_SOURCES: Final = 20
"""Files of one commit between which lines may have moved. Guess of 2026-11-23."""


def list_changed_names(sources: LineSources, commit: str) -> list[tuple[str, str]]:
    """Return name and name before of the files from which a commit took lines; none of a large commit."""
    known = sources.commits.get(commit)
    if known is None or not 1 < len(known.files) <= _MOST_SOURCES:
        return []
    return [(one.path, one.old_path or one.path) for one in known.files if one.removed]


class ChangedFileTexts(NamedTuple):
    """A file of a commit, and its name before; empty where it was not there."""

    commit: str
    before: str
    path: str
    before_path: str


class JudgedFile(NamedTuple):
    """The writers of a file's lines, and where lines of other files came from."""

    lines: Sequence[FoundLine]
    base: int
    """Lines that the file had before."""
    elsewhere: Sequence[tuple[str, int]]
    """Path and number of the lines that other files lost."""

    def find_source(self, number: int, path: str) -> tuple[str, int]:
        """Return the file, before the commit, that has the line with that number, and its number there."""
        return (path, number) if number <= self.base else self.elsewhere[number - self.base - 1]


def judge_file(sources: LineSources, file: ChangedFileTexts, texts: Mapping[str, str]) -> JudgedFile:
    """Return the writer of each line of a file in a commit; ``texts`` are by ``commit:path``."""
    paths = [name for name in dict.fromkeys((file.path, file.before_path)) if name]
    base = texts.get(f"{file.before}:{file.before_path}", "")
    edits = sources.list_edits(file.commit, paths)
    lost: list[tuple[str, int, str]] = []
    for path, old in list_changed_names(sources, file.commit):
        if path != file.path:
            before, after = texts.get(f"{file.before}:{old}", ""), texts.get(f"{file.commit}:{path}", "")
            lost += [(old, number, line) for number, line in list_lost_lines(before, after)]
    asked = FileChangeQuery(
        base,
        texts[f"{file.commit}:{file.path}"],
        edits,
        sources.name_outsider(file.commit, edits),
        [line for _, _, line in lost],
    )
    return JudgedFile(find_line_writers(asked), len(split_lines(base)), [(old, number) for old, number, _ in lost])
