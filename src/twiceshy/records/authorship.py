"""Answers about who wrote what: the story of a commit, and a file line by line."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, NamedTuple

from twiceshy.base.values import Scrubbed, Text

# Who wrote which lines of a commit: an agent in a session, a person, both, or nobody knows.
#
# Lines are those of the file as the commit has it, from 1. Only lines that the commit brought in are named: a line that
# stood there before was written in an earlier commit, and its attribution says by whom. A line that no span names has
# no known writer; a gap is better than a wrong name.


class WriterKind(StrEnum):
    """Who wrote a line."""

    AGENT = "agent"
    HUMAN = "human"
    MIXED = "mixed"  # an agent wrote it and a person changed it, or the other way round
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWriter(Generic[Text]):
    """One writer of lines. Equal writers are one writer; what is not known is empty."""

    kind: WriterKind
    agent: str = ""
    """Key of ``capture.READERS``, or the other tool's own word where we have no reader for it."""
    session: bytes = b""
    """``Session.uid``; empty where the agent or its session is not known."""
    native_id: Text | None = None
    """The agent's own id of the session."""
    chat: bytes = b""
    """Uid of the person's prompt that led to the line; its id as shown is ``c-…``."""
    model: Text | None = None
    """As the agent's log has it."""
    person: Text | None = None
    """Name of the person, where another tool's format states one; we never do."""


class LineSpan(NamedTuple, Generic[Text]):
    """Lines that one writer wrote, one behind the other."""

    first: int
    """From 1."""
    last: int
    """Not before ``first``."""
    writer: LineWriter[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttribution(Generic[Text]):
    """The lines of one file that a commit brought in."""

    path: Text
    """From the repository's top, with ``/``."""
    spans: tuple[LineSpan[Text], ...]
    """By line; no two overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitAttribution(Generic[Text]):
    """Who wrote what a commit brought in."""

    commit_hash: str
    files: tuple[FileAttribution[Text], ...]
    """By path."""
    source: str = ""
    """Whose word it is: empty where this machine made it from its own logs, else the format it was read from."""


RawAttribution = CommitAttribution[str]
StoredAttribution = CommitAttribution[Scrubbed]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSession:
    """A session that a commit has work of."""

    session: str
    """Id as it is shown."""
    agent: str
    model: Scrubbed | None
    """Of its prompt with most lines in the commit; None where no line of it was found there."""
    confidence: float
    evidence: list[str]
    """What links it, the strongest first."""
    lines: int
    """Lines of the commit that it wrote alone."""
    mixed: int
    """Lines that it and a person wrote."""
    prompts: list[Scrubbed]
    """Beginnings of the prompts that led to these lines, in their order."""
    chats: list[str]
    """Their ids, ``c-…``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitStory:
    """A commit: whose work it is, and what became of it."""

    commit_hash: str
    project: str
    subject: Scrubbed
    authored_at: datetime
    branch: Scrubbed | None
    files: int
    added: int
    removed: int
    sessions: list[CommitSession]
    lines: int
    """Lines that the commit added, as git counts them."""
    agent_lines: int
    human_lines: int
    mixed_lines: int
    unknown_lines: int
    moved_lines: int
    """Lines that git calls new and that only moved, or whose white space alone changed."""
    attributed: bool
    """The lines were looked at; False where the repository is not on this machine, or for a merge."""
    ci: str | None = None
    """The worst of its jobs' newest results; None where nobody said any."""
    reverted_by: str | None = None
    """Hash of a later commit that took its lines out."""
    alive_share: float | None = None
    """Of its lines, at HEAD; None where that was not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlamedSpan:
    """Lines of a file, one behind the other, from one commit and one writer."""

    first: int
    last: int
    commit_hash: str
    """Where git's own blame stops; of reformatted lines that is not always where they were written."""
    writer: LineWriter[Scrubbed]
    session: str
    """Id as it is shown; empty where no session is known."""
    chat: str
    why: str
    """Why no writer is known; empty where one is."""
    told_by: str = ""
    """Whose word it is, 16 digits, where another machine told it; empty where it is known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlamedFile:
    """A file as it stands in a commit, and who wrote each of its lines."""

    path: str
    commit_hash: str
    spans: list[BlamedSpan]
    texts: list[str]
    """The lines themselves, for the terminal."""
    prompts: dict[str, Scrubbed]
    """Beginning of the prompt, by the chat's id."""
