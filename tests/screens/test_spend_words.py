"""screens.spend_words: every cause and part has a name, and a cause's item is named where it says more."""

import pytest

from twiceshy.records.spend import Cause, SpendPart, SpendRow
from twiceshy.screens.spend_words import has_item, say_cause, say_part


def row(name: str = Cause.READS, item_usd: float = 0.0) -> SpendRow:
    return SpendRow(name=name, usd=10.0, share=0.5, tokens=9, item="a.py", item_usd=item_usd)


def test_every_cause_has_a_name_of_its_own() -> None:
    """What nobody named stands as it is."""
    names = [say_cause(row(cause)) for cause in Cause]

    assert len(set(names)) == len(Cause)
    assert say_cause(row("odd")) == "odd"
    assert [say_part(SpendPart(name=name, usd=1, share=1)) for name in ("new", "odd")] == ["new context", "odd"]


@pytest.mark.parametrize(("item_usd", "told"), [(0.0, False), (4.0, True), (9.0, True), (9.1, False)])
def test_an_item_that_is_nearly_all_of_it_says_nothing_more(item_usd: float, told: bool) -> None:  # a case
    assert has_item(row(item_usd=item_usd)) is told
