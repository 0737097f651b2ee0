"""Part rows into those to learn from, to choose by and to test on, and say of each where it comes from.

Sessions are parted before the first row is read: by time, whole, together with what they belong to. Rows to learn
from come first; the others are read after them, each compared with all that are learned from. Of these 600 bytes a
text are kept.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Final, NamedTuple

from twiceshy.dataset.groups import join_groups
from twiceshy.dataset.near_duplicates import Sketch, SketchIndex, make_sketch
from twiceshy.dataset.row_texts import count_placeholders, join_texts, list_files, name_main_language
from twiceshy.dataset.split_records import hash_member
from twiceshy.dataset.splits import choose_cuts, find_split, keep_together, pick_later, split_by_project
from twiceshy.flows.rows.row_source import RowSource
from twiceshy.outcomes.task_results import VERSION
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowColumn, list_columns
from twiceshy.records.splits import (
    NO_CUTS,
    PartSummary,
    Split,
    SplitCuts,
    SplitMember,
    SplitRecord,
    SplitShares,
    SplitSummary,
    SplitWay,
)
from twiceshy.records.values import Scope
from twiceshy.store.db import Store
from twiceshy.store.reads.split_members import read_commit_members, read_joins, read_session_members
from twiceshy.store.times import parse_time

COMMON: Final = list_columns(
    agent=ColumnType.TEXT,
    model=ColumnType.TEXT,
    language=ColumnType.TEXT,
    project_hash=ColumnType.TEXT,
    split=ColumnType.TEXT,
    dup_of_train=ColumnType.BOOLEAN,
    redactions=ColumnType.INTEGER,
    rule_version=ColumnType.INTEGER,
)
"""At the end of each kind, but for those that it has itself."""
UNKNOWN: Final = "unknown"


class SplitWish(NamedTuple):
    """How to part the rows."""

    scope: Scope = Scope()
    shares: SplitShares | None = SplitShares()
    """None: not at all; each row's part is NULL then."""
    cuts: SplitCuts = NO_CUTS
    """Where the later parts begin, if somebody said so."""
    way: SplitWay = SplitWay.TIME
    known: SplitRecord | None = None
    """The parts of an earlier export, which hold."""


ReadRows = Callable[[Scope], Iterator[ExportRow]]
"""Reads the rows in scope from the first, after every filter; the same rows each time."""


@dataclass(slots=True)
class _Part:
    """What was seen of one part so far."""

    rows: int = 0
    sessions: set[bytes] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)
    labels: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    files: set[bytes] = field(default_factory=set)


class RowSplits:
    """The parts of the rows of one kind."""

    def __init__(self, store: Store, source: RowSource, wish: SplitWish, read: ReadRows) -> None:
        """Part the sessions and commits in scope; ``read`` gives the rows after every filter."""
        self._store, self._source, self._wish, self._read = store, source, wish, read
        self._sessions = read_session_members(store.connection, wish.scope)
        self._agents = {one.key: one.agent for one in self._sessions}
        self._parts: defaultdict[Split, _Part] = defaultdict(_Part)
        self._hidden = 0

    @cached_property
    def columns(self) -> tuple[RowColumn, ...]:
        """The kind's columns, then those that every kind has."""
        own = tuple(self._source.columns(self._store))
        names = {column.name for column in own}
        return own + tuple(column for column in COMMON if column.name not in names)

    def annotate(self) -> Iterator[ExportRow]:
        """Yield each row with its part, and where it comes from: those to learn from first, each heap in its order."""
        if self._wish.shares is None:
            yield from (self._finish(row, None, None) for row in self._read(self._wish.scope))
            return
        sketches: list[Sketch] = []
        for row in self._read(self._wish.scope):
            if self._find_split(row) is Split.TRAIN:
                if self._source.texts:
                    sketches.append(make_sketch(join_texts(row, self._source.texts)))
                yield self._finish(row, Split.TRAIN, False if self._source.texts else None)
        learned = SketchIndex(enumerate(sketches)) if self._source.texts else None
        sketches.clear()
        for row in self._read(self._narrow_scope()):
            if (split := self._find_split(row)) is not Split.TRAIN:
                yield self._finish(row, split, self._tell_repeated(row, learned))

    def _narrow_scope(self) -> Scope:
        """Return the scope from where the later parts begin, so that little is read a second time."""
        times = [one.at for one in self._members if self._splits[one.key] is not Split.TRAIN]
        times += [at for at in self._cuts if at is not None]
        known = [at for at in times if at is not None]
        if not known or len(known) < len(times) or self._wish.way is SplitWay.PROJECT:
            return self._wish.scope
        return replace(self._wish.scope, since=max(min(known), self._wish.scope.since or min(known)))

    def _finish(self, row: ExportRow, split: Split | None, repeats: bool | None) -> ExportRow:  # a fact of the row
        """Return the row with the columns that every kind has, counted."""
        values = self._hide_labels(row.values) if split is Split.TRAIN else dict(row.values)
        self._count(row, split, values, repeats=bool(repeats))
        return row._replace(values=self._add_common(row, values, split, repeats=repeats))

    @cached_property
    def record(self) -> SplitRecord | None:
        """What goes into `splits.json`; None where nothing is parted."""
        if self._wish.shares is None:
            return None
        heaps: dict[Split, list[str]] = {split: [] for split in Split}
        for one in self._sessions:
            heaps[self._splits[one.key]].append(hash_member(one.key, self._store.salt))
        return SplitRecord(
            way=self._wish.way,
            shares=self._wish.shares,
            cuts=self._cuts,
            sessions={split: tuple(sorted(names)) for split, names in heaps.items()},
        )

    def summarize(self) -> SplitSummary:
        """Return what the parts hold, of the rows that were yielded so far."""
        known = self._parts[Split.TRAIN].files
        by_time = self._wish.way is SplitWay.TIME and self._wish.shares is not None
        own = {one.key: find_split(one.at, self._cuts) for one in self._members} if by_time else {}
        return SplitSummary(
            parts={split: _sum_part(self._parts[split], known) for split in Split if split in self._parts},
            groups=len(set(self._groups.values())),
            moved=sum(self._splits[key] is not split for key, split in own.items()),
            undated=sum(one.at is None for one in self._members),
            hidden_labels=self._hidden,
        )

    @cached_property
    def _groups(self) -> Mapping[bytes, bytes]:
        return join_groups(read_joins(self._store.connection))

    @cached_property
    def _members(self) -> list[SplitMember]:
        return [*self._sessions, *read_commit_members(self._store.connection)]

    @cached_property
    def _cuts(self) -> SplitCuts:
        """Where the later parts begin: as somebody said, as before, else by the shares."""
        wish = self._wish
        if wish.shares is None or wish.way is SplitWay.PROJECT:
            return NO_CUTS
        if wish.cuts != NO_CUTS:
            return wish.cuts
        if wish.known is not None and wish.known.cuts != NO_CUTS:
            return wish.known.cuts
        return choose_cuts(self._list_times(), wish.shares)

    def _list_times(self) -> list[datetime]:
        """Return when the units of the kind began: sessions, or where there are none or it is of commits, rows."""
        if self._sessions and not self._source.of_commits:
            return [one.at for one in self._sessions if one.at is not None]
        return [row.origin.at for row in self._read(self._wish.scope) if row.origin.at is not None]

    @cached_property
    def _splits(self) -> Mapping[bytes, Split]:
        """The part of each session and commit."""
        wish = self._wish
        if wish.shares is None:
            return {}
        if wish.way is SplitWay.PROJECT:
            found = split_by_project(self._members, self._groups, wish.shares)
        else:
            found = {one.key: find_split(one.at, self._cuts) for one in self._members}
        if wish.known is not None:
            before = {name: split for split, names in wish.known.sessions.items() for name in names}
            for one in self._sessions:
                was = before.get(hash_member(one.key, self._store.salt))
                found[one.key] = found[one.key] if was is None else pick_later(found[one.key], was)
        return keep_together(found, self._groups)

    def _find_split(self, row: ExportRow) -> Split:
        """Return a row's part: its session's or commit's, else that of its time."""
        origin = row.origin
        key = _to_hash(row.id) if self._source.of_commits else origin.session
        found = self._splits.get(key) if key is not None else None
        if found is None and self._wish.way is SplitWay.PROJECT:
            return self._of_projects.get(origin.project, Split.TEST)
        return found or find_split(origin.at, self._cuts)

    @cached_property
    def _of_projects(self) -> Mapping[str, Split]:
        return {one.project: self._splits[one.key] for one in self._members}

    def _tell_repeated(self, row: ExportRow, learned: SketchIndex | None) -> bool | None:
        """Tell whether a row says what one to learn from says; None where that is not compared."""
        if learned is None:
            return None
        return learned.find_alike(make_sketch(join_texts(row, self._source.texts))) is not None

    def _hide_labels(self, values: Mapping[str, ExportValue]) -> dict[str, ExportValue]:
        """Return the columns without labels that were not yet known when the next part began."""
        cut = self._cuts.validation or self._cuts.test
        found = dict(values)
        if cut is None:
            return found
        for label, since in self._source.labels.items():
            known_at = values.get(since)
            at = parse_time(known_at) if isinstance(known_at, str) else None
            if values.get(label) is not None and (at is None or at > cut):
                found[label] = None
                self._hidden += label == next(iter(self._source.labels))
        return found

    def _add_common(
        self, row: ExportRow, values: dict[str, ExportValue], split: Split | None, *, repeats: bool | None
    ) -> dict[str, ExportValue]:
        """Return the columns with those that every kind has; what a kind has itself stays where it stands."""
        project, session = row.origin.project, row.origin.session
        common: dict[str, ExportValue] = {
            "agent": self._agents.get(session) or None if session is not None else None,
            "model": None,
            "language": name_main_language(list_files(row)),
            "project_hash": _hash_project(project, self._store.salt) if project else None,
            "split": None if split is None else split.value,
            "dup_of_train": repeats,
            "redactions": count_placeholders(row),
            "rule_version": VERSION if self._source.labels else None,
        }
        return {column.name: values.get(column.name, common.get(column.name)) for column in self.columns}

    def _count(self, row: ExportRow, split: Split | None, values: Mapping[str, ExportValue], *, repeats: bool) -> None:
        """Add a row to what its part holds."""
        if split is None:
            return
        part = self._parts[split]
        part.rows += 1
        part.repeated += repeats
        part.projects.add(row.origin.project)
        if row.origin.session is not None:
            part.sessions.add(row.origin.session)
        part.files.update(blake2b(path.encode("utf-8", "replace"), digest_size=8).digest() for path in list_files(row))
        label = next(iter(self._source.labels), None)
        if label is not None:
            part.labels[UNKNOWN if values.get(label) is None else str(values[label])] += 1


def _sum_part(part: _Part, known: set[bytes]) -> PartSummary:
    return PartSummary(
        rows=part.rows,
        sessions=len(part.sessions),
        projects=len(part.projects),
        labels=dict(sorted(part.labels.items())),
        repeated=part.repeated,
        files=len(part.files),
        known_files=len(part.files & known),
    )


def _hash_project(identity: str, salt: bytes) -> str:
    """Return a name for a project that tells rows of one project from others, and nothing more."""
    return blake2b(identity.encode("utf-8", "replace"), key=salt, digest_size=8, person=b"project").hexdigest()


def _to_hash(name: str) -> bytes | None:
    """Return a commit's hash as bytes; None of what is none."""
    try:
        return bytes.fromhex(name)
    except ValueError:
        return None
