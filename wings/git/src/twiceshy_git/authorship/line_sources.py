"""What is known of a project's sessions and commits, made ready for the question who wrote a line."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from posixpath import basename
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads import authorship
from twiceshy.archive.reads.authorship import CommandRun, FileEdit
from twiceshy.archive.reads.commits import read_stored_commits
from twiceshy.base.errors import StoreCorrupt
from twiceshy.judgement.outcomes.commit_copies import is_signed, names_unknown_work
from twiceshy.judgement.outcomes.file_changers import may_change_files
from twiceshy.judgement.outcomes.line_writers import (
    HUMAN,
    UNKNOWN,
    FileChangeQuery,
    FollowedEdit,
    FoundLine,
    Writer,
    find_line_writers,
    list_lost_lines,
    split_lines,
)
from twiceshy.judgement.outcomes.link_evidence import can_be_same_file
from twiceshy.records.commits import Link, StoredCommit

_TICK_S = 2.0
"""Seconds that an edit may lie behind the commit that holds it: git has whole seconds. Guess of 2026-11-23."""
_OPEN_S = 14 * 86_400.0
"""How long an edit may wait for its commit. Guess of 2026-11-21, as in ``judgement.outcomes.link_evidence``."""
_MOST_EDITS = 200
"""Edits of one file that are followed, the last ones. Guess of 2026-11-23: a tenth of a second."""


class LineSources:
    """The edits, commands and links of one project; each is read once, when it is first asked for."""

    def __init__(self, store: Store, identity: str) -> None:
        self._store = store
        self._identity = identity
        self._edits: dict[str, list[FileEdit]] = {}

    @cached_property
    def commits(self) -> Mapping[str, StoredCommit]:
        """The stored commits of the project, by hash."""
        return {one.hash: one for one in read_stored_commits(self._store.connection, self._identity)}

    @cached_property
    def links(self) -> Mapping[str, Sequence[Link]]:
        """The links by commit."""
        return authorship.read_links_of_commits(self._store.connection, self._identity)

    @cached_property
    def _runs(self) -> Mapping[bytes, Sequence[CommandRun]]:
        """The commands that may have changed files, by session."""
        found: defaultdict[bytes, list[CommandRun]] = defaultdict(list)
        for one in authorship.read_command_runs(self._store.connection, self._identity):
            if may_change_files(one.command):
                found[one.session].append(one)
        return found

    @cached_property
    def _recorded_authors(self) -> frozenset[bytes]:
        """The authors of commits with work of a recorded session: their other commits would have been seen, too."""
        return frozenset(self.commits[name].author for name in self.links if name in self.commits)

    @cached_property
    def _recorded_since(self) -> float | None:
        return authorship.read_first_moment(self._store.connection, self._identity)

    def list_edits(self, commit: str, names: Sequence[str]) -> list[FollowedEdit]:
        """Return the edits of a file, by any of its names, that may be in a commit.

        They are those of the commit's sessions, and those that others made since the file was last committed: whether
        these are in it, their words tell.
        """
        known = self.commits.get(commit)
        if known is None or len(known.parents) > 1:
            return []
        sessions = {one.session for one in self.links.get(commit, ())}
        until = known.committed_at.timestamp() + _TICK_S
        committed = self._find_commit_before(names, known)
        open_since = max(until - _OPEN_S, committed)
        every = [one for one in self._find_edits(names) if one.at <= until]
        some = [one for one in every if one.writer.session in sessions or one.at > open_since]
        taking = sessions | {one.writer.session for one in some}
        persons = self._may_be_a_persons(known)
        found: list[FollowedEdit] = []
        since = 0.0
        for one in some[-_MOST_EDITS:]:
            outside = self._name_writer_between(taking, since, one.at) if persons else UNKNOWN
            followed = self._follow(one, outside, sure=one.writer.session in sessions)
            found.append(followed._replace(early=one.at <= committed))
            since = one.at
        return found

    def name_outsider(self, commit: str, edits: Sequence[FollowedEdit]) -> Writer:
        """Return who wrote what none of these edits did: a person, or nobody knows."""
        known = self.commits.get(commit)
        if known is None or len(known.parents) > 1 or not self._may_be_a_persons(known):
            return UNKNOWN
        until = known.committed_at.timestamp() + _TICK_S
        sessions = {one.session for one in self.links.get(commit, ())} | {one.writer.session for one in edits}
        if sessions:
            return self._name_writer_between(sessions, edits[-1].at if edits else 0.0, until)
        return HUMAN if known.author in self._recorded_authors and not is_signed(known) else UNKNOWN

    def _may_be_a_persons(self, commit: StoredCommit) -> bool:
        """Tell whether what no session wrote there can be called a person's.

        That nobody is known to have written it is no evidence. It is where the commit was made in this clone, whose
        agents were recorded by then, and its message names no work that is in no log here.
        """
        since = self._recorded_since
        made_here = commit.branch is not None  # only the clone's own notes tell the branch
        if not made_here or since is None or commit.committed_at.timestamp() + _TICK_S < since:
            return False
        agents = {self._agents.get(one.session, "") for one in self.links.get(commit.hash, ())}
        return not names_unknown_work(commit, agents)

    @cached_property
    def _agents(self) -> Mapping[bytes, str]:
        return authorship.read_agents(self._store.connection, self._identity)

    def explain_gap(self, commit: str) -> str:
        """Return why a line of a commit has no known writer."""
        known = self.commits.get(commit)
        if known is None:
            return "not read yet: twiceshy learn"
        if len(known.parents) > 1:
            return "a merge"
        if self.links.get(commit):
            return "a command may have written it"
        if self._recorded_since is None or known.committed_at.timestamp() < self._recorded_since:
            return "older than the first recorded session"
        if is_signed(known):
            return "its message names another tool or author"
        return "no recorded session"

    def _name_writer_between(self, sessions: set[bytes], since: float, until: float) -> Writer:
        """Return who changed a file between two moments, if no command of these sessions can have."""
        near = max(since, until - _OPEN_S)
        for session in sessions:
            if any(near < one.until and one.at < until for one in self._runs.get(session, ())):
                return UNKNOWN
        return HUMAN

    def _find_commit_before(self, names: Sequence[str], commit: StoredCommit) -> float:
        """Return when one of these files was last committed before; what was edited until then is in that commit."""
        times = [at for name in names for at in self._committed_times.get(name, ())]
        return max((at for at in times if at < commit.committed_at.timestamp()), default=0.0)

    @cached_property
    def _committed_times(self) -> Mapping[str, Sequence[float]]:
        """When each path was committed."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for one in self.commits.values():
            for file in one.files:
                found[file.path].append(one.committed_at.timestamp())
        return found

    def _find_edits(self, names: Sequence[str]) -> list[FileEdit]:
        found: dict[int, FileEdit] = {}
        for name in dict.fromkeys(map(basename, names)):
            if name not in self._edits:
                self._edits[name] = authorship.read_file_edits(self._store.connection, self._identity, name)
            for one in self._edits[name]:
                if any(can_be_same_file(one.path, path) for path in names):
                    found[id(one)] = one
        return sorted(found.values(), key=lambda one: one.at)

    def _follow(self, one: FileEdit, outside: Writer, *, sure: bool) -> FollowedEdit:
        return FollowedEdit(
            at=one.at,
            before="" if one.created else self._read(one.before),
            after="" if one.deleted else self._read(one.after),
            writer=one.writer,
            partial=one.partial and not one.created,
            outside=outside,
            sure=sure,
        )

    def _read(self, body: bytes | None) -> str | None:
        """Return a text of the store; None where it is gone."""
        try:
            return None if body is None else self._store.body(body)
        except StoreCorrupt:
            return None


# Find who wrote the lines of one file of a commit, with what the commit took out of its other files.

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
