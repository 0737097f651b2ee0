"""Which sessions and commits belong together?"""

from hypothesis import given
from hypothesis import strategies as st

from twiceshy.wings.data.dataset.groups import join_groups


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_what_a_chain_of_joins_connects_is_one_group(joins: list[tuple[int, int]]) -> None:
    """In whatever order they come; nothing else is."""
    groups = join_groups(joins)
    reached = {one: {one} for one in groups}
    for _ in reached:
        for one, other in joins:
            reached[one] |= reached[other]
            reached[other] |= reached[one]

    assert all((groups[one] == groups[other]) == (other in reached[one]) for one in groups for other in groups)


def test_a_long_chain_is_followed() -> None:
    """Without recursion."""
    assert set(join_groups((number, number + 1) for number in range(20_000)).values()) == {0}
