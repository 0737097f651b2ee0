"""Each commit is asked before it is learned, and all ways are measured on the same commits."""

import pytest
from tests.predict.messages.invented_examples import a_change, a_file

from twiceshy.predict.messages.exclusions import choose_examples
from twiceshy.predict.messages.message_evaluation import mark_models, replay_messages, sum_up
from twiceshy.predict.messages.message_ranker import MessageModel, load_general_messages

WORDS = ["mend", "say", "cut", "mend", "draw", "say", "mend", "cut", "say", "mend"] * 2


def a_prose(word: str, at: int) -> str:
    return f"{word} prose {chr(97 + at)}{chr(98 + at)}"


HISTORY = choose_examples(
    [
        a_change(f"{word} the page", a_file(f"docs/{word}.md", added=[a_prose(word, at)]), commit=f"{at}", at=at)
        for at, word in enumerate(WORDS)
    ]
)


def test_the_first_three_tenths_are_only_learned() -> None:
    """NNGen, which is slow, is asked in the last part alone."""
    rows = replay_messages(HISTORY, rivals_from=0.5)

    assert rows[0].place >= 0.3
    assert len(rows) == sum(number / len(HISTORY.examples) >= 0.3 for number in range(len(HISTORY.examples)))
    assert {one.marked.marks["NNGen"].b_norm for one in rows if one.place < 0.5} == {0.0}
    assert any(one.marked.marks["NNGen"].b_norm for one in rows if one.place >= 0.5)


def test_models_are_marked_beside_their_rivals() -> None:
    """The lead is over NNGen; a model that wants nothing takes the first."""
    rows = replay_messages(HISTORY, rivals_from=0.3)
    told = sum_up(mark_models(rows, {"general": load_general_messages(), "none": MessageModel(name="x", trees=())}))
    by = {one.name: one for one in told.suggesters}

    assert told.asked == len(rows)
    assert set(by) == {"NNGen", "agreed", "general", "none"}
    assert by["NNGen"].lead is None
    lead = by["general"].lead
    assert lead is not None
    assert lead[0] == pytest.approx(by["general"].b_norm - by["NNGen"].b_norm)
    assert lead[1] <= lead[0] <= lead[2]
    assert sum_up([]).suggesters == ()
