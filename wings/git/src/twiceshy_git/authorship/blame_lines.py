"""Find who wrote each line of a file: git says which commit, the sessions' edits say who in that commit.

Where a commit only moved or reformatted a line, git names that commit all the same. The line is then looked for before
it, and there git is asked again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.judgement.outcomes.line_writers import UNKNOWN, FoundLine, Writer, mix
from twiceshy.logs.git_lines import LineCommit, read_contents, read_line_commits
from twiceshy.records.authorship import WriterKind
from twiceshy_git.authorship.line_sources import (
    ChangedFileTexts,
    JudgedFile,
    LineSources,
    judge_file,
    list_changed_names,
)

_MOST_BLAMES: Final = 200
"""Times that git is asked about one file. Guess of 2026-11-23: ten seconds."""
_STILL_IN_PART: Final = 0.5
"""Share of a line's words from which a change of the rest makes it the work of both. Guess of 2026-11-23."""


class WrittenLine(NamedTuple):
    """One line of a file."""

    commit: str
    text: str
    writer: Writer


class _Place(NamedTuple):
    """A file in a commit, and in the one before."""

    commit: str
    path: str
    before: str
    before_path: str
    boundary: bool


def blame_lines(repo: Path, sources: LineSources, commit: str, path: str) -> list[WrittenLine]:
    """Return the writer of each line of a file as it stands in a commit.

    Raises:
        ToolMissing: there is no git.
        SourceError: there is no such file in that commit, or git refuses to read the repository.
    """
    return _LineBlame(repo, sources).blame(commit, path)


class _LineBlame:
    """Asks git and the sources, and remembers both answers."""

    def __init__(self, repo: Path, sources: LineSources) -> None:
        self._repo = repo
        self._sources = sources
        self._shallow = (repo / "shallow").exists()
        self._lines: dict[_Place, JudgedFile] = {}
        self._asked: dict[tuple[str, str], list[LineCommit]] = {}

    def blame(self, commit: str, path: str) -> list[WrittenLine]:
        """Return the writer of each line."""
        rows = read_line_commits(self._repo, commit, path)
        writers = self._find_writers(rows)
        return [WrittenLine(row.commit, row.text, writer) for row, writer in zip(rows, writers, strict=True)]

    def _find_writers(self, rows: Sequence[LineCommit]) -> list[Writer]:
        """Return the writer of each of these lines, asking about older commits where a line is older."""
        self._read_places(rows)
        found: list[Writer] = []
        older: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for at, row in enumerate(rows):
            judged = self._lines[_place_of(row)]
            one = judged.lines[row.line - 1] if row.line <= len(judged.lines) else FoundLine(UNKNOWN, 0, 0.0)
            found.append(one.writer or UNKNOWN)
            if row.before and one.base_line and (one.writer is None or one.kept >= _STILL_IN_PART):
                path, line = judged.find_source(one.base_line, row.before_path)
                older[row.before, path].append((at, line))
        for (commit, path), wanted in older.items():
            for (at, _), writer in zip(wanted, self._look_behind(commit, path, wanted), strict=True):
                late = self._lines[_place_of(rows[at])].lines[rows[at].line - 1].writer
                found[at] = writer if late is None else _join(late, writer)
        return found

    def _look_behind(self, commit: str, path: str, wanted: Sequence[tuple[int, int]]) -> list[Writer]:
        """Return the writers of lines of an older commit."""
        if (commit, path) not in self._asked:
            if len(self._asked) >= _MOST_BLAMES:
                return [UNKNOWN] * len(wanted)
            try:
                self._asked[commit, path] = read_line_commits(self._repo, commit, path)
            except SourceError:
                self._asked[commit, path] = []
        rows = self._asked[commit, path]
        if any(line > len(rows) for _, line in wanted):
            return [UNKNOWN] * len(wanted)
        return self._find_writers([rows[line - 1] for _, line in wanted])

    def _read_places(self, rows: Iterable[LineCommit]) -> None:
        """Find the writers of all lines of each file and commit that is not known yet."""
        places = [one for one in dict.fromkeys(map(_place_of, rows)) if one not in self._lines]
        names = [name for one in places for name in _list_names(self._sources, one)]
        found = read_contents(self._repo, dict.fromkeys(names))
        texts = {one.name: one.text.decode("utf-8", "replace") for one in found}
        for one in places:
            hidden = one.boundary and self._shallow
            self._lines[one] = JudgedFile((), 0, ()) if hidden else self._judge(one, texts)

    def _judge(self, place: _Place, texts: Mapping[str, str]) -> JudgedFile:
        text = texts.get(f"{place.commit}:{place.path}")
        base = texts.get(f"{place.before}:{place.before_path}") if place.before else ""
        if text is None or base is None:
            return JudgedFile((), 0, ())
        return judge_file(
            self._sources, ChangedFileTexts(place.commit, place.before, place.path, place.before_path), texts
        )


def _list_names(sources: LineSources, place: _Place) -> Iterator[str]:
    """Yield the contents that a place is judged by, as ``commit:path``: its own and those that lost lines there."""
    yield f"{place.commit}:{place.path}"
    if place.before:
        yield f"{place.before}:{place.before_path}"
        for path, old in list_changed_names(sources, place.commit):
            yield f"{place.commit}:{path}"
            yield f"{place.before}:{old}"


def _place_of(row: LineCommit) -> _Place:
    return _Place(row.commit, row.path, row.before, row.before_path, row.boundary)


def _join(late: Writer, early: Writer) -> Writer:
    """Return the writer of a line that was changed in part."""
    kinds = {late.kind, early.kind}
    if WriterKind.UNKNOWN in kinds or len(kinds) == 1:
        return late
    return mix(next(one for one in (late, early) if one.kind is not WriterKind.HUMAN))
