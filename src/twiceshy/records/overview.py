"""The report's first ten lines: how much there was, what was made again, what to do first."""

from dataclasses import dataclass
from datetime import datetime

from twiceshy.records.figures import SessionCount
from twiceshy.records.insights import InsightList


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a person reads first."""

    since: datetime | None
    """When the window begins; None: everything that is stored."""
    until: datetime | None
    """When it ends, if that was asked for; None: with the newest session."""
    first_at: datetime | None
    """Of the first event of the sessions in it."""
    last_at: datetime | None
    sessions: int
    imitations: int
    """Sessions that another writer made, left out of everything else."""
    projects: list[SessionCount]
    """Those with most sessions first."""
    insights: InsightList
    """With the hours that the agent worked and what it cost, in this window and in the one before."""
