"""lessons.objections: "X, not Y" only where the words and the next edit both say so."""

from dataclasses import replace

import pytest
from tests.judgement.outcomes.agent import Agent
from tests.lessons.builders import a_lesson

from twiceshy.base.values import Provenance, Scrubbed
from twiceshy.lessons.occurrences import RawOccurrence
from twiceshy.lessons.user_corrections import find_user_corrections, is_worth_asking, states_rule
from twiceshy.records.lessons import LessonState
from twiceshy.records.outcomes import Correction


def found_in(
    words: str,
    after: str,
    *,
    confidence: float = 0.9,
    why: str = "words",
    speaker: Provenance = Provenance.PERSON,
) -> list[RawOccurrence]:
    agent = Agent()
    agent.says("fetch the price")
    agent.edits("src/price.py", "import requests\nprice = requests.get(URL)\n")
    prompt = agent.says(words)
    agent.edits("src/price.py", after)
    corrections = [Correction(prompt=prompt, why=why, confidence=confidence, speaker=speaker)]
    return list(find_user_corrections(agent.story, corrections, lambda body: agent.bodies[body.hex()]))


def test_words_that_nobody_is_known_to_have_typed_say_nothing() -> None:
    """A page of text may hold a line that looks like a person's."""
    after = "import httpx\nprice = httpx.get(URL)\n"

    assert not found_in("no, use httpx instead of requests", after, speaker=Provenance.TOOL)


def test_words_and_edit_make_a_rule() -> None:
    """X, not Y, where, with the lines of the edit."""
    (one,) = found_in("no, use httpx instead of requests", "import httpx\nprice = httpx.get(URL)\n")

    assert one.template.description.startswith('In .py files "httpx", not "requests"')
    assert not one.template.quoted
    assert (one.fix, one.source) == ("import httpx\nprice = httpx.get(URL)", "correction")


def test_other_ways_to_say_it_make_the_same_rule() -> None:
    """The key is of X, Y and the kind of file."""
    after = "import httpx\nprice = httpx.get(URL)\n"
    sayings = ["use httpx instead of requests", "don't use requests, use httpx", "replace requests with httpx"]

    assert len({found_in(words, after)[0].template.key for words in sayings}) == 1


def test_words_that_no_edit_followed_stay_a_quotation() -> None:
    """It never becomes active by itself."""
    (one,) = found_in("no, use httpx instead of requests", "import requests\nprice = requests.post(URL)\n")

    assert one.template.quoted
    assert one.template.description == 'The user said: "no, use httpx instead of requests"'


def test_a_refusal_is_told_from_a_correction() -> None:
    """By the kind of its evidence."""
    assert [one.source for one in found_in("no, not that", "x = 1\n", why="rejected-with-words")] == ["rejection"]
    assert [one.source for one in found_in("no, not that", "x = 1\n", why="words")] == ["correction"]


# lessons.standing_wishes: which corrections state a rule that a person should be asked about.

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
