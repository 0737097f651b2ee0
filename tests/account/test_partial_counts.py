"""account.partial_counts: what no model can do is a count that a log holds only in part."""

from twiceshy.account.session_cost import mark_partial
from twiceshy.records.spending import ModelMessage, TokenCounts


def message(session: int, taken: int, output: int, *, partial: bool = False) -> ModelMessage:
    return ModelMessage(session, None, "m", TokenCounts(input=taken, output=output), partial=partial)


def marks(*messages: ModelMessage) -> list[bool]:
    return [one.partial for one in mark_partial(messages)]


def test_whole_counts_stay_whole() -> None:
    """A log may give prompts and outputs apart."""
    assert marks() == []
    assert marks(message(1, 9, 1), message(2, 0, 5), message(2, 7, 0)) == [False, False, False]


def test_outputs_without_a_prompt_are_a_part() -> None:
    """And prompts without an output; each session and model by itself."""
    assert marks(message(1, 9, 1), message(2, 0, 5), message(2, 0, 7), message(3, 7, 0)) == [False, True, True, True]


def test_what_the_reader_noted_stays() -> None:
    """The output was counted while it was written."""
    assert marks(message(1, 9, 1, partial=True), message(1, 9, 1)) == [True, False]
