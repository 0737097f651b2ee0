"""stats.text.like_sayings: what a person said again in other words."""

import pytest

from twiceshy.stats.text.like_sayings import make_saying, say_the_same

NO_ORM = "no ORM in migrations, use plain SQL"
PAIRS = [
    pytest.param("No ORM in migrations! Plain SQL, please", "", True, id="the same words in another order"),
    pytest.param("no ORM in the reports, plain functions", "", False, id="half alike"),
    pytest.param("SQL", "", False, id="one word"),
    pytest.param("plain SQL in migrations as in the other folder, always", "db", True, id="less alike, of one folder"),
    pytest.param("plain SQL in migrations as in the other folder, always", "web", False, id="less alike, elsewhere"),
]


@pytest.mark.parametrize(("text", "folder", "same"), PAIRS)
def test_what_means_the_same(text: str, folder: str, same: bool) -> None:
    """By the share of words that both have."""
    assert say_the_same(make_saying(NO_ORM, "db"), make_saying(text, folder)) is same


def test_few_words_are_compared_with_nothing() -> None:
    """They are alike by chance."""
    assert not make_saying("stop it").is_long
    assert make_saying(NO_ORM).is_long
