"""The account of what was spent, by cause: each request's cost in cells that add up to it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

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


class Mechanism(StrEnum):
    """Why the provider was paid for it."""

    FIRST = "sent for the first time"
    READ = "sent again, from the cache"
    PAUSE = "written again after a pause"
    CUT = "written again after a compaction"
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
    unpriced: int
    """As in ``SpendReport``."""
    partial: int
    """As in ``SpendReport``."""
