"""A segment holds what was put in, has one name for one set, and never more bytes than the cap."""

import doctest
import random
from itertools import pairwise, permutations

import pytest
import zstandard
from wings.git.tests.memory.memory_records import a_record, a_stone, lines_of

from twiceshy.records.codec import DamagedValue
from twiceshy_git.memory import segments
from twiceshy_git.memory.segments import SegmentIndex, read_index

LINES = lines_of(*(a_record(number, kind=kind) for number in range(20) for kind in ("session", "chat")))


def test_lines_come_back_byte_for_byte() -> None:
    """By their ids."""
    [made] = segments.make_segments(LINES, segments.QUICK)

    assert segments.read_segment(made.blob) == LINES


def test_the_same_set_makes_the_same_bytes() -> None:
    """In whatever order it was learned."""
    shuffled = list(LINES.items())
    random.Random(7).shuffle(shuffled)

    assert list(segments.make_segments(dict(shuffled), 12)) == list(segments.make_segments(LINES, 12))


def test_the_name_knows_nothing_of_packing() -> None:
    """Another level or version of zstandard gives other bytes and one name."""
    quick, small = (next(segments.make_segments(LINES, level)) for level in (1, 19))

    assert quick.name == small.name
    assert quick.blob != small.blob


def test_other_programs_unpack_the_lines() -> None:
    """The index is a frame that zstandard skips: `git cat-file blob ... | zstd -d` shows the records."""
    [made] = segments.make_segments(LINES, 12)
    text = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True).decompress(made.blob)

    assert text == b"".join(line + b"\n" for line in sorted(LINES.values(), key=segments.find_place))


def test_tombstones_have_a_segment_of_their_own() -> None:
    """A reader finds them by the index alone."""
    lines = LINES | lines_of(a_stone(a_record(1)))
    types = [dict(read_index(made.blob)[0].types) for made in segments.make_segments(lines, 12)]

    assert types == [{"chat": 20, "session": 20}, {"tombstone": 1}]


def test_no_segment_is_larger_than_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing can be compressed: lines go on in the next one, in order."""
    monkeypatch.setattr(segments, "LARGEST_RAW", 4000)
    noise = random.Random(3)
    lines = lines_of(*(a_record(one, text=noise.randbytes(400).hex()) for one in range(40)))
    made = list(segments.make_segments(lines, 1))
    read = [segments.read_segment(one.blob) for one in made]

    assert len(made) > 8
    assert max(len(one.blob) for one in made) < segments.LARGEST_BLOB
    assert {key: line for one in read for key, line in one.items()} == lines
    assert all(
        max(map(segments.find_place, a.values())) < min(map(segments.find_place, b.values())) for a, b in pairwise(read)
    )


def test_a_blob_above_the_cap_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written that hosts refuse."""
    monkeypatch.setattr(segments, "LARGEST_BLOB", 100)

    with pytest.raises(ValueError, match=r"session record [0-9a-f]{32} makes a file of"):
        list(segments.make_segments(lines_of(a_record(1)), 1))


@pytest.mark.parametrize("at", range(0, 700, 23))
def test_nothing_is_read_that_was_not_written(at: int) -> None:
    """Whichever byte is changed: a bit that zstandard does not use changes nothing."""
    lines = lines_of(*(a_record(number) for number in range(30)))
    [made] = segments.make_segments(lines, 12)
    bad = bytearray(made.blob)
    bad[at % len(bad)] ^= 0x10

    try:
        assert segments.read_segment(bytes(bad)) == lines
    except DamagedValue:
        return


@pytest.mark.parametrize(
    "blob", [b"", b"PK\x03\x04", b"\x57\x2a\x4d\x18", b"\x57\x2a\x4d\x18\xff\xff\xff\xff", b"{}" * 50]
)
def test_what_is_no_segment_is_refused(blob: bytes) -> None:
    """Another writer may put anything there."""
    with pytest.raises(DamagedValue):
        segments.read_segment(blob)


@pytest.mark.parametrize(
    ("at", "month"),
    [("2026-10-30T12:00:00Z", "202610"), ("1970-01-01T00:00:00.001Z", "197001"), ("soon", "000000"), ("", "000000")],
)
def test_a_month_is_six_digits(at: str, month: str) -> None:
    """A time of no known form has its own."""
    assert segments.find_month(segments.LinePlace("chat", at, b"")) == month


# Clones that know the same writers know the same, in whatever order they learned it.

ONE, TWO, THREE = a_record(1), a_record(2), a_record(3)
SETS = (lines_of(ONE, TWO), lines_of(TWO, THREE), lines_of(a_stone(TWO)))


def live(sets: tuple[dict[bytes, bytes], ...]) -> dict[bytes, bytes]:
    every = segments.unite(sets)
    return segments.drop_forgotten(every, segments.find_forgotten(every.values()))


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

    assert segments.find_forgotten(odd.values()) == set()
    assert segments.drop_forgotten(odd, {b"4"}).keys() == {b"1", b"2", b"3"}


# A month is packed once it is over, and the same whoever packs it.


def test_the_examples_hold() -> None:
    """A week after the month's end."""
    assert doctest.testmod(segments).failed == 0


def test_the_same_set_gives_the_same_bytes() -> None:
    """Whatever was forgotten meanwhile, and in whatever order it came."""
    records = [a_record(number) for number in range(50)]
    stone = a_stone(records[7])
    lines = list(lines_of(*records, stone).items())
    gone = {bytes.fromhex(str(stone.fields["subject"]))}
    random.Random(5).shuffle(lines)
    made = list(segments.compact_lines(dict(lines), gone))
    without = lines_of(*(one for one in records if one is not records[7]), stone)

    assert made == list(segments.compact_lines(without, set()))
    assert len(made) == 2


# An index says what is in a segment, and is never believed where it contradicts itself.

INDEX = SegmentIndex(17, {"chat": 1, "ci": 1}, [b"aaaa", b"bbbb"], [10, 5])


def test_it_comes_back() -> None:
    """With the place at which the lines begin."""
    packed = segments.pack_index(INDEX)

    assert segments.read_index(packed + b"lines") == (INDEX, len(packed))


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(INDEX._replace(raw_size=18), id="bytes"),
        pytest.param(INDEX._replace(types={"chat": 1}), id="counts"),
        pytest.param(INDEX._replace(marks=[b"aaaa"]), id="marks"),
        pytest.param(INDEX._replace(lengths=[10]), id="lengths"),
    ],
)
def test_one_that_contradicts_itself_is_refused(index: SegmentIndex) -> None:
    """Else a count would be wrong without a word."""
    with pytest.raises(DamagedValue):
        segments.read_index(segments.pack_index(index))
