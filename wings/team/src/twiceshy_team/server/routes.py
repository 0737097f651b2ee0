"""Every address of the server."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import orjson

from twiceshy import VERSION
from twiceshy.privacy.wire.batches import MOST_BYTES
from twiceshy.records.team import RowAnswer
from twiceshy.stats.text.as_json import to_json_value
from twiceshy_team import serve
from twiceshy_team.server.asked import ServerAnswer, ServerAsk, ServerRoute, answer_json

# Rows of members: the batch of our own client.


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


# What members take home: what the team knows, all of it or its lessons only, and how long one command may take.

_HASH = re.compile(r"[0-9a-f]{32}")


def answer_knowledge(ask: ServerAsk) -> ServerAnswer:
    """Tell what changed after a cursor; without one all of it."""
    found = serve.build_knowledge(ask.server.store, ask.caller, ask.query.get("since", ""), ask.now)
    counts = {"lessons": len(found.lessons), "limits": len(found.limits), "facts": len(found.facts)}
    return ServerAnswer(body=serve.encode_knowledge(found), counts={**counts, "effects": len(found.effects)})


def answer_lessons(ask: ServerAsk) -> ServerAnswer:
    """Tell which lessons changed after a cursor."""
    found = serve.build_knowledge(ask.server.store, ask.caller, ask.query.get("since", ""), ask.now)
    only = replace(found, limits=(), facts=(), effects=())
    return ServerAnswer(body=serve.encode_knowledge(only), counts={"lessons": len(only.lessons)})


def answer_suggest(ask: ServerAsk) -> ServerAnswer:
    """Tell the limits of one command, by its hash under the team's key; none where the team knows none."""
    asked = ask.query.get("team_hash", "")
    known = _HASH.fullmatch(asked)
    limits = serve.suggest_team_limits(ask.server.store, ask.caller, bytes.fromhex(asked), ask.now) if known else ()
    told = [{"kind": one.kind, "value_s": one.value_s, "runs": one.runs, "people": one.people} for one in limits]
    return answer_json("twiceshy/team-limits/1", {"limits": told}, counts={"limits": len(told)})


KNOWLEDGE_ROUTES = (
    ServerRoute(method="GET", path="/v1/knowledge", answer=answer_knowledge, scope="read"),
    ServerRoute(method="GET", path="/v1/lessons", answer=answer_lessons, scope="read"),
    ServerRoute(method="GET", path="/v1/suggest", answer=answer_suggest, scope="read"),
)


# The address to which clients of earlyexit send.


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


# OTLP over HTTP: what agents' own exporters send, at the addresses that they know.

_MOST_BYTES = 16 << 20
"""Of a body as it comes (guess, 2026-11-23: ``twiceshy_team.serve.otlp_intake`` unpacks no more)."""
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


# What members ask for: runs, patterns, and what was erased, so that nobody keeps it.


def answer_runs(ask: ServerAsk) -> ServerAnswer:
    """List runs that the caller may see, the newest first."""
    found = serve.list_team_runs(ask.server, ask.caller, ask.query, ask.now)
    return answer_json("twiceshy/team-runs/1", {"runs": to_json_value(found)}, counts={"runs": len(found)})


def answer_patterns(ask: ServerAsk) -> ServerAnswer:
    """List patterns by what they did, the most used first."""
    found = serve.list_team_patterns(ask.server, ask.caller, ask.query, ask.now)
    return answer_json("twiceshy/team-patterns/1", {"patterns": to_json_value(found)}, counts={"patterns": len(found)})


def answer_erasures(ask: ServerAsk) -> ServerAnswer:
    """List ids that were erased after a cursor."""
    found = serve.list_erasures(ask.server, ask.caller, ask.query.get("since", ""))
    return answer_json("twiceshy/erasures/1", {"ids": [key.hex() for key in found.ids], "cursor": found.cursor})


READ_ROUTES = (
    ServerRoute(method="GET", path="/v1/runs", answer=answer_runs, scope="read"),
    ServerRoute(method="GET", path="/v1/patterns", answer=answer_patterns, scope="read"),
    ServerRoute(method="GET", path="/v1/erasures", answer=answer_erasures, scope="read"),
)


ROUTES: tuple[ServerRoute, ...] = (
    *BATCH_ROUTES,
    *KNOWLEDGE_ROUTES,
    *OLD_ROUTES,
    *OTLP_ROUTES,
    *READ_ROUTES,
)
