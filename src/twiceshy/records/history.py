"""What became of a commit's lines in the commits after it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """How much of a commit is alive in later ones."""

    commit_hash: str
    lines: int
    """Different added lines that are more than punctuation; of these the shares are."""
    alive: tuple[tuple[int, float], ...] = ()
    """After how many later commits, and the share alive then; left out where there are not yet so many."""
    at_head: float | None = None
    """None where the commit, or a copy of it, is not behind HEAD."""
    as_commit: str = ""
    """The copy that was followed (rebased, picked) where the commit itself is not behind HEAD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A later commit that takes out what a commit put in."""

    commit_hash: str
    by: str
    kind: str
    """What it is, surest first.

    ``revert-said``: its message says so. ``revert-lines``: it takes out nearly all lines and leaves what was before.
    ``replaced``: it takes out nearly all lines and puts others there. ``fix-up``: it takes out a good part soon after.
    """
    share: float | None
    """Of the commit's lines that it takes out; None where its lines are not known."""
    days: float
    """Between the two commits."""
