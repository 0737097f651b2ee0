"""score.aggregate: one number of many parts."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.score.test_compare import finding

from twiceshy.records.findings import Finding, FindingDelta, Layer, Score, Severity
from twiceshy.score.aggregate import BANDS, WEIGHTS, ChangeContext, aggregate, band_of, group_by_fault

A = finding("a")
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
