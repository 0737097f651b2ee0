"""records.spending: counts of tokens and dollars add up."""

from twiceshy.records.spending import Cost, TokenCounts


def test_kinds_add_up() -> None:
    """An hour's writes are writes, and counted once."""
    tokens = TokenCounts(1, 20, 300, 4000, 200).plus(TokenCounts(1, 1, 1, 1, 1))

    assert tokens == TokenCounts(2, 21, 301, 4001, 201)
    assert (tokens.total, tokens.prompt) == (4325, 4304)
    assert Cost(1, 2, 3, 4).dollars == 10
