"""What became of advised calls: their own end, or after a failure whether the next try got over it."""

from datetime import UTC, datetime

import pytest

from twiceshy.advice.advice_fates import resolve_outcome
from twiceshy.records.rules import Advice, Fate, Level, RuleKind

CALL = b"c" * 16


def given(category: str = "command", level: Level = Level.WARN, *, shown: bool = True) -> Advice:
    return Advice(
        uid=b"u",
        rule=b"r",
        session=b"s",
        agent="a",
        event="PreToolUse",
        level=level,
        shown=shown,
        at=datetime(2026, 11, 20, tzinfo=UTC),
        call=CALL,
        category=category,
    )


ENDS = [
    ("a warned call that worked", given(), Fate.FINE, {}, Fate.FINE),
    ("a warned call that failed", given(), Fate.FAILED, {}, Fate.FAILED),
    ("a call that is not stored", given(), None, {}, None),
    ("a refused call", given(level=Level.BLOCK), Fate.FAILED, {}, Fate.NOT_MADE),
    ("a refusal that was held back", given(level=Level.BLOCK, shown=False), Fate.FAILED, {}, Fate.FAILED),
    ("a fix after which nothing was tried", given(RuleKind.FIX), Fate.FAILED, {}, None),
    ("a fix after which a try worked", given(RuleKind.FIX), Fate.FAILED, {CALL: True}, Fate.FINE),
    ("a fix after which tries failed", given(RuleKind.FIX), Fate.FAILED, {CALL: False}, Fate.FAILED),
]


@pytest.mark.parametrize(("one", "fate", "tried", "end"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_the_end_of_an_advised_call(one: Advice, fate: Fate | None, tried: dict[bytes, bool], end: Fate | None) -> None:
    """Each by its own meaning."""
    assert resolve_outcome(one, fate, tried) is end
