"""One time that something went wrong, with the lesson that it would be: what the sources of lessons give."""

from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.records.lessons import Kind, Step, Trigger
from twiceshy.records.scores import Severity

TextOf = Callable[[bytes], str]
"""The text of a stored body."""


class Template(NamedTuple):
    """What a lesson of this kind says, whoever it happened to. Its texts are scrubbed before they are kept."""

    key: bytes
    """8 bytes, equal for the same mistake."""
    kind: Kind
    subject: str
    category: str
    severity: Severity
    description: str
    cause: str
    trigger: Trigger = Trigger()
    steps: tuple[Step, ...] = ()
    quoted: bool = False


class Seen(NamedTuple):
    """One occurrence."""

    template: Template
    event: bytes
    at: float | None
    """Seconds since the epoch."""
    source: str
    """``test``, ``failure``, ``finding``, ``correction`` or ``rejection``; see ``Occurrence.source``."""
    message: str = ""
    file: str = ""
    code: str = ""
    """At most five lines of what was wrong."""
    fix: str = ""
    """At most five lines of what was done about it."""
    fixed: bool = False
    """The next time that it was looked at, it was gone."""
    cost_s: float | None = None
    """Until then; None where it was not seen to go."""


def key_of(*words: str) -> bytes:
    """The key of what these words name."""
    return blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=8, person=b"lesson").digest()


def slug_of(subject: str, category: str, key: bytes) -> str:
    """``git_push_workflow_sequence_81e7e87c``."""
    words = "".join(one if one.isalnum() else "_" for one in f"{subject}_{category}".lower())
    return f"{'_'.join(filter(None, words.split('_')))[:80]}_{key.hex()[:8]}"
