"""lessons.standing_wishes: which corrections state a rule that a person should be asked about."""

from dataclasses import replace

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.base.values import Scrubbed
from twiceshy.lessons.standing_wishes import is_worth_asking, states_rule
from twiceshy.records.lessons import LessonState

RULES = [
    "do not run the slow suite, it takes an hour",
    "wrong. Don't ever commit without asking me",
    "please avoid mocking the database",
    "no, never push to main",
    "you should never edit the generated client",
    "from now on write the test first",
    "I already told you that the port is 4000",
    "I didn't say publish it",
    "we no longer use redux here, only signals",
    "we don't want business logic in the views",
    "use a switch instead of a chain of ifs",
    "I prefer small functions over comments",
    "that breaks our conventions for names",
    "this should be in CLAUDE.md, the database is read-only",
]
OTHERS = [
    "make the modal bigger and move the button",
    "the test is failing again",
    "why do you always do that?",
    "don't worry about the linter for now, just don't run it",
    "do not!",
    "don't use the one on line 40",
    "never seen that: https://example.com/x",
    "don't commit this, it has the whole log in it and " + "more of it " * 20 + "…",
    "it should not be in the header",
    "use a switch instead of that chain of ifs?",
    "can we use itemID instead of id in src/cart/items.go",
    "let's use true/false and not on/off for the new flag",
    "would it be easier to use the summary instead of writing to a file",
    "hmm, I tried it and I don't like it. I don't like the turns",
    "You are a release bot. Never push to main.",
    '{"state": "failing", "hint": "never push to main"}',
    "### Findings - **High severity**: never push to main",
    "src/cart.py:12 do not use eval",
    "The change in gemini.md about the hand-off is unnecessary. That line needs no change.",
    "never " + "push to main and to develop " * 7,
]


@pytest.mark.parametrize("words", RULES)
def test_a_rule_holds_beyond_its_task(words: str) -> None:
    """It forbids, says how things always are, or what to use in whose place."""
    assert states_rule(words)


@pytest.mark.parametrize("words", OTHERS)
def test_what_is_about_the_task_is_no_rule(words: str) -> None:
    """Work at hand, questions, pasted and cut texts, words that need their session."""
    assert not states_rule(words)


def test_only_what_nobody_decided_about_is_asked() -> None:
    """A quotation of a person's; once said it has to state a rule, said again it has to wish something."""
    rule = a_lesson(quoted=True, category="correction", description='The user said: "never push to main"')
    again = a_lesson(quoted=True, category="correction", description='The user said: "only short forms"', sessions=2)
    news = replace(again, description=Scrubbed('The user said: "the check is failing for me"'))

    assert is_worth_asking(rule)
    assert is_worth_asking(again)
    assert not is_worth_asking(news)
    for other in (
        a_lesson(quoted=True, category="correction", description='The user said: "bigger, please"'),
        a_lesson(quoted=True, category="test", description='pytest said: "never push to main"'),
        a_lesson(quoted=False, category="correction", description='The user said: "never push to main"'),
        a_lesson(
            quoted=True,
            category="correction",
            description='The user said: "never push to main"',
            state=LessonState.MUTED,
        ),
    ):
        assert not is_worth_asking(other)
