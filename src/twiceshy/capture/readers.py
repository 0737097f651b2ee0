"""Which agents' logs can be read: one literal row each."""

from twiceshy.capture.aider import Aider
from twiceshy.capture.base import Reader
from twiceshy.capture.claude_code.reader import ClaudeCode
from twiceshy.capture.codex.reader import Codex
from twiceshy.capture.copilot_cli import CopilotCli
from twiceshy.capture.gemini_cli import GeminiCli
from twiceshy.capture.mini_swe_agent import MiniSweAgent
from twiceshy.capture.opencode import OpenCode
from twiceshy.capture.pi import Pi
from twiceshy.capture.swe_agent import SweAgent

READERS: dict[str, Reader] = {
    "claude-code": ClaudeCode(),
    "codex": Codex(),
    "copilot-cli": CopilotCli(),
    "opencode": OpenCode(),
    "gemini-cli": GeminiCli(),
    "pi": Pi(),
    "mini-swe-agent": MiniSweAgent(),
    "swe-agent": SweAgent(),
    "aider": Aider(),
}
