"""What is known of an adapter: what it was made of, and what it is worth."""

from dataclasses import dataclass

Lead = tuple[float, float, float]
"""Estimate and ends of the 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterCard:
    """One adapter."""

    base: str
    """Name of the base model's folder."""
    base_hash: str
    licences: tuple[str, ...]
    """Files of the base in which its licence stands."""
    rows: int
    """Commits that it learned from."""
    cut: int
    """Of these, answers that did not fit."""
    steps: int
    rows_a_step: int
    rank: int
    alpha: float
    dropout: float
    longest: int
    seed: int
    seconds: float
    first_loss: float
    last_loss: float
    judged: int
    """Commits of the part to choose by that base and adapter were asked about."""
    before: float
    """B-Norm of the base alone on these."""
    after: float
    gain: Lead
    """What the adapter adds to the base, in B-Norm."""
    learned_until: int
    """Time of the newest commit that it learned from; seconds since 1970."""
    bytes: int
    sha256: str
    """Of its weights."""
    made_at: str
    contest: dict[str, object] | None = None
    """How it did against the other ways, by `evaluate messages --adapter`; None: nobody asked."""
