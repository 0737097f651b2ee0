"""What stands in the context before the first word, where sessions of the same project begin with less.

System prompt, tools, servers, skills and memory files are sent with every request, and no log holds their text. So
nobody can say what of it was needed. What can be said: like sessions (same agent, same model, so the same tokens) of
this project did their work with less. The likely figure has all begin as small as the smallest quarter of them, the
most as small as the smallest. Nothing is said where all begin alike.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Final, NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_words
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.project_money import is_worth, make_habit, sum_project
from twiceshy.records.insights import InsightKind
from twiceshy.records.spend import StartCost
from twiceshy.stats.text.foreign_names import quote_name

_LEAST_SESSIONS = 5
"""Like ones, from which their smallest quarter is known (guess, 2026-11-25)."""
_QUARTER = 0.25
"""Share of like sessions that begin so small or smaller: what several did is no accident (guess, 2026-11-25)."""
_GOES_ON = 1.5
"""Times the middle of like sessions, above which one goes on with an earlier dialogue: that is no fixed start (guess,
2026-11-25, as ``account.context_growth`` has it)."""
_SERVER = "mcp__"
"""How clients name a server's tools: ``mcp__server__tool``."""
_MOST_NAMED = 4  # servers (guess, 2026-11-25)
_REMEDIES: Final[Mapping[str, str]] = {
    "claude-code": "type `/context` in a new session: it lists what fills it; switch off servers and plugins that this "
    "project does not call (`/mcp`, `/plugin`)",
    "codex": "look at `[mcp_servers]` in Codex' config.toml: switch off the servers that this project does not call",
}
_ELSEWHERE: Final = "switch off the servers and tools that this project does not call"


class _Begun(NamedTuple):
    """A session with its start, and with what less would have saved."""

    place: Place
    start: StartCost
    likely_usd: float
    most_usd: float


def find_fixed_starts(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each agent whose sessions begin with more than like ones needed."""
    by_agent: dict[str, dict[str, list[tuple[Place, StartCost]]]] = defaultdict(lambda: defaultdict(list))
    for number, session in enumerate(history.sessions):
        spend = history.spends.get(session.session)
        if spend and spend.start and spend.start.tokens and session.attempts:
            by_agent[session.agent][session.model].append((Place(number, 0), spend.start))
    for agent, by_model in sorted(by_agent.items()):
        found = [one for group in by_model.values() for one in _compare(group)]
        if is_worth(sum(one.likely_usd for one in found), history):
            yield _draft(history, agent, found)


def _compare(group: Sequence[tuple[Place, StartCost]]) -> list[_Begun]:
    """Return like sessions with what a start as small as the smallest would have saved; nothing of a few."""
    middle = median(start.tokens for _, start in group)
    group = [one for one in group if one[1].tokens <= _GOES_ON * middle]
    if len(group) < _LEAST_SESSIONS:
        return []
    sizes = sorted(start.tokens for _, start in group)
    usual, least = sizes[int(_QUARTER * (len(sizes) - 1))], sizes[0]
    return [
        _Begun(place, start, *(start.usd * max(1.0 - size / start.tokens, 0.0) for size in (usual, least)))
        for place, start in group
    ]


def _draft(history: ProjectHistory, agent: str, found: Sequence[_Begun]) -> InsightDraft:
    sizes = [one.start.tokens for one in found]
    paid = sum(one.start.usd for one in found)
    share = paid / sum_project(history)
    return InsightDraft(
        kind=InsightKind.FIXED_START,
        key=agent,
        says=f"before your first word a session holds {_round(min(sizes))} to {_round(max(sizes))} tokens of tools, "
        f"servers, skills and memory files, and each request paid for them: ${paid:,.2f}, {share:.0%} of the money",
        cases=tuple(CountedCase(place=one.place, usd=one.likely_usd) for one in found if one.likely_usd),
        of=len(found),
        place=Quoted(""),
        cause=Quoted(""),
        remedies=(make_habit(_make_remedy(history, agent), count_words(len(found), "session")),),
        most_usd=max(sum(one.most_usd for one in found), sum(one.likely_usd for one in found)),
    )


def _round(tokens: int) -> str:
    return f"{tokens / 1000:.0f}k"


def _make_remedy(history: ProjectHistory, agent: str) -> str:
    """Return what to do, with the servers that were called: those are needed."""
    text = _REMEDIES.get(agent, _ELSEWHERE)
    servers: Counter[str] = Counter(
        attempt.tool.removeprefix(_SERVER).partition("__")[0]
        for place, attempt in history.walk()
        if attempt.tool.startswith(_SERVER) and history.sessions[place.session].agent == agent
    )
    names = [name for server, _ in servers.most_common(_MOST_NAMED) if (name := quote_name(server))]
    return f"{text}; called here: {', '.join(names)}" if names else text
