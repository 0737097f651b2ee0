"""Quantiles that add up: a sketch of each part's values, from which those of all parts follow with a stated error.

A value is counted in a bucket whose ends differ by the factor ``(1 + ALPHA) / (1 - ALPHA)``, so any value of it, said
to be the bucket's middle, is wrong by at most ``ALPHA`` of itself. Merging adds the counts of equal buckets: the sketch
of a whole is the same however it was parted. No bucket is ever joined with another, so the error holds for every
quantile; values from a millisecond to a year need some 1,200 buckets at most.

Source: Masson, Rim and Lee 2019, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
PVLDB 12(12):2195, https://doi.org/10.14778/3352063.3352135, algorithms 1 to 4 without the collapsing of buckets.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Self

ALPHA = 0.01
"""Relative error of every quantile (asked for, 2026-11-23)."""
LEAST = 1e-6
"""Values below it, such as a duration of less than a microsecond, count as 0: no clock of a log tells them apart
(guess, 2026-11-23)."""
_GAMMA = (1 + ALPHA) / (1 - ALPHA)
_LOG_GAMMA = math.log(_GAMMA)


class QuantileSketch:
    """Counts of values, 0 or more, by bucket.

    >>> sketch = QuantileSketch(range(1, 101))
    >>> sketch.merge(QuantileSketch([0.0] * 100))
    >>> sketch.count, sketch.estimate(0.25), round(sketch.estimate(0.75), 1)
    (200, 0.0, 49.9)
    """

    __slots__ = ("buckets", "zeros")

    def __init__(self, values: Iterable[float] = ()) -> None:
        """Count these values.

        Raises:
            ValueError: as ``add``.
        """
        self.buckets: dict[int, int] = {}
        """How many values by the exponent of their bucket's upper end."""
        self.zeros = 0
        for value in values:
            self.add(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QuantileSketch) and self.encode() == other.encode()

    def __hash__(self) -> int:
        return hash(self.encode())

    @property
    def count(self) -> int:
        """How many values it has seen."""
        return self.zeros + sum(self.buckets.values())

    def add(self, value: float, times: int = 1) -> None:
        """Count a value.

        Raises:
            ValueError: it is below 0, or not finite.
        """
        if not 0 <= value < math.inf:
            raise ValueError(f"a sketch counts finite values from 0 on, not {value!r}")
        if value < LEAST:
            self.zeros += times
        else:
            place = math.ceil(math.log(value) / _LOG_GAMMA)
            self.buckets[place] = self.buckets.get(place, 0) + times

    def merge(self, other: "QuantileSketch") -> None:
        """Count all that the other one counted."""
        self.zeros += other.zeros
        for place, times in other.buckets.items():
            self.buckets[place] = self.buckets.get(place, 0) + times

    def estimate(self, share: float) -> float:
        """Return the value of which at most that share of the others is smaller, within ``ALPHA`` of itself.

        It is that of rank ``floor(share * (count - 1))`` from 0. Of nothing it is nan.

        Raises:
            ValueError: the share is not from 0 to 1.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"a quantile is asked for by a share from 0 to 1, not {share!r}")
        count = self.count
        if not count:
            return math.nan
        before = self.zeros
        rank = math.floor(share * (count - 1))
        if rank < before:
            return 0.0
        for place in sorted(self.buckets):
            before += self.buckets[place]
            if rank < before:
                break
        return 2 * _GAMMA**place / (_GAMMA + 1)

    def encode(self) -> bytes:
        """Return the counts as bytes: the same for equal sketches."""
        found = bytearray(_encode_number(self.zeros))
        last = 0
        for place in sorted(self.buckets):
            step = place - last
            found += _encode_number(2 * step if step >= 0 else -2 * step - 1)
            found += _encode_number(self.buckets[place])
            last = place
        return bytes(found)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Return the sketch that ``encode`` wrote.

        Raises:
            ValueError: it wrote something else.
        """
        numbers = list(_decode_numbers(data))
        if len(numbers) % 2 == 0:
            raise ValueError("these are no counts of a sketch")
        sketch = cls()
        sketch.zeros = numbers[0]
        place = 0
        for step, times in zip(numbers[1::2], numbers[2::2], strict=True):
            place += step // 2 if step % 2 == 0 else -(step + 1) // 2
            sketch.buckets[place] = times
        return sketch


def _encode_number(number: int) -> bytes:
    """Return a whole number from 0 on in groups of seven bits, the lowest first (LEB128).

    >>> _encode_number(300).hex()
    'ac02'
    """
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _decode_numbers(data: bytes) -> Iterator[int]:
    """Yield the numbers that ``_encode_number`` wrote one behind the other.

    Raises:
        ValueError: the last one is cut off.
    """
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number = shift = 0
    if shift:
        raise ValueError("a sketch's last number is cut off")
