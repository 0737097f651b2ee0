"""Lessons with their evidence, the ones that are near a text, and the brief that is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from twiceshy.base.values import Provenance, Rate, Scrubbed, Severity
from twiceshy.records.kept_knowledge import KeptTrouble


class LessonKind(StrEnum):
    """What sort of lesson it is. All live the same life."""

    MISTAKE = "mistake"  # in the code that was written
    USAGE = "usage"  # in how a tool was called
    MACHINE = "machine"  # trouble that recurs on this machine or at a project's hooks, whoever calls what


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
    """``stats.text.fingerprint`` keys of its errors."""
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
    rule: str = ""
    """Of the scanners, where it is about what they find: ``pattern/sql-text``."""


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
    """``test``, ``failure``, ``finding``, ``correction``, ``rejection`` or ``trouble``."""
    cost_s: float = 0.0
    """Seconds until the next success of the same thing."""
    fix: Scrubbed | None = None
    """What made it pass, at most five lines."""


class TeamEvidence(NamedTuple):
    """What the work of a team says of a lesson, as its server told it."""

    people: int
    """In whose work it happened."""
    seen: int
    """Times, of all of them."""
    sessions: int
    kept: int
    """People who promoted it."""
    dismissed: int
    """People who muted or deleted it."""
    disputed: bool
    """As many dismissed it as kept it: it is shown, and not said to agents."""
    only: bool
    """Nobody learned it here: its words and counts are the team's."""
    key: bytes
    """16 bytes, by which the team knows it."""


class MistakePlace(NamedTuple):
    """Where and when a lesson's mistake was made once."""

    lesson: bytes
    project: str
    """Its identity."""
    folder: str
    """The session's working folder."""
    session: bytes
    corrected: bool
    """A person corrected it, or a later edit took it out."""
    at: datetime | None


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
    rating: int | None = None
    """What a person said of it, 1 to 5; None where nobody did."""
    confidence: float = 0.5
    always_inject: bool = False
    """Ordered first in a brief; see ``lessons.confidence``."""
    quoted: bool = False
    """It is a user's words, or says no more than a tool does by itself: it never becomes active by itself."""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    state: LessonState = LessonState.SHADOW
    provenance: Provenance = Provenance.TOOL
    """A person's where persons' own words are among its cases; a file of a repository can state no cases."""
    team: TeamEvidence | None = None
    """None where no team's server told of it."""


class WeighedLesson(Protocol):
    """What a confidence is made of: of a whole lesson, or of its mark in a list."""

    @property
    def observations(self) -> int:
        """Times that it was seen."""

    @property
    def successes(self) -> int:
        """Warnings after which what it warns of did not happen."""

    @property
    def failures(self) -> int:
        """Warnings that were wrong."""

    @property
    def rating(self) -> int | None:
        """What a person said of it, 1 to 5."""

    @property
    def scope_of(self) -> str:
        """The project that it is about."""

    @property
    def last_seen(self) -> datetime | None:
        """When it was seen last."""


class SaidLesson(Protocol):
    """What tells whether a lesson is a person's words that are worth asking about."""

    @property
    def category(self) -> str:
        """That of corrections, or another."""

    @property
    def state(self) -> LessonState:
        """Whether anybody decided."""

    @property
    def sessions(self) -> int:
        """In which it was said."""

    @property
    def description(self) -> str:
        """With the words in it."""

    @property
    def quoted(self) -> bool:
        """It is words and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWork:
    """When work was last recorded: by that lessons age, not by the wall clock.

    Where nobody works nothing can speak for or against a lesson: logs that are a year old count as of their own time.
    """

    now: datetime
    by_project: Mapping[str, datetime] = field(default_factory=dict)
    """The end of the newest session, by the project's name."""
    later_sessions: Mapping[str, int] = field(default_factory=dict)
    """By id of a lesson that has no date: sessions of its projects that were stored after the last in which it was
    seen."""

    def find_end(self, lesson: WeighedLesson) -> datetime:
        """Return the time up to which a lesson could have been seen: its project's, else that of all."""
        known = self.by_project.get(lesson.scope_of) or max(self.by_project.values(), default=self.now)
        return min(known, self.now)


class OwnWords(NamedTuple):
    """What a person wrote in place of a lesson's learned texts; None where the learned one holds."""

    description: str | None
    root_cause: str | None


class SaidMessage(NamedTuple):
    """One message of a lesson's occurrences in one project."""

    lesson: bytes
    project: str
    """Its name."""
    message: Scrubbed
    times: int
    """Occurrences that said it."""
    sessions: int


EMBEDDING_MODEL = "all-MiniLM-L6-v2 int8 2"
"""Names vectors: those of different names cannot be compared. The last number is of ``facts.embedding``'s rules."""


class SimilarityMethod(StrEnum):
    """What two texts were compared by."""

    MEANING = "meaning"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class NearLesson:
    """One lesson that a text is about."""

    lesson: Lesson
    similarity: float
    """0 to 1: cosine of what the texts were compared by."""
    score: float
    """The order: similarity, and a little for what was seen often, lately, is severe, and made by the same model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestLessons:
    """The answer to a text. Nothing is an answer too: most texts are about no lesson."""

    lessons: tuple[NearLesson, ...]
    """The best first."""
    by: SimilarityMethod
    missing: str = ""
    """Why not by meaning, and what to do about it; empty where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """What was done to what, and how often it went well."""

    behaviour: str
    """Slug."""
    words: str
    """The same in words."""
    unit: str
    project: str
    path: str | None
    success: Rate
    """Of those of which it is known; its interval holds 90 %."""
    poor: bool
    """The upper end would be below .60 even if all the unknown went well."""
    sessions: int
    unknown: int = 0
    """Of which nothing shows how it went; on neither side of ``success``."""
    proof: tuple[str, ...] = ()
    other: Rate | None = None
    """Of what was done in the project without it; None where there is nothing of which it is known."""

    @property
    def known(self) -> int:
        """Of how many it is known how it went."""
        return self.success.n


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePast:
    """What became of recorded edits of a file that the task names."""

    path: str
    edits: int
    """Those whose end is known."""
    bad: int
    """Of these, failed, rejected, corrected or rolled back."""
    sessions: int
    unread: int = 0
    """Of ``edits``, those without a read before."""
    unread_bad: int = 0
    unknown: int = 0
    """Further edits of which nothing shows how they went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The parts, and the words that they make within the budget."""

    words: str = ""
    """Empty where nothing fits."""
    lessons: tuple[NearLesson, ...] = ()
    """Those that are said, in their order."""
    by: SimilarityMethod = SimilarityMethod.LETTERS
    facts: tuple[str, ...] = ()
    """Sentences on how things are done in the project."""
    left: tuple[str, ...] = ()
    """What the last session here left open."""
    troubles: tuple[KeptTrouble, ...] = ()
    """What goes wrong there again and again."""
    files: tuple[str, ...] = ()
    """Sentences on files that the task probably touches."""
    pasts: tuple[FilePast, ...] = ()
    poor: tuple[str, ...] = ()
    """Sentences on approaches that mostly go badly there."""


class BriefNames(NamedTuple):
    """What a brief names, by which later calls are held against it; never shown."""

    programs: frozenset[str]
    """Heads of commands, and programs that are not there."""
    fingerprints: frozenset[bytes]
    """Of failures that it tells of."""


class SpentBudget(NamedTuple):
    """What earlier briefs of a session used of its budget of words."""

    size: int = 0
    """Bytes."""
    lessons: tuple[str, ...] = ()
    """Their ids."""


NOTHING_SPENT = SpentBudget()


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonExcerpt:
    """A lesson as it is given to an agent that asks: cleaned and cut to size."""

    id: str
    words: str
    """How often it was seen, and what it says."""
    cause: str
    bad: str
    """At most three lines; empty where there is no example that can be shown."""
    good: str
    confidence: float
    similarity: float
    """To the text that was asked about, 0 to 1."""
    reviewed: bool
    """A person has made its words their own."""


class LessonOccurrence(NamedTuple):
    """An occurrence with the lesson that it is one of."""

    key: bytes
    """By which it was known."""
    lesson: Lesson
    """What it says if it is new; its counts are not used."""
    occurrence: Occurrence
    fixed: bool


COMMAND = "command"
"""The parameter of a shell's command line."""


class CallPattern(NamedTuple):
    """One pattern of calls that a lesson says go wrong."""

    subject: str
    """The tool in lower case, or the program with its subcommand."""
    parameter: str
    """Whose text has the pattern; ``command`` of a shell."""
    pattern: str = ""
    """Searched for; empty: any call of the tool."""
    first: str = ""
    """The tool or program that has to have been called within the last ten calls; empty: none."""
    expected: str = ""
    """In words, from the lesson."""


# A lesson as it was stored, by which a change is taken back; it lives in the memory of a process only.


class StoredRow(NamedTuple):
    """One row of a table, by its columns."""

    table: str
    values: Mapping[str, Any]


class LessonCopy(NamedTuple):
    """A lesson as it was stored."""

    key: bytes
    keys: tuple[bytes, ...]
    """By which it was known."""
    lesson: StoredRow
    reviews: tuple[StoredRow, ...]
    """What a person had decided."""
    patterns: tuple[StoredRow, ...]
    cases: tuple[tuple[str, StoredRow], ...]
    """With the model of each."""
    rules: tuple[bytes, ...]
    """Made of it."""


class ChangedLesson(NamedTuple):
    """What was done."""

    lesson: Lesson
    """The one that was deleted, or that has the other's cases now."""
    copy: LessonCopy
    """Of the lesson that is none any more, as it was before."""


# Which lessons to list, in which order, and what is listed: a part of them, whole, and how many there are.


class LessonOrder(StrEnum):
    """What comes first."""

    SEEN = "seen"  # most often
    SURE = "sure"  # the highest confidence
    NEWEST = "newest"  # last seen
    COST = "cost"  # the most seconds until the mistake was gone, all times together


class LessonMark(NamedTuple):
    """What a lesson is chosen and ordered by, without its texts: thousands are looked at to show fifty."""

    key: bytes
    state: LessonState
    category: str
    scope_of: str
    observations: int
    successes: int
    failures: int
    rating: int | None
    last_seen: datetime | None

    @property
    def id(self) -> str:
        """``l-`` and hex, as the lesson has it."""
        return f"l-{self.key.hex()}"


class QuotedLesson(NamedTuple):
    """A lesson that is somebody's words: what tells whether a person should be asked about it."""

    key: bytes
    category: str
    state: LessonState
    sessions: int
    description: str
    last_seen: datetime | None
    quoted: bool = True


class LessonQuestion(NamedTuple):
    """What is asked for."""

    state: str = "shown"
    """A state, ``shown`` (active and promoted) or ``all``."""
    category: str = ""
    """Empty: any."""
    project: str = ""
    """A project's name or a part of it; empty: any."""
    order: LessonOrder = LessonOrder.SEEN
    after: str = ""
    """Id of the lesson behind which the part begins; empty, or of none: at the start."""
    limit: int = 50


class LessonList(NamedTuple):
    """A part of the lessons that fit."""

    total: int
    """That fit."""
    lessons: tuple[Lesson, ...]
    """The first of them, or the next ones."""
    known: int
    """In all, whatever their state."""
    next: str
    """Id to ask for the next ones after; empty where these are the last."""
    states: Mapping[str, int]
    """Lessons in each state, of all."""
    categories: Mapping[str, int]
    """Lessons of each category, of all."""
    projects: tuple[str, ...]
    """Names of those where a lesson was seen."""


class LessonCase(NamedTuple):
    """One time that a lesson was seen."""

    occurrence: Occurrence
    stored: bool
    """Its session is stored, so that its message can be shown."""


class LessonCases(NamedTuple):
    """A part of the times that a lesson was seen, the newest first, and how they lie in time."""

    total: int
    cases: tuple[LessonCase, ...]
    skipped: int
    """Newer ones that are not among them."""
    months: Mapping[date, int]
    """Times by the first day of their month; what has no date is left out."""
    again: Rate
    """Of the sessions that began in its projects after it was first seen, those in which it was seen again."""
