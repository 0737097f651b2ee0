"""A team holds its share of what is done at once, and no more."""

import asyncio
from contextlib import ExitStack

from twiceshy.wings.team.server.team_shares import TeamShares


def count_let_in(shares: TeamShares, stack: ExitStack, team: str, many: int) -> int:
    return sum(stack.enter_context(shares.hold(team)) is not None for _ in range(many))


def test_a_team_gets_half() -> None:
    """Two of them fill the server; whoever holds nothing is let in all the same, up to twice the bound."""

    async def ask() -> list[int]:
        shares = TeamShares(8, 4)
        with ExitStack() as stack:
            first = [count_let_in(shares, stack, team, 9) for team in ("a", "b", "c", "d")]
            rest = [count_let_in(shares, stack, f"team {number}", 2) for number in range(9)]
        again = ExitStack()
        with again:
            return [*first, sum(rest), count_let_in(shares, again, "a", 9)]

    assert asyncio.run(ask()) == [4, 4, 1, 1, 6, 4]


def test_a_teams_threads_are_half() -> None:
    """So its slow answers leave some to the others."""

    async def ask() -> list[float]:
        with TeamShares(8, 4).hold("a") as one, TeamShares(1, 1).hold("a") as least:
            return [line.total_tokens for line in (one, least) if line]

    assert asyncio.run(ask()) == [2, 1]
