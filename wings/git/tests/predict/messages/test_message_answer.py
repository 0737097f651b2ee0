"""Only what the change, the task or the project says is offered."""

from random import Random

import pytest
from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy_git.predict.messages.forms import MessageLabels
from twiceshy_git.predict.messages.message_answer import answer_message, clear_message
from twiceshy_git.predict.messages.message_ranker import load_general_messages
from twiceshy_git.predict.messages.project_habits import ProjectHabits
from twiceshy_git.predict.messages.retrieve import CommitIndex
from twiceshy_git.predict.messages.suggesters import list_code_words

NONE = MessageLabels("", "")
TEXT = "src/parse.py\ndef parse_all(): return http2 + 12"


@pytest.mark.parametrize(
    ("subject", "said", "cleared"),
    [
        pytest.param("Mend the parser", "", "Mend the parser", id="plain words"),
        pytest.param("Mend `parse_all`", "", "Mend `parse_all`", id="a name of the change"),
        pytest.param("Mend `lex_all`", "", "", id="a foreign name"),
        pytest.param("Mend `lex_all`", "speed lex_all up", "Mend `lex_all`", id="a name of the task"),
        pytest.param("Allow 12 of them", "", "Allow 12 of them", id="a number of the change"),
        pytest.param("Allow 1 of them", "", "", id="a part of a number"),
        pytest.param("Mend it (#N)", "", "Mend it", id="a place for an issue, and none"),
        pytest.param("Mend #N, again", "", "", id="such a place inside"),
        pytest.param("Mend #N, again", "fix/issue-77", "Mend #77, again", id="the branch has it"),
        pytest.param("Mend it (#N)", "77 or 78", "Mend it", id="two are none"),
        pytest.param("Mend TypeScript", "", "Mend TypeScript", id="a word of the project"),
        pytest.param("Update AKIA1B2C3D4E5F6G7H8I.py", "AKIA1B2C3D4E5F6G7H8I.py", "", id="a key"),
        pytest.param("Use AKIAQWERTYUIOPAS", "AKIAQWERTYUIOPAS", "", id="a key without digits"),
        pytest.param("Use kJqWoPzXvBnM", "kJqWoPzXvBnM", "", id="letters at random"),
        pytest.param("Use getUserNameFromRow", "getUserNameFromRow", "Use getUserNameFromRow", id="a long name"),
        pytest.param("Mend 0123456789abcdef", "0123456789abcdef", "", id="a hash"),
        pytest.param("Mend it (fixes #N)", "", "Mend it", id="an issue with its word"),
        pytest.param("Mend it, closes #N", "", "Mend it", id="the same without brackets"),
        pytest.param("Mend it (refs #N, #N)", "", "Mend it", id="several issues"),
        pytest.param("Mend it (fixes", "", "", id="a broken tail"),
        pytest.param("Mend the parser of", "", "", id="a word that leads to nothing"),
        pytest.param("Mend it (again", "", "", id="an open bracket"),
        pytest.param("Mend the lint fix", "", "Mend the lint fix", id="a word that may end a message"),
        pytest.param("Use <redacted>", "", "", id="what was taken out"),
    ],
)
def test_a_message_is_cleared_or_kept_back(subject: str, said: str, cleared: str) -> None:
    """Nothing is made up."""
    around = ["Use TypeScript", "Mend TypeScript", "TypeScript: types", "Use HTTP3"]

    assert clear_message(subject, f"{TEXT}\n{said}".lower(), said, around) == cleared


def build(commits: int = 40) -> CommitIndex:
    index = CommitIndex()
    for number in range(commits):
        index.add(
            an_example(
                f"Mend `parse_{number}`", a_file(f"src/p{number}.py", added=[f"parse_{number}()"]), commit=f"c{number}"
            )
        )
        index.add(an_example("Say more of it", a_file("docs/page.md", added=[f"prose {number}"]), commit=f"d{number}"))
    return index


def test_the_best_clean_message_comes_first_with_its_reason() -> None:
    """And at most as many as were asked for."""
    asked = an_example("?", a_file("docs/page.md", added=["prose of another kind"]))
    found = answer_message(build(), asked, NONE, load_general_messages(), top=2)

    assert found.offers[0].subject == "Say more of it"
    assert found.offers[0].reasons[0].startswith("as d")
    assert len(found.offers) <= 2
    assert found.near[0].past.subject == "Say more of it"


def test_few_commits_give_a_template() -> None:
    """And nothing is sure."""
    found = answer_message(build(5), an_example("?", a_file("src/p3.py")), NONE, load_general_messages())

    assert [one.subject for one in found.offers] == ["Update p3.py"]
    assert not found.sure


def test_no_name_or_number_is_ever_made_up() -> None:
    """Of 300 changes with names that no older one has (10,000: the benchmark)."""
    rng, index, model = Random(7), build(), load_general_messages()
    for _ in range(300):
        name = f"{rng.choice(['load', 'rotate', 'parse'])}_{rng.randrange(1000, 9999)}"
        asked = an_example("?", a_file(f"src/{name}.py", added=[f"{name}({rng.randrange(99)})"]))
        text = f"src/{name}.py {asked.files[0].added[0]}"
        for offer in answer_message(index, asked, NONE, model).offers:
            assert all(word in text for word in list_code_words(offer.subject)), offer.subject


def test_a_form_that_nobody_writes_any_more_is_not_offered() -> None:
    """The sentence is, with what is written before it now."""
    index, habits = CommitIndex(), ProjectHabits()
    for number in range(560):
        start = "[docs] " if number < 50 else "docs: "
        one = an_example(f"{start}Say more of it", a_file("docs/page.md", added=["prose"]), commit=f"d{number}")
        index.add(one)
        habits.learn(one)
    asked = an_example("?", a_file("docs/page.md", added=["prose"]))
    near = [one for one in index.find(asked, 600) if one.number < 40]
    found = answer_message(
        index, asked, MessageLabels("docs", ""), load_general_messages(), near=near, is_current=habits.is_current
    )

    assert not habits.is_current("[docs] Say more of it")
    assert found.offers
    assert not any(one.subject.startswith("[") for one in found.offers)
