"""Effects: of habits on outcomes, of advice on calls, and what warnings could have met."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from twiceshy.base.values import Rate, Verdict
from twiceshy.records.lessons import Approach


class Estimate(NamedTuple):
    """An estimate with the ends of its 95 % interval; an end may be infinite."""

    estimate: float
    low: float
    high: float


class EffectScope(StrEnum):
    """Where an effect was looked at."""

    ALL = "all"
    PROJECT = "project"
    DIRECTORY = "directory"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One behaviour, violation or band against one outcome."""

    exposure: str
    outcome: str
    unit: str
    """``edit``, ``task`` or ``session``: what is counted."""
    scope: EffectScope
    project: str = ""
    """Empty where ``scope`` is all."""
    place: str = ""
    """Path of the directory or file."""
    exposed: Rate
    """Hits where it was done; its interval takes sessions as witnesses."""
    other: Rate
    ratio: Estimate | None = None
    """Within strata; None where refused."""
    difference: Estimate | None = None
    true_ratio: Estimate | None = None
    """The ratio that the outcome's own measured errors leave, with theirs in the interval; None where not measured."""
    true_difference: Estimate | None = None
    by_file: Estimate | None = None
    """The ratio within files too, where ``within`` leaves them out because few edits could be compared."""
    within: tuple[str, ...] = ()
    """What cases have in common that are compared: ``project``, ``agent``, ``size``, ``file``."""
    strata: int = 0
    """Groups of such cases in which both sides were seen."""
    p: float = 1.0
    """The larger of the exact test within strata and the test by sessions."""
    nature: Literal["habit", "tool"] = "habit"
    """``tool``: the outcome is the client's own rule about this very habit, so it says nothing of the work."""
    q: float = 1.0
    """False discovery rate, of all that was looked at, at which it would still be kept."""
    sessions: int = 0
    projects: int = 0
    proof: tuple[str, ...] = ()
    """A few exposed hits, else exposed cases, as hex of their uid."""
    words: str = ""
    """The figures in a sentence of their own."""
    refusal: str | None = None
    """Why no ratio is given: slug of ``judgement.outcomes.correlate``; None where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceRow:
    """One row of *if the workflow was kept, then success was x*."""

    compliant: bool
    band: str
    """Risk band; empty where none is known."""
    success: Rate
    """Right at the first pass; where that is unknown, completed."""
    unknown: int
    """Cases where that is not known."""
    sessions: int


class SessionCompliance(NamedTuple):
    """One judged session that changed files: whether it kept its workflow, and what became of it; None is unknown."""

    session: bytes
    project: str
    agent: str
    files: int
    """Changed ones."""
    compliant: bool | None
    """None where no workflow is declared."""
    risk: float | None
    corrected: bool | None
    rolled_back: bool | None
    engagement: float | None
    """Human messages a tool call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSide:
    """The sessions of one side, in one measure."""

    mean: float | None
    """Of a yes or no the share of yes; None where nothing is known."""
    n: int
    unknown: int
    """Sessions where it is not known; they count on neither side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceMeasure:
    """One measure of sessions that kept their workflow beside those that broke it."""

    measure: str
    """``risk``, ``corrected``, ``rolled-back`` or ``engagement``: of all four less is better."""
    kept: MeasuredSide
    broken: MeasuredSide
    difference: float | None
    """Kept less broken, within the same project, agent and size; None where both are never seen there."""
    p: float
    """By dealing sessions to the sides anew, within the same project, agent and size."""
    compared: int
    """Sessions that have the other side in their project, agent and size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceScreen:
    """What `twiceshy effects workflow` draws."""

    kept: int
    """Sessions that changed files and kept all mandatory steps."""
    broken: int
    undeclared: int
    """Sessions without a declared workflow; they are in no measure."""
    projects: int
    measures: list[ComplianceMeasure]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One outcome of one group: a month, a model, an agent."""

    group: str
    outcome: str
    unit: str
    rate: Rate
    unknown: int
    """Cases where it is not known; never counted on either side."""
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEffect:
    """One effect over all people, each person a cluster."""

    name: str
    """What was compared; with ``outcome`` it names the effect: ``trial:warned/silent``, ``model:sonnet``, a habit."""
    outcome: str
    people: int
    """Whose work had both sides."""
    n: int
    """Cases of both sides, of all people."""
    difference: float
    """Of shares: of those that ``says`` names first, less of the others."""
    low: float
    high: float
    """Ends of the 95 % interval."""
    kind: Literal["trial", "habit", "model"] = "habit"
    says: str = ""
    """Both sides in words: "calls that were warned of, beside calls that were not"."""
    needed: int | None = None
    """Of a trial, cases of both arms that were planned; None where nothing is known to plan with."""
    verdict: Verdict = "too-few"
    """What may be said of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Everything that `twiceshy effects` draws."""

    sessions: int
    observations: int
    found: list[Effect] = field(default_factory=list)
    """Sure ones first, see ``judgement.outcomes.correlate.order``."""
    tested: int = 0
    refused: int = 0
    compliance: list[ComplianceRow] = field(default_factory=list)
    unknown: list[OutcomeRow] = field(default_factory=list)
    """Each outcome over everything, with how many are unknown."""
    team: list[PooledEffect] = field(default_factory=list)
    """What the work of your team shows over all its projects; empty without a team's server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFate:
    """Edits of one file in one session that have the same habits and the same outcomes."""

    session: str
    """Its short id."""
    at: datetime | None
    """When the session began."""
    edits: int
    habits: tuple[str, ...]
    """What was done, by slug."""
    ends: tuple[str, ...]
    """What became of them, by slug."""
    success: bool | None
    """None where it is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeHistory:
    """A file or an approach: what was done, and what became of it."""

    name: str
    """The file's path, or the behaviour's slug."""
    project: str
    """Of the file; empty for an approach."""
    edits: int = 0
    sessions: int = 0
    went_well: int = 0
    """Of ``known``."""
    known: int = 0
    """Judged edits of which something shows how they went."""
    unknown: int = 0
    """Judged edits of which nothing does; on neither side."""
    fates: list[EditFate] = field(default_factory=list)
    """Of a file, newest first."""
    approaches: list[Approach] = field(default_factory=list)
    """Poor ones first."""
    effects: list[Effect] = field(default_factory=list)
    """Told of this file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceCase:
    """One case in which a rule matched: its advice was shown, or withheld as part of the holdout."""

    rule: str
    category: str
    session: Hashable
    shown: bool
    bad: bool | None
    """What it warns of happened after all; None where that is not known."""
    at: float = 0.0
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCounts:
    """Cases and bad outcomes among them, for advice that was shown and for the holdout."""

    bad: int = 0
    shown: int = 0
    held_bad: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEffect:
    """The estimated effect of one rule."""

    rule: str
    category: str
    arms: ArmCounts
    benefit: Estimate
    """Share of bad ends that it takes away, with the 95 % credible interval; below 0 it does harm."""
    worth: float
    """Probability that it takes away more than ``judgement.outcomes.effect.WORTH``."""
    retired: bool
    """It is not to be shown any more."""
    why: str = ""
    """In words, where it is retired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryEffect:
    """All rules of a category together."""

    category: str
    rules: int
    sessions: int
    """Those that tell anything."""
    arms: ArmCounts
    difference: Estimate
    """Bad ends where shown less where held back, within rules: below 0 it helps. 95 %, sessions as witnesses."""
    ratio: Estimate
    p: float
    """Two-sided, that showing makes no difference."""
    unknown: int = 0
    """Times whose end nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEffect:
    """One outcome of whole sessions: those with advice against those left without it, or after against before."""

    outcome: str
    """``first-pass``, ``corrected``, ``regeneration-cycles`` or ``engagement``."""
    compared: str
    """``held-back``: sessions drawn by lot; ``before``: earlier ones, which differ in more than advice."""
    sessions: int
    """With advice, or after."""
    others: int
    value: float
    """Mean with advice; nan where there is none."""
    other: float
    difference: Estimate
    """``value - other``, 95 %."""


Sign = tuple[str, str]
"""Something to be seen before a call is made: its kind, and what distinguishes it among its kind."""
Range = tuple[float, float, float]
"""An estimate with the ends of its 95 % interval."""


class Attempt(NamedTuple):
    """One call with what was to be seen before it, and what became of it."""

    signs: tuple[Sign, ...]
    wrong: bool
    """It failed, or its edit was corrected or rolled back."""
    minutes: float = 0.0
    """Of the agent's time, from a wrong call to the next try of the same thing."""
    tool: str = ""
    failed: bool = False


class PastSession(NamedTuple):
    """One session, to be compared with those that ended before it."""

    at: datetime
    until: datetime
    project: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way to warn, on the sessions that are reported."""

    name: str
    warnings: float
    """Calls that were warned of; a share of a call where a baseline is thinned to the number of the others."""
    right: float
    coverage: Range
    """Share of the wrong calls."""
    precision: Range
    lift: Range
    """Precision over the share of all calls that go wrong."""
    cost_coverage: Range
    """Share of the minutes that wrong calls cost."""
    gain: Range = (0.0, 0.0, 0.0)
    """Of lessons over this way: minutes met, in shares of all minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfSign:
    """The warnings whose strongest sign was of one kind."""

    name: str
    warnings: int
    right: int
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """What warnings made of earlier sessions' experience would have met."""

    sessions: int
    calls: int
    wrong: int
    minutes: float
    failed: int
    """Of the wrong calls those that failed; the others are edits that were corrected or rolled back."""
    failed_met: int
    """Of these, such as were warned of."""
    arms: tuple[Arm, ...]
    """Lessons first, then what they are compared with."""
    kinds: tuple[KindOfSign, ...]
    since: datetime | None = None
    """When the first reported session began."""


class SessionRow(NamedTuple):
    """A judged session."""

    project: str
    at: float
    """When it began; 0 where unknown."""
    drawn: bool | None
    """True: it had a brief; False: its brief was held out; None: there was none for it."""
    advised: bool
    """Anything was shown in it."""
    tasks: int
    first_pass: int | None
    corrected: bool | None
    cycles: int
    engagement: float | None


# What statistics are made of: how often something was done or not in a session, and what became of it.
#
# Equal observations of one session are counted, not repeated. What was not measured is absent from ``did`` and what is
# unknown is absent from ``became``: neither is ever taken for False.

BREAKS = "violates:"
"""What ``did`` says of a declared step that was broken, before the step's slug."""
KEEPS = "keeps:"
"""The same of a step that was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """``n`` edits, tasks or sessions that agree in every other field of this record."""

    unit: str
    """``edit``, ``task`` or ``session``."""
    session: bytes
    """Observations of one session hang together: intervals are made by drawing sessions."""
    project: str
    """Name for display and stratum."""
    agent: str
    model: str
    at: datetime | None
    path: str | None = None
    """Of an edit its file."""
    did: Mapping[str, bool] = field(default_factory=dict)
    """Behaviour, violation or band by its slug (``blind-edit``, ``no-tests-after``): done or not."""
    became: Mapping[str, bool] = field(default_factory=dict)
    """Outcome by its slug (``corrected``, ``rolled-back``, ``first-pass``): so or not."""
    size: str = ""
    """How big the task or session is that it belongs to, see ``size_band``: who edits more has more chances for
    everything, so like is compared with like."""
    proved: bool = False
    """Of an edit: tests, a commit or a person's word show that the task it belongs to was done."""
    n: int = 1
    proof: tuple[str, ...] = ()
    """The first few events, as hex of their uid."""


class CallRisk(NamedTuple):
    """What the scores of one call's edits say, each as the band of the worst of them."""

    band: str
    findings: str
    """The band that its findings alone would give."""
    past: str
    """The band that the past of its files alone would give."""
    missed_rename: bool | None
    """Whether it left an old name behind; None where nobody could look."""


def size_band(edits: int) -> str:
    """Return the band of a task or session by its number of edits.

    Each band begins at some three times the one before (guess).

    >>> [size_band(edits) for edits in (0, 1, 2, 5, 6, 20, 21)]
    ['0', '1', '2-5', '2-5', '6-20', '6-20', '21+']
    """
    if edits < 2:
        return str(max(edits, 0))
    return "2-5" if edits <= 5 else "6-20" if edits <= 20 else "21+"


@dataclass(slots=True, kw_only=True)
class WorkingStyle:
    """One session's counts. Proofs are the first few events of a kind, as hex of their uid."""

    edits: int = 0
    """Changes of files whose lines are known."""
    churned: int = 0
    """Places in files that were edited three times or more."""
    definitions: int = 0
    """Definitions written whose file is known as a whole."""
    missed: int = 0
    """Of these, such as the session had been shown in another file before, by name and kind."""
    batches: int = 0
    """Times when several files were named by a prompt or listed by a search, and one of them was edited."""
    partly_read: int = 0
    """Of these, such in which the edited file was not read, while others of them were."""
    retries: int = 0
    """The same call again after it failed, with nothing done in between that could help; any tool."""
    failed_retries: int = 0
    file_switches: int = 0
    """Edits of another file than the one before."""
    folder_switches: int = 0
    returns: int = 0
    """Switches back to a file that was left earlier."""
    repeated_prompts: int = 0
    """Prompts that say nearly the same as an earlier one."""
    interrupt_runs: int = 0
    """Interrupts that follow another one with no finished call in between."""
    proof: dict[str, list[str]] = field(default_factory=dict)
