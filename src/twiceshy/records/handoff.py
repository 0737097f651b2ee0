"""What a session leaves to the next one: done, open, decided, and by which evidence."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class TodoItem(NamedTuple):
    """One open item of the agent's own list."""

    text: str
    begun: bool


class RefusedCall(NamedTuple):
    """A call that was refused, and not done later."""

    tool: str
    action: str
    """``records.events.Action``."""
    about: str
    """The command, file or query."""
    words: str
    """What the person said; empty where nothing was."""
    by_person: bool
    """False where the client's own rules refused it."""


class Decision(NamedTuple):
    """A question of the agent, and what the person answered."""

    question: str
    answer: str


class HandedCommit(NamedTuple):
    """A commit of the session's work."""

    hash: str
    """Maybe abbreviated."""
    subject: str
    """Empty where the repository was not read."""


class LastChecks(NamedTuple):
    """What the last tests, builds or linters said."""

    word: str
    """``green``, ``red`` or ``none``."""
    after_last_edit: bool
    names: tuple[str, ...]
    """Of a red one, what failed."""
    command: str = ""
    """The last red command."""
    committed: bool = False
    """A commit was made after a red one."""


class NextFile(NamedTuple):
    """A file to look at first."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """What one session leaves. Texts are the session's own, redacted; ``words`` has them in quotes."""

    session: str
    agent: str
    native_id: str
    """The agent's own id: it can go on with it."""
    project: str
    cwd: str
    branch: str
    ended_at: datetime | None
    began_with: str
    """The first prompt, on one line."""
    last_asked: str
    """The last prompt, on one line; empty where it is the first."""
    outcomes: dict[str, str]
    """As ``SessionLine`` has them; what is not known is left out."""
    commits: tuple[HandedCommit, ...]
    files: int
    """That the session changed."""
    checks: LastChecks
    todos: tuple[TodoItem, ...]
    uncommitted: tuple[str, ...]
    """Files that the session changed and that git says are changed now; where git cannot say, those that it changed
    after the last commit in its log."""
    uncommitted_seen: bool
    """Whether git said it."""
    refused: tuple[RefusedCall, ...]
    stopped: str
    """Why the log's end is no end of the work: ``interrupted``, ``unanswered``, ``running-call`` …; empty otherwise."""
    unanswered: str
    """The person's last correction, where no edit followed it."""
    decided: tuple[Decision, ...]
    next_files: tuple[NextFile, ...]
    words: str = ""
    """All of it for a reader: at most 2 KB of Markdown, each line from evidence."""
