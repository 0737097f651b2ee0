"""Lines of code are told apart from lines of tests, documents and generated files."""

import math

from wings.git.tests.predict.risk.invented_changes import a_change, tell

from twiceshy.records.change_risk import TimedChange
from twiceshy_git.predict.risk.groups.changed_kinds import ChangedKinds


def describe(change: TimedChange) -> dict[str, float]:
    (story,) = tell([change])
    return dict(zip([one.name for one in ChangedKinds.columns], ChangedKinds().describe(story), strict=True))


def test_lines_are_summed_by_kind() -> None:
    """And the language is that of most changed code."""
    files = (
        ("a.c", 10, 2),
        ("b.c", 30, 0),
        ("web/x.js", 20, 5),
        ("test/test_a.c", 60, 0),
        ("go.sum", 500, 0),
        ("README", 4, 0),
    )
    found = describe(a_change(0, *files))

    assert [found[f"la_{kind}"] for kind in ("code", "tests", "docs", "config", "generated")] == [60, 60, 4, 0, 500]
    assert (found["ld_code"], found["nf_code"], found["largest_code"], found["languages"]) == (7, 3, 30, 2)
    assert (found["tests_share"], found["language"]) == (0.5, 4)


def test_without_code_shares_are_not_known() -> None:
    """A change of documents has no share of tests; a rename no lines at all."""
    found = describe(a_change(0, ("README", 4, 0)))

    assert found["code_share"] == 0
    assert math.isnan(found["tests_share"])
    assert math.isnan(found["language"])
    assert math.isnan(describe(a_change(0, ("a.c", 0, 0)))["code_share"])
