"""Which agents' logs can be read: one literal row each."""

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from twiceshy.base.plugins import Group, load_plugins
from twiceshy.base.values import Provenance
from twiceshy.logs.aider import Aider
from twiceshy.logs.atif import Atif
from twiceshy.logs.base import AgentTraits, Reader
from twiceshy.logs.claude_code.reader import ClaudeCode
from twiceshy.logs.codex.reader import Codex
from twiceshy.logs.copilot_cli import CopilotCli
from twiceshy.logs.cursor import CursorAgent
from twiceshy.logs.gemini_cli import GeminiCli
from twiceshy.logs.mini_swe_agent import MiniSweAgent
from twiceshy.logs.opencode.reader import OpenCode
from twiceshy.logs.pi import Pi
from twiceshy.logs.specstory import SpecStory
from twiceshy.logs.swe_agent import SweAgent

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
READER_PLUGINS = Group[Reader]("twiceshy.readers", Reader, taken=lambda: READERS)
"""A plugin is a reader; its entry point has the agent's name."""


@cache
def list_readers() -> Mapping[str, Reader]:
    """Return the readers by agent: ours first, then those of plugins."""
    return MappingProxyType({**READERS, **load_plugins(READER_PLUGINS).found})


def traits_of(agent: str) -> AgentTraits:
    """Return how an agent works; of one without a reader nothing special is known."""
    reader = READERS.get(agent) or list_readers().get(agent)
    return reader.traits if reader else _UNKNOWN


def speaker_of(agent: str) -> Provenance:
    """Return whose the words are that an agent's logs give as a person's."""
    return Provenance.PERSON if traits_of(agent).marks_people else Provenance.TOOL


def command_limits() -> dict[str, float]:
    """Return the seconds after which each agent that has such a limit ends a command that names none."""
    limits = {name: reader.traits.command_limit_s for name, reader in list_readers().items()}
    return {name: limit for name, limit in limits.items() if limit < math.inf}
