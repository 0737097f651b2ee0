"""score.moved_code: code that only moved is not new."""

from dataclasses import replace

import pytest
from tests.score.test_compare import finding

from twiceshy.records.findings import Finding, FindingDelta
from twiceshy.score.moved_code import drop_moved_code

A, B = finding("a"), finding("b", line=2)


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
