"""Which agents' logs can be read: one literal row each."""

import math

from twiceshy.capture.aider import Aider
from twiceshy.capture.atif import Atif
from twiceshy.capture.base import AgentTraits, Reader
from twiceshy.capture.claude_code.reader import ClaudeCode
from twiceshy.capture.codex.reader import Codex
from twiceshy.capture.copilot_cli import CopilotCli
from twiceshy.capture.cursor import CursorAgent
from twiceshy.capture.gemini_cli import GeminiCli
from twiceshy.capture.mini_swe_agent import MiniSweAgent
from twiceshy.capture.opencode.reader import OpenCode
from twiceshy.capture.pi import Pi
from twiceshy.capture.specstory import SpecStory
from twiceshy.capture.swe_agent import SweAgent
from twiceshy.records.values import Provenance

READERS: dict[str, Reader] = {
    "claude-code": ClaudeCode(),
    "codex": Codex(),
    "copilot-cli": CopilotCli(),
    "opencode": OpenCode(),
    "gemini-cli": GeminiCli(),
    "pi": Pi(),
    "mini-swe-agent": MiniSweAgent(),
    "swe-agent": SweAgent(),
    "atif": Atif(),
    "aider": Aider(),
    "cursor": CursorAgent(),
    "specstory": SpecStory(),
}
_UNKNOWN = AgentTraits()


def traits_of(agent: str) -> AgentTraits:
    """Return how an agent works; of one without a reader nothing special is known."""
    reader = READERS.get(agent)
    return reader.traits if reader else _UNKNOWN


def speaker_of(agent: str) -> Provenance:
    """Return whose the words are that an agent's logs give as a person's."""
    return Provenance.PERSON if traits_of(agent).marks_people else Provenance.TOOL


def command_limits() -> dict[str, float]:
    """Return the seconds after which each agent that has such a limit ends a command that names none."""
    limits = {name: reader.traits.command_limit_s for name, reader in READERS.items()}
    return {name: limit for name, limit in limits.items() if limit < math.inf}
