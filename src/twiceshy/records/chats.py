"""What a session did: its chats, the single acts, the agents that it sent off, and all of it in short.

A chat is one prompt with all that follows until the next. Mostly a person wrote it; where a program, an approved plan
or a slash command began the work, that is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple

from twiceshy.base.values import Scrubbed, Text


class ToolOutput(NamedTuple, Generic[Text]):
    """What one call gave back."""

    tool: Text
    success: bool | None
    """None where nobody saw how it ended."""
    text: Text


class ChatTokens(NamedTuple):
    """Tokens of all model messages of a piece of work, those of subagents too."""

    input: int
    """Neither written to a cache nor read from one."""
    output: int
    cache_write: int
    cache_read: int
    unended: bool = False
    """The log counts a part of the output only: there was at least so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat(Generic[Text]):
    """One prompt, and what was said and done until the next one."""

    id: str
    """``c-`` and the first hex digits of ``uid``."""
    uid: bytes
    """Of the prompt."""
    session: str
    """Id of its session, ``s-…``."""
    timestamp: datetime | None
    """Of the prompt."""
    prompt_kind: str
    """``records.events.PromptKind``: ``typed``, ``command``, ``sdk`` …"""
    human: bool
    """A person wrote the prompt."""
    query: Text
    response: tuple[Text, ...]
    """What the agent said, message by message, thoughts left out."""
    model: Text | None
    """That wrote most of the replies; None where the log does not say."""
    files_referenced: tuple[Text, ...]
    """Files that were read, in order, each once."""
    files_modified: tuple[Text, ...]
    """Files that were changed, in order, each once."""
    tools_used: tuple[Text, ...]
    """In order of first use."""
    tool_outputs: tuple[ToolOutput[Text], ...]
    """In order; empty where only the summary was asked for."""
    calls: int
    failures: int
    """Calls that failed; neither those that were refused or interrupted, nor those cancelled because another failed."""
    refusals: int
    """Calls that the person or a rule refused."""
    interrupted: bool
    """The person stopped the agent."""
    agents: int
    """Subagents that were sent off."""
    tokens: ChatTokens | None
    """None where the log counts none."""
    duration_seconds: float | None
    """From the prompt to the last event before the next one; None where the log has no times."""
    commits: tuple[str, ...] = ()
    """Hashes, maybe abbreviated, of the commits that its calls made."""

    @property
    def resulted_in_commit(self) -> bool:
        """Whether a commit is known that it led to."""
        return bool(self.commits)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAction(Generic[Text]):
    """One act of an agent."""

    id: str
    """``a-`` and the hex digits of the call's uid."""
    timestamp: datetime | None
    session: str
    chat: str | None
    """Id of its chat; None where it came before the first prompt."""
    action_type: str
    """``search``, ``read``, ``edit``, ``test``, ``build``, ``commit``, ``run``, ``web``, ``delegate``, ``plan`` …"""
    tool: Text
    target: Text
    """The command, file or query that it was about."""
    agent_id: str | None
    """Of a subagent its id; None in the main dialogue."""
    success: bool | None
    """None where nobody saw how it ended."""
    result_summary: Text
    """Of a failure the line that says what is wrong, else the first line that came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRun:
    """One subagent's work. What the log does not tell is None."""

    agent_id: str
    """Hex digits of its run; of one whose dialogue is not in the log, of the call that sent it off."""
    parent_id: str | None
    """The agent that sent it off; None: the main dialogue, or not known."""
    chat: str | None
    """Id of the chat in which it began."""
    kind: str
    """The agent's own name for such a subagent; empty where it has none."""
    task: str
    """The beginning of what it was asked for."""
    model: Scrubbed | None
    started_at: datetime | None
    completed_at: datetime | None
    """None where it was not seen to end."""
    tools_used: tuple[Scrubbed, ...]
    tool_count: int | None
    """None where its dialogue is not in the log."""
    failures: int
    """Of its calls."""
    thinking_blocks: int
    has_error: bool | None
    """It did not come back with an answer; None where nobody saw whether it did."""
    error_summary: Scrubbed | None
    output_preview: str
    """The beginning of its answer."""

    @property
    def duration_ms(self) -> int | None:
        """How long it took."""
        if self.started_at is None or self.completed_at is None:
            return None
        return round((self.completed_at - self.started_at).total_seconds() * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentBatch:
    """Agents whose times overlap, or one alone. Agents of different parents are never in one batch."""

    execution_type: str
    """``parallel`` or ``sequential``."""
    parent_id: str | None
    agent_ids: tuple[str, ...]
    started_at: datetime | None
    duration_ms: int | None
    """From the first beginning to the last end; None where one of them was not seen to end."""
    all_succeeded: bool | None
    """None where nobody saw how one of them ended, and none is known to have failed."""

    @property
    def agent_count(self) -> int:
        """How many agents."""
        return len(self.agent_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orchestration:
    """All subagents of a session."""

    session: str
    agents: tuple[AgentRun, ...]
    """In the order in which they began."""
    batches: tuple[AgentBatch, ...]
    """Likewise."""

    @property
    def models_used(self) -> tuple[Scrubbed, ...]:
        """Models in order of first use, each once."""
        return tuple(dict.fromkeys(agent.model for agent in self.agents if agent.model))

    @property
    def unique_tools(self) -> tuple[Scrubbed, ...]:
        """Tools likewise."""
        return tuple(dict.fromkeys(tool for agent in self.agents for tool in agent.tools_used))

    @property
    def total_tools_used(self) -> int | None:
        """Calls of the agents whose dialogue is in the log; None where none is."""
        known = [agent.tool_count for agent in self.agents if agent.tool_count is not None]
        return sum(known) if known else None

    @property
    def total_duration_ms(self) -> int | None:
        """How long the agents worked, one after the other; None where none was seen to end."""
        took = [agent.duration_ms for agent in self.agents if agent.duration_ms is not None]
        return sum(took) if took else None

    @property
    def success_rate(self) -> float | None:
        """Percent of the agents whose end is known that came back with an answer."""
        known = [agent.has_error for agent in self.agents if agent.has_error is not None]
        return round(100 * known.count(False) / len(known), 1) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary(Generic[Text]):
    """A session in short."""

    session: str
    uid: bytes
    agent: str
    model: Text | None
    """That wrote most of the replies."""
    project: Text
    """Its project's identity."""
    project_name: str
    branch: Text | None
    title: Text | None
    started_at: datetime | None
    ended_at: datetime | None
    exchanges: int
    """Prompts that a person wrote."""
    queries: tuple[Text, ...]
    """The beginnings of the chats' prompts."""
    chat_uids: tuple[bytes, ...]
    tools_used: Mapping[Text, int]
    """How often each was called."""
    files_referenced: tuple[Text, ...]
    files_modified: tuple[Text, ...]
    calls: int
    failures: int
    refusals: int
    interrupts: int
    agents: int
    tokens: ChatTokens | None
    outcomes: Mapping[str, str]
    """``completed``, ``corrected``, ``rolled_back``, ``tests_green``: yes or no; what is not known is left out."""

    @property
    def duration_seconds(self) -> float | None:
        """From its first to its last event."""
        if self.started_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.started_at).total_seconds(), 3)


StoredChat = Chat[Scrubbed]
StoredAction = ChatAction[Scrubbed]
StoredSummary = SessionSummary[Scrubbed]


# What a session leaves to the next one: done, open, decided, and by which evidence.


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


# A session as its log has it, in order: what was said, what was done with tools, and how many tokens that took.


class SaidPrompt(NamedTuple):
    """A turn of the user's side."""

    uid: bytes
    rank: int
    """As ``records.events.Stamp.rank``."""
    at: datetime | None
    run: bytes | None
    """The subagent's run; None in the main dialogue."""
    kind: str
    """``records.events.PromptKind``."""
    human: bool
    text: Scrubbed
    head: Scrubbed
    """Its beginning on one line."""


class SaidReply(NamedTuple):
    """Words of the model."""

    rank: int
    at: datetime | None
    run: bytes | None
    thinking: bool
    model: Scrubbed
    """Empty where the log does not say."""
    text: Scrubbed


class DoneCall(NamedTuple):
    """One use of a tool and what came of it."""

    uid: bytes
    rank: int
    at: datetime | None
    run: bytes | None
    tool: Scrubbed
    action: str
    """``records.events.Action``."""
    about: Scrubbed
    """The command, file or query; empty where it has none."""
    given: Scrubbed
    """The input as JSON, perhaps only its beginning."""
    text: Scrubbed
    """What came back, up to 2 KB."""
    brief: Scrubbed
    """Of a failure the line that says what is wrong, else the first line that came back."""
    head: str = ""
    """Of a command its program and subcommand."""
    masked: bool = False
    """Nobody saw how the command ended."""
    done_rank: int | None = None
    """None: no result is in the log."""
    done_at: datetime | None = None
    failure: str | None = None
    """``records.events.Failure``."""
    exit_code: int | None = None
    words: Scrubbed | None = None
    """What the user said while refusing it."""
    commit: str = ""
    """Hash, maybe abbreviated, of a commit that the log says it made."""
    read: tuple[Scrubbed, ...] = ()
    """Files that it read, or that its command printed."""
    changed: tuple[Scrubbed, ...] = ()
    """Files that it changed."""


class SeenMark(NamedTuple):
    """Anything else that happened."""

    rank: int
    at: datetime | None
    run: bytes | None
    kind: str
    """``records.events.MarkKind``."""


class SpentTokens(NamedTuple):
    """Tokens of one model message, as the log counts them."""

    at: datetime | None
    input: int
    """Neither written to a cache nor read from one."""
    output: int
    cache_write: int
    cache_read: int
    unended: bool = False
    """The output was counted before the message ended: there was at least so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSession:
    """One session whole; each list is in the order of ``rank``, tokens by time."""

    uid: bytes
    agent: str
    project: Scrubbed
    """Its project's identity."""
    project_name: str
    cwd: Scrubbed | None
    branch: Scrubbed | None
    title: Scrubbed | None
    """The agent's own."""
    real: bool
    """False where the log is visibly not written by the agent itself."""
    first_at: datetime | None
    last_at: datetime | None
    prompts: tuple[SaidPrompt, ...]
    replies: tuple[SaidReply, ...]
    calls: tuple[DoneCall, ...]
    marks: tuple[SeenMark, ...]
    tokens: tuple[SpentTokens, ...]
