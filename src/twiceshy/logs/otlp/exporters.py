"""Find whose an exported record is, and its name without the agent's prefix."""

from typing import NamedTuple

from twiceshy.logs.otlp.claude_code_exports import CLAUDE_CODE
from twiceshy.logs.otlp.codex_exports import CODEX
from twiceshy.logs.otlp.exported import Attributes
from twiceshy.logs.otlp.exporter import Exporter
from twiceshy.logs.otlp.gemini_cli_exports import GEMINI_CLI

EXPORTERS = (CLAUDE_CODE, CODEX, GEMINI_CLI)
NOBODY = Exporter(
    agent="other",
    prefix="",
    services=frozenset(),
    session=("session.id", "conversation.id", "gen_ai.conversation.id"),
    sequence="",
    call=(),
    account=("user.email", "user.id"),
    events=frozenset(),
    words={},
    numbers={},
    flags={},
    tokens={},
    texts=(),
)
"""For what no agent known here sent: it is counted by name."""


class NamedExport(NamedTuple):
    """Whose a record is, and what it is called there."""

    exporter: Exporter
    name: str


def find_exporter(resource: Attributes, *names: str, body: str = "") -> NamedExport:
    """Return whose a record is; of its names the first with an agent's prefix counts, else the first at all.

    A body is a name only where it has such a prefix: elsewhere it is a text.

    >>> find_exporter({}, "tool_result", body="claude_code.tool_result").name
    'tool_result'
    >>> find_exporter({"service.name": "gemini-cli"}, "loop_detected").exporter.agent
    'gemini-cli'
    >>> find_exporter({"service.name": "shop"}, "", body="order 66").name
    ''
    """
    for name in (*names, body):
        for exporter in EXPORTERS:
            if name.startswith(exporter.prefix):
                return NamedExport(exporter, name.removeprefix(exporter.prefix))
    service = resource.get("service.name")
    exporter = next((one for one in EXPORTERS if service in one.services), NOBODY)
    return NamedExport(exporter, next((name for name in names if name), ""))
