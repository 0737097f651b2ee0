"""records.spending: counts of tokens and dollars add up."""

from twiceshy.records.spending import Cost, TokenCounts


def test_kinds_add_up() -> None:
    """An hour's writes are writes, and counted once."""
    tokens = TokenCounts(1, 20, 300, 4000, 200)

    assert (tokens.total, tokens.prompt) == (4321, 4301)
    assert Cost(1, 2, 3, 4).dollars == 10
