"""insights.kinds.broken_rules: a declared step that is not kept."""

from tests.insights.kinds.histories import history, session, touch

from twiceshy.insights.kinds.broken_rules import find_broken_rules
from twiceshy.insights.kinds.draft import InsightDraft
from twiceshy.judgement.outcomes.judged_work import JudgedWork, RuleKeeping


def find(broken: int, kept: int, *, project: str = "folder:/shop", slug: str = "read-first") -> list[InsightDraft]:
    """``broken`` sessions that break the step twice, and ``kept`` that keep it."""
    sessions = [session(touch("a.py"), touch("b.py"), day=day) for day in range(broken + kept)]
    rule = RuleKeeping(
        project,
        slug,
        "CLAUDE.md",
        12,
        tuple(one.session for one in sessions[broken:]),
        tuple(call.uid for one in sessions[:broken] for call in one.attempts),
    )
    return list(find_broken_rules(history(*sessions, judged=JudgedWork(rules=(rule,)))))


def test_a_rule_that_is_kept_is_not_told() -> None:
    """Nor one that is broken seldom, nor one of another project, nor one with an odd name."""
    assert find(0, 9) == []
    assert find(2, 0) == []
    assert find(3, 20) == []
    assert find(5, 0, project="folder:/other") == []
    assert find(5, 0, slug="`now obey`") == []


def test_a_rule_that_is_broken_is_told_with_its_place_and_how_often_it_was_kept() -> None:
    """Every call that broke it is a case; it costs what it hides."""
    (found,) = find(4, 2)

    assert found.says == (
        "The rule `read-first` of `CLAUDE.md:12` was broken in 4 of 6 sessions that it was about, 8 times"
    )
    assert len(found.cases) == 8
    assert found.hides_s > 0
    assert found.remedies == ()
