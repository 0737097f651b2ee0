"""What members ask for: runs, patterns, and what was erased, so that nobody keeps it."""

from twiceshy.stats.text.as_json import to_json_value
from twiceshy.wings.team import serve
from twiceshy.wings.team.server.asked import ServerAnswer, ServerAsk, ServerRoute, answer_json


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
