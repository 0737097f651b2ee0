"""OTLP over HTTP: what agents' own exporters send, at the addresses that they know."""

from collections.abc import Callable
from typing import Literal

import orjson

from twiceshy.wings.team import serve
from twiceshy.wings.team.server.asked import ServerAnswer, ServerAsk, ServerRoute

_MOST_BYTES = 16 << 20
"""Of a body as it comes (guess, 2026-11-23: ``wings.team.serve.otlp_intake`` unpacks no more)."""
_INVALID = 3
"""``INVALID_ARGUMENT`` by definition of gRPC's codes."""


def _answer_signal(signal: Literal["logs", "metrics", "traces"]) -> Callable[[ServerAsk], ServerAnswer]:
    """Return what stores one signal; spans are taken and dropped, so that an exporter does not send them again."""

    def answer(ask: ServerAsk) -> ServerAnswer:
        found = serve.take_export(
            ask.server,
            ask.caller,
            signal,
            ask.body,
            ask.now,
            encoding=ask.headers.get("content-encoding", ""),
            content_type=ask.headers.get("content-type", ""),
        )
        return ServerAnswer(body=found.answer, media=found.media, counts=found.counts)

    return answer


def _write_status(says: str) -> bytes:
    return orjson.dumps({"code": _INVALID, "message": says})


OTLP_ROUTES = tuple(
    ServerRoute(
        method="POST",
        path=f"/v1/{signal}",
        answer=_answer_signal(signal),
        scope="write",
        most_bytes=_MOST_BYTES,
        error=_write_status,
    )
    for signal in ("logs", "metrics", "traces")
)
