"""Hold a line that waits to what may leave now: a person may have become stricter since it was made."""

from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.privacy.wire.wire_rows import decode_row, encode_row, limit_level


def limit_line(line: bytes, level: Level) -> bytes | None:
    """Return what of a line may leave at a level, the line itself where that is all; None where nothing may.

    Raises:
        WireError: it is no row that may leave at all.
    """
    row = limit_level(decode_row(line), level)
    return None if row is None else encode_row(row)
