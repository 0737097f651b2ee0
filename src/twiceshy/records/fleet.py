"""What a fleet run reads, how it is cut into shards, and what came of each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

InputKind = Literal["log", "repository"]
EngineName = Literal["processes", "spark"]
ShardState = Literal["done", "failed"]


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
