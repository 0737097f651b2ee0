"""``--perl``: look-around and back references, by the ``regex`` library."""

import sys

import pytest
from tests.run.wrapping import Wrapped

from twiceshy.records.runs import RunPlan, Watch
from twiceshy.run.exits import PatternError
from twiceshy.run.matchers import Matcher

LINES = [
    pytest.param(r"FAIL(?!ED: 0)", b"FAILED: 0", None, id="look-ahead says no"),
    pytest.param(r"FAIL(?!ED: 0)", b"FAILED: 2", (0, 4), id="look-ahead says yes"),
    pytest.param(r"(?<=x)y", b"axy", (2, 3), id="look-behind"),
    pytest.param(r"\b(\w+) \1\b", b"the the end", (0, 7), id="back reference"),
]


@pytest.mark.parametrize(("pattern", "line", "span"), LINES)
def test_what_re2_cannot_do(pattern: str, line: bytes, span: tuple[int, int] | None) -> None:
    """The whole of Perl's look-around, byte for byte."""
    pytest.importorskip("regex")
    plan = RunPlan()
    plan.perl = True

    assert Matcher(Watch("match", pattern), plan).find(line) == span
    with pytest.raises(PatternError):
        Matcher(Watch("match", pattern), RunPlan())


def test_a_run_ends_on_a_perl_pattern(wrapped: Wrapped) -> None:
    """The line that looks alike does not end it."""
    pytest.importorskip("regex")
    done = wrapped("--perl", "--match", r"^FAIL(?!ED: 0)", "--", "sh", "-c", "echo FAILED: 0; echo FAILED: 3; sleep 9")

    assert done.returncode == 123
    assert b'"FAILED: 3" (line 2 of stdout)' in done.stderr


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is an extra."""
    monkeypatch.setitem(sys.modules, "regex", None)
    plan = RunPlan()
    plan.perl = True

    with pytest.raises(PatternError, match=r"pip install '\.\[perl\]'"):
        Matcher(Watch("match", "x"), plan)
