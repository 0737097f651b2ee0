"""account.thread_context: what stands in a context, and what it cost."""

import pytest

from twiceshy.account.thread_context import Cells, Context
from twiceshy.records.spend import Cause, Mechanism, SpendKey


def test_a_prefix_is_charged_to_what_lies_in_it() -> None:
    """Whole items when they are taken out, a part of one at once."""
    cells = Cells()
    context = Context(cells)
    context.append([(Cause.FIXED_START, "", 10.0), (Cause.READS, "a", 10.0), (Cause.WEB, "none", 0.0)])
    context.spread(15.0, 2.0, Mechanism.READ)
    context.charge(15.0, 99.0, 3.0, lambda _: Mechanism.FIRST)

    assert (context.size, context.count, context.size_until(1)) == (20.0, 2, 10.0)
    assert context.take_out() == [(Cause.FIXED_START, "", 10.0), (Cause.READS, "a", 10.0)]
    assert context.size == 0
    assert cells.found == {
        SpendKey(Cause.FIXED_START, "", Mechanism.READ): pytest.approx([20, 10]),
        SpendKey(Cause.READS, "a", Mechanism.READ): pytest.approx([10, 5]),
        SpendKey(Cause.READS, "a", Mechanism.FIRST): pytest.approx([15, 5]),
    }
