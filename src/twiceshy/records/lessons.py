"""What was learned: a mistake or a tool used wrongly, why it is believed, and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from twiceshy.records.severity import Severity
from twiceshy.records.text import Scrubbed


class LessonKind(StrEnum):
    """What sort of lesson it is. Both live the same life."""

    MISTAKE = "mistake"  # in the code that was written
    USAGE = "usage"  # in how a tool was called


class LessonState(StrEnum):
    """Where a lesson stands. Only active and promoted ones are ever shown to an agent."""

    SHADOW = "shadow"  # watched: what it would have said is counted, and nobody hears it
    ACTIVE = "active"
    MUTED = "muted"  # by the user, for good
    PROMOTED = "promoted"  # reviewed by a person, its text is the person's
    ARCHIVED = "archived"  # unseen for half a year


class PreventionAction(StrEnum):
    """What a prevention step does: a closed set, so that steps can be carried out and never are evaluated."""

    VALIDATE_PARAMETER = "validate_parameter"
    CALL_TOOL_FIRST = "call_tool_first"
    CALL_TOOL_IF_INVALID = "call_tool_if_invalid"
    EXTRACT_FROM_RESULT = "extract_from_result"
    USE_EXTRACTED_VALUE = "use_extracted_value"
    USE_EXPANDED_VALUE = "use_expanded_value"
    VERIFY_PREREQUISITE_SUCCESS = "verify_prerequisite_success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What a good value of a parameter looks like."""

    expected: str = ""
    """In words."""
    check: str = ""
    """A comparison in a small language that is parsed (``lessons.checks``), never evaluated: ``len(tag) < 40`` is
    true of a bad value."""
    regex: str = ""
    """Linear-time pattern that a good value matches as a whole."""
    error_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """By what a call that is about to go wrong, or an error that it ended in, is known."""

    error_regex: str = ""
    fingerprints: tuple[bytes, ...] = ()
    """``facts.fingerprint`` keys of its errors."""
    parameter: str = ""
    """Of the tool's input; ``command`` of a shell, ``head`` for the program and subcommand in it."""
    validation: Validation | None = None
    common_mistakes: tuple[str, ...] = ()
    """Values or forms that went wrong, generalised."""
    sequence: tuple[str, ...] = ()
    """Tools or command heads that have to come before, in order, within the last ten calls; ``!`` in front: must not
    have."""
    condition: str = ""
    """A state of the session that deterministically precedes the error: ``unread-file``, ``file-changed``,
    ``missing-path`` ...; see ``advice``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventionStep:
    """One thing to do instead or before."""

    action: PreventionAction
    tool: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    parameter: str = ""
    validation: Validation | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time it happened."""

    session: bytes
    event: bytes
    """``ToolCall.call`` of the failure, or the prompt's uid of a correction."""
    at: datetime | None
    project: str
    """Its name; the identity stays in the store."""
    file: Scrubbed | None
    model: str
    agent: str
    message: Scrubbed
    code: Scrubbed | None = None
    """At most five lines."""
    source: str = "failure"
    """``test``, ``failure``, ``finding``, ``correction`` or ``rejection``."""
    cost_s: float = 0.0
    """Seconds until the next success of the same thing."""
    cost_tokens: int = 0
    fix: Scrubbed | None = None
    """What made it pass, at most five lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One thing learned, with everything that speaks for it and against it."""

    id: str
    """``l-`` and hex; readable name in ``slug``."""
    slug: str
    """Tool or language, category and hash: ``git_push_workflow_sequence_81e7e87c``."""
    kind: LessonKind
    subject: str
    """The tool of a usage, the language of a mistake; lower case."""
    category: str
    severity: Severity
    description: Scrubbed
    root_cause: Scrubbed
    trigger: Trigger
    steps: tuple[PreventionStep, ...] = ()
    bad: Scrubbed | None = None
    """At most five lines."""
    good: Scrubbed | None = None
    contexts: tuple[str, ...] = ()
    """Where it was seen: frameworks, folders, kinds of file."""
    related: tuple[str, ...] = ()
    """Slugs."""
    scope: str = "project"
    """``file``, ``project``, ``user`` or ``team``; wider than a project only with evidence in two of them."""
    scope_of: str = ""
    """The file or project that it is about."""
    models: Mapping[str, int] = field(default_factory=dict)
    """Observations by model."""
    agents: Mapping[str, int] = field(default_factory=dict)
    actor: str = ""
    """Pseudonym of whose sessions it was first seen in."""
    observations: int = 1
    sessions: int = 1
    projects: int = 1
    warnings: int = 0
    """Times that it was shown."""
    successes: int = 0
    """Of these, times that what it warns of did not happen."""
    failures: int = 0
    """Of these, times that it was wrong: the call as it was would have worked."""
    confidence: float = 0.5
    always_inject: bool = False
    """Ordered first in a brief; see ``lessons.confidence``."""
    quoted: bool = False
    """Its description is a user's words, not normalised: it never becomes active by itself."""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    state: LessonState = LessonState.SHADOW
