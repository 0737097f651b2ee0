"""account.context_growth: measured tokens, parted by length."""

from twiceshy.account.context_growth import begin_context, grow_context, shrink_context
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
    assert [part[2] for part in begin_context([ITEM], 1000.0)] == [900.0, 100.0]
    assert [part[2] for part in begin_context([ITEM], 50.0)] == [0.0, 50.0]


def test_a_smaller_prompt_keeps_its_start() -> None:
    """All else gives the same share."""
    before = [(Cause.FIXED_START, "", 100.0), (Cause.READS, "a", 60.0), (Cause.WEB, "b", 40.0)]

    assert [part[2] for part in shrink_context(before, [], 150.0)] == [100.0, 30.0, 20.0, 0.0]
