"""Notice that a server was put back to an older state, and have sent again what is missing there.

One row that the server took last is kept, as its witness, and is sent once more before anything else. A server that has
it says that it is known. One that stores it lost it, and with it what came after: then every record that it ever had is
made again from the store, and what was erased is erased again. What the server still has it knows, so nothing doubles.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from twiceshy.archive.db import Store
from twiceshy.archive.lost_rows import WITNESS, mark_lost
from twiceshy.archive.sync_notes import put_notes, read_notes
from twiceshy.privacy.wire.wire_rows import WireError, decode_row
from twiceshy.records.sync import ServerAddress
from twiceshy.records.team import RowAnswer, WaitingRow
from twiceshy.wings.team.sync.leaving_lines import LeavingLines
from twiceshy.wings.team.sync.server_settings import fingerprint

_OF = "witness-of"
"""Name of the note that says of which server and token the witness is."""
_NEVER = "tombstone"
"""A kind that is no witness: a server may store it each time (an administrator's)."""


def read_witness(store: Store, server: ServerAddress, lines: LeavingLines) -> WaitingRow | None:
    """Return the row that a server surely had, held to what may leave now; None where there is none."""
    notes = read_notes(store.connection)
    if WITNESS not in notes or notes.get(_OF) != fingerprint(server):
        return None
    line = notes[WITNESS].encode()
    try:
        row = decode_row(line)
    except WireError:
        return None
    ready = lines.sort([WaitingRow(id=row.id, rev=row.rev, kind=row.kind, body=line)]).ready
    return ready[0] if ready else None


def make_witness(server: ServerAddress, rows: Sequence[WaitingRow], told: Sequence[RowAnswer]) -> Mapping[str, str]:
    """Return the notes of a new witness: the shortest row that the server has now; none where no row can be one."""
    taken = {(one.id, one.rev) for one in told if one.verdict != "refused"}
    fit = [row for row in rows if row.kind != _NEVER and (row.id, row.rev) in taken]
    if not fit:
        return {}
    return {WITNESS: min(fit, key=lambda row: len(row.body)).body.decode(), _OF: fingerprint(server)}


def hear_witness(store: Store, told: Sequence[RowAnswer], witness: WaitingRow, now: datetime) -> int:
    """Take what a server says of the witness; return how many records it lost. The caller commits."""
    verdicts = {one.verdict for one in told if (one.id, one.rev) == (witness.id, witness.rev)}
    if "refused" in verdicts:
        put_notes(store.connection, {WITNESS: ""})
    if "stored" not in verdicts:
        return 0
    put_notes(store.connection, {"erasures-cursor": ""})  # what the server erases from now on begins at its own count
    return mark_lost(store.connection, now)
