"""Insights: what is worth saying of one place, with its cost, its cases and what to do. ``i-`` and hex is its id."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.base.values import Quoted, Scrubbed
from twiceshy.records.spending import LostAgents


class InsightKind(StrEnum):
    """What sort of thing is told; ``insights.kinds`` has one module for each."""

    RECURRING_CAUSE = "recurring-cause"
    MISSING_PROGRAM = "missing-program"
    BLIND_RETRY = "blind-retry"
    HIDDEN_FAILURE = "hidden-failure"
    HANGING_RUN = "hanging-run"
    REPEATED_CORRECTION = "repeated-correction"
    REWORKED_FILE = "reworked-file"
    FLAKY_TEST = "flaky-test"
    GRANTED_PROMPT = "granted-prompt"
    REPEATED_CONTEXT = "repeated-context"
    BROKEN_RULE = "broken-rule"
    LONG_CONTEXT = "long-context"
    LONG_BREAK = "long-break"
    LOST_CACHE = "lost-cache"
    WAIT_TO_LOOK = "wait-to-look"
    FIXED_START = "fixed-start"
    LONE_CALL = "lone-call"
    SHORT_CACHE = "short-cache"
    TOOL_RULE = "tool-rule"
    ADDED = "added"
    """A plugin found it; the key begins with its name."""


class InsightCase(NamedTuple):
    """One time that it happened."""

    uid: bytes
    """Of the call or prompt."""
    session: bytes
    at: datetime | None


class NextStep(NamedTuple):
    """What the agent did after it, and how often that worked."""

    does: str
    """A class of step (``the same again``, ``another form``, ``went on``) or a quoted command."""
    n: int
    worked: int


class WeekTrend(NamedTuple):
    """How often it happened in the newest four weeks of the scope, and in the four weeks before them."""

    now: int
    before: int
    now_sessions: int
    """Sessions of the project in these weeks."""
    before_sessions: int


class RemedyKind(StrEnum):
    """Where a remedy is put."""

    TEXT = "text"
    """A line for an agent's file of instructions: a prohibition or a fact."""
    AGENT_SETTING = "agent-setting"
    GIT_SETTING = "git-setting"
    SHELL_SETTING = "shell-setting"
    INSTALL = "install"
    HABIT = "habit"
    """What the person does; nothing that could be written into a file."""
    ASK = "ask"
    """Nothing is known to help: stop and ask."""


class SettingChange(NamedTuple):
    """One setting to put into one program's settings."""

    program: str
    """An agent as its reader names it, ``git`` or ``shell``."""
    key: str
    """Dotted: ``env.BASH_DEFAULT_TIMEOUT_MS``, ``permissions.allow``, ``push.autoSetupRemote``."""
    value: str
    """As it is typed; of a list the one entry to add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to do about it, ready to be pasted, with what speaks for it."""

    kind: RemedyKind
    text: str
    """One sentence, a prohibition or a fact. It is made of our words and of ``Quoted`` programs, subcommands and paths
    of the project only, so that no log can write into a file of instructions."""
    evidence: str
    """Counts in words: ``31 of 58 sessions; worked 212 of 230``."""
    setting: SettingChange | None = None
    package: str = ""
    """Of a missing program: what to install, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """One thing worth saying, of one place."""

    id: str
    """``i-`` and hex, of kind, project and key: the same tomorrow."""
    kind: InsightKind
    key: str
    """What tells it from others of its kind in its project: a fingerprint in hex, a program, a path."""
    project: str
    """Its name, for display; empty where it is about all projects, such as a setting of the agent."""
    project_identity: str
    says: str
    """One sentence: what happens, how often, the cause in the tool's own words (quoted)."""
    place: Quoted
    """Command, program or file that it is about."""
    cause: Quoted
    """The error's own words; empty where the kind says it all."""
    count: int
    of: int | None
    """Tries; None where it has none."""
    sessions: int
    of_sessions: int
    """Sessions of the project in scope."""
    first_at: datetime | None
    last_at: datetime | None
    cases: tuple[InsightCase, ...]
    """All that is counted, newest first."""
    trend: WeekTrend
    waited_s: float = 0.0
    """Seconds from each case to the next success of the same thing, or until it was given up; without the time until a
    person wrote. See ``insights.kinds.costs``."""
    cost_usd: float | None = None
    """What the model's messages in that time cost; None where no price or no token count is known."""
    most_usd: float | None = None
    """Where ``cost_usd`` is what would likely have been saved: the most that could have been; else None."""
    next_steps: tuple[NextStep, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    """The best first; empty only where saying so is all that helps."""
    over: bool = False
    """It was a state of the machine or the network, and the same thing worked after it: nothing to heed any more."""
    rank: float = 0.0
    """Seconds that acting on it saves, by ``insights.kinds.draft``; it orders insights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedCost:
    """What mistakes made again cost in some sessions."""

    waited_s: float
    """Each second once, however many mistakes share it."""
    cost_usd: float | None
    agent_s: float
    """Of all sessions: time in which the agent worked."""
    total_usd: float | None
    lost_agents: LostAgents = field(default_factory=LostAgents)
    """Subagents of all sessions whose logs are missing: with them ``total_usd`` is a lower bound."""


class InsightTrend(NamedTuple):
    """An insight that comes significantly more or less often than in the four weeks before."""

    insight: str
    """Its id."""
    project: str
    place: Quoted
    kind: InsightKind
    now: int
    """Times in the project's newest four weeks."""
    before: int
    """Times in the four weeks before them."""
    now_sessions: int
    before_sessions: int
    better: bool
    """It happens in a smaller share of sessions than before."""
    p: float
    """Of Fisher's exact test on the sessions in which it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightList:
    """The insights of a scope, the one that saves most first."""

    insights: tuple[Insight, ...]
    sessions: int
    repeated: RepeatedCost
    repeated_before: RepeatedCost | None
    """Of the same length of time before the scope; None where nothing was recorded then."""
    trends: tuple[InsightTrend, ...] = ()
    """Significant changes, the surest first."""


class CaseLine(NamedTuple):
    """One case as a person reads it."""

    at: datetime | None
    session: str
    """Its id."""
    tool: Scrubbed
    """Of a person's prompt ``you``."""
    about: Scrubbed
    """Command, file or query; of a prompt its words."""
    failure: str = ""
    message: Scrubbed | None = None
    """The line that says what went wrong."""
    text: Scrubbed | None = None
    """The beginning of what the call gave back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightStory:
    """An insight with every case that it counts."""

    insight: Insight
    whole: RepeatedCost
    """What the sessions around it cost, of which its cost is a share."""
    cases: tuple[CaseLine, ...]
    """Newest first; one for each of ``insight.cases``."""
