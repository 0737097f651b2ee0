"""Part rows into those to learn from, to choose by and to test on, and say of each where it comes from.

Sessions are parted before the first row is read: by time, whole, together with what they belong to. Rows to learn
from come first; the others are read after them, each compared with all that are learned from. Of these 600 bytes a
text are kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.quality_facts import read_commit_members, read_joins, read_session_members
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope
from twiceshy.judgement.outcomes.task_results import VERSION
from twiceshy.records.exports import (
    NO_CUTS,
    ColumnType,
    ExportRow,
    ExportValue,
    PartSummary,
    Split,
    SplitCuts,
    SplitMember,
    SplitRecord,
    SplitShares,
    SplitSummary,
    SplitWay,
    list_columns,
)
from twiceshy_data.dataset.near_duplicates import Sketch, SketchIndex, make_sketch
from twiceshy_data.dataset.row_texts import count_placeholders, join_texts, list_files, name_main_language
from twiceshy_data.dataset.splits import (
    choose_cuts,
    find_split,
    hash_member,
    join_groups,
    keep_together,
    pick_later,
    split_by_project,
)
from twiceshy_data.rows.row_sources import RowSource

# Which part does each session and commit of the store belong to?


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


class SplitPlan(NamedTuple):
    """The part of everything that is parted."""

    members: tuple[SplitMember, ...]
    """Sessions, then commits."""
    sessions: int
    """How many of the members are sessions."""
    cuts: SplitCuts
    splits: Mapping[bytes, Split]
    """By the member's key; empty where nothing is parted."""
    by_project: Mapping[str, Split]
    """Only where projects are kept apart."""
    groups: int
    """Heaps of two and more that belong together."""


def plan_splits(store: Store, wish: SplitWish, list_times: Callable[[], Iterable[datetime]] | None) -> SplitPlan:
    """Return the parts.

    The cuts are where somebody said, or where they were before; else sessions get the shares, or where there are
    none, or ``list_times`` is given for rows that are no part of sessions, the times that it lists.
    """
    sessions = read_session_members(store.connection, wish.scope)
    members = (*sessions, *read_commit_members(store.connection))
    if wish.shares is None:
        return SplitPlan(members, len(sessions), NO_CUTS, {}, {}, 0)
    groups = join_groups(read_joins(store.connection))
    heaps = len(set(groups.values()))
    if wish.way is SplitWay.PROJECT:
        groups = join_groups([*groups.items(), *_join_projects(members)])
        found = split_by_project(members, groups, wish.shares)
        cuts = NO_CUTS
    else:
        times = list_times() if list_times is not None else (one.at for one in sessions if one.at is not None)
        cuts = _choose_cuts(wish, times, wish.shares)
        found = {one.key: find_split(one.at, cuts) for one in members}
    if wish.known is not None:
        found |= _hold_known(found, sessions, wish.known, store.salt)
    splits = keep_together(found, groups)
    by_project = {one.project: splits[one.key] for one in members} if wish.way is SplitWay.PROJECT else {}
    return SplitPlan(members, len(sessions), cuts, splits, by_project, heaps)


def _join_projects(members: Iterable[SplitMember]) -> list[tuple[bytes, bytes]]:
    """Return what joins the members of each project."""
    firsts: dict[str, bytes] = {}
    return [(firsts.setdefault(one.project, one.key), one.key) for one in members]


def _choose_cuts(wish: SplitWish, times: Iterable[datetime], shares: SplitShares) -> SplitCuts:
    """Return where the later parts begin."""
    if wish.cuts != NO_CUTS:
        return wish.cuts
    if wish.known is not None and wish.known.cuts != NO_CUTS:
        return wish.known.cuts
    return choose_cuts(times, shares)


def _hold_known(
    found: Mapping[bytes, Split], sessions: Iterable[SplitMember], known: SplitRecord, salt: bytes
) -> dict[bytes, Split]:
    """Return the parts of sessions that were exported before: none moves to an earlier part."""
    before = {name: split for split, names in known.sessions.items() for name in names}
    hashes = {one.key: hash_member(one.key, salt) for one in sessions}
    return {key: pick_later(found[key], before[name]) for key, name in hashes.items() if name in before}


def record_splits(plan: SplitPlan, wish: SplitWish, salt: bytes) -> SplitRecord | None:
    """Return what goes into `splits.json`; None where nothing is parted."""
    if wish.shares is None:
        return None
    heaps: dict[Split, list[str]] = {split: [] for split in Split}
    for one in plan.members[: plan.sessions]:
        heaps[plan.splits[one.key]].append(hash_member(one.key, salt))
    return SplitRecord(
        way=wish.way,
        shares=wish.shares,
        cuts=plan.cuts,
        sessions={split: tuple(sorted(names)) for split, names in heaps.items()},
    )


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
        """Read which part each session and commit is of; ``read`` gives the rows after every filter."""
        self._salt, self._source, self._wish, self._read = store.salt, source, wish, read
        self._plan = plan_splits(store, wish, self._list_times if source.of_commits else None)
        if not self._plan.sessions and not source.of_commits:
            self._plan = plan_splits(store, wish, self._list_times)
        self._agents = {one.key: one.agent for one in self._plan.members if one.agent}
        self._parts: dict[Split, _Part] = {}
        self._hidden = 0
        own = tuple(source.columns(store))
        names = {column.name for column in own}
        self.columns = (*own, *(column for column in COMMON if column.name not in names))
        """The kind's columns, then those that every kind has."""

    @property
    def record(self) -> SplitRecord | None:
        """What goes into `splits.json`; None where nothing is parted."""
        return record_splits(self._plan, self._wish, self._salt)

    def _list_times(self) -> Iterator[datetime]:
        return (row.origin.at for row in self._read(self._wish.scope) if row.origin.at is not None)

    def annotate(self) -> Iterator[ExportRow]:
        """Yield each row with its part, and where it comes from: those to learn from first, each heap in its order."""
        if self._wish.shares is None:
            yield from (self._finish(row, None, None) for row in self._read(self._wish.scope))
            return
        sketches: list[Sketch] = []
        yield from self._list_learned(sketches)
        learned = SketchIndex(enumerate(sketches)) if self._source.texts else None
        sketches.clear()
        for row in self._read(self._narrow_scope()):
            if (split := self._find_split(row)) is not Split.TRAIN:
                yield self._finish(row, split, self._tell_repeated(row, learned))

    def _list_learned(self, sketches: list[Sketch]) -> Iterator[ExportRow]:
        """Yield the rows to learn from, and keep what later ones are compared with."""
        texts = self._source.texts
        for row in self._read(self._wish.scope):
            if self._find_split(row) is Split.TRAIN:
                if texts:
                    sketches.append(make_sketch(join_texts(row, texts)))
                yield self._finish(row, Split.TRAIN, False if texts else None)

    def _narrow_scope(self) -> Scope:
        """Return the scope from where the later parts begin, so that little is read a second time."""
        times = [one.at for one in self._plan.members if self._plan.splits[one.key] is not Split.TRAIN]
        times += [at for at in self._plan.cuts if at is not None]
        known = [at for at in times if at is not None]
        if not known or len(known) < len(times) or self._wish.way is SplitWay.PROJECT:
            return self._wish.scope
        return replace(self._wish.scope, since=max(min(known), self._wish.scope.since or min(known)))

    def _finish(self, row: ExportRow, split: Split | None, repeats: bool | None) -> ExportRow:
        """Return the row with the columns that every kind has, counted."""
        values = self._hide_labels(row.values) if split is Split.TRAIN else dict(row.values)
        self._count(row, split, values, repeats=bool(repeats))
        return row._replace(values=self._add_common(row, values, split, repeats=repeats))

    def summarize(self) -> SplitSummary:
        """Return what the parts hold, of the rows that were yielded so far."""
        plan = self._plan
        by_time = self._wish.way is SplitWay.TIME and self._wish.shares is not None
        own = {one.key: find_split(one.at, plan.cuts) for one in plan.members} if by_time else {}
        known = self._parts[Split.TRAIN].files if Split.TRAIN in self._parts else set[bytes]()
        return SplitSummary(
            parts={split: _sum_part(self._parts[split], known) for split in Split if split in self._parts},
            groups=plan.groups,
            moved=sum(plan.splits[key] is not split for key, split in own.items()),
            undated=sum(one.at is None for one in plan.members),
            hidden_labels=self._hidden,
        )

    def _find_split(self, row: ExportRow) -> Split:
        """Return a row's part: its session's or commit's, else its project's, else that of its time."""
        origin = row.origin
        key = _to_hash(row.id) if self._source.of_commits else origin.session
        found = self._plan.splits.get(key) if key is not None else None
        if found is None and self._wish.way is SplitWay.PROJECT:
            return self._plan.by_project.get(origin.project, Split.TEST)
        return found or find_split(origin.at, self._plan.cuts)

    def _tell_repeated(self, row: ExportRow, learned: SketchIndex | None) -> bool | None:
        """Tell whether a row says what one to learn from says; None where that is not compared."""
        if learned is None:
            return None
        return learned.find_alike(make_sketch(join_texts(row, self._source.texts))) is not None

    def _hide_labels(self, values: Mapping[str, ExportValue]) -> dict[str, ExportValue]:
        """Return the columns without labels that were not yet known when the next part began."""
        cut = self._plan.cuts.validation or self._plan.cuts.test
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
            "project_hash": hash_project(project, self._salt) if project else None,
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
        part = self._parts.setdefault(split, _Part())
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


def hash_project(identity: str, salt: bytes) -> str:
    """Return a name for a project that tells rows of one project from others, and nothing more."""
    return blake2b(identity.encode("utf-8", "replace"), key=salt, digest_size=8, person=b"project").hexdigest()


def _to_hash(name: str) -> bytes | None:
    """Return a commit's hash as bytes; None of what is none."""
    try:
        return bytes.fromhex(name)
    except ValueError:
        return None
