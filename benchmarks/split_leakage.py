"""Does anything that was learned from turn up in what is tested on? Groups and near-duplicates planted in a store.

``python -m benchmarks split_leakage [SESSIONS]``: an invented store of so many sessions (400), of which a tenth are
copies of another one and a tenth repeat the words of one to learn from, with few words changed.
"""

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.session_values import put_copies
from twiceshy.base.values import Scope
from twiceshy.records.exports import ColumnType, ExportRow, RowOrigin, Split, list_columns
from twiceshy_data.recipes.split_rows import RowSplits, SplitWish
from twiceshy_data.rows.row_sources import RowSource

SESSIONS = 400
"""Guess of 2026-11-23: parts of 40 sessions, and a second of work."""
START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = [f"{a}{b}{c}{d}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst" for d in "aeiou"]


def name_session(number: int) -> bytes:
    return number.to_bytes(16, "big")


def draw_text(draw: random.Random) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(40, 800)))


def change_words(text: str, draw: random.Random) -> str:
    """Return the text with one word in a hundred another, another number, and in capitals."""
    words = text.split()
    for _ in range(len(words) // 100):
        words[draw.randrange(len(words))] = draw.choice(WORDS)
    return f"{' '.join(words).upper()} {draw.randint(1, 9999)}"


def fill(store: Store, count: int, copies: Sequence[tuple[int, int]]) -> None:
    with store.begin_writing() as connection:
        connection.execute("INSERT INTO project (id, identity, name) VALUES (1, 'folder:/x', 'x')")
        for number in range(count):
            at = f"{START + timedelta(hours=number):%Y-%m-%dT%H:%M:%S}.000Z"
            connection.execute(
                "INSERT INTO session (uid, agent, native_id, project_id, first_at, last_at) "
                "VALUES (?, 'a', ?, 1, ?, ?)",
                (name_session(number), str(number), at, at),
            )
        put_copies(connection, [(name_session(one), name_session(other)) for one, other in copies])


def main(arguments: Sequence[str]) -> None:
    count = int(arguments[0]) if arguments else SESSIONS
    draw = random.Random(1)
    copies = [(draw.randrange(count), draw.randrange(count)) for _ in range(count // 10)]
    texts = [f"{draw_text(draw)} 7" for _ in range(count)]
    repeats = {draw.randrange(count * 9 // 10, count): draw.randrange(count * 7 // 10) for _ in range(count // 10)}
    for late, early in repeats.items():
        texts[late] = change_words(texts[early], draw)
    source = RowSource(lambda _: list_columns(text=ColumnType.TEXT), lambda _, __: iter(()), "", texts=("text",))

    def read(scope: Scope) -> Iterator[ExportRow]:
        for number, text in enumerate(texts):
            at = START + timedelta(hours=number)
            if scope.since is None or at >= scope.since:
                yield ExportRow(str(number), {"text": text}, RowOrigin("folder:/x", name_session(number), at))

    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        fill(store, count, copies)
        assert store.salt
        began = time.process_time()
        found = {int(row.id): row.values for row in RowSplits(store, source, SplitWish(), read).annotate()}
        took = time.process_time() - began
    parts = {number: values["split"] for number, values in found.items()}
    learned = {number for number, part in parts.items() if part == Split.TRAIN}
    planted = {late for late, early in repeats.items() if early in learned and late not in learned}
    marked = {number for number, values in found.items() if values["dup_of_train"]}
    print(f"{count} sessions, {len(learned)} to learn from, {took:.2f} CPU s")
    print(f"copies on both sides: {sum(parts[one] != parts[other] for one, other in copies)} of {len(copies)}")
    print(f"near-duplicates that are not marked: {len(planted - marked)} of {len(planted)}")
    print(f"marked, and not planted: {len(marked - planted)} of {count - len(learned) - len(planted)}")
