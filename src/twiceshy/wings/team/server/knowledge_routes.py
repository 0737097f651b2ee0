"""What members take home: what the team knows, all of it or its lessons only, and how long one command may take."""

import re
from dataclasses import replace

from twiceshy.wings.team import serve
from twiceshy.wings.team.server.asked import ServerAnswer, ServerAsk, ServerRoute, answer_json

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
