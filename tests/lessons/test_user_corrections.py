"""lessons.objections: "X, not Y" only where the words and the next edit both say so."""

from tests.judgement.outcomes.agent import Agent

from twiceshy.base.values import Provenance
from twiceshy.lessons.raw_occurrence import RawOccurrence
from twiceshy.lessons.user_corrections import find_user_corrections
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
