"""Take what an agent's own exporter sends: read it, take secrets out, store it, and keep the rows of its sessions.

Nobody redacted what comes here, so it is redacted rather than refused. A session's row is made anew of all that was
stored of it, also where a request was known already: a server that was ended between the two makes it up when the
exporter sends again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from twiceshy.logs.otlp.metric_rows import make_session_rows
from twiceshy.logs.otlp.requests import Signal, find_media, read_export, write_answer
from twiceshy.privacy.wire.packed_bodies import unpack_body
from twiceshy.privacy.wire.row_kinds import LEVELS
from twiceshy.records.team import Caller, RowAnswer, WireRow
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.store.export_sums import sum_exports

MOST_EXPORT_BYTES = 16 << 20
"""Of a request, packed or not: an exporter drops what is refused, and 512 events with texts may have as much (guess,
2026-11-23: a batch of OpenTelemetry's SDKs has 512 by default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenExport:
    """What became of a request of an exporter."""

    answer: bytes
    media: str
    """The form of the answer, which is the request's."""
    counts: dict[str, int]
    """Rows by what became of them, records that were left out and of unknown names, sessions, and bytes."""


def take_export(  # what was sent, by whom, and how it is packed
    server: TeamServer,
    caller: Caller,
    signal: Signal,
    body: bytes,
    now: datetime,
    *,
    encoding: str = "",
    content_type: str = "",
) -> TakenExport:
    """Store the events or counters of a request.

    Args:
        server: the open server.
        caller: who sent it: its rows are this member's.
        signal: what the address takes.
        body: packed as ``encoding`` says.
        now: by the server's clock.
        encoding: of ``Content-Encoding``.
        content_type: JSON or protobuf.

    Raises:
        BodyTooLarge: there is more than one request may hold.
        WireError: it is no request of OTLP.
        StoreUnwritable: nothing, or the events without their sessions' rows, was stored: it may be sent again.
    """
    media = find_media(content_type)
    plain = unpack_body(body, encoding, MOST_EXPORT_BYTES)
    level = min(server.level, caller.level, key=LEVELS.index)
    found = read_export(signal, plain, media, salt=_make_salt(caller.team), level=level, now=now)
    answers = _store(server, caller, found.rows, now)
    sessions = sorted({bytes.fromhex(str(key)) for row in found.rows if (key := row.data.get("session_hash"))})
    if sessions:
        sums = sum_exports(server.store, caller, sessions)
        _store(server, caller, list(make_session_rows(sums.events, sums.counters)), now)
    verdicts = Counter[str](one.verdict for one in answers)
    counts = {
        **verdicts,
        "passed": found.passed,
        "unknown": sum(found.unknown.values()),
        "sessions": len(sessions),
        "bytes": len(plain),
    }
    return TakenExport(
        answer=write_answer(signal, media, verdicts["refused"]),
        media=media,
        counts={name: count for name, count in counts.items() if count},
    )


def _store(server: TeamServer, caller: Caller, rows: Sequence[WireRow], now: datetime) -> list[RowAnswer]:
    """Store rows that nobody redacted; their level holds already. What is redacted and still found is refused."""
    clean = list(rows)
    places = sorted(server.scan.find(clean))
    redacted = [server.scan.redact(clean[place]) for place in places]
    left = {places[number]: why for number, why in server.scan.find(redacted).items()}
    for place, row in zip(places, redacted, strict=True):
        clean[place] = row
    refused = [RowAnswer(clean[place].id, clean[place].rev, "refused", why) for place, why in left.items()]
    kept = [row for place, row in enumerate(clean) if place not in left]
    return [*refused, *(server.store.accept(caller, kept, now) if kept else ())]


def _make_salt(team: str) -> bytes:
    """Return what ids and accounts of a team are hashed with: another team's hashes of the same are others."""
    return blake2b(team.encode(), person=b"otlp salt").digest()
