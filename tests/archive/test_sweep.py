"""archive.sweep: what nothing refers to goes; what stays reads as it was."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from twiceshy.archive import sweep
from twiceshy.archive.bodies import make_packs
from twiceshy.archive.db import Store
from twiceshy.archive.integrity import check_integrity
from twiceshy.archive.rows import hash_body

SHARED, LOOSE, KEPT, LAST = b"shared " * 40, b"nothing refers to this " * 40, b"kept " * 400, b"the last one " * 50


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


def put(store: Store, texts: Sequence[bytes]) -> None:
    with store.begin_writing_bodies():
        store.bodies.add(make_packs({hash_body(text): text for text in texts}))


def read(store: Store, text: bytes) -> str | None:
    return store.bodies.text(hash_body(text))


def test_a_pack_with_a_text_that_lies_elsewhere_is_swept_by_its_places(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second pack has a hole at its beginning, as its first text was stored before."""
    wanted = [hash_body(text) for text in (SHARED, KEPT, LAST)]
    monkeypatch.setattr(sweep, "find_references", lambda _: wanted)
    put(store, [SHARED])
    put(store, [SHARED, LOOSE, KEPT, LAST])

    assert sweep.sweep(store, thorough=False) == 1
    assert read(store, LOOSE) is None
    assert [read(store, text) for text in (SHARED, KEPT, LAST)] == [text.decode() for text in (SHARED, KEPT, LAST)]


def test_damaged_texts_are_taken_out(store: Store) -> None:
    """A text under the address of another is no text; what was put right under its old address stays."""
    put(store, [KEPT, LAST])
    with store.begin_writing_bodies():
        connection = store.bodies.connection
        connection.execute("UPDATE body SET offset = 7 WHERE hash = ?", (hash_body(LAST),))
        connection.execute(
            "INSERT INTO body SELECT ?, pack_id, offset, size FROM body WHERE hash = ?", (b"o" * 16, hash_body(KEPT))
        )

    assert check_integrity(store).damaged_texts == 1
    assert sweep.drop_damaged(store) == 1
    assert check_integrity(store).damaged_texts == 0
    assert read(store, LAST) is None
    assert read(store, KEPT) == store.bodies.text(b"o" * 16) == KEPT.decode()
    assert sweep.drop_damaged(store) == 0

    put(store, [LAST])
    assert read(store, LAST) == LAST.decode()


def test_a_pack_that_cannot_be_read_stops_no_look_for_damage(store: Store) -> None:
    """It is a fault of its own, which reading its texts says."""
    put(store, [KEPT])
    with store.begin_writing_bodies():
        store.bodies.connection.execute("UPDATE pack SET data = x'00'")

    assert sweep.drop_damaged(store) == 0
