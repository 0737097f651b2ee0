"""What was done to what and how it went. Apart from ``effects``: a brief needs no more and waits for every import."""

from dataclasses import dataclass

from twiceshy.records.rates import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """What was done to what, and how often it went well."""

    behaviour: str
    """Slug."""
    words: str
    """The same in words."""
    unit: str
    project: str
    path: str | None
    success: Rate
    """Its interval holds 90 %."""
    poor: bool
    """The upper end is below .60."""
    sessions: int
    proof: tuple[str, ...] = ()
