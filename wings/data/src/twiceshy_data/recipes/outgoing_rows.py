"""The rows that a call asks for, as they may leave: those of the source that are neither excluded nor filtered out.

Rows come from a cursor and go in heaps, so that memory does not grow with the store.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.shared_projects import list_projects
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.values import Scope
from twiceshy.privacy.outgoing import OutgoingTexts, holds_credential
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.exports import ColumnType, ExportRow, RowColumn, SplitShares
from twiceshy.records.ingest import StepProgress
from twiceshy_data.dataset.licences import NOT_STATED, is_permissive
from twiceshy_data.dataset.row_filters import RowFilter, fits, list_unmet
from twiceshy_data.dataset.row_texts import list_texts
from twiceshy_data.recipes.audited_rows import audit_batches, hide_whereabouts
from twiceshy_data.recipes.history_rows import COLUMNS, HistoryRows
from twiceshy_data.recipes.split_rows import ReadRows, RowSplits, SplitWish, hash_project
from twiceshy_data.rows.commit_rows import PATCH, CommitDiffs, DiffColumn
from twiceshy_data.rows.row_exclusions import (
    RowExclusions,
    find_never_counted,
    read_licences,
    read_repository_licence,
)
from twiceshy_data.rows.row_sources import SOURCES, RowSource

_UNFIT: Final = "other outcome, model or confidence"
EXCLUDED: Final = "excluded by contribute.exclude"
UNLICENSED: Final = "of projects whose licence is not stated or not permissive"
BROKEN: Final = "with code that redaction changed"
_CODE: Final = RowColumn("code_redacted", ColumnType.BOOLEAN)
"""Of rows with code: a credential was taken out of it, so that it is no longer what stood in the file."""
_HELD_BACK: Final = {
    BROKEN: "A placeholder in code teaches what nobody wrote: such rows are not for training.",
    EXCLUDED: "`twiceshy config get contribute.exclude` shows what is.",
    UNLICENSED: "If you may give them, name the one project, and under which licence: --project NAME --license ID.",
}
"""Why rows must not leave, and what to do about it."""
_LICENSE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,60}")
"""As licences are named (SPDX), and safe in the head of a page."""
_PAIRS: Final = ("finetune-dpo", "preferences")
_ENOUGH_PAIRS, _ENOUGH_WEEKS = 200, 5
"""Below these a model learns little but names (guess, 2026-11-23)."""
MESSAGES: Final = "finetune-messages"
"""Rows of a repository's own history, which is read where it lies: no kind of the store's."""
_MESSAGE_SHARES: Final = SplitShares(60, 20, 20)
"""As message models are measured: three fifths to learn from, a fifth to choose by, the last to test on."""
_TRAINED: Final = ("finetune", "preferences")
"""Kinds that are made to train on, whatever their form."""
Watch = Callable[[StepProgress], object]
"""Is told how far the rows are."""

_NAMES = {
    "orchestration": "subagents",
    "preferences": "pairs of texts",
    "finetune-chat": "dialogues to learn from",
    "finetune-dpo": "pairs of texts",
    MESSAGES: "commits to learn from",
    "finetune-sft": "answers to learn from",
}
"""What people call the rows of a kind, where it is not the kind's name."""


class ExportWish(NamedTuple):
    """What to write, and how."""

    kind: str
    form: str
    scope: Scope
    outcome: str | None = None
    """As ``twiceshy_data.dataset.row_filters`` says; None: any, as of the next two."""
    model: str | None = None
    min_confidence: float | None = None
    level: RedactionLevel | None = None
    """None: as the store's, but strict for a data set that is made to be shared."""
    split: SplitWish | None = None
    """How the rows are parted; None: as the form has it, a folder of data with the usual shares, another not at all."""
    license: str = ""
    """Under which the rows of the one project that is named may be given on, as their owner says; all others' rows need
    a licence of their own."""
    with_diffs: bool = False
    """Commits with their patches, where git has them here."""
    repo: Path | None = None
    """Whose history is asked for; None: what is stored."""
    stays: bool = False
    """Whether the rows stay on this machine, so that no licence is asked for."""


class OutgoingRows(NamedTuple):
    """Rows of one kind on their way out."""

    columns: Sequence[RowColumn]
    batches: Iterator[list[ExportRow]]
    splits: RowSplits | None = None
    """What says how they were parted, once all were read."""


class RowGate:
    """Gives the rows of kinds as they may leave, and counts what it held back."""

    def __init__(self, store: Store, wish: ExportWish, level: RedactionLevel, config: Config) -> None:
        self.store = store
        self.config = config
        self.wish = wish
        self.level = level
        self.split = wish.split
        if self.split is None and wish.repo is not None:
            self.split = SplitWish(shares=_MESSAGE_SHARES)
        self.filter = RowFilter(wish.outcome, wish.model, wish.min_confidence)
        self.left_out: Counter[str] = Counter()
        """Rows, by why."""
        self.weeks = set[tuple[int, int]]()
        """Years and weeks from which rows are that were let out."""
        self.without_diff = 0
        """Commits whose diff was asked for and is not here."""

    @cached_property
    def _texts(self) -> OutgoingTexts:
        """What looks at the texts: an empty store has no salt for it."""
        return OutgoingTexts(load_rules(), self.store.salt, self.level, cache=self.config.cache)

    def judge_amount(self, rows: int) -> str:
        """Return why so many rows are too few to train on; empty where they are not, or no pairs of texts."""
        weeks = len(self.weeks)
        if self.wish.kind not in _PAIRS or (rows >= _ENOUGH_PAIRS and weeks >= _ENOUGH_WEEKS):
            return ""
        return (
            f"{rows} of {_ENOUGH_PAIRS} pairs, from {weeks} of {_ENOUGH_WEEKS} weeks: too few to train on; "
            "lessons reach the agent without training"
        )

    @property
    def replaced(self) -> dict[str, int]:
        """Secrets that were replaced so far, by kind."""
        return dict(sorted(self._texts.replaced.items()))

    @cached_property
    def _history(self) -> HistoryRows | None:
        """The rows of the repository that is asked for; None: none is."""
        if self.wish.repo is None:
            return None
        found = HistoryRows(self.config, self.store, self.wish.repo, find_never_counted(self.config, self.store))
        if not found.rows and not found.excluded:
            raise NotFound(f"{self.wish.repo.absolute()} has no commit with a message of a person to learn from.")
        self.left_out += Counter({EXCLUDED: found.excluded})  # nothing where it is 0
        return found

    def find_source(self, kind: str) -> RowSource:
        """Return where the rows of a kind come from.

        Raises:
            NotFound: the repository that is asked for has nothing to learn from.
            SourceError: it is none.
        """
        history = self._history if kind == MESSAGES else None
        if history is None:
            return SOURCES[kind]
        return RowSource(
            columns=lambda _: COLUMNS,
            rows=history.read,
            collect="git commit",
            texts=("completion",),
            of_commits=True,
            leaves=True,
        )

    def open_rows(self, kind: str, watch: Watch, diffs: DiffColumn | None = None) -> OutgoingRows:
        """Return the rows of a kind that are asked for, commits with ``diffs`` of them.

        Raises:
            NotFound: there is none.
            UsageError: an option says nothing about such rows.
        """
        source, read = self.find_source(kind), self._read_chosen(kind)
        columns: Sequence[RowColumn] = source.columns(self.store)
        splits = None
        if self.split is not None and next(source.rows(self.store, self.wish.scope), None) is not None:
            splits = RowSplits(self.store, source, self.split._replace(scope=self.wish.scope), read)
            columns = splits.columns
        rows = read(self.wish.scope) if splits is None else splits.annotate()
        wanted = diffs or (PATCH if self.wish.with_diffs and source.of_commits else None)
        if wanted is not None:
            columns, rows = (*columns, wanted.column), self._add_diffs(rows, wanted)
        first = next(rows, None)
        if first is None:
            raise NotFound(_explain_nothing(self.wish, kind, source, self.left_out))
        code = (*source.code, *([PATCH.column.name] if wanted is PATCH else ()))
        batches = self.audit(chain([first], rows), kind, watch)
        batches = self._leave_broken(batches) if kind.startswith(_TRAINED) else batches
        if not code:
            return OutgoingRows(columns, batches, splits)
        return OutgoingRows((*columns, _CODE), _mark_code(batches, code), splits)

    def _leave_broken(self, batches: Iterator[list[ExportRow]]) -> Iterator[list[ExportRow]]:
        """Yield rows to train on without those in which the gate itself found a credential."""
        for batch in batches:
            kept = [row for row in batch if not _is_broken(row)]
            if len(kept) < len(batch):
                self.left_out[BROKEN] += len(batch) - len(kept)
            yield kept

    def _add_diffs(self, rows: Iterator[ExportRow], wanted: DiffColumn) -> Iterator[ExportRow]:
        """Yield rows of commits with what git says of them, and count those of which it says nothing."""
        diffs = CommitDiffs(self.config, self.store, wanted)
        yield from diffs.add(rows)
        self.without_diff += diffs.missing

    def read_rows(self, kind: str) -> Iterator[ExportRow]:
        """Yield the rows of a kind that are asked for, as they are stored: not to be written.

        Raises:
            UsageError: an option says nothing about such rows.
        """
        return self._read_chosen(kind)(self.wish.scope)

    def audit(self, rows: Iterable[ExportRow], kind: str, watch: Watch) -> Iterator[list[ExportRow]]:
        """Yield rows as they may leave, heap by heap.

        Raises:
            TwiceshyError: a text still looks like a secret after the audit.
        """
        counted = self._count(rows, kind, watch)
        if self.level is RedactionLevel.STRICT:
            counted = map(hide_whereabouts, counted)
        return audit_batches(counted, self._texts)

    def _count(self, rows: Iterable[ExportRow], kind: str, watch: Watch) -> Iterator[ExportRow]:
        """Pass rows on, telling how many there were."""
        for number, row in enumerate(rows, 1):
            watch(StepProgress(step=f"Writing {kind}", done=number, total=0, unit="rows"))
            if row.origin.at is not None:
                self.weeks.add(row.origin.at.isocalendar()[:2])
            yield row

    @cached_property
    def _exclusions(self) -> RowExclusions | None:
        """What is never in data to train on or to give away; None: nothing is named."""
        never = find_never_counted(self.config, self.store)
        return None if never is None else RowExclusions(self.store, never)

    def _refuse(self, row: ExportRow, kind: str) -> str:
        """Return why a row must not be in such data; empty where it may."""
        if not (self.wish.form == "hf" or kind.startswith(_TRAINED)):
            return ""
        if self._exclusions is not None and self._exclusions.has_row(row):
            return EXCLUDED
        if kind.startswith(_TRAINED) and _is_broken(row):
            return BROKEN
        if self.wish.stays:
            return ""
        allowed = self._free | self._lifted
        return "" if allowed.issuperset((row.origin.project, *row.origin.others)) else UNLICENSED

    @cached_property
    def _lifted(self) -> frozenset[str]:
        """The identities of the one project that the stated licence is said of; of several it says nothing."""
        if not self.wish.license:
            return frozenset()
        if self.wish.repo is not None:
            return frozenset({self._history.project}) if self._history is not None else frozenset()
        every, word = list_projects(self.store.connection), self.wish.scope.project
        exact = [one for one in every if word in (one.name, *one.identities)]
        meant = exact or [one for one in every if word is None or word.lower() in one.name.lower()]
        return frozenset(meant[0].identities) if len(meant) == 1 else frozenset()

    @cached_property
    def _licences(self) -> dict[str, str]:
        """Licences of projects by their identities, as their files say."""
        found = read_licences(self.store)
        if self._history is not None and self.wish.repo is not None:
            found[self._history.project] = read_repository_licence(self.wish.repo)
        return found

    @cached_property
    def _free(self) -> frozenset[str]:
        """The projects whose rows may be given on by what their licences say."""
        return frozenset(identity for identity, one in self._licences.items() if is_permissive(one))

    def list_licences(self, projects: Iterable[str]) -> dict[str, str]:
        """Return the licence of each project, by a name that does not tell which it is."""
        told = {hash_project(one, self.store.salt): self._licences.get(one, NOT_STATED) for one in projects if one}
        return dict(sorted(told.items()))

    def _read_chosen(self, kind: str) -> ReadRows:
        """Return what reads the rows that are asked for; what it leaves out is counted once, however often it reads.

        Raises:
            UsageError: an option says nothing about such rows.
        """
        source, counted = self.find_source(kind), False
        if unmet := list_unmet(source.columns(self.store), self.filter):
            raise UsageError(f"{', '.join(unmet)}: rows of {kind} have no such column. Leave it out.")

        def read(scope: Scope) -> Iterator[ExportRow]:
            nonlocal counted
            first, counted = not counted, True
            for row in source.rows(self.store, scope):
                why = self._refuse(row, kind) if fits(row, self.filter) else _UNFIT
                if not why:
                    yield row
                elif first:
                    self.left_out[why] += 1

        return read


def _is_broken(row: ExportRow) -> bool:
    """Tell whether a credential was taken out of any text of a row."""
    return any(map(holds_credential, list_texts(row.values)))


def _mark_code(batches: Iterator[list[ExportRow]], code: Sequence[str]) -> Iterator[list[ExportRow]]:
    """Yield rows that say whether a credential was taken out of these columns."""
    for batch in batches:
        yield [row._replace(values=row.values | {_CODE.name: _holds_any(row, code)}) for row in batch]


def _holds_any(row: ExportRow, code: Sequence[str]) -> bool:
    return any(holds_credential(text) for name in code for text in list_texts(row.values.get(name)))


@contextmanager
def open_gate(config: Config, wish: ExportWish, default: RedactionLevel | None = None) -> Iterator[RowGate]:
    """Give what lets rows of the store out, at ``default`` where no level is asked for; None: at the rows' own.

    Raises:
        UsageError: the licence that is stated is no name of one.
    """
    source = SOURCES.get(wish.kind)
    if wish.license and not _LICENSE.fullmatch(wish.license):
        raise UsageError(f"--license {wish.license!r:.80} is no name of a licence, for instance apache-2.0 or MIT.")
    leaves = wish.repo is not None or (source is not None and source.leaves)
    own = RedactionLevel.STRICT if leaves else RedactionLevel(config.privacy_level)
    with Store.open(config.home, readonly=wish.repo is None) as store:  # a history needs no store, only its salt
        yield RowGate(store, wish, RedactionLevel(wish.level or default or own), config)


def find_remedy(why: str) -> str:
    """Return what lets rows leave that must not for this reason; empty for rows that were not asked for."""
    return _HELD_BACK.get(why, "")


def explain_left_out(left_out: Mapping[str, int], rows: str = "rows") -> str:
    """Return why all rows are left out, and what to do."""
    steps = {_UNFIT: "Ask for fewer things at once.", **_HELD_BACK}
    why = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
    todo = next(step for reason, step in reversed(steps.items()) if reason in left_out)
    return f"all {sum(left_out.values())} {rows} are left out: {why}. {todo}"


def _explain_nothing(wish: ExportWish, kind: str, source: RowSource, left_out: Mapping[str, int]) -> str:
    """Return why there is nothing to write, and what helps."""
    rows = _NAMES.get(kind, kind)
    if left_out:
        return explain_left_out(left_out, rows)
    if wish.scope == Scope():
        return f"no {rows} are stored yet. Next: {source.collect}"
    if wish.scope.project and kind == "runs":
        return (
            f"no run was recorded in a folder with {wish.scope.project!r} in its name. "
            "At telemetry.level anonymous folders are not kept: leave --project out, or set the level to full."
        )
    if wish.scope.project:
        return f"no {rows} of {wish.scope.project!r} are there. `twiceshy sessions` shows which projects there are."
    return f"no {rows} are in that time. Leave --since and --until out to write all."
