"""Rows of members: the batch of our own client."""

from collections import Counter

from twiceshy import VERSION
from twiceshy.privacy.wire.batches import MOST_BYTES
from twiceshy.records.team import RowAnswer
from twiceshy.wings.team import serve
from twiceshy.wings.team.server.asked import ServerAnswer, ServerAsk, ServerRoute, answer_json


def answer_batch(ask: ServerAsk) -> ServerAnswer:
    """Store a batch, and say of each row what became of it; an empty one tells what this server is."""
    result = serve.accept_batch(
        ask.server,
        ask.caller,
        ask.body,
        ask.now,
        encoding=ask.headers.get("content-encoding", ""),
        name=ask.headers.get("idempotency-key", ""),
    )
    return answer_json(
        "twiceshy/sync-answer/1",
        {"rows": [_draw_answer(one) for one in result.answers], "version": VERSION, "level": ask.server.level},
        counts={**Counter(one.verdict for one in result.answers), "bytes": result.size},
    )


def _draw_answer(one: RowAnswer) -> dict[str, object]:
    """Return the answer to one row; ``why`` where there is something to say."""
    found: dict[str, object] = {"id": one.id.hex(), "rev": one.rev, "is": one.verdict}
    return {**found, "why": one.why} if one.why else found


BATCH_ROUTES = (
    ServerRoute(method="POST", path="/v1/batch", answer=answer_batch, scope="write", most_bytes=MOST_BYTES),
)
