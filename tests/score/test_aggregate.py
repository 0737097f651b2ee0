"""score.aggregate, risk and moved: one number of many parts, a file's past, and code that only moved."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.score.test_compare import finding

from twiceshy.records.findings import Finding, FindingDelta, Layer, Score, Severity
from twiceshy.score import risk
from twiceshy.score.aggregate import BANDS, WEIGHTS, ChangeContext, aggregate, band_of, group_by_fault
from twiceshy.score.moved_code import drop_moved_code

A, B = finding("a"), finding("b", line=2)
EVERY = frozenset({Layer.TAINT, Layer.PATTERN, Layer.REFACTOR})
findings = st.lists(
    st.builds(
        lambda line, severity, confidence, layer: replace(
            A, line=line, severity=severity, confidence=confidence, layer=layer
        ),
        st.integers(1, 5),
        st.sampled_from(Severity),
        st.floats(0, 1),
        st.sampled_from(sorted(EVERY)),
    ),
    max_size=8,
)


def test_nothing_found_is_zero_and_nothing_known_is_unknown() -> None:
    """A change that nobody could look at is not clean."""
    assert aggregate(FindingDelta(), ChangeContext(EVERY)).value == 0.0
    assert aggregate(FindingDelta(), ChangeContext(frozenset())).value is None
    assert aggregate(FindingDelta(), ChangeContext(frozenset(), history=0.5)).value is None


def test_an_unknown_part_has_no_weight() -> None:
    """The mean is that of the parts that are known, by the given weights."""
    change = FindingDelta(introduced=(replace(A, severity=Severity.MAJOR, confidence=1.0),))

    alone = aggregate(change, ChangeContext(frozenset({Layer.PATTERN})))
    beside = aggregate(change, ChangeContext(EVERY))

    assert (alone.value, alone.pattern, alone.taint) == (0.6, 0.6, None)
    assert beside.value == pytest.approx(0.6 * 0.3 / 0.9)
    assert beside.weights == WEIGHTS


def test_two_scanners_that_see_one_fault_count_once() -> None:
    """The same weakness in the same line, also in two layers: the strongest, in its own part. Another line is more."""
    one = replace(A, cwe=89, confidence=0.5)
    weaker = replace(one, rule="other", confidence=0.4)
    followed = replace(one, layer=Layer.TAINT, confidence=0.6)

    def scored(*some: Finding) -> Score:
        return aggregate(FindingDelta(introduced=some), ChangeContext(EVERY))

    assert scored(one, weaker).value == scored(weaker, one).value == scored(one).value
    assert scored(one, followed) == replace(scored(followed), introduced=FindingDelta(introduced=(one, followed)))
    assert (scored(one, replace(one, line=2)).value or 0.0) > (scored(one).value or 1.0)


def test_scanners_numbers_for_one_weakness_are_one() -> None:
    """Code that is run is 94 for one and 95 for another; two weaknesses in a line stay two."""
    run, other = replace(A, cwe=95), replace(A, cwe=22)

    assert group_by_fault([run, other, replace(run, cwe=94, confidence=1.0)]) == [
        [replace(run, cwe=94, confidence=1.0), run],
        [other],
    ]


@given(some=findings, more=findings, history=st.none() | st.floats(0, 1))
def test_a_score_is_a_share_and_grows_with_findings(
    some: list[Finding], more: list[Finding], history: float | None
) -> None:
    """Between 0 and 1; more faults never make it less."""
    more = [replace(one, line=one.line + 5) for one in more]
    few = aggregate(FindingDelta(introduced=tuple(some)), ChangeContext(EVERY, history)).value
    many = aggregate(FindingDelta(introduced=tuple(some + more)), ChangeContext(EVERY, history)).value

    assert few is not None
    assert many is not None
    assert 0.0 <= few <= many <= 1.0


def test_bands_follow_each_other() -> None:
    """Each bound opens its own band."""
    assert [band_of(bound) for bound, _ in BANDS] == [name for _, name in BANDS]
    assert all(low < high for (low, _), (high, _) in pairwise(BANDS))


def change(file: bytes, at: float, *, bad: bool | None, known_at: float) -> risk.PastChange:
    return risk.PastChange(file, "shop", at, bad, known_at)


def test_nobody_looks_ahead() -> None:
    """What became of a change counts only once it was known, and never for itself."""
    told = risk.compute_risks(
        [
            change(b"f", 1, bad=True, known_at=5),
            change(b"f", 4, bad=False, known_at=50),
            change(b"f", 6, bad=None, known_at=6),
            change(b"g", 7, bad=None, known_at=7),
        ]
    )

    assert told[0] is None
    assert told[1] is None
    assert told[2] is not None
    assert told[2] > risk.RATE
    assert told[3] is None


def test_what_comes_later_changes_nothing_earlier() -> None:
    """The risks of a history are those of its beginning."""
    past = [change(b"f", at, bad=at % 3 == 0, known_at=at + 2) for at in range(30)]

    assert risk.compute_risks(past[:20]) == risk.compute_risks(past)[:20]


def test_a_short_past_is_drawn_to_the_projects() -> None:
    """One bad change of one is less than nine of ten."""
    short = risk.smooth_rate(risk.ChangeTally(1, 1), risk.ChangeTally(100, 10))
    long = risk.smooth_rate(risk.ChangeTally(10, 9), risk.ChangeTally(100, 10))

    assert short is not None
    assert long is not None
    assert risk.RATE < short < long < 1.0


def brought(*found: Finding) -> FindingDelta:
    return FindingDelta(introduced=found)


def took(*found: Finding) -> FindingDelta:
    return FindingDelta(fixed=found)


THERE = replace(A, path="b.py")
MOVED = [
    ("out of one file into another", [took(A), brought(THERE)]),
    ("into another first", [brought(THERE), took(A)]),
    ("out of a file and back", [took(A), brought(A)]),
]


@pytest.mark.parametrize("edits", [row[1] for row in MOVED], ids=[row[0] for row in MOVED])
def test_what_only_moved_in_a_task_is_not_new(edits: list[FindingDelta]) -> None:
    """It is preserved in the edit that seemed to bring it, and fixed nowhere."""
    found = drop_moved_code(edits)

    assert not [one for edit in found for one in (*edit.introduced, *edit.fixed)]
    assert len([one for edit in found for one in edit.preserved]) == 1


def test_what_an_edit_brought_in_stays_its_own() -> None:
    """Though a later one takes it out again; and one removal excuses one finding."""
    assert drop_moved_code([brought(A), took(A)]) == [brought(A), took(A)]
    assert drop_moved_code([brought(A), took(A), brought(A)])[0] == brought(A)
    assert drop_moved_code([took(A), brought(THERE, replace(THERE, line=9))])[1].introduced
    assert drop_moved_code([brought(A), brought(B)]) == [brought(A), brought(B)]
