"""What is known of changes, as people and programs look it through: the features, and what became of a change."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class FeatureFigures(NamedTuple):
    """One column of the table of features."""

    name: str
    tier: int
    """1 pipeline and tests, 2 the file's record with agents, 3 code, 4 git, 5 the agent's work, 6 text."""
    unit: str
    known_at: str
    """What the newest thing is that may enter it, such as ``the commit before``."""
    known: float
    """Share of the changes of which it is known."""


class FeatureValue(NamedTuple):
    """One number of a change."""

    name: str
    tier: int
    """As in the list of features."""
    unit: str
    known_at: str
    """As in the list of features."""
    value: float | None
    """None where it is not known; 0 is a number."""


class ChangeFate(NamedTuple):
    """What became of a change, as known today."""

    bad: bool | None
    """It was fixed, taken back or corrected later; None while a change is too young to count as good."""
    known_at: datetime | None = None
    """Since when it is known to be bad."""
    source: str | None = None
    """Who says so first: ``trailer``, ``revert``, ``szz``, ``corrected`` or ``rolled-back``."""
    by: str | None = None
    """The commit that says so; None where a person's or an agent's work says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFeatures:
    """All that was known of one change when it was made."""

    id: str
    """The commit's hash."""
    at: datetime
    fate: ChangeFate
    values: tuple[FeatureValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureList:
    """The features of a repository's changes, and how much is known of each."""

    changes: int
    """Commits that change files; merges are none."""
    bad: int
    good: int
    """Old enough to be found out, and not found out; the rest is too young to say."""
    since: datetime | None
    """When the first change was made; None without changes."""
    until: datetime | None
    columns: tuple[FeatureFigures, ...]
    doubts: tuple[str, ...] = ()
    """Why this history says little of its changes, as sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFeatures:
    """What was written, and where."""

    path: str | None
    """None: standard output."""
    columns_path: str | None
    """The file that says of each column what it is; None where rows went to standard output."""
    format: str
    rows: int
    bytes: int
    """Of the rows."""
    sha256: str
    """Of the rows: the same history and store give the same."""
    table: FeatureList
