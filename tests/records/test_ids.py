"""Ids as people type them."""

import pytest

from twiceshy.records.ids import IdPrefix, parse_prefix, shorten


@pytest.mark.parametrize("text", ["", "s", "s-", "-ab", "setup.py", "s-xyz", "src/a-b", "ss-ab", "a.b-c", "s-ab cd"])
def test_what_is_no_id_is_none(text: str) -> None:
    """Files and words are not taken for ids."""
    assert parse_prefix(text) is None


@pytest.mark.parametrize("text", ["s-91c", " S-91C ", "s-91C"])
def test_an_id_is_read_in_either_case(text: str) -> None:
    """People copy with blanks and write as they like."""
    assert parse_prefix(text) == IdPrefix("s", "91c")


@pytest.mark.parametrize("digits", ["", "0", "9", "91", "91c", "91c04f2a", "f" * 32, "f" * 40])
def test_bounds_hold_exactly_the_ids_that_begin_so(digits: str) -> None:
    """Lowest and highest have the beginning, and their neighbours outside have not."""
    low, high = IdPrefix("s", digits).bounds(16)

    assert low.hex().startswith(digits[:32])
    assert high.hex().startswith(digits[:32])
    assert low.hex()[len(digits) :].strip("0") == high.hex()[len(digits) :].strip("f") == ""


def test_a_short_id_is_a_beginning_of_the_whole() -> None:
    """What is shown can be typed back."""
    uid = bytes(range(16))
    shown = parse_prefix(shorten("s", uid))

    assert shown is not None
    assert shown.bounds(16)[0] <= uid <= shown.bounds(16)[1]
