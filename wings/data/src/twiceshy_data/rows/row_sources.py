"""The kinds of rows that can be written. A further one is a module and a row here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.runs import KINDS, ExportKind
from twiceshy.base.values import Scope
from twiceshy.records.exports import ExportRow, RowColumn
from twiceshy_data.rows import (
    commit_rows,
    edit_rows,
    finetune_rows,
    judged_stories,
    lesson_rows,
    outcome_rows,
    preference_rows,
    session_rows,
)

# Where the rows of one kind come from.


class RowSource(NamedTuple):
    """Makes the rows of one kind."""

    columns: Callable[[Store], Sequence[RowColumn]]
    rows: Callable[[Store, Scope], Iterator[ExportRow]]
    """Yields those in scope, the oldest first."""
    collect: str
    """The call that makes such rows."""
    texts: tuple[str, ...] = ()
    """Columns with what a model would learn: two rows are near-duplicates by these. None: rows are not compared."""
    code: tuple[str, ...] = ()
    """Columns with code, where a row says whether redaction changed any."""
    labels: Mapping[str, str] = MappingProxyType({})
    """Columns that say what became of the work, each with the column that says since when that is known. The first
    is what rows are counted by."""
    of_commits: bool = False
    """Its rows are commits: their times, not those of sessions, decide where the parts of the data begin."""
    leaves: bool = False
    """Its rows are made for others to learn from: unless told otherwise names and hosts are taken out too."""


def _read_tables(kind: ExportKind) -> RowSource:
    """Return the source of a kind that stands in the store as it is."""
    return RowSource(
        columns=lambda store: kind.columns(store.connection),
        rows=lambda store, scope: kind.rows(store.connection, scope),
        collect=kind.collect,
    )


def _read_noun(noun: session_rows.RowNoun) -> RowSource:
    """Return the source of a kind that is found in sessions."""
    return RowSource(
        columns=lambda _: noun.columns,
        rows=lambda store, scope: session_rows.read_session_rows(store, scope, noun),
        collect="twiceshy ingest",
        texts=noun.texts,
        labels=judged_stories.LABELS if noun.judged else {},
    )


SOURCES: dict[str, RowSource] = {
    **{name: _read_tables(kind) for name, kind in KINDS.items()},
    "commits": RowSource(
        columns=lambda _: commit_rows.COLUMNS,
        rows=commit_rows.read_commit_rows,
        collect="twiceshy backfill --all",
        texts=("message",),
        of_commits=True,
    ),
    **{name: _read_noun(noun) for name, noun in session_rows.NOUNS.items()},
    "edits": RowSource(
        columns=lambda _: edit_rows.COLUMNS,
        rows=edit_rows.read_edit_rows,
        collect="twiceshy ingest",
        texts=("after",),
        code=("before", "after"),
        labels={**judged_stories.LABELS, "tests_after": "outcome_known_at", "survived": "outcome_known_at"},
    ),
    "outcomes": RowSource(
        columns=lambda _: outcome_rows.COLUMNS,
        rows=outcome_rows.read_outcome_rows,
        collect="twiceshy judge",
        labels=outcome_rows.LABELS,
    ),
    "lessons": RowSource(
        columns=lambda _: lesson_rows.COLUMNS,
        rows=lesson_rows.read_lesson_rows,
        collect="twiceshy learn",
        texts=("description", "root_cause", "bad"),
    ),
    "preferences": RowSource(
        columns=lambda _: preference_rows.PREFERENCES,
        rows=preference_rows.read_preference_rows,
        collect="twiceshy learn",
        texts=("rejected", "chosen"),
    ),
    "finetune-chat": RowSource(
        columns=lambda _: finetune_rows.CHAT,
        rows=finetune_rows.read_chat_rows,
        collect="twiceshy learn",
        texts=("messages",),
        leaves=True,
    ),
    "finetune-dpo": RowSource(
        columns=lambda _: finetune_rows.DPO,
        rows=finetune_rows.read_dpo_rows,
        collect="twiceshy learn",
        texts=("rejected", "chosen"),
        leaves=True,
    ),
    "finetune-sft": RowSource(
        columns=lambda _: finetune_rows.SFT,
        rows=finetune_rows.read_sft_rows,
        collect="twiceshy learn",
        texts=("prompt", "completion"),
        leaves=True,
    ),
}


ALL = "all"
"""The kind that stands for every other."""


def list_exports() -> tuple[str, ...]:
    """Return the kinds of rows that can be asked for."""
    return (*SOURCES, ALL)
