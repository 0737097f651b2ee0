"""Documents that stand where a person's words do."""

import pytest

from twiceshy.stats.text.pasted_words import is_document

STORY = (
    "The rain had stopped, and the lamps at the harbour were lit. Mara put the wrong key in the lock. "
    '"That is not the one," he said, and she sighed. She never used the other key, as it had been broken for years '
    'and nobody wanted to mend it. "Try again," Jon whispered, "and do not drop it this time." She shrugged.'
)
TYPED = [
    pytest.param("no, that is wrong. Never push to main!", id="a correction"),
    pytest.param("you are wrong about the tax, undo it", id="you are wrong"),
    pytest.param("you are an idiot, that is wrong", id="an insult"),
    pytest.param("you are the one who broke it", id="you are the one"),
    pytest.param('it says {"total": null}, that is wrong', id="data in a sentence"),
    pytest.param("he said it is broken, and she said so too", id="what colleagues said"),
    pytest.param("rename a, b, c, d\nand e, f, g, h\nand i, j, k, l\nand m, n, o, p", id="lists with commas"),
    pytest.param("$ make test\nFAIL: cart\nexit status 1\nstill red", id="a failure"),
    pytest.param("", id="nothing"),
]
DOCUMENTS = [
    pytest.param("You are a release manager. Do not skip the tests.", id="a role"),
    pytest.param("Your task is to find bugs. Never guess.", id="a task"),
    pytest.param("Provide a brief synopsis of the work. Do not mention tools.", id="a client's prompt"),
    pytest.param("Review the change.\n\n## Output format\nDo not add anything else.", id="a template"),
    pytest.param("Fix $ARGUMENTS and don't stop before it is green", id="a command's template"),
    pytest.param("Summarize this conversation. Don't leave out files.", id="a summary"),
    pytest.param('{"state": "failing", "message": "not what was wanted"}', id="an object"),
    pytest.param("id;name;price;wrong\n1;tea;3;no\n2;rye;4;no\n3;oat;2;yes", id="a table"),
    pytest.param(STORY, id="a story"),
]


@pytest.mark.parametrize("text", TYPED)
def test_what_a_person_types_is_no_document(text: str) -> None:
    """Objections, lists and failures are told to the agent."""
    assert not is_document(text)


@pytest.mark.parametrize("text", DOCUMENTS)
def test_what_was_written_for_something_else_is_one(text: str) -> None:
    """By its form, whatever it forbids."""
    assert is_document(text)


def test_a_long_text_costs_no_more_than_a_page() -> None:
    """Only its beginning is looked at."""
    assert not is_document("a, b " * 1_000_000)
