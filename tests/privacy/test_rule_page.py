"""The documentation's page on redaction."""

from twiceshy.privacy.policy import load_rules
from twiceshy.privacy.rule_page import render_page


def test_page_names_every_rule() -> None:
    """Each rule has its heading, a sample that is hit and one that is not."""
    rules = load_rules()

    text = render_page(rules)

    assert [one.rule.id for one in rules.rules if f"\n### {one.rule.id}" not in text] == []
    assert text.count("\n    hit   ") == text.count("\n    miss  ") == len(rules.rules)
