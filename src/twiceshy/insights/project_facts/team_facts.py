"""How things are done in a project, as two or more people's work proved: sums over people, and the words of most."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from twiceshy.records.team_knowledge import FactVote, TeamFact
from twiceshy.stats.text.text_words import SaidWords, agree_on_words

_FEWEST_PEOPLE = 2
"""In whose work it must have worked (asked for, 2026-11-23)."""
_LEAST_SHARE = 0.5
"""Of all uses that must have worked, as ``called_commands`` asks of one person's (guess, 2026-11-23)."""


def pool_facts(votes: Iterable[FactVote], now: datetime) -> list[TeamFact]:
    """Return the facts of the team's projects."""
    groups: dict[tuple[bytes, bytes], list[FactVote]] = defaultdict(list)
    for vote in votes:
        groups[vote.project, vote.key].append(vote)
    found = (_pool_fact(mine, now) for _, mine in sorted(groups.items()))
    return [one for one in found if one is not None]


def _pool_fact(votes: Sequence[FactVote], now: datetime) -> TeamFact | None:
    """Return one fact; None where too few people's work proves it, or it mostly fails."""
    people = len({one.member for one in votes if one.worked > 0})
    worked, n = sum(one.worked for one in votes), sum(one.n for one in votes)
    if people < _FEWEST_PEOPLE or worked < _LEAST_SHARE * n:
        return None
    first = votes[0]
    said = agree_on_words(SaidWords((one.says, one.command), one.n) for one in votes) or ("", "")
    return TeamFact(
        key=first.key,
        project_hash=first.project,
        kind=first.kind,
        says=said[0],
        command=said[1],
        worked=worked,
        n=n,
        people=people,
        changed_at=now,
    )
