"""One occurrence of a mistake: raw, as every source of lessons proposes it, and scrubbed, as it is kept."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.base.values import Scrubbed, Severity
from twiceshy.records.lessons import Lesson, LessonKind, LessonOccurrence, Occurrence, PreventionStep, Trigger
from twiceshy.records.stories import Moment, Story

# One occurrence of a mistake, not yet scrubbed, with its lesson: what every source of lessons yields.

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


# Turn what went wrong into records with scrubbed texts, as they are cut out of larger ones.


class SessionSeen(NamedTuple):
    """What is kept of the session in which something occurred."""

    session: bytes
    project_name: str
    model: str
    agent: str
    first_at: datetime | None


TextCleaner = Callable[[Sequence[str]], Sequence[Scrubbed]]
"""Scrubs many texts at once."""


_SAID_BY_TOOL = frozenset({"missing-path", "unread-file", "file-changed"})
"""Conditions that the tool itself states when it refuses the call."""
_SAID_OF_PATHS = re.compile(r"\bis a directory\b|\bno such file\b|\bnot a directory\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"<(?:s|n|name|path|id)>")


def _is_said_at_failure(template: LessonTemplate) -> bool:
    """Tell whether the lesson repeats what the tool said, or names nothing: it is counted and never told."""
    if template.trigger.condition in _SAID_BY_TOOL:
        return True
    if template.kind is not LessonKind.USAGE or template.steps or template.trigger.common_mistakes:
        return False
    said = template.description
    return _SAID_OF_PATHS.search(said) is not None or _PLACEHOLDER.search(said) is not None


def actor_of(salt: bytes) -> str:
    """Return a pseudonym of this installation's user that another installation cannot make."""
    return "u-" + blake2b(b"actor", key=salt, digest_size=4).hexdigest()


def scrub_occurrences(
    found: Sequence[RawOccurrence], story: Story | SessionSeen, scrub: TextCleaner, actor: str
) -> list[LessonOccurrence]:
    """Return the occurrences with scrubbed texts."""
    plain = [
        text
        for one in found
        for text in (one.message, one.file, one.code, one.fix, one.template.description, one.template.cause)
    ]
    clean = iter(scrub(plain))
    kept = []
    for one in found:
        message, file, code, fix, description, cause = (next(clean) for _ in range(6))
        at = datetime.fromtimestamp(one.at, UTC) if one.at is not None else story.first_at
        occurrence = Occurrence(
            session=story.session,
            event=one.event,
            at=at,
            project=story.project_name,
            file=file or None,
            model=story.model,
            agent=story.agent,
            message=message,
            code=code or None,
            source=one.source,
            cost_s=one.cost_s or 0.0,
            fix=fix or None,
        )
        template = one.template
        lesson = Lesson(
            id=f"l-{template.key.hex()}",
            slug=slug_of(template.subject, template.category, template.key),
            kind=template.kind,
            subject=template.subject,
            category=template.category,
            severity=template.severity,
            description=description,
            root_cause=cause,
            trigger=template.trigger,
            steps=template.steps,
            scope_of=story.project_name,
            actor=actor,
            quoted=template.quoted or _is_said_at_failure(template),
            first_seen=at,
            last_seen=at,
        )
        kept.append(LessonOccurrence(template.key, lesson, occurrence, one.fixed))
    return kept
