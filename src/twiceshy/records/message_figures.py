"""How near suggested messages were to what was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggesterFigures:
    """One way of suggesting, on the commits that were asked."""

    name: str
    b_norm: float
    """Mean smoothed BLEU-4 in lower case, 0 to 1."""
    rouge_l: float
    one_word: float
    """Share that is right but for one word at most."""
    lead: tuple[float, float, float] | None
    """Over NNGen, in B-Norm: estimate and ends of the 95 % interval; None for NNGen itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterContest:
    """How a writer of messages that is not ours did against the best of the other ways."""

    writer: str
    rival: str
    """The way with the highest B-Norm of the others."""
    lead: tuple[float, float, float]
    """Over the rival, in B-Norm: estimate and ends of the 95 % interval."""
    verdict: str
    """``better`` where the whole interval is above 0, ``worse`` where the estimate is below, else ``not shown``."""
    seconds: float
    """Median time of one answer."""
    silent: int
    """Commits for which it wrote nothing."""
    invented: int
    """Messages with a number of an issue, a hash or an address that the request does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvaluation:
    """All ways, on the same commits."""

    asked: int
    suggesters: tuple[SuggesterFigures, ...]
    contest: WriterContest | None = None
    """Of a writer that was asked beside them; None: none was."""
    offers: Mapping[str, int] = field(default_factory=dict)
    """What became of messages that were offered here: ``accepted``, ``edited`` and ``rejected`` ones; empty where none
    was."""
