from pathlib import Path

import pytest

from twiceshy.base.errors import SourceError
from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.score.guard_rules import SHAPES, GuardExample, GuardRule, load
from twiceshy.score.lost_guards import find_lost_guards

RULES = load().rules


def tell(one: GuardExample) -> set[str]:
    before, after = (SourceText(path=one.path, text=text) for text in (one.before, one.after))
    return {finding.rule for finding in find_lost_guards([before], [after], Scrubbed)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_silent_on_its_misses(rule: GuardRule) -> None:
    for one in rule.misses:
        assert f"guard/{rule.id}" not in tell(one), one


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_tells_its_hits(rule: GuardRule) -> None:
    for one in rule.hits:
        assert f"guard/{rule.id}" in tell(one), one


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_nothing_is_lost_when_a_guard_comes(rule: GuardRule) -> None:
    for one in rule.hits:
        assert not tell(GuardExample(before=one.after, after=one.before, path=one.path)), one


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert {rule.shape for rule in RULES} == set(SHAPES)


def test_a_broken_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "checks.toml").write_text("[[rule]]\nid = 'x'\n")
    with pytest.raises(SourceError, match="lacks"):
        load(tmp_path)
    (tmp_path / "checks.toml").write_text("[[rule")
    with pytest.raises(SourceError, match="no TOML"):
        load(tmp_path / ".." / tmp_path.name)
