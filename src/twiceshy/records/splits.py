"""Parts of the data: what is learned from, what is chosen by, and what is tested on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple


class Split(StrEnum):
    """A part of the data, the earliest first."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class SplitShares(NamedTuple):
    """How much each part gets, in proportion to the others."""

    train: int = 80
    validation: int = 10
    test: int = 10


class SplitCuts(NamedTuple):
    """When the later parts begin. None: there is nothing in that part."""

    validation: datetime | None = None
    test: datetime | None = None


NO_CUTS: Final = SplitCuts()


class SplitMember(NamedTuple):
    """A session or a commit."""

    key: bytes
    """The session's uid, or the commit's hash."""
    at: datetime | None
    """When it began."""
    project: str
    """Its project's identity."""
    agent: str = ""
    """Empty: none, or not known."""


class SplitWay(StrEnum):
    """By what the parts are told apart."""

    TIME = "time"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRecord:
    """What a later export needs so that no row moves back from test to train: `splits.json`."""

    way: SplitWay
    shares: SplitShares
    cuts: SplitCuts
    sessions: Mapping[Split, tuple[str, ...]]
    """Salted hashes of the sessions in each part, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSummary:
    """What is in one part."""

    rows: int = 0
    sessions: int = 0
    projects: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    """Rows by the value of the kind's label; `unknown` where it has none."""
    repeated: int = 0
    """Rows that say nearly the same as a row to learn from."""
    files: int = 0
    """Files that they name, each once."""
    known_files: int = 0
    """Of these, files that rows to learn from name too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSummary:
    """What splitting the rows of one kind gave."""

    parts: Mapping[Split, PartSummary]
    groups: int
    """Heaps of two and more sessions and commits that belong together."""
    moved: int
    """Sessions and commits that went to a later part with what they belong to."""
    undated: int
    """Those whose time nobody knows; they are never learned from."""
    hidden_labels: int
    """Labels of rows to learn from that were not yet known when the next part began: they are NULL."""
