"""A month is packed once it is over, and the same whoever packs it."""

import doctest
import random

from tests.wings.git.memory.memory_records import a_record, a_stone, lines_of

from twiceshy.wings.git.memory import compaction


def test_the_examples_hold() -> None:
    """A week after the month's end."""
    assert doctest.testmod(compaction).failed == 0


def test_the_same_set_gives_the_same_bytes() -> None:
    """Whatever was forgotten meanwhile, and in whatever order it came."""
    records = [a_record(number) for number in range(50)]
    stone = a_stone(records[7])
    lines = list(lines_of(*records, stone).items())
    gone = {bytes.fromhex(str(stone.fields["subject"]))}
    random.Random(5).shuffle(lines)
    made = list(compaction.compact_lines(dict(lines), gone))
    without = lines_of(*(one for one in records if one is not records[7]), stone)

    assert made == list(compaction.compact_lines(without, set()))
    assert len(made) == 2
