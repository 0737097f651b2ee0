"""One occurrence of a mistake, not yet scrubbed, with its lesson: what every source of lessons yields."""

from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.records.findings import Severity
from twiceshy.records.lessons import LessonKind, PreventionStep, Trigger
from twiceshy.records.stories import Moment

TextOf = Callable[[bytes], str]
"""The text of a stored body."""


class LessonTemplate(NamedTuple):
    """What a lesson of this kind says, whoever it happened to. Its texts are scrubbed before they are stored."""

    key: bytes
    """8 bytes, equal for the same mistake."""
    kind: LessonKind
    subject: str
    category: str
    severity: Severity
    description: str
    cause: str
    trigger: Trigger = Trigger()
    steps: tuple[PreventionStep, ...] = ()
    quoted: bool = False


class RawOccurrence(NamedTuple):
    """One occurrence; its texts are not yet scrubbed."""

    template: LessonTemplate
    event: bytes
    at: float | None
    """Seconds since the epoch."""
    source: str
    """See ``Occurrence.source``."""
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
    """Return the key of a lesson from the words that identify it."""
    return blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=8, person=b"lesson").digest()


def slug_of(subject: str, category: str, key: bytes) -> str:
    """Return a lesson's slug, such as ``git_push_workflow_sequence_81e7e87c``."""
    words = "".join(one if one.isalnum() else "_" for one in f"{subject}_{category}".lower())
    return f"{'_'.join(filter(None, words.split('_')))[:80]}_{key.hex()[:8]}"


def seconds_between(failed: Moment, done: Moment) -> float | None:
    """Return the seconds from the failure to the call or run that worked; None where the log has no times."""
    began, ended = failed.step.done_at or failed.step.at, done.step.done_at or done.step.at
    return None if began is None or ended is None else max(ended - began, 0.0)
