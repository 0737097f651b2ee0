"""Each commit is asked before it is learned, and all ways are measured on the same commits."""

from dataclasses import replace

import pytest
from tests.wings.git.predict.messages.invented_examples import a_change, a_file

from twiceshy.wings.git.predict.messages.exclusions import choose_examples
from twiceshy.wings.git.predict.messages.message_evaluation import judge_writer, mark_models, replay_messages, sum_up
from twiceshy.wings.git.predict.messages.message_ladder import MessageMarks
from twiceshy.wings.git.predict.messages.message_ranker import MessageModel, load_general_messages

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


@pytest.mark.parametrize(("ours", "verdict"), [("1111", "better"), ("0000", "worse"), ("0111", "not shown")])
def test_a_writer_is_held_against_the_best_of_the_others(ours: str, verdict: str) -> None:
    """Better only where the whole interval is above 0; the rival is right every second time."""
    day = 86_400
    rows = [one.marked for one in replay_messages(HISTORY, rivals_from=1.0)][:4]
    asked = [
        one._replace(
            example=replace(one.example, at=number * day),
            marks={name: MessageMarks(mark, mark, bool(mark)) for name, mark in marks.items()},
        )
        for number, (one, mark) in enumerate(zip(rows, ours, strict=True))
        for marks in [{"NNGen": 0.0, "high": number % 2 / 2 + 0.2, "ours": float(mark)}]
    ]
    told = judge_writer(asked, "ours", seconds=2.0, silent=1, invented=3)

    assert told is not None
    assert (told.rival, told.verdict, told.seconds) == ("high", verdict, 2.0)
    assert (told.silent, told.invented) == (1, 3)
    assert (told.lead[1] > 0) == (verdict == "better")
    assert sum_up(asked, told).contest == told
    assert judge_writer([], "ours", seconds=0.0, silent=0, invented=0) is None
