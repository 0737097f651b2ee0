"""How much is collected, what more of it would bring, and when there will be more."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class Gain(NamedTuple):
    """A difference of two scores with its 95 % interval."""

    estimate: float
    low: float
    high: float


class Amounts(NamedTuple):
    """How many there are of what the first collector counts."""

    commits: int
    sessions: int
    chats: int


class SeedMilestone(NamedTuple):
    """A milestone of the first collector: a name and three counts."""

    name: str
    needs: Amounts
    percent: int
    """Of the count that lags most, rounded down, at most 100."""


class CurvePoint(NamedTuple):
    """What a share of the past brings."""

    share: float
    """Of the training part, the newest."""
    known: float
    """Commits learned before a judged one, on average."""
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurve:
    """What more of the past has brought to one thing that is learned from it."""

    name: str
    """``files`` or ``messages``."""
    measure: str
    """``MRR``: 1 / place of the first right file among ten, else 0; or ``B-Norm`` of the message that would have been
    offered; the mean over commits."""
    judged: int
    """Held-out commits that each share was measured on."""
    groups: int
    """Days of one author among them, which are drawn again for the intervals."""
    points: tuple[CurvePoint, ...]
    last_quarter: Gain
    """Score of the whole past minus that of its newest three quarters."""
    doubling: Gain | None
    """What twice as much would add; None where it cannot be told."""
    best_baseline: str
    lead: Gain
    """Score of the model minus that of the best ranking, or of the message, that needs no training."""
    why_no_forecast: str = ""

    @property
    def is_ready(self) -> bool:
        """Tell whether it surely beats what needs no training."""
        return self.lead.low > 0


class Pace(NamedTuple):
    """How many come in a week of work."""

    median: float
    low: float
    """A quarter of the weeks has fewer."""
    high: float
    """A quarter has more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPace:
    """How fast a project collects, by its last weeks of work."""

    active: int
    """Weeks with work that count."""
    weeks: int
    """Calendar weeks from the first of them to now, those without work among them."""
    commits: Pace
    sessions: Pace
    chats: Pace


class ReachedBy(NamedTuple):
    """When so many are there at the project's own pace."""

    earliest: date | None
    """None: not within two years."""
    median: date | None
    latest: date | None


class Forthcoming(NamedTuple):
    """A milestone or a doubling, how much it still takes, and when that is there."""

    name: str
    left: Amounts
    by: ReachedBy | None
    """None where nothing is left."""


class StoreSize(NamedTuple):
    """What the sessions of all projects take on the disk."""

    bytes: int
    sessions: int


class TrainedModel(NamedTuple):
    """The repository's newest own model."""

    name: str
    active: bool
    why_not: str
    commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """The answer of ``milestones``."""

    project: str | None
    """None: everything that is stored."""
    have: Amounts
    seed: tuple[SeedMilestone, ...]
    curves: tuple[LearningCurve, ...]
    notes: tuple[str, ...] = ()
    """Why something is not told."""
    pace: ProjectPace | None = None
    forthcoming: tuple[Forthcoming, ...] = ()
    store: StoreSize | None = None
    """None where nothing is stored."""
    own_model: TrainedModel | None = None
    automatic: bool = False
    """Whether ``learn`` trains."""
    last_training: "TrainingRound | None" = None
    """What ``learn`` last trained; None where it never did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRound:
    """What ``learn`` trained in one week."""

    at: datetime
    tried: int = 0
    """Repositories that a model was trained for."""
    adopted: int = 0
    """Of these, the ones whose model is used now, as it ranks better than what was used."""
    failed: int = 0
    why_not: str = ""
    """Why nothing could be trained."""
