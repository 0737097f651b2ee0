"""What was written into files is remembered as it is."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive.applied_remedies import list_applied, note_undone, put
from twiceshy.archive.db import Store
from twiceshy.records.insights import RemedyKind
from twiceshy.records.suggestions import AppliedRemedy

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROW = AppliedRemedy(
    id="i-1",
    path=Path("/shop/.claude/settings.local.json"),
    kind=RemedyKind.AGENT_SETTING,
    project="shop",
    project_identity="folder:/shop",
    text="an-agent: a.b = 1",
    applied_at=AT,
    gap="\r\n\r\n",
    created=True,
    folder_created=True,
    insertions=((3, '"a": 1'),),
    made=("a", "a.b"),
    digest="12",
)


def test_a_row_comes_back_whole(tmp_path: Path) -> None:
    """The newer one of a file and id stands."""
    with Store.open(tmp_path / "home") as store:
        with store.begin_writing() as connection:
            put(connection, [replace(ROW, applied_at=None)])
            put(connection, [ROW])
        assert list_applied(store.connection) == [ROW]


def test_what_was_taken_out_is_not_listed(tmp_path: Path) -> None:
    """Until it is written again."""
    with Store.open(tmp_path / "home") as store:
        with store.begin_writing() as connection:
            put(connection, [ROW])
            note_undone(connection, [ROW], AT)
        assert list_applied(store.connection) == []
        with store.begin_writing() as connection:
            put(connection, [ROW])
        assert list_applied(store.connection) == [ROW]
