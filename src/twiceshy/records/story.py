"""A session told in order, with what judging it needs: words, results, and the lines that edits put in and out.

``Step`` is what behaviour is counted from and stays small; a story is read for one session at a time, is several times
as large, and is never stored. Texts are cut, so that a session of 50,000 events stays in memory: an end says more about
what became of a command than its middle.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from twiceshy.records.behaviour import Step
from twiceshy.records.text import Scrubbed


class ChangedFile(NamedTuple):
    """One file that a successful call changed."""

    path: Scrubbed
    path_key: bytes
    """8 salted bytes; equal for the same absolute path in every session."""
    added: tuple[bytes, ...]
    """8 salted bytes for each line put in that is more than punctuation, in order."""
    removed: tuple[bytes, ...]
    created: bool
    deleted: bool
    user_modified: bool
    before: bytes | None = None
    """Body of the whole text before; None where it is unknown or a fragment only."""
    after: bytes | None = None


class Moment(NamedTuple):
    """A prompt, a reply of the main dialogue, a call with its result, or a mark."""

    step: Step
    """``kind`` is ``prompt``, ``reply``, ``call`` or ``mark``; of a prompt ``name`` is its ``PromptKind``."""
    text: str = ""
    """Of a prompt and a reply their words, of a call what came back; cut in the middle to ``stories.LONGEST``."""
    human: bool = False
    """A prompt that a person wrote."""
    command: str = ""
    """Of a call its command line, up to 500 characters."""
    exit_code: int | None = None
    words: str = ""
    """What the user said while refusing the call."""
    commit: str = ""
    """Hash, maybe abbreviated, of a commit that the call made."""
    changed: tuple[ChangedFile, ...] = ()
    input: str = ""
    """Of a call its input as JSON without what an edit or a body holds, cut to 240 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One session in order."""

    session: bytes
    agent: str
    project: Scrubbed
    """Its project's identity."""
    project_name: str
    cwd: Scrubbed | None
    model: str
    """The model that wrote most replies; empty where unknown."""
    first_at: datetime | None
    last_at: datetime | None
    real: bool
    moments: tuple[Moment, ...]
