"""What is said of a commit after it was made: by a CI system, or by a person who took it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic

from twiceshy.base.values import Scrubbed, Text

RESULTS: Final = ("pass", "fail", "error", "pending", "unknown")
"""What a CI system can say. ``pending``: it has not ended."""
EVIDENCE: Final = ("told", "message", "tree", "lines")
"""How it is known that a commit was taken back, surest first: a person said so, the later commit's message says so, the
later commit holds what was there before, or it takes out nearly all lines and leaves what was before."""
_WORST_FIRST: Final = ("fail", "error", "unknown", "pass")


@dataclass(frozen=True, slots=True, kw_only=True)
class CiResult(Generic[Text]):
    """One answer of a CI system: of one job, at one time. A commit may have many."""

    commit_hash: str
    """Whole."""
    at: datetime
    """Aware, UTC."""
    result: str
    """One of ``RESULTS``."""
    tests_passed: int | None = None
    tests_failed: int | None = None
    coverage: float | None = None
    """Percent."""
    duration_s: float | None = None
    workflow: Text | None = None
    job: Text | None = None
    run_id: Text | None = None
    run_number: Text | None = None
    message: Text | None = None


RawCiResult = CiResult[str]
StoredCiResult = CiResult[Scrubbed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revert:
    """A commit that was taken back."""

    commit_hash: str
    """Whole."""
    at: datetime
    """When it was taken back, or told. Aware, UTC."""
    by: str | None = None
    """Whole hash of the commit that took it back."""
    evidence: str = "told"
    """One of ``EVIDENCE``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiAnswer:
    """All that CI systems said of one commit."""

    commit_hash: str
    result: str | None
    """The worst of its jobs'; None where nothing was said."""
    jobs: tuple[StoredCiResult, ...]
    """Of each job the newest finished answer."""
    answers: int
    """How many were given in all."""


def choose_newest(results: list[StoredCiResult]) -> list[StoredCiResult]:
    """Return the newest finished answer of each job, or its pending one where nothing has finished; by job."""
    chosen: dict[tuple[str, str], StoredCiResult] = {}
    for one in sorted(results, key=lambda one: (one.result != "pending", one.at)):
        chosen[one.workflow or "", one.job or ""] = one
    return [chosen[key] for key in sorted(chosen)]


def find_worst(results: list[StoredCiResult]) -> str | None:
    """Return the result of a commit: the worst of its jobs', and pending only where nothing worse is known.

    None where nothing was said.
    """
    said = {one.result for one in choose_newest(results)}
    if "fail" not in said and "error" not in said and "pending" in said:
        return "pending"
    return next((result for result in _WORST_FIRST if result in said), None)
