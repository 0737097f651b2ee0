"""The small writer without torch: packed numbers, and words that may not be invented."""

import numpy as np
import pytest

from twiceshy.predict.messages.copy_writer import find_invented, pack_rows, unpack_rows


def test_packed_rows_are_nearly_the_same() -> None:
    """Within half a step of each row; a row of zeros stays one."""
    rows = np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)
    rows[3] = 0
    numbers, scales = pack_rows(rows)
    assert numbers.dtype == np.int8
    assert scales.shape == (20,)
    assert (np.abs(unpack_rows(numbers, scales) - rows) <= scales[:, None] / 2 + 1e-6).all()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fix the parser", []),
        ("fix v1.2", []),
        ("fix (v1.2).", []),
        ("fix v1.3", ["v1.3"]),
        ("see #12", ["#12"]),
        ("revert 3f2a91c", ["3f2a91c"]),
        ("see https://x.org/a", ["https://x.org/a"]),
        ("by a@b.c", ["a@b.c"]),
    ],
)
def test_numbers_and_addresses_must_stand_in_the_input(text: str, found: list[str]) -> None:
    """Word for word, but for signs around them."""
    assert find_invented(text, ["about v1.2 and", "#1 2"]) == found
