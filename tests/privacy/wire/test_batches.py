"""Requests hold what a server takes, and each row once."""

from twiceshy.privacy.wire.batches import MOST_BYTES, MOST_ROWS, cut_batches, join_lines, name_batch
from twiceshy.records.team import WaitingRow


def waiting(number: int, size: int = 10) -> WaitingRow:
    """A row of that size."""
    return WaitingRow(id=number.to_bytes(16, "big"), rev=0, kind="tombstone", body=b"x" * size)


def test_a_request_has_no_more_rows_than_a_server_takes() -> None:
    """In their order, each once."""
    rows = [waiting(number) for number in range(2 * MOST_ROWS + 1)]

    batches = list(cut_batches(rows))

    assert [len(batch) for batch in batches] == [MOST_ROWS, MOST_ROWS, 1]
    assert [row for batch in batches for row in batch] == rows


def test_a_request_has_no_more_bytes_than_a_server_takes() -> None:
    """A row that fits exactly is in; a single one is sent however long it is."""
    half = MOST_BYTES // 2 - 1

    batches = list(cut_batches([waiting(1, half), waiting(2, half), waiting(3, 1), waiting(4, MOST_BYTES)]))

    assert [[row.id[-1] for row in batch] for batch in batches] == [[1, 2], [3], [4]]
    assert len(join_lines(batches[0])) == MOST_BYTES


def test_a_request_is_named_by_what_it_holds() -> None:
    """Whatever the order; another revision is another request."""
    one, two = waiting(1), waiting(2)
    newer = WaitingRow(id=two.id, rev=1, kind=two.kind, body=two.body)

    assert name_batch([one, two]) == name_batch([two, one]) != name_batch([one, newer])
