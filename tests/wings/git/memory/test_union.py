"""Clones that know the same writers know the same, in whatever order they learned it."""

from itertools import permutations

from tests.wings.git.memory.memory_records import a_record, a_stone, lines_of

from twiceshy.wings.git.memory import union

ONE, TWO, THREE = a_record(1), a_record(2), a_record(3)
SETS = (lines_of(ONE, TWO), lines_of(TWO, THREE), lines_of(a_stone(TWO)))


def live(sets: tuple[dict[bytes, bytes], ...]) -> dict[bytes, bytes]:
    every = union.unite(sets)
    return union.drop_forgotten(every, union.find_forgotten(every.values()))


def test_order_and_repetition_do_not_matter() -> None:
    """Union is commutative, associative, idempotent."""
    expected = lines_of(ONE, THREE, a_stone(TWO))

    assert all(live(order) == expected for order in permutations(SETS))
    assert live(SETS + SETS) == expected


def test_a_tombstone_cannot_be_forgotten() -> None:
    """Else a second writer could bring back what the first took out."""
    stone = a_stone(ONE)

    assert live((lines_of(ONE, stone, a_stone(stone)),)) == lines_of(stone, a_stone(stone))


def test_a_tombstone_that_names_nothing_does_nothing() -> None:
    """Another writer may put anything there; a record that only mentions one is none."""
    odd = {
        b"1": b'{"type":"tombstone"',
        b"2": b'{"subject":7,"type":"tombstone"}',
        b"3": b'{"subject":"ab","type":"tombstone"}',
        b"4": b'{"context":{"type":"tombstone"},"subject":"%s","type":"action"}' % (b"ab" * 16),
    }

    assert union.find_forgotten(odd.values()) == set()
    assert union.drop_forgotten(odd, {b"4"}).keys() == {b"1", b"2", b"3"}
