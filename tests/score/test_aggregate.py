"""score.aggregate: one number of many parts."""

import json
import sqlite3
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.score.test_edit_findings import finding

from twiceshy.records.effects import CallRisk
from twiceshy.records.findings import EditWithScore, Finding, FindingDelta, Layer, ScannedEdit, Score, Severity
from twiceshy.score.aggregate import (
    BANDS,
    ChangeContext,
    aggregate,
    band_of,
    group_by_fault,
    list_diffs,
    rate_calls,
    rate_past,
)
from twiceshy.score.risk import PastRisk

A = finding("a")
EVERY = frozenset({Layer.TAINT, Layer.PATTERN, Layer.REFACTOR})
findings = st.lists(
    st.builds(
        lambda line, cwe, tokens, severity, confidence, layer: replace(
            A, line=line, cwe=cwe, tokens=tokens, severity=severity, confidence=confidence, layer=layer
        ),
        st.integers(1, 5),
        st.sampled_from([None, 78, 89, 77]),
        st.sampled_from([b"a", b"b", b"c"]),
        st.sampled_from(Severity),
        st.floats(0, 1),
        st.sampled_from(sorted(EVERY)),
    ),
    max_size=8,
)
pasts = st.none() | st.floats(0, 1)


def score_of(*some: Finding, layers: frozenset[Layer] = EVERY, history: float | None = None) -> float:
    past = None if history is None else PastRisk(history, 0.1)
    value = aggregate(FindingDelta(introduced=some), ChangeContext(layers, past)).value
    assert value is not None
    return value


def test_nothing_found_is_zero_and_nothing_known_is_unknown() -> None:
    """A change that nobody could look at is not clean; a usual past says nothing, a bad one does."""
    assert score_of() == 0.0
    assert score_of(history=0.08) == 0.0
    for past in (None, 0.05):
        known = None if past is None else PastRisk(past, 0.1)
        assert aggregate(FindingDelta(), ChangeContext(frozenset(), known)).value is None
    assert score_of(layers=frozenset(), history=0.55) == 0.5


def test_an_unknown_part_changes_nothing() -> None:
    """One certain fault is the number, whoever else looked and found nothing."""
    one = replace(A, severity=Severity.MAJOR, confidence=1.0)

    alone = aggregate(FindingDelta(introduced=(one,)), ChangeContext(frozenset({Layer.PATTERN})))
    beside = aggregate(FindingDelta(introduced=(one,)), ChangeContext(EVERY))

    assert (alone.value, alone.pattern, alone.taint) == (0.6, 0.6, None)
    assert (beside.value, beside.pattern, beside.taint) == (0.6, 0.6, 0.0)


def test_two_scanners_that_see_one_fault_count_once() -> None:
    """The same weakness in the same line, also in two layers: the strongest. Another line is more."""
    one = replace(A, cwe=89, confidence=0.5)
    weaker = replace(one, rule="other", confidence=0.4, tokens=b"o")
    followed = replace(one, layer=Layer.TAINT, confidence=0.6, tokens=b"p")

    assert score_of(one, weaker) == score_of(weaker, one) == score_of(one)
    assert score_of(one, followed) == score_of(followed)
    assert score_of(one, replace(one, line=2, tokens=b"q")) > score_of(one)


def test_equal_findings_do_not_add_up() -> None:
    """The same construct ten times is one fault; ten constructs of one weakness are more, and far from ten."""
    one = replace(A, severity=Severity.MINOR, confidence=0.5)
    same = [replace(one, line=line) for line in range(1, 11)]
    different = [replace(found, tokens=bytes([found.line])) for found in same]
    weaknesses = [replace(found, cwe=1000 + found.line) for found in different]

    assert score_of(*same) == score_of(one)
    assert score_of(one) < score_of(*different) < 2 * score_of(one)
    assert score_of(*weaknesses) > 5 * score_of(one)


def test_scanners_numbers_for_one_weakness_are_one() -> None:
    """Code that is run is 94 for one and 95 for another; two weaknesses in a line stay two."""
    run, other = replace(A, cwe=95), replace(A, cwe=22)

    assert group_by_fault([run, other, replace(run, cwe=94, confidence=1.0)]) == [
        [replace(run, cwe=94, confidence=1.0), run],
        [other],
    ]


@given(some=findings, one=findings, history=pasts)
def test_knowing_of_a_finding_never_lowers_a_score(
    some: list[Finding], one: list[Finding], history: float | None
) -> None:
    """Between 0 and 1, and no lower with more findings, of whatever kind and wherever they stand."""
    few, many = score_of(*some, history=history), score_of(*some, *one, history=history)

    assert 0.0 <= few <= many <= 1.0
    assert score_of(*one, *some, history=history) == many


@given(some=findings, looked=st.frozensets(st.sampled_from(sorted(EVERY))), more=st.sampled_from(sorted(EVERY)))
def test_a_scanner_that_found_nothing_never_lowers_a_score(
    some: list[Finding], looked: frozenset[Layer], more: Layer
) -> None:
    """Nor does one that is installed later."""
    change = FindingDelta(introduced=tuple(some))
    before = aggregate(change, ChangeContext(looked)).value
    after = aggregate(change, ChangeContext(looked | {more})).value

    assert after is not None
    assert (before or 0.0) == after


@given(some=findings, history=st.floats(0, 1), worse=st.floats(0, 1))
def test_a_worse_past_never_lowers_a_score(some: list[Finding], history: float, worse: float) -> None:
    """Nor does to know of one at all."""
    better, worse = sorted((history, worse))

    assert score_of(*some) <= score_of(*some, history=better) <= score_of(*some, history=worse)
    assert 0.0 <= rate_past(PastRisk(better, 0.1)) <= rate_past(PastRisk(worse, 0.1)) <= 1.0
    assert rate_past(PastRisk(worse, 1.0)) <= 1.0


def test_bands_follow_each_other() -> None:
    """Each bound opens its own band."""
    assert [band_of(bound) for bound, _ in BANDS] == [name for _, name in BANDS]
    assert all(low < high for (low, _), (high, _) in pairwise(BANDS))


def test_a_call_says_what_its_risk_rests_on() -> None:
    """Findings and the file's past give a band each; a name left behind is unknown where nobody looked."""
    severe = replace(A, severity=Severity.CRITICAL, confidence=0.5)
    left = replace(A, rule="refactor/missed-rename", severity=Severity.MINOR, confidence=0.0)

    def scored(call: bytes, *some: Finding, layers: frozenset[Layer], history: float | None = None) -> EditWithScore:
        change, past = FindingDelta(introduced=some), None if history is None else PastRisk(history, 0.1)
        edit = ScannedEdit(call, "a.py", b"", 1, 0, None, None, 0.0, layers, change)
        return EditWithScore(edit, aggregate(change, ChangeContext(layers, past)))

    edits = [
        scored(b"clean", layers=EVERY),
        scored(b"past", layers=frozenset(), history=0.55),
        scored(b"fault", severe, layers=frozenset({Layer.PATTERN})),
        scored(b"both", severe, left, layers=EVERY, history=0.55),
        scored(b"unseen", layers=frozenset()),
    ]

    assert rate_calls(edits) == {
        b"clean": CallRisk("none", "none", "none", missed_rename=False),
        b"past": CallRisk("high", "none", "high", missed_rename=None),
        b"fault": CallRisk("high", "high", "none", missed_rename=None),
        b"both": CallRisk("high", "high", "high", missed_rename=True),
    }


# score.scored_diffs: each scored edit with its file, and nothing where nobody could look.


def edit(path: str, value: float | None) -> EditWithScore:
    scanned = ScannedEdit(b"\x0a", path, b"key", 3, 0, None, None, 0.0, frozenset(), FindingDelta())
    return EditWithScore(scanned, Score(value=value, taint=value))


def test_without_a_score_there_is_no_list() -> None:
    """An empty list would say that nothing was edited; an edit that nobody could look at is not one of score 0."""
    assert list_diffs([]) == (None, None)
    assert list_diffs([edit("a.py", None)]) == (None, None)


def test_each_scored_edit_is_listed_in_order() -> None:
    """With file, score, band and parts; the unscored one is left out, also of the mean."""
    found = list_diffs([edit("b.py", 0.5), edit("a.py", None), edit("b.py", 0.0)])

    rows = json.loads(found.listed or "")
    assert found.mean == 0.25
    assert [(row["file"], row["score"], row["band"]) for row in rows] == [("b.py", 0.5, "high"), ("b.py", 0.0, "none")]
    assert (rows[0]["taint"], rows[0]["pattern"], rows[0]["call"]) == (0.5, None, "0a")


def test_sql_reads_the_list() -> None:
    """As somebody with a SQL shell would ask."""
    listed = list_diffs([edit("ä.py", 0.5), edit("a.py", 0.1)]).listed
    found = sqlite3.connect(":memory:").execute(
        "SELECT json_extract(value, '$.file') FROM json_each(?) ORDER BY json_extract(value, '$.score')", (listed,)
    )

    assert found.fetchall() == [("a.py",), ("ä.py",)]
