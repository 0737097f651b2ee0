"""Lines of a commit's message by which a tool says that it took part, wherever they stand.

A merge of a request, a squash and a person who writes on behind them leave such lines in the middle of a message. There
git calls them no trailers, and so they count for their names alone: those that only tools write.
"""

import re
from collections.abc import Collection
from typing import Final

from twiceshy.records.commits import StoredCommit

SIGNERS: Final = frozenset({"co-authored-by", "generated-by", "assisted-by", "made-with", "entire-agent"})
"""Names behind which an agent, or a person beside the author, stands. Seen in 30,000 public commits on 2026-11-24."""
_RECORDERS: Final = ("entire-", "claude-session", "codex-session", "agent-logs-url", "amp-thread")
"""How names begin behind which a session or a recorder's checkpoint stands. List of 2026-11-24."""
_LINE: Final = re.compile(r"^[ \t*>-]*([A-Za-z][A-Za-z-]{3,30}):[ \t]+(\S.{0,300}?)[ \t]*$", re.MULTILINE)
_NAMES: Final = (
    r"(claude|codex|copilot|cursor|gemini|opencode|aider|amp\b|devin|kiro|firebender|windsurf|chatgpt|openai|warp\b)"
)
_TOOLS: Final = re.compile(rf"\b{_NAMES}", re.IGNORECASE)
_SAID: Final = re.compile(
    r"^\W{0,6}(?:generated|created|made|written|assisted|authored|co-authored)[ \t]+(?:with|by|using)[ \t]+\[?"
    rf"{_NAMES}",
    re.MULTILINE | re.IGNORECASE,
)
"""A line that is no trailer: ``🤖 Generated with [Claude Code](https://...)``. Forms seen on 2026-11-24."""


def list_tool_lines(commit: StoredCommit) -> tuple[tuple[str, str], ...]:
    """Return name and value of the trailers, and of the lines elsewhere in the message that tools wrote."""
    body = commit.body or ""
    elsewhere = [(str(one[1]), str(one[2])) for one in _LINE.finditer(body) if _is_tools(one[1])]
    said = [("Generated-by", str(one[1])) for one in _SAID.finditer(body)]
    return tuple(dict.fromkeys([*((str(name), str(value)) for name, value in commit.trailers), *elsewhere, *said]))


def is_signed(commit: StoredCommit) -> bool:
    """Tell whether a tool, or a person beside the author, says in the message that it took part."""
    return any(_is_tools(name) for name, _ in list_tool_lines(commit))


def names_unknown_work(commit: StoredCommit, agents: Collection[str]) -> bool:
    """Tell whether the message names a recorder's session or checkpoint, or a tool that is none of these agents.

    Its work may then be in the commit, and no log here has it.
    """
    for name, value in list_tool_lines(commit):
        low = name.lower()
        if low.startswith(_RECORDERS) and low != "entire-agent":
            return True
        if low in SIGNERS and (tool := _TOOLS.search(value)) and not any(tool[1].lower() in one for one in agents):
            return True
    return False


def _is_tools(name: str) -> bool:
    low = name.lower()
    return low in SIGNERS or low.startswith(_RECORDERS)
