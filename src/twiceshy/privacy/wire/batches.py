"""Cut rows into requests, and name each request: the same rows in any order have the same name."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from twiceshy.records.team import WaitingRow

MOST_ROWS = 1_000
"""Of one request (guess, 2026-11-23)."""
MOST_BYTES = 4 << 20
"""Of one request, unpacked (guess, 2026-11-23)."""


def cut_batches(rows: Iterable[WaitingRow]) -> Iterator[list[WaitingRow]]:
    """Yield rows in their order, as many together as one request may hold."""
    batch: list[WaitingRow] = []
    size = 0
    for row in rows:
        if batch and (len(batch) == MOST_ROWS or size + len(row.body) + 1 > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += len(row.body) + 1
    if batch:
        yield batch


def join_lines(rows: Iterable[WaitingRow]) -> bytes:
    """Return the body of a request: one row a line."""
    return b"".join(row.body + b"\n" for row in rows)


def name_batch(rows: Sequence[WaitingRow]) -> str:
    """Return the ``Idempotency-Key`` of a request: 64 hexadecimal digits."""
    return sha256("\n".join(sorted(f"{row.id.hex()}:{row.rev}" for row in rows)).encode()).hexdigest()
