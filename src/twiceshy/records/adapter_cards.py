"""What is known of an adapter: what is asked for, what it was made of, and what it is worth."""

from dataclasses import dataclass, field
from pathlib import Path

Lead = tuple[float, float, float]
"""Estimate and ends of the 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterShape:
    """Of which form an adapter is, and how long the rows are that it learns and reads."""

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.05
    longest: int = 1024
    """Tokens of a row."""
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterWish:
    """What to train, and how."""

    base: Path
    out: Path
    steps: int | None = None
    """None: so many that each row is learned twice."""
    yes: bool = False
    """Whether to train without a graphics card, however long it takes."""
    rate: float = 2e-4
    shape: AdapterShape = field(default_factory=AdapterShape)


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
