"""Notes of agents' hooks are found by the process that the agent was."""

from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.note_rows import put, read_owned
from twiceshy.records.upkeep import Exposure


def test_all_notes_of_a_process_sessions_are_read(tmp_path: Path) -> None:
    """Also those that do not name the process: they say that the session lived."""
    notes = [
        Exposure(
            uid=bytes([at]),
            session=session,
            agent="codex",
            event="Stop",
            at=datetime(2026, 11, 23, 9, at, tzinfo=UTC),
            owner=owner,
        )
        for at, (session, owner) in enumerate([(b"s", "1.2.aa"), (b"s", None), (b"t", "3.4.aa"), (b"u", None)])
    ]
    with Store.open(tmp_path / "data") as store:
        put(store, notes)

        found = list(read_owned(store.connection, ["1.2.aa", "5.6.aa"]))

    assert found == notes[:2]
