"""account.context_growth: measured tokens, parted by length."""

from math import inf

from twiceshy.account.context_growth import begin_context, grow_context, limit_start, shrink_context
from twiceshy.records.spend import Cause, ContextItem

ITEM = ContextItem(1, Cause.COMMANDS, "ls", 400)


def test_an_item_never_has_more_tokens_than_its_text() -> None:
    """What is left over is not in the log."""
    found = grow_context([], 0, [ITEM], 1000.0)

    assert [(cause, tokens) for cause, _, tokens in found] == [(Cause.COMMANDS, 464.0), (Cause.UNLOGGED, 536.0)]


def test_own_output_comes_first() -> None:
    """As far as it was kept."""
    found = grow_context([], 600, [ITEM], 500.0)

    assert [part for part in found if part[2]] == [(Cause.OWN_OUTPUT, "words", 500.0)]


def test_the_start_is_what_no_text_explains() -> None:
    """Never below nothing."""
    assert [part[2] for part in begin_context([ITEM], 1000.0)] == [900.0, 0.0, 100.0]
    assert [part[2] for part in begin_context([ITEM], 50.0)] == [0.0, 0.0, 50.0]


def test_a_smaller_prompt_keeps_its_start() -> None:
    """All else gives the same share."""
    before = [(Cause.FIXED_START, "", 100.0), (Cause.READS, "a", 60.0), (Cause.WEB, "b", 40.0)]

    assert [part[2] for part in shrink_context(before, [], 150.0)] == [100.0, 30.0, 20.0, 0.0]


def test_a_start_that_is_far_above_the_usual_goes_on_with_an_earlier_dialogue() -> None:
    """The cache knew it already, or it is so large that nothing else explains it."""
    assert limit_start(70_000, 69_000, 40_000) == 40_000
    assert limit_start(70_000, 17_000, 40_000) == inf
    assert limit_start(110_000, 0, 40_000) == 40_000
    assert limit_start(50_000, 50_000, 40_000) == limit_start(900_000, 0, 0) == inf
    assert [(cause, tokens) for cause, _, tokens in begin_context([ITEM], 1000.0, 300.0)] == [
        (Cause.FIXED_START, 300.0),
        (Cause.EARLIER, 600.0),
        (Cause.COMMANDS, 100.0),
    ]


def test_output_that_was_counted_in_part_is_as_large_as_its_text() -> None:
    """A log that counts three tokens of an edit of four thousand characters does not make it somebody else's."""
    edit = ContextItem(1, Cause.OWN_OUTPUT, "edits", 4000, own=True)
    found = {cause: tokens for cause, _, tokens in grow_context([edit], 3, [ITEM], 1800.0) if tokens}

    assert found == {Cause.OWN_OUTPUT: 1336.0, Cause.COMMANDS: 464.0}  # a quarter of a text first, then what is left
