"""Edits, outcomes and lessons as rows: every label has its confidence and since when it is known."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.exports import ExportRow
from twiceshy_data.recipes.split_rows import RowSplits, SplitWish
from twiceshy_data.rows.row_sources import SOURCES


def list_rows(config: Config, kind: str, scope: Scope | None = None) -> list[ExportRow]:
    with Store.open(config.home, readonly=True) as store:
        return list(SOURCES[kind].rows(store, scope or Scope()))


@pytest.mark.parametrize("kind", ["chats", "sessions", "edits"])
def test_an_outcome_has_its_confidence(sample: Config, kind: str) -> None:
    """And its evidence; what is unknown has neither."""
    rows = [row.values for row in list_rows(sample, kind)]

    assert {row["outcome"] for row in rows} <= {"good", "bad", None}
    assert {
        (row["outcome"] is None, row["outcome_confidence"] is None, row["outcome_why"] is None) for row in rows
    } <= {
        (True, True, True),
        (False, False, False),
    }
    assert any(row["outcome_known_at"] for row in rows)


def test_an_edit_has_its_texts(sample: Config) -> None:
    """And tells of which chat it is."""
    edits = [row.values for row in list_rows(sample, "edits")]
    chats = {row.values["id"] for row in list_rows(sample, "chats")}

    assert any(row["after"] for row in edits)
    assert {row["chat_id"] for row in edits} - {None} <= chats
    assert {type(row["read_before"]) for row in edits} <= {bool, type(None)}


def test_an_outcome_that_nothing_answers_has_a_row(sample: Config) -> None:
    """With NULL, no confidence and no time."""
    rows = [row.values for row in list_rows(sample, "outcomes")]
    counts = Counter(row["value"] for row in rows)

    assert counts[None]
    assert counts[True]
    assert {row["known_at"] for row in rows if row["value"] is None} == {None}
    assert {row["confidence"] for row in rows if row["value"] is None} == {None}
    assert len({row["id"] for row in rows}) == len(rows)


def test_lessons_are_known_since_they_were_seen_last(sample: Config) -> None:
    """In the order of that time; a scope takes those seen in its project and time."""
    rows = list_rows(sample, "lessons")
    late = Scope(since=datetime(2100, 1, 1, tzinfo=UTC))

    assert [row.values["last_seen"] for row in rows] == sorted(str(row.values["last_seen"]) for row in rows)
    assert list_rows(sample, "lessons", late) == list_rows(sample, "lessons", Scope(project="no such")) == []


@pytest.mark.parametrize("kind", SOURCES)
def test_every_kind_can_be_parted(sample: Config, kind: str) -> None:
    """No session, and so no row of it, is in two parts; every row of the source is there once."""
    with Store.open(sample.home, readonly=True) as store:
        source = SOURCES[kind]
        splits = RowSplits(store, source, SplitWish(), partial(source.rows, store))
        found = list(splits.annotate())
        whole = list(source.rows(store, Scope()))
    parts = Counter((row.origin.session, row.values["split"]) for row in found if row.origin.session)

    assert len(found) == len(whole)
    assert all([*row.values] == [column.name for column in splits.columns] for row in found)
    assert len(parts) == len({session for session, _ in parts})


def test_an_empty_store_has_no_rows(tmp_path: Path) -> None:
    """Of any kind, and nothing breaks."""
    with Store.open(tmp_path) as store:
        for source in SOURCES.values():
            splits = RowSplits(store, source, SplitWish(), partial(source.rows, store))
            assert list(splits.annotate()) == []
