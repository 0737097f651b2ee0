"""The history that files are predicted from, and the predictions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedFile:
    """One line of the answer."""

    path: str
    probability: float | None
    """That the task changes it; None where the model in use gives none."""
    score: float
    """Only comparable within one answer."""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A file that mostly changes with a given one and is not among the given."""

    path: str
    of: str
    """The given file that it changes with most often."""
    times: int
    """Commits with both, those of very many files left out."""
    changes: int
    """Commits with ``of``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What may be said to an agent at work; empty where nothing is sure enough or the time was over."""

    files: tuple[PredictedFile, ...] = ()
    """That the task probably touches, best first."""
    missed: tuple[Partner, ...] = ()
    """That mostly change with files in hand and are not among them, surest first."""
    told: tuple[str, ...] = ()
    """That sessions of others on such tasks changed, by records that a person here accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """How the same model did on this repository's own newest commits, each ranked before it was learned."""

    commits: int
    mrr: float
    recall10: float
    recency_recall10: float
    """Of the list of the last files touched, on the same commits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFilePlace:
    """A folder in which the task may make a file, and what the file's name will look like."""

    folder: str
    """Relative to the top, empty for it; ends with ``/*`` where the folder will be new itself."""
    form: str
    """A name, with a star or ``<number>`` for what changes: ``test_*.py``."""
    probability: float
    """That at least one is made there, if the task makes any."""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFiles:
    """Whether a task makes files, and where."""

    probability: float
    """That it makes any."""
    places: tuple[NewFilePlace, ...]
    """The likeliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The files that a task will probably touch, best first."""

    task: str
    files: tuple[PredictedFile, ...]
    model: str
    commits: int
    """Commits known."""
    until: datetime | None
    """Time of the newest one."""
    measured: TrackRecord | None = None
    new_files: NewFiles | None = None
    """None where too few commits added files, or where a baseline ranks."""
    notes: tuple[str, ...] = ()
    """Why the answer may be weak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingResult:
    """One ranking's means over the held-out commits."""

    name: str
    mrr: float
    recall5: float
    recall10: float
    precision1: float
    map: float
    behind: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    """Of each mark, how far the first ranking leads: mean and ends of the 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Rankings side by side on one repository."""

    repository: str
    protocol: str
    """``online`` or ``frozen``."""
    targets: str
    """``existing`` or ``all``."""
    learned: int
    """Commits before the split."""
    commits: int
    """Held-out commits that were judged."""
    rankings: tuple[RankingResult, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """One model file."""

    name: str
    active: bool
    used: bool
    """False where it did not beat every baseline on held-out time."""
    why_not: str
    own_trees: bool
    commits: int
    judged: int
    mrr: float | None
    recall10: float | None
    bytes: int
    made_until: str
    kind: str = "files"
    """``files``, ``risk`` or ``messages``."""
    auc: float | None = None
    """Of a risk model, on changes that models of earlier times had not seen."""
    lead: tuple[float, float, float] | None = None
    """Estimate and ends of the 95 % interval: of a risk model's trees over the number of lines added, by AUC; of a
    model of messages over the general one, by B-Norm."""
    """Time of the newest commit that it was made with."""


class Status(StrEnum):
    """What a commit did to a file, by git's letter. Anything else git may say (a type change) counts as modified."""

    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"
    RENAMED = "R"


@dataclass(frozen=True, slots=True)
class TouchedFile:
    """One file of one commit."""

    path: str
    """With ``/``, relative to the top of the repository; after the commit (before it, where it is deleted)."""
    status: Status = Status.MODIFIED
    old_path: str | None = None
    """Where a renamed file was before."""
    gained: Mapping[str, int] = field(default_factory=dict)
    """Words of added lines, with how often (``facts.ranking.count_words``). Empty for binary and very long files."""
    lost: Mapping[str, int] = field(default_factory=dict)

    @property
    def before(self) -> str | None:
        """Its path before the commit; None where the commit made it."""
        return None if self.status is Status.ADDED else self.old_path or self.path


@dataclass(frozen=True, slots=True)
class HistoryCommit:
    """One commit of a repository's history; merges are left out."""

    id: str
    """Full hash, hexadecimal."""
    at: int
    """Committer's time, seconds since 1970 UTC. May go back from one commit to the next."""
    author: str
    """Keyed hash of the author's address; empty where unknown."""
    subject: str
    body: str = ""
    files: tuple[TouchedFile, ...] = ()


class PromptMatch(NamedTuple):
    """A human prompt that holds at least one of the words."""

    session: int
    text: str


class PathUse(NamedTuple):
    """What one session did with one path."""

    session: int
    path: str
    changed: bool
