"""Patterns are judged by the outcome of runs, and chance does not make one."""

from random import Random

from twiceshy.run.pattern_mining import FinishedRun, check_starting_patterns, compute_delay, mine_patterns, trust_named
from twiceshy.run.templates import LineKind


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
