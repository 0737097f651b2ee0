"""Which modules have no test file of their own is listed, and the list is not stale."""

import pytest
from benchmarks import alone


def test_the_list_says_which_modules_have_no_tests_of_their_own() -> None:
    """A new module has its ``test_x.py``, or stands in ``alone.txt``; an entry that is not needed goes."""
    assert alone.check(list(alone.own_tests())) == []


@pytest.mark.parametrize(
    ("share", "known", "words"),
    [
        pytest.param(100, {}, "", id="whole, and not listed"),
        pytest.param(80, {"a.py": 80}, "", id="as listed"),
        pytest.param(79, {"a.py": 80}, "", id="within what clocks do"),
        pytest.param(70, {"a.py": 80}, "80 % before", id="less than listed"),
        pytest.param(90, {}, "100 % before", id="not whole, and not listed"),
        pytest.param(95, {"a.py": 80}, "the list says 80 %", id="better than listed"),
        pytest.param(100, {"a.py": 99}, "the list says 99 %", id="whole, and still listed"),
        pytest.param(50, {"a.py": None}, "it has a test file now", id="a new test file"),
        pytest.param(None, {"a.py": 80}, "fail alone", id="tests that lean on others"),
    ],
)
def test_what_is_wrong_with_the_list_is_said(share: int | None, known: dict[str, int | None], words: str) -> None:
    """Worse and better both: the list says what is."""
    found = alone.faults({"a.py": share}, known)

    assert (found == []) if not words else (words in found[0])
