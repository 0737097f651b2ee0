"""What a fleet run reads, how it is cut into shards, and what came of each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from twiceshy.base.values import Rate, Scrubbed
from twiceshy.records.spending import TokenCounts

InputKind = Literal["log", "repository"]
EngineName = Literal["processes", "spark"]
ShardState = Literal["done", "failed"]
PieceKind = Literal["store", "scans", "code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetWish:
    """What a person asked for: where to read, where to write, and what shall do the work."""

    output: str
    """A folder or an address of an object store (``s3://bucket/path``)."""
    logs: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    """Folders below which git repositories lie, bare ones included."""
    team_at: int = 0
    """Which part of a path below its root names the team, from 1; 0: there is one team, without a name."""
    person_at: int = 0
    """The same of the person, of whom only a keyed hash is kept."""
    engine: EngineName = "processes"
    workers: int = 0
    """0: as many as there are processors; Spark decides for itself."""
    master: str = ""
    """Spark's; empty: a local cluster of ``workers`` executors."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Spark's, as its own documentation names them."""
    again: bool = False
    """Try again what was set aside."""
    secret: str = ""
    """Where the organisation's secret lies, never the secret: a file, or ``env:NAME`` for a variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetInput:
    """A log file or a repository, as it was last listed."""

    kind: InputKind
    place: str
    """Its path or address."""
    size: int
    """Bytes; of a repository those of its objects and references."""
    stamp: str
    """Changes with the content: modification time in ns, an object store's ETag, of a repository a hash of its tips."""
    team: str = ""
    person: str = ""
    """Keyed hash, as hex; empty where nobody is named."""
    digest: str = ""
    """Of the content, as hex: taken where size or stamp changed, so that a copy with a new time is not read again."""
    group: str = ""
    """Keyed hash of its project, as hex: what has the same is worked on together. Empty: nobody has looked inside."""
    agent: str = ""
    """Of a log, whose it is; empty: nobody's, so it is not read."""
    project: str = ""
    """Keyed hash of the project that it names itself, as hex; its group is another's where a session joins both."""
    session: str = ""
    """Keyed hash of its session's own id, as hex: files of one session are in one group."""
    known_as: str = ""
    """Of a log without a remote that belongs to a given repository, that repository's identity; of a repository its
    own (``remote:host/owner/name``). Empty: what the log says holds."""
    read_stamp: str = ""
    """Its stamp when its shard last read it; empty: it was not read yet."""
    gone: bool = False
    """It is no longer there; what was read of it stays."""


class InputLook(NamedTuple):
    """What a look at the beginning of an input told; hashes are keyed, as hex."""

    place: str
    agent: str = ""
    project: str = ""
    identity: str = ""
    """Of a repository, as ``FleetInput.known_as``; of a log ``remote:`` and nothing else where it names one."""
    names: tuple[str, ...] = ()
    """Hashes of what its project is called: ``owner/name`` where a remote says it, then ``name``."""
    session: str = ""
    digest: str = ""
    reason: str = ""
    """Why it cannot be read; empty where it can."""


class ShardMember(NamedTuple):
    """Which shard works on a group; a group never changes its shard."""

    group: str
    shard: str


class SetAside(NamedTuple):
    """An input that was not read, and why; it is left out until it changes, or until somebody asks for it again."""

    place: str
    stamp: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardWork:
    """One unit of work: all inputs of some projects, of which most were read before. A pure function answers it."""

    shard: str
    """Its name: letters and digits."""
    output: str
    inputs: tuple[FleetInput, ...]
    """All that belong to it and are there, in the order in which they are read."""
    changed: tuple[str, ...]
    """Places of those among them that are new or changed."""
    now: datetime
    """One time for the whole run: the same inputs give the same rows on every worker."""
    given: str
    """Hash of inputs and rules, as hex: a receipt with the same needs no work."""
    kept: tuple[FleetInput, ...] = ()
    """Logs of its own that are gone or set aside: what was read of them before is still somebody's."""
    aside: tuple[SetAside, ...] = ()
    """Inputs that ended their worker in this run and are left out; the receipt tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardReceipt:
    """What came of one unit of work; written last, so that a shard with its receipt is whole."""

    shard: str
    given: str
    state: ShardState
    rows: Mapping[str, int] = field(default_factory=dict)
    """Written rows by table."""
    aside: tuple[SetAside, ...] = ()
    bytes_read: int = 0
    """Of inputs, before unpacking."""
    cpu_s: float = 0.0
    seconds: float = 0.0
    peak_mb: float = 0.0
    """Of the process that did it, in 10**6 bytes."""
    reason: str = ""
    """Why it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetMerge:
    """The unit of work that makes one whole of all shards."""

    output: str
    shards: tuple[str, ...]
    """Those that count: whole and of this plan."""
    now: datetime
    """The run's one time: lessons are as old as it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeReceipt:
    """What a merge made."""

    rows: Mapping[str, int]
    """Written rows by table."""
    sessions: int
    cpu_s: float
    seconds: float
    peak_mb: float
    """Of the process that did it, in 10**6 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceWork:
    """A part of a large shard's work that is done before it and beside others. A pure function answers it."""

    work: ShardWork
    """The shard that takes what comes of it."""
    kind: PieceKind
    """``store``: its logs are read; ``scans``: some of its edits are scanned; ``code``: some commits are measured."""
    number: int = 0
    of: int = 1
    """How many of this kind the shard has."""
    place: str = ""
    """Of ``code`` the repository."""
    since: str = ""
    """Of ``code`` the commit behind which nothing is measured again; empty: from the first on."""


class PieceReceipt(NamedTuple):
    """What came of a piece."""

    shard: str
    kind: PieceKind
    number: int
    rows: int
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRun:
    """What a run did."""

    shards: int
    worked: int
    """Shards that had something new."""
    failed: tuple[ShardReceipt, ...]
    aside: tuple[SetAside, ...]
    rows: Mapping[str, int]
    """In the output now, by table."""
    bytes_read: int
    cpu_s: float
    seconds: float


class InputFigures(NamedTuple):
    """How many inputs there are of one kind, agent and team."""

    kind: InputKind
    agent: str
    team: str
    inputs: int
    size: int
    """Bytes."""


class FleetListing(NamedTuple):
    """What there is to work on, as it was just listed and compared with what was known."""

    inputs: tuple[FleetInput, ...]
    """All that are known, those that are gone included; in order of their places."""
    members: tuple[ShardMember, ...]
    works: tuple[ShardWork, ...]
    """One for each shard that has something new or failed."""
    aside: tuple[SetAside, ...]
    fresh: int
    """Inputs that were not there before."""
    changed: int
    gone: int
    """Inputs that were there the last time and are not now."""


class SampleRun(NamedTuple):
    """A few megabytes of logs that were really worked through, and what that took."""

    logs: int
    size: int
    """Bytes."""
    cpu_s: float
    seconds: float
    output: int
    """Bytes."""
    peak_mb: float
    """Of its process, in 10**6 bytes."""


class CostSpan(NamedTuple):
    """An estimate, and between which values it probably lies."""

    estimate: float
    low: float
    high: float


class FleetCost(NamedTuple):
    """What working through some logs would cost, from a sample."""

    logs: int
    size: int
    """Bytes of logs."""
    shards: int
    cpu_hours: CostSpan
    wall_hours: CostSpan
    """With ``workers``, and never less than the longest shard."""
    output: CostSpan
    """Bytes."""
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """What a run would do and what it would cost."""

    output: str
    figures: tuple[InputFigures, ...]
    shards: int
    waiting: int
    """Shards with something new."""
    fresh: int
    """Inputs that no shard has read."""
    changed: int
    """Inputs that changed since their shard read them."""
    gone: int
    aside: tuple[SetAside, ...]
    sample: tuple[SampleRun, ...]
    mb_a_second: CostSpan | None
    """10**6 bytes of logs that one core works through in a second; None where nothing was sampled."""
    memory_mb: float
    """What one worker should be given, in 10**6 bytes."""
    whole: FleetCost | None
    new: FleetCost | None
    """Of what is new or changed only."""
    longest: tuple[str, int]
    """The largest shard, and its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetStatus:
    """How far a fleet's output is."""

    output: str
    last_run: datetime | None
    """When the newest receipt was written."""
    done: int
    failed: tuple[ShardReceipt, ...]
    waiting: int
    """Shards without a receipt."""
    figures: tuple[InputFigures, ...]
    gone: int
    aside: tuple[SetAside, ...]
    rows: Mapping[str, int]
    """By table."""
    bytes_read: int
    """By the last work on each shard."""
    cpu_s: float


# What a fleet's output says of an organisation's work: the whole, the same by one dimension, and what went wrong most.
#
# The first records are sums as they are counted; ``FleetFigures`` and ``FleetReport`` are what people and programs
# read.

FleetDimension = Literal["team", "repository", "agent", "model", "month"]
FleetVerdict = Literal["", "more", "fewer", "few"]


class GroupSums(NamedTuple):
    """The sessions of one group, summed; the whole is one group too."""

    key: str
    """Team, identity of a project, agent, model or month; empty where the log does not say."""
    name: str
    """The key as people call it."""
    sessions: int
    people: int
    """Whose logs these are; 0 where nobody is named."""
    teams: int
    projects: int
    first_at: datetime | None
    last_at: datetime | None
    calls: int
    tried: int
    """Of these, without waiting, and without those cancelled because a parallel one failed."""
    failed: int
    edits: int
    corrections: int
    """Turns of people that corrected work."""
    corrected: int
    """Sessions with one."""
    corrected_known: int
    rolled_back: int
    rolled_back_known: int
    first_pass: int
    """Tasks that were right at once."""
    tasks_known: int
    """Tasks of the sessions where that is known of every task."""
    tasks: int
    expected: float
    """Calls that would have failed if each kind of call failed as often as everywhere."""
    failed_squared: int
    """Over the sessions, the sum of ``failed`` squared; the next two are of products with ``expected``."""
    failed_expected: float
    expected_squared: float


class GroupTokens(NamedTuple):
    """Tokens of one group, one model and one tier of its price."""

    key: str
    model: str
    """As the log spells it."""
    tier: int
    """Place among the tiers of the model's price."""
    stated: float
    """Dollars that the logs state for these messages; their tokens have no other price then."""
    is_stated: bool
    messages: int
    partial: int
    """Of these, the log has only a part of the tokens."""
    tokens: TokenCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetFigures:
    """The figures of the whole or of one group."""

    key: str
    name: str
    sessions: int
    people: int
    """0: nobody is named."""
    teams: int
    projects: int
    first_at: datetime | None
    last_at: datetime | None
    calls: int
    failed: Rate
    """Of the calls that were tried."""
    edits: int
    corrections: int
    corrected: Rate
    """Of sessions where a person spoke after the work."""
    rolled_back: Rate
    """Of sessions with work."""
    tasks: int
    first_pass: Rate
    """Of tasks, in sessions where it is known of every task."""
    tokens: TokenCounts
    dollars: float
    unpriced: int
    """Tokens of models without a known price: with them ``dollars`` is a lower bound."""
    partial: int
    """Messages of which the log has only a part of the tokens: as above."""
    ratio: float | None = None
    """Failures over those of the other groups, on the same kinds of calls; None where that cannot be told."""
    ratio_low: float | None = None
    ratio_high: float | None = None
    verdict: FleetVerdict = ""
    """``more`` or ``fewer`` failures than the others, at a false discovery rate of 5 %; ``few``: so few sessions or
    people that nothing is compared."""


class FleetTrouble(NamedTuple):
    """A command or a tool whose calls failed."""

    name: Scrubbed
    is_command: bool
    calls: int
    failed: Rate
    seconds: float
    """That its failed calls themselves took, as far as the logs say it."""
    sessions: int
    """In which it failed."""
    people: int
    teams: int
    projects: int
    place: Scrubbed
    """The project with most of the failures."""
    message: Scrubbed
    """Most frequent first line of what it said; empty where nothing was said."""
    last_at: datetime | None


class FleetLesson(NamedTuple):
    """One mistake that several sessions made."""

    id: str
    says: Scrubbed
    why: Scrubbed
    times: int
    sessions: int
    people: int
    teams: int
    projects: int
    places: tuple[Scrubbed, ...]
    """Names of the projects with most of it, at most three."""
    seconds: float
    """Until it was gone, summed over the times that this was seen."""
    seen_gone: int
    """How many times that was."""
    first_at: datetime | None
    last_at: datetime | None


class FleetEffect(NamedTuple):
    """How work ended with a habit, beside without it, over all shards."""

    says: str
    unit: str
    outcome: str
    cases: int
    sessions: int
    ratio: float
    low: float
    high: float
    q: float


class FleetFinding(NamedTuple):
    """A rule of the scanners, and how often edits broke it and mended it."""

    rule: str
    severity: str
    introduced: int
    fixed: int
    sessions: int
    people: int
    teams: int
    projects: int


class FleetDuration(NamedTuple):
    """How long a command or a tool takes, over all shards."""

    kind: str
    """``run`` or ``tool``."""
    name: Scrubbed
    times: int
    p50_s: float
    p90_s: float
    p99_s: float


class FleetScale(NamedTuple):
    """What was read, and what is not in the figures."""

    imitations: int
    """Sessions that another writer made, left out of everything."""
    copies: int
    """Sessions that stand in more than one shard, counted once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetReport:
    """An organisation's work, as its fleet's output has it."""

    output: str
    team: str
    """Of which alone; empty: all."""
    by: FleetDimension
    whole: FleetFigures
    groups: tuple[FleetFigures, ...]
    """Those with most sessions first; months in order."""
    lessons: tuple[FleetLesson, ...]
    """The dearest first."""
    troubles: tuple[FleetTrouble, ...]
    """The longest first."""
    findings: tuple[FleetFinding, ...] = ()
    effects: tuple[FleetEffect, ...] = ()
    """Of the organisation, whatever team was asked for."""
    durations: tuple[FleetDuration, ...] = ()
    """As ``effects``."""
    imitations: int = 0
    copies: int = 0
    failed_shards: int = 0
    """Their figures are those of their last good run, or none."""
    aside: int = 0
    """Inputs that were set aside."""
    prices: str = ""
    """Source and date of the price list."""
    models: tuple[tuple[str, int], ...] = field(default=())
    """Models without a price, and their tokens."""
