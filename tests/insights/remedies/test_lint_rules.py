"""insights.remedies.lint_rules: what rules of linters want."""

import pytest

from twiceshy.insights.remedies import lint_rules
from twiceshy.insights.remedies.instruction_line import explain_refusal
from twiceshy.insights.remedies.lint_rules import explain_rule, find_lint_rule


@pytest.mark.parametrize("rule", ["MD999", "TS9999", "SHA256", "G602", "", "x"])
def test_a_number_that_nobody_knows_is_not_told(rule: str) -> None:
    """It would tell an agent nothing."""
    assert find_lint_rule(rule) is None
    assert explain_rule(rule) == ""


def test_each_rule_can_be_written_into_a_file_that_an_agent_obeys() -> None:
    """What it wants and what mends it are words of ours."""
    lines = {rule: f"A hook of `git commit` checks rules: {explain_rule(rule)}." for rule in lint_rules._RULES}

    assert {rule: why for rule, line in lines.items() if (why := explain_refusal(line))} == {}


def test_what_a_person_has_to_write_has_no_command() -> None:
    """A language of a code fence is none that a program knows; a line break is."""
    assert explain_rule("MD040") == "`MD040` wants each code fence to name its language"
    assert explain_rule("MD047").endswith(": `markdownlint --fix FILE` mends it")
    assert explain_rule("react/no-unused") == "`react/no-unused`"
