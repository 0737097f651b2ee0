"""Who wrote which lines of a commit: an agent in a session, a person, both, or nobody knows.

Lines are those of the file as the commit has it, from 1. Only lines that the commit brought in are named: a line that
stood there before was written in an earlier commit, and its attribution says by whom. A line that no span names has no
known writer; a gap is better than a wrong name.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple

from twiceshy.base.values import Scrubbed, Text


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
