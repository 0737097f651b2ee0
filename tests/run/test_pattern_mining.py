"""Patterns are judged by the outcome of runs, and chance does not make one."""

from random import Random

import pytest

from twiceshy.records.runs import RunPlan, Watch
from twiceshy.run.matchers import Matcher
from twiceshy.run.pattern_mining import (
    MOST_KINDS,
    FinishedRun,
    LineKind,
    OutputLine,
    check_starting_patterns,
    compute_delay,
    has_error_words,
    lines_of,
    list_kinds,
    mine_patterns,
    regex_of,
    to_template,
    trust_named,
)


def run(failed: bool, *texts: str, at_s: float = 1.0, runtime_s: float = 10.0, block_s: float = 0.5) -> FinishedRun:
    """A run that printed these kinds of lines, one after the other."""
    lines = [LineKind(text, at_s + index, block_s) for index, text in enumerate(texts)]
    return FinishedRun(failed, runtime_s, lines, [])


def good(count: int, *texts: str) -> list[FinishedRun]:
    return [run(False, "start", *texts) for _ in range(count)]


def bad(count: int, *texts: str) -> list[FinishedRun]:
    return [run(True, "start", *texts) for _ in range(count)]


def patterns(past: list[FinishedRun]) -> list[str]:
    found = mine_patterns(past)
    return [] if found is None else [one.pattern for one in found.patterns]


def test_the_line_that_separates_is_found() -> None:
    """With its evidence, and taken unasked when there is enough of it."""
    found = mine_patterns(good(15, "done") + bad(8, "broken: the <q> is gone", "done"))
    assert found is not None
    (pattern,) = found.patterns

    assert pattern.pattern.startswith(r"^\s*broken:")
    assert (pattern.failed_hit, pattern.failed_runs, pattern.good_hit, pattern.good_runs) == (8, 8, 0, 15)
    assert found.chosen
    assert found.saved_share == 0.8


def test_how_often_a_line_comes_counts_nothing() -> None:
    """A word of error in every run is no pattern."""
    assert patterns(good(15, "0 errors", "error: retried") + bad(8, "0 errors", "error: retried")) == []


def test_one_good_run_with_the_line_is_enough_against_it() -> None:
    """Whatever it looks like."""
    assert patterns([*good(15), *good(1, "error: retried"), *bad(8, "error: retried")]) == []


def test_too_little_data_is_none() -> None:
    """Neither of failed nor of good runs."""
    assert mine_patterns(good(30) + bad(3, "broken")) is None
    assert mine_patterns(good(3) + bad(30, "broken")) is None


def test_few_runs_are_shown_but_not_taken_unasked() -> None:
    """Five good runs say little."""
    found = mine_patterns(good(5) + bad(5, "broken: a"))

    assert found is not None
    assert found.patterns
    assert not found.chosen


def test_chance_makes_no_pattern() -> None:
    """Of a hundred kinds of lines that come at random, some separate few runs well; none may be taken."""
    for seed in range(20):
        rng = Random(seed)
        past = []
        for _ in range(20):
            texts = [f"{chr(97 + at % 26)}{chr(97 + at // 26)} word" for at in range(100) if rng.random() < 0.3]
            past.append(run(rng.random() < 0.4, *texts))
        assert patterns(past) == []


def test_two_ways_to_fail_need_two_patterns() -> None:
    """The second is found by the runs that the first leaves."""
    assert len(patterns(good(20) + bad(8, "broken: a") + bad(8, "denied: b"))) == 2


def test_the_earlier_of_two_equal_lines_is_better() -> None:
    """It saves more time."""
    past = good(15) + [run(True, "broken: a", *["step"] * 7, "failed: b") for _ in range(8)]

    assert patterns(past)[0].startswith(r"^\s*broken:")


def test_what_feedback_refused_is_not_found_again() -> None:
    """The next best stands in."""
    past = good(15) + bad(8, "broken: a b")
    first = patterns(past)[0]
    found = mine_patterns(past, frozenset({first}))

    assert found is not None
    assert first not in [one.pattern for one in found.patterns]


def test_starting_patterns_need_less_proof_and_fall_by_one_good_run() -> None:
    """They were right elsewhere."""
    mark = [LineKind("^FAIL", 2.0, 0.1)]
    failed = [FinishedRun(True, 10.0, [], mark)] * 5
    fine = [FinishedRun(False, 10.0, [], [])] * 12
    found = mine_patterns(fine + failed)

    assert found is not None
    assert [(one.pattern, one.origin) for one in found.patterns] == [("^FAIL", "starting")]
    (wrong,) = check_starting_patterns([*failed, *fine, FinishedRun(False, 10.0, [], mark)], ["^FAIL"])
    assert (wrong.failed_hit, wrong.good_hit) == (5, 1)


def test_the_delay_covers_what_belongs_to_the_match() -> None:
    """With a margin, within bounds, from five failed runs on."""
    assert compute_delay([1.0] * 4) is None
    assert compute_delay([2.0] * 9) == 3.0
    assert compute_delay([0.0] * 9) == 0.5
    assert compute_delay([500.0] * 9) == 30.0


def test_a_bundles_word_makes_few_runs_enough() -> None:
    """Only for patterns that were mined here, all of them named; and never without failed and good runs here."""
    few = mine_patterns(good(4) + bad(4, "broken: a"))
    assert few is not None
    assert not few.chosen

    assert trust_named(few, lambda pattern: pattern == few.patterns[0].pattern).chosen
    assert not trust_named(few, lambda pattern: pattern == "other").chosen
    assert not trust_named(few._replace(patterns=[]), lambda _: True).chosen


# What changes from run to run is taken out of a line, and what is left finds the line again.

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
