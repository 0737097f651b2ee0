"""The fate of the commits that sessions are linked to, as short JSON."""

import json

from twiceshy.records.commits import Reversal, SessionFate, Survival
from twiceshy.store import derived_values
from twiceshy.store.db import Store

KIND = "survival"
VERSION = 1


def fate_of_session(store: Store, session: bytes) -> SessionFate | None:
    """Return the fate of a session's commits; None if that was never looked for."""
    found = derived_values.get(store.connection, KIND, session)
    if found is None:
        return None
    value = json.loads(found.value)
    return SessionFate(
        commits=tuple(
            Survival(
                commit_hash=row["commit"],
                lines=row["lines"],
                alive=tuple((count, share) for count, share in row["alive"]),
                at_head=row["head"],
                as_commit=row["as"],
            )
            for row in value["commits"]
        ),
        undone=tuple(Reversal(**row) for row in value["undone"]),
        calls={bytes.fromhex(call): share for call, share in value["calls"].items()},
    )


def encode_fate(fate: SessionFate) -> bytes:
    """Encode the fate as JSON, as ``fate_of_session`` reads it."""
    value = {
        "commits": [
            {
                "commit": one.commit_hash,
                "lines": one.lines,
                "alive": [[count, round(share, 4)] for count, share in one.alive],
                "head": None if one.at_head is None else round(one.at_head, 4),
                "as": one.as_commit,
            }
            for one in fate.commits
        ],
        "undone": [
            {
                "commit_hash": one.commit_hash,
                "by": one.by,
                "kind": one.kind,
                "share": None if one.share is None else round(one.share, 4),
                "days": round(one.days, 2),
            }
            for one in fate.undone
        ],
        "calls": {call.hex(): round(share, 4) for call, share in fate.calls.items()},
    }
    return json.dumps(value, separators=(",", ":")).encode()
