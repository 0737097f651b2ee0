"""The checks of names themselves: what they must find, and what they must leave alone."""

import pytest
from tests.house import names


@pytest.mark.parametrize("name", ["told", "_kept", "merged_rows", "__learned", "written_files"])
def test_a_participle_is_found(name: str) -> None:
    """A name that says what was done, not what to do."""
    assert names.is_participle(name)


@pytest.mark.parametrize(
    "name", ["tell", "feed_rows", "need", "rate", "set_red", "read_all", "shed_load", "is_merged", "red"]
)
def test_a_verb_is_left_alone(name: str) -> None:
    """Verbs in ``ed``, predicates, and words that merely end alike."""
    assert not names.is_participle(name)
