"""How near suggested messages were to what was written."""

from dataclasses import dataclass


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
class MessageEvaluation:
    """All ways, on the same commits."""

    asked: int
    suggesters: tuple[SuggesterFigures, ...]
