"""Count what projects may give away: foreign words become words of the shared vocabulary before anything is counted."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads import shared_facts
from twiceshy.archive.reads.shared_facts import SharedSpan
from twiceshy.records.exports import SharedAct, SharedChange, SharedKind, SharedTime
from twiceshy_data.dataset.contribution_file import SharedTables
from twiceshy_data.dataset.shared_figures import (
    CellSupport,
    count_cells,
    count_together,
    measure_durations,
    round_sessions,
)
from twiceshy_data.dataset.shared_vocabulary import (
    name_category,
    name_commit_type,
    name_ending,
    name_kind_of_file,
    name_program,
    name_rule,
    name_subject,
    name_tool,
)


class FigureSource(NamedTuple):
    """What of one project is counted."""

    span: SharedSpan
    kinds: Collection[SharedKind]


class GatheredFacts:
    """The facts of some projects, a table at a time, and which sessions they are of."""

    def __init__(self, store: Store, sources: Sequence[FigureSource], is_excluded: Callable[[str], bool]) -> None:
        """Take the projects, and what tells that a path or a folder is never counted."""
        self._connection = store.connection
        self._sources = sources
        self._is_excluded = is_excluded
        self._people = _join_copies(shared_facts.read_copies(store.connection))
        self._left_out = {
            one.id
            for source in sources
            for one in shared_facts.read_sessions(store.connection, source.span.project)
            if is_excluded(one.folder)
        }
        self.support = CellSupport()
        """Of everything that was counted."""

    def list_calls(self) -> Iterator[SharedAct]:
        """Yield calls by tool."""
        for source in self._of(SharedKind.TOOLS):
            for call in shared_facts.read_calls(self._connection, source.span):
                if not (call.path and self._is_excluded(call.path)):
                    ended = name_ending(call.failure, call.exit_code)
                    yield from self._count((name_tool(call.tool), ended), call.session, call.day)

    def list_runs(self) -> Iterator[SharedAct]:
        """Yield runs by program; a run whose status a pipe hides says nothing, unless it failed all the same."""
        for source in self._of(SharedKind.PROGRAMS):
            for call in shared_facts.read_calls(self._connection, source.span):
                if call.head and not (call.hidden and call.failure is None):
                    ended = name_ending(call.failure, call.exit_code)
                    yield from self._count((name_program(call.head), ended), call.session, call.day)

    def list_times(self) -> Iterator[SharedTime]:
        """Yield how long runs took."""
        for source in self._of(SharedKind.PROGRAMS):
            for run in shared_facts.read_run_times(self._connection, source.span):
                for act in self._count((name_program(run.head),), run.session, run.day):
                    yield SharedTime(act.key[0], act.session, act.day, run.seconds)

    def list_commits(self) -> Iterator[SharedAct]:
        """Yield commits by type."""
        for source in self._of(SharedKind.COMMITS):
            for commit in shared_facts.read_linked_commits(self._connection, source.span):
                yield from self._count((name_commit_type(commit.subject),), commit.session, commit.day)

    def list_changes(self) -> Iterator[SharedChange]:
        """Yield which kinds of files sessions changed, by their edits and their commits."""
        for source in self._of(SharedKind.FILES):
            for edit in shared_facts.read_edits(self._connection, source.span):
                yield from self._change(edit.session, edit.day, [edit.path])
            for commit in shared_facts.read_linked_commits(self._connection, source.span):
                yield from self._change(commit.session, commit.day, commit.paths)

    def list_mistakes(self) -> Iterator[SharedAct]:
        """Yield mistakes by what they are about."""
        for source in self._of(SharedKind.LESSONS):
            for one in shared_facts.read_mistakes(self._connection, source.span):
                subject = name_subject(one.kind, one.subject)
                key = (one.kind, subject, name_category(one.category), name_rule(one.rule))
                yield from self._count(key, one.session, one.day)

    def _of(self, kind: SharedKind) -> Iterator[FigureSource]:
        return (source for source in self._sources if kind in source.kinds)

    def _change(self, session: int, day: str, paths: Iterable[str]) -> Iterator[SharedChange]:
        for kind in {name_kind_of_file(path) for path in paths if not self._is_excluded(path)}:
            for act in self._count((kind,), session, day):
                yield SharedChange(kind, act.session, act.day)

    def _count(self, key: tuple[str, ...], session: int, day: str) -> Iterator[SharedAct]:
        """Yield the act, of the session that stands for all its copies; nothing where it is never counted."""
        if session not in self._left_out:
            person = self._people.get(session, session)
            self.support.add(person, day, 1)
            yield SharedAct(key, person, day)


def gather_tables(facts: GatheredFacts) -> SharedTables:
    """Return every table without the figures that a single session could be read from."""
    tables = SharedTables(
        tools=count_cells(facts.list_calls()),
        programs=count_cells(facts.list_runs()),
        durations=measure_durations(facts.list_times()),
        commits=count_cells(facts.list_commits()),
        files=count_together(facts.list_changes()),
        lessons=count_cells(facts.list_mistakes()),
    )
    return tables._replace(sessions=round_sessions(len(facts.support.by_session)))


def _join_copies(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return for each session that has copies the one that stands for all of them."""
    first: dict[int, int] = {}

    def find(one: int) -> int:
        while first.get(one, one) != one:
            one = first[one]
        return one

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        first[low] = first[high] = low
    return {one: find(one) for one in first}
