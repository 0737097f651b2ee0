"""stats.sketches: every quantile within its stated error, and the same however the values were parted."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.stats.sketches import ALPHA, LEAST, QuantileSketch

DURATIONS = st.lists(st.one_of(st.just(0.0), st.floats(min_value=LEAST, max_value=1e9)), min_size=1, max_size=80)
SHARES = st.floats(min_value=0, max_value=1)
ROUNDING = 1e-9  # of the logarithms at a bucket's very end


@given(DURATIONS, SHARES)
def test_every_quantile_is_within_its_error(values: list[float], share: float) -> None:
    """Of the value at that rank, not of the range."""
    true = sorted(values)[math.floor(share * (len(values) - 1))]

    assert QuantileSketch(values).estimate(share) == pytest.approx(true, rel=ALPHA + ROUNDING, abs=0)


@given(st.lists(DURATIONS, min_size=1, max_size=6), st.randoms())
def test_parts_in_any_order_give_the_sketch_of_the_whole(parts: list[list[float]], lot: object) -> None:
    """To the byte, so that nothing tells how it was parted."""
    whole = QuantileSketch(value for part in parts for value in part)
    merged = QuantileSketch()
    for part in sorted(parts, key=lambda _: lot.random()):  # type: ignore[attr-defined]  # a Random
        merged.merge(QuantileSketch.decode(QuantileSketch(part).encode()))

    assert merged == whole
    assert hash(merged) == hash(whole)
    assert merged.count == sum(map(len, parts))


@given(DURATIONS)
def test_a_sketch_comes_back_from_its_bytes(values: list[float]) -> None:
    """Buckets below one second have negative numbers."""
    sketch = QuantileSketch(values)

    assert QuantileSketch.decode(sketch.encode()).encode() == sketch.encode()


def test_a_sketch_of_nothing_has_no_quantile() -> None:
    """And one of values that no clock tells apart says 0."""
    assert math.isnan(QuantileSketch().estimate(0.5))
    assert QuantileSketch([LEAST / 2]).estimate(0.5) == 0.0
    assert QuantileSketch() != b""


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_what_is_no_duration_is_refused(value: float) -> None:
    """It would have no bucket."""
    with pytest.raises(ValueError, match="finite values"):
        QuantileSketch().add(value)


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    """Instead of an answer about something else."""
    with pytest.raises(ValueError, match="from 0 to 1"):
        QuantileSketch([1.0]).estimate(share)


@pytest.mark.parametrize("data", [b"", b"\x01\x02", b"\x80"], ids=["nothing", "a place without its count", "cut off"])
def test_damaged_bytes_are_refused(data: bytes) -> None:
    """They are no counts."""
    with pytest.raises(ValueError, match="sketch"):
        QuantileSketch.decode(data)
