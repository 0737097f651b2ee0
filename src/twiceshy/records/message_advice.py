"""What is offered as the message of a change, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class NearMessage(NamedTuple):
    """An older commit with a change like this one."""

    commit: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageOffer:
    """One message that may be taken as it is."""

    subject: str
    body: str = ""
    """Empty where commits like this one have none."""
    probability: float | None = None
    """That it is right but for two words at most; None where nobody measured."""
    reasons: tuple[str, ...] = ()
    """Where its parts are from, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAdvice:
    """The answer to `suggest-message`."""

    change: str
    """``staged``, or the hash of the commit that was asked about."""
    offers: tuple[MessageOffer, ...]
    """The best first."""
    sure: bool
    """Whether the first one is likelier right than wrong; else the nearest commits say more."""
    prefix: str
    """The type and scope that fit, as this project writes them; empty where it uses none."""
    nearest: tuple[NearMessage, ...]
    learned: int
    """Commits that it was learned from."""
    written: str = ""
    """The subject that the commit has, where one was asked about that is committed already."""
    notes: tuple[str, ...] = ()


# How near suggested messages were to what was written.


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
