"""Rows are parted by time, whole sessions together, and no row is tested on that was learned from."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.archive.session_values import put_copies
from twiceshy.base.values import Scope
from twiceshy.records.exports import (
    ColumnType,
    ExportRow,
    ExportValue,
    RowOrigin,
    Split,
    SplitCuts,
    SplitWay,
    list_columns,
)
from twiceshy_data.recipes.split_rows import COMMON, RowSplits, SplitWish
from twiceshy_data.rows.row_sources import RowSource

START = datetime(2026, 11, 1, 14, tzinfo=UTC)
SESSIONS = 20
COLUMNS = list_columns(
    text=ColumnType.TEXT, good=ColumnType.BOOLEAN, known_at=ColumnType.TIME, path=ColumnType.TEXT, model=ColumnType.TEXT
)
TRAIN, VALIDATION, TEST = Split


def name_session(number: int) -> bytes:
    return bytes([number + 1]) * 16


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Twenty sessions of two projects, one a day; the second and the last are copies of each other."""
    with Store.open(tmp_path) as opened, opened.begin_writing() as connection:
        archive = Archive(connection)
        projects = [archive.project("shop"), archive.project("cart")]
        for number in range(SESSIONS):
            day = f"{START + timedelta(days=number):%Y-%m-%d}"
            archive.session(projects[number % 2], name_session(number).hex(), day=day)
        put_copies(connection, [(name_session(1), name_session(SESSIONS - 1))])
    with Store.open(tmp_path) as opened:
        assert opened.salt
        yield opened


def make_row(number: int, text: str, known_days: int = 0) -> ExportRow:
    at = START + timedelta(days=number)
    known_at = (at + timedelta(days=known_days)).isoformat()
    values: dict[str, ExportValue] = {
        "text": text,
        "good": True,
        "known_at": known_at,
        "path": f"a{number % 3}.py",
        "model": "m",
    }
    return ExportRow(f"s-{number}", values, RowOrigin("remote:host/owner/shop", name_session(number), at))


def split(store: Store, rows: list[ExportRow], wish: SplitWish | None = None) -> RowSplits:
    def read(scope: Scope) -> Iterator[ExportRow]:
        yield from (one for one in rows if scope.since is None or (one.origin.at or START) >= scope.since)

    source = RowSource(
        columns=lambda _: COLUMNS,
        rows=lambda _, scope: read(scope),
        collect="",
        texts=("text",),
        labels={"good": "known_at"},
    )
    return RowSplits(store, source, wish or SplitWish(), read)


def draw_parts(splits: RowSplits) -> dict[str, object]:
    return {row.id: row.values["split"] for row in splits.annotate()}


ROWS = [make_row(number, f"text of {'abcdefghijklmnopqrst'[number]}") for number in range(SESSIONS)]


def test_parts_follow_each_other_in_time(store: Store) -> None:
    """Sixteen days, two, two; a copy of a later session goes with it."""
    parts = draw_parts(split(store, ROWS))

    assert [parts[f"s-{number}"] for number in range(SESSIONS)] == [
        *("train", "test"),
        *["train"] * 14,
        *("validation", "validation", "test", "test"),
    ]


def test_each_row_says_where_it_comes_from(store: Store) -> None:
    """What the kind has itself stays where it stands; the project is a salted hash."""
    splits = split(store, ROWS)
    row = next(splits.annotate())

    assert list(row.values) == [column.name for column in splits.columns]
    assert list(row.values)[:5] == [column.name for column in COLUMNS]
    assert {column.name for column in COMMON} <= set(row.values)
    assert (row.values["agent"], row.values["model"], row.values["language"]) == ("claude-code", "m", "python")
    assert (row.values["redactions"], row.values["dup_of_train"]) == (0, False)
    assert "shop" not in str(row.values["project_hash"])


def test_what_repeats_a_row_to_learn_from_is_marked(store: Store) -> None:
    """Wherever the two stand; a row to learn from is never marked."""
    rows = [*ROWS[:-1], make_row(SESSIONS - 1, "text of  C")]
    splits = split(store, rows)
    marked = {row.id: row.values["dup_of_train"] for row in splits.annotate()}

    assert [name for name, repeats in marked.items() if repeats] == ["s-19"]
    assert splits.summarize().parts[TEST].repeated == 1


def test_a_label_counts_as_known_at_the_cut(store: Store) -> None:
    """In rows to learn from alone: what is tested on is judged by all that is known."""
    rows = [make_row(number, f"x{number}", known_days=30 if number in {4, 19} else 0) for number in range(SESSIONS)]
    splits = split(store, rows)
    labels = {row.id: row.values["good"] for row in splits.annotate()}

    assert [name for name, good in labels.items() if good is None] == ["s-4"]
    assert splits.summarize().hidden_labels == 1
    assert splits.summarize().parts[TRAIN].labels == {"True": 14, "unknown": 1}


def test_a_later_export_moves_no_row_back(store: Store) -> None:
    """The cuts stay; a session that was tested on is never learned from."""
    first = split(store, ROWS)
    assert first.record is not None
    cuts, sessions = first.record.cuts, dict(first.record.sessions)
    sessions[TEST] += sessions[TRAIN][:3]
    sessions[TRAIN] = sessions[TRAIN][3:]
    known = type(first.record)(way=first.record.way, shares=first.record.shares, cuts=cuts, sessions=sessions)
    with store.begin_writing() as connection:
        archive = Archive(connection)
        project = archive.project("late")
        for number in range(SESSIONS):
            archive.session(project, f"f{number:031x}", day="2026-12-01")

    again = split(store, ROWS, SplitWish(known=known))

    assert again.record is not None
    assert again.record.cuts == cuts
    assert set(sessions[TEST]) <= set(again.record.sessions[TEST])
    assert len(again.record.sessions[TEST]) == len(sessions[TEST]) + SESSIONS


def test_nothing_is_parted_where_nobody_wants_it(store: Store) -> None:
    """The columns stay, and are NULL."""
    splits = split(store, ROWS, SplitWish(shares=None))
    found = list(splits.annotate())

    assert [row.id for row in found] == [row.id for row in ROWS]
    assert {row.values["split"] for row in found} == {row.values["dup_of_train"] for row in found} == {None}
    assert splits.record is None
    assert splits.summarize().parts == {}


def test_cuts_can_be_said(store: Store) -> None:
    """They hold whatever the shares are."""
    cuts = SplitCuts(None, START + timedelta(days=3))
    parts = draw_parts(split(store, ROWS, SplitWish(cuts=cuts)))

    assert [name for name, part in parts.items() if part == TRAIN] == ["s-0", "s-2"]


def test_projects_can_be_kept_apart(store: Store) -> None:
    """Of two one is tested on."""
    splits = split(store, ROWS, SplitWish(way=SplitWay.PROJECT))

    assert list(draw_parts(splits).values()) == ["train"] * 10 + ["test"] * 10
    assert splits.record is not None
    assert splits.record.cuts == SplitCuts()


def test_rows_without_sessions_are_parted_by_their_own_times(tmp_path: Path) -> None:
    """Runs of a store without a session."""
    rows = [row._replace(origin=row.origin._replace(session=None)) for row in ROWS]
    with Store.open(tmp_path) as empty:
        assert empty.salt
        parts = draw_parts(split(empty, rows))

    assert [parts[f"s-{number}"] for number in (0, 15, 16, 18)] == ["train", "train", "validation", "test"]
    with Store.open(tmp_path) as empty:
        assert draw_parts(split(empty, [])) == {}
        assert draw_parts(split(empty, rows[:1])) == {"s-0": "train"}
