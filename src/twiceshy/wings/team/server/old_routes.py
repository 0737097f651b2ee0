"""The address to which clients of earlyexit send."""

from collections import Counter

import orjson

from twiceshy.privacy.wire.batches import MOST_BYTES
from twiceshy.wings.team import serve
from twiceshy.wings.team.server.asked import ServerAnswer, ServerAsk, ServerRoute


def answer_old_events(ask: ServerAsk) -> ServerAnswer:
    """Store events, and answer as such a client expects."""
    taken = serve.accept_old_events(
        ask.server, ask.caller, ask.body, ask.now, encoding=ask.headers.get("content-encoding", "")
    )
    return ServerAnswer(
        body=orjson.dumps({"status": "ok", "received": taken.received, "warnings": list(taken.warnings)}),
        counts={**Counter(one.verdict for one in taken.answers), "bytes": taken.size},
    )


def _write_old_error(says: str) -> bytes:
    return orjson.dumps({"status": "error", "received": 0, "warnings": [says]})


OLD_ROUTES = (
    ServerRoute(
        method="POST",
        path="/api/v1/events",
        answer=answer_old_events,
        scope="write",
        most_bytes=MOST_BYTES,
        api_key=True,
        error=_write_old_error,
    ),
)
