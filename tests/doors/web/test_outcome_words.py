"""doors.web.outcome_words: one word for what became of the work."""

import pytest

from twiceshy.doors.web.outcome_words import name_outcome


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ({}, ""),
        ({"completed": "unknown"}, "unknown"),
        ({"completed": "yes"}, "completed"),
        ({"completed": "yes", "corrected": "yes"}, "corrected"),
        ({"rolled_back": "yes", "corrected": "yes"}, "rolled back"),
        ({"tests_green": "no", "completed": "yes"}, "tests failed"),
    ],
)
def test_what_matters_most_is_named(outcomes: dict[str, str], said: str) -> None:
    """Nothing where it is not judged."""
    assert name_outcome(outcomes) == said
