"""What changes from run to run is taken out of a line, and what is left finds the line again."""

import pytest

from twiceshy.records.runs import RunPlan, Watch
from twiceshy.run.matchers import Matcher
from twiceshy.run.templates import MOST_KINDS, OutputLine, has_error_words, lines_of, list_kinds, regex_of, to_template

ALIKE = [
    pytest.param("src/pay.c:14:5: error: x", "lib/a/card.c:9:11: error: x", id="places"),
    pytest.param("3 failed, 0 skipped in 1.20s", "11 failed, 0 skipped in 0.3s", id="numbers"),
    pytest.param("cannot find 'total'", 'cannot find "sum of all"', id="quoted"),
    pytest.param("2026-11-21T10:00:00Z ERROR down", "2026-11-22T11:31:07Z ERROR down", id="times"),
    pytest.param("see https://a.test/1", "see https://b.test/2", id="addresses"),
    pytest.param("user [user:09488e] refused", "user [user:1f99b4] refused", id="placeholders"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_same_kind(one: str, other: str) -> None:
    """And the kind's own pattern hits both lines as they were."""
    assert to_template(one) == to_template(other)

    regex = Matcher(Watch("match", regex_of(to_template(one).split(), at_start=True)), RunPlan())
    assert regex.find(one.encode())
    assert regex.find(other.encode())


def test_a_count_of_zero_is_another_kind() -> None:
    """It is the difference between good and bad; its pattern misses the other."""
    assert to_template("3 failed") != to_template("0 failed")
    some = Matcher(Watch("match", regex_of(["<n>", "failed"], at_start=False)), RunPlan())

    assert some.find(b"Tests: 10 failed")
    assert not some.find(b"Tests: 0 failed")
    assert not some.find(b"Tests: 0.0 failed")


def test_signs_of_a_pattern_are_taken_as_they_are() -> None:
    """A line may hold any of them."""
    line = r"(FAILED - 1) a.b* [x] {y} c|d ^ $ \n"
    regex = Matcher(Watch("match", regex_of(to_template(line).split(), at_start=True)), RunPlan())

    assert regex.find(line.encode())
    assert not regex.find(b"(FAILED - 1) aXb* [x] {y} c|d ^ $ \\n")


def test_lines_have_the_time_of_the_piece_that_ends_them() -> None:
    """A line may come in pieces; what was coloured or overwritten is left out; a last line needs no end."""
    pieces = [(1.0, b"one\ntw"), (2.0, b"o\r\n\x1b[31mred\x1b[0m\n10%\r20%\n"), (3.0, b"three")]

    assert lines_of(pieces) == [OutputLine("one", 1.0), OutputLine("two", 2.0), OutputLine("three", 3.0)]


def test_a_kind_knows_its_first_line_and_how_long_its_block_goes_on() -> None:
    """Indented lines and words of a report belong to it; three strange lines in a row end it."""
    texts = ["start", "FAIL pay", "  at src/a.ts:3:1", "", "Expected: 3", "go on", "go on b", "go on c", "  late"]
    found = {
        kind.text: kind for kind in list_kinds([OutputLine(text, float(at)) for at, text in enumerate(texts)], str)
    }

    assert (found["FAIL pay"].first_s, found["FAIL pay"].block_s) == (1.0, 3.0)
    assert found["go on c"].block_s == 1.0


def test_what_looks_like_an_error_is_kept_of_a_long_run() -> None:
    """The middle of a thousand kinds of lines goes first."""
    lines = [OutputLine(f"{chr(97 + at % 26)}{chr(97 + at // 26 % 26)} part", at / 10) for at in range(26 * 26)]
    lines[300] = OutputLine("this part is broken", 30.0)
    found = {kind.text for kind in list_kinds(lines, str)}

    assert len(found) == MOST_KINDS
    assert {"this part is broken", "aa part", "zz part"} <= found


def test_texts_are_cleaned_before_they_become_kinds() -> None:
    """What the scrubber takes out is in no kind."""
    (kind,) = list_kinds(
        [OutputLine("login with hunter2 failed", 1.0)], lambda text: text.replace("hunter2", "[password:0a1b2c]")
    )

    assert kind.text == "login with <any> failed"


@pytest.mark.parametrize("line", ["AssertionError", "not ok 3", "✖ 2", "would reformat a.py", "make: *** [all]"])
def test_looks_like_an_error(line: str) -> None:
    """By a word or a sign."""
    assert has_error_words(line)
    assert not has_error_words("all is well")
