"""The account of what was spent, by cause: each request's cost in cells that add up to it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from twiceshy.records.session_time import TimeReport
from twiceshy.records.spending import Cost, TokenCounts


class Cause(StrEnum):
    """What stood in the context, or was written."""

    FIXED_START = "fixed start"  # system prompt, tools, servers, memory files: what no log spells out
    OWN_OUTPUT = "own output, carried"  # what the model wrote and was sent again
    OUTPUT = "output"  # what the model wrote, once
    READS = "file reads"
    COMMANDS = "command output"
    SEARCH = "search"
    WEB = "web"
    SERVERS = "servers"
    TOOLS = "other tools"
    SUBAGENTS = "subagents"
    PROMPTS = "prompts"
    SUMMARIES = "summaries"
    EARLIER = "earlier dialogue"  # what a session goes on from, whose text stands in another log or in none
    UNLOGGED = "not in the log"


class Work(StrEnum):
    """What the model did in a request."""

    LOOK = "looking"  # reads, searches, the web, commands that change nothing
    EDIT = "changing files"
    CHECK = "tests and checks"
    DELIVER = "commits, pushes and reviews"
    COMMAND = "other commands"
    DELEGATE = "briefing subagents"
    PLAN = "plans and to-do lists"
    WAIT = "waiting for what runs"
    TALK = "words alone"
    OTHER = "other tools"
    UNLOGGED = "not in the log"


class Tag(StrEnum):
    """What could have gone with another request; told beside the sum, never in it."""

    LONE_LIST = "a to-do list alone in its message"
    LONE_LOOK = "one look alone after another one"
    POLL = "a look at what still runs, alone in its message"


class Ending(StrEnum):
    """What became of the work that a prompt asked for."""

    STANDS = "done, no objection seen"
    MENDED = "done, after a correction or a refusal"
    GONE = "taken back"
    OPEN = "files changed, no result known"
    NO_CHANGE = "no file changed"
    UNJUDGED = "not judged yet"


class Mechanism(StrEnum):
    """Why the provider was paid for it."""

    FIRST = "sent for the first time"
    READ = "sent again, from the cache"
    PAUSE = "written again after a pause"
    CUT = "written again after a part was left out"  # a compaction, a clear, thinking that is dropped
    MODEL = "written again after a change of model"
    UNKNOWN = "written again, no reason in the log"
    OUTPUT = "output"


class ContextItem(NamedTuple):
    """Something that came into a thread's context between two requests."""

    place: int
    """As ``Stamp.rank``."""
    cause: Cause
    name: str
    size: int
    """Characters, or what counts as many."""
    own: bool = False
    """The model wrote it."""
    path: str = ""
    """Of a reading or a change: the file."""
    cuts: bool = False
    """With it the context before was left out: a compaction."""
    work: Work | None = None
    """Of a call: what it does."""


class ThreadRequest(NamedTuple):
    """One request of a thread, with what each kind of its tokens cost."""

    place: int
    """Behind all items that came before it ended."""
    at: float | None
    """POSIX seconds."""
    model: str
    """Its one name."""
    tokens: TokenCounts
    cost: Cost
    """Adds up to what the message costs; nothing where its model has no known price."""


class SpendKey(NamedTuple):
    """Which cell."""

    cause: Cause
    item: str
    mechanism: Mechanism


class WorkKey(NamedTuple):
    """What the model did, and which model."""

    model: str
    """Its one name."""
    work: Work


PICO: Final = 10**12  # picodollars of a dollar (by definition)


class Amount(NamedTuple):
    """What a cell holds, in whole numbers, so that sums are exact."""

    picodollars: int = 0
    """A million of a millionth of a dollar: prices of the list are whole numbers of it for each token."""
    tokens: int = 0


class LostCache(NamedTuple):
    """One time that a context was written to the cache again which had stood there."""

    place: int
    """Of the request, as ``Stamp.rank``."""
    why: Mechanism
    gap_s: float
    """Since the request before; 0 where a log has no times."""
    tokens: int
    """Written again."""
    usd: float
    """What that cost beyond reading them."""
    likely_usd: float
    """After a pause: what a summary before it would have saved, all costs taken off; below zero it would have cost."""
    most_usd: float
    """The same where no file had to be read again."""


class EarlierCut(NamedTuple):
    """What a session's threads would have cost with their contexts cut at so many tokens."""

    limit: int
    place: int
    """Of the first request above it, as ``Stamp.rank``."""
    likely_usd: float
    """Saved, all costs taken off; below zero it would have cost more."""
    most_usd: float
    """The same where no file had to be read again."""


class StartCost(NamedTuple):
    """The fixed start of a session's main dialogue: what was there before the first word."""

    tokens: int
    usd: float
    """Of all requests: they read it from the cache, or paid for it in full where the cache was lost."""


class HourCache(NamedTuple):
    """What a session's main dialogue would have cost with a cache that is kept for an hour, not for five minutes."""

    place: int
    """Of the first request after a pause that it outlives, as ``Stamp.rank``; of the first one where there is none."""
    kept: bool
    """It was kept for an hour already: then all else is nothing."""
    pauses: int
    """Of five minutes to an hour, after which the context was written again."""
    tokens: int
    """Written again after them."""
    saved_usd: float
    """What they cost, less what each writing costs more; below zero it would have cost more."""


class LoneKind(StrEnum):
    """A small call that was all that a request was for."""

    LIST = "to-do list"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class LoneCalls:
    """Requests of a session's threads for one sort of small call and nothing else."""

    kind: LoneKind
    place: int
    """Of the first one, as ``Stamp.rank``."""
    count: int
    needless: int
    """Those that it could have done without: of lists all, of polls what longer waits spare."""
    likely_usd: float
    """Saved without the needless ones."""
    most_usd: float
    """Saved without any of them."""


class ContextPoint(NamedTuple):
    """What stood in the context at one request of a thread."""

    place: int
    """As of its request."""
    at: float | None
    """POSIX seconds."""
    tokens: dict[Cause, float]
    """Together they are its prompt."""
    usd: float
    """What the request cost."""
    again: Mechanism | None
    """Why most of the context was written to the cache again, where it was; a compaction counts whatever it lost."""
    prompts: int
    """Of a person, that came in with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionContext:
    """How the context of a session's main dialogue grew."""

    session: bytes
    """Its uid."""
    points: tuple[ContextPoint, ...]
    """One for each request, in order."""
    moments: tuple[bytes, ...]
    """For each of them the uid of what the model wrote last in it; empty where the log has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSpend:
    """What one session cost."""

    cells: dict[SpendKey, Amount]
    losses: tuple[LostCache, ...] = ()
    """In the main dialogue and in those of subagents."""
    earlier_cuts: tuple[EarlierCut, ...] = ()
    """One for each limit that a thread passed."""
    start: StartCost | None = None
    """None where no request was counted."""
    hour_cache: HourCache | None = None
    """None where nothing was written to a cache."""
    lone_calls: tuple[LoneCalls, ...] = ()
    """At most one of each kind for each thread."""
    work: dict[WorkKey, Amount] = field(default_factory=dict)
    """The same dollars and tokens by what the model did."""
    lone_looks: Amount = field(default_factory=Amount)
    """Of requests for one look alone after another one, with their number for the tokens."""
    turns: tuple[tuple[int, int], ...] = ()
    """The same dollars by the prompt that they were spent after: its place as ``Stamp.rank``, 0 for none, and
    picodollars."""
    used: bool
    """It used a token, or its agent states a cost."""
    unpriced: int
    """As in ``SpendReport``."""
    partial: int
    """As in ``SpendReport``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendCell:
    """One part of the cost. No cent stands in two of them."""

    cause: Cause
    item: str
    """A file, a command's first words, a server, a tool; empty where the cause has no parts."""
    mechanism: Mechanism
    usd: float
    tokens: int
    """As they were billed: what was sent ten times counts ten times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendRow:
    """All cells of one cause, or of one mechanism."""

    name: str
    usd: float
    share: float
    """Of all dollars; 0 where nothing was spent."""
    tokens: int
    item: str = ""
    """Of a cause: its dearest item."""
    item_usd: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRow:
    """Requests that could have gone with another one; their dollars are in other rows as well."""

    name: str
    usd: float
    share: float
    """Of all dollars; 0 where nothing was spent."""
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingRow:
    """What was spent on tasks that ended in one way."""

    name: str
    usd: float
    share: float
    """Of all dollars; 0 where nothing was spent."""
    tasks: int
    """0 for what belongs to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendGroup:
    """What the sessions of one day, week, month or project cost, or one session, or one model."""

    name: str
    """As of ``CostRow``. A session belongs to the day on which it began."""
    usd: float
    share: float
    """Of all dollars; 0 where nothing was spent."""
    sessions: int
    causes: dict[str, float]
    """By cause, its share of the dollars of this row, the dearest first; empty for a model, since what stands in a
    context was often written by another one."""
    work: dict[str, float]
    """The same by what the model did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendReport:
    """Where the money of the sessions in scope went. A session that goes on into the scope counts whole."""

    total_usd: float
    """As ``report cost`` says."""
    tokens: int
    sessions: int
    """That used a token."""
    causes: list[SpendRow]
    """The dearest first."""
    mechanisms: list[SpendRow]
    """The dearest first. They part the same dollars as ``causes``."""
    work: list[SpendRow]
    """The same dollars by what the model did, the dearest first."""
    tags: list[TagRow]
    endings: list[EndingRow]
    """The same dollars by what became of the work, the dearest first; empty where no session was judged."""
    commits: int
    """That the agents made themselves."""
    rows: list[SpendGroup]
    """The same dollars by what was asked for, the dearest first, times in their order; empty where nothing was."""
    rows_by: str
    """What the rows are: ``project``, ``model`` ...; empty where there are none."""
    cells: list[SpendCell] = field(repr=False)
    """The dearest first."""
    unpriced: int
    """Tokens of models without a known price: they stand in cells that cost nothing."""
    partial: int
    """Messages of which the log holds only a part of the tokens: with them the dollars are a lower bound."""
    prices: str
    """Where the prices are from, and of which day."""
    time: TimeReport
    """Where the time of the same sessions went."""


class SpendBox(NamedTuple):
    """A part of the money in a picture of all of it: project, in that cause, in that item, in that session."""

    level: int
    """0 for a project, 3 for a session."""
    begin_usd: float
    """Dollars of all parts before it: where it lies."""
    usd: float
    name: str
    """Of a session its short id; of parts too small to be seen how many there are."""
    cause: str
    """Empty for a project."""
    session: str = ""
    """Its short id, where it is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendPictures:
    """The money as pictures."""

    total_usd: float
    boxes: tuple[SpendBox, ...]
    """The dearest first, each before its parts."""
    days: dict[str, float]
    """Dollars by day (``2026-11-22``), of messages that have a time."""
    hours: tuple[tuple[float, ...], ...]
    """Dollars by weekday, Monday first, and hour of the day; of the same messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendPart:
    """What was paid for one thing."""

    name: str
    """``sent again``, ``written again``, ``new`` or ``output``."""
    usd: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendSummary:
    """Where the money went, as the first screen says it."""

    total_usd: float
    parts: list[SpendPart]
    """The dearest first; together they are all of it."""
    causes: list[SpendRow]
    """The dearest first; they part the same dollars."""
    before: dict[str, float] | None
    """By cause, its share in the same length of time before; None where nothing was spent then."""
    work: list[SpendRow]
    """As in ``SpendReport``."""
    endings: list[EndingRow]
    """As in ``SpendReport``."""
    unpriced: int
    """As in ``SpendReport``."""
    partial: int
    """As in ``SpendReport``."""
