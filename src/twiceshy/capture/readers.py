"""Which agents' logs can be read: one literal row each."""

from twiceshy.capture.base import Reader
from twiceshy.capture.claude_code.reader import ClaudeCode
from twiceshy.capture.codex.reader import Codex

READERS: dict[str, Reader] = {
    "claude-code": ClaudeCode(),
    "codex": Codex(),
}
