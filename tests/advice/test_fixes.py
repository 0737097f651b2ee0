"""What got over a failure: like commands that were not the same, soon after, with nothing edited between."""

import pytest

from twiceshy.advice.fixes import choose_remedies, find_fixes, is_similar_command
from twiceshy.records.rules import Fix
from twiceshy.records.stories import Moment, Step

SALT = b"s" * 32
WRONG = "error: unrecognized subcommand 'bun'"


def call(
    number: int, command: str = "", failure: str | None = None, *, text: str = WRONG, action: str = "run"
) -> Moment:
    step = Step("call", bytes([number]) * 16, None, action=action, failure=failure)
    return Moment(step, text=text, command=command)


def said(*moments: Moment) -> list[Fix]:
    return list(find_fixes(moments, "work/shop", SALT))


FAILED = call(1, "rtk bun run test", "error")
NONE = [
    ("nothing failed", [call(1, "npm test"), call(2, "npm run test")]),
    ("nothing came after", [FAILED]),
    ("the same again", [FAILED, call(2, "rtk bun run test")]),
    ("another thing", [FAILED, call(2, "git status --short")]),
    ("an edit between", [FAILED, call(2, action="edit"), call(3, "bun run test")]),
    ("a prompt between", [FAILED, Moment(Step("prompt", b"p" * 16, None)), call(3, "bun run test")]),
    ("too late", [FAILED, *(call(n, "git status") for n in range(2, 9)), call(9, "bun run test")]),
    ("it said nothing", [call(1, "rtk bun run test", "error", text="Exit code 1"), call(2, "bun run test")]),
    ("a probe", [call(1, "ls run test", "error"), call(2, "bun run test")]),
]


@pytest.mark.parametrize("moments", [row[1] for row in NONE], ids=[row[0] for row in NONE])
def test_what_is_no_way_out(moments: list[Moment]) -> None:
    """None of these tells what helped."""
    assert said(*moments) == []


def test_tries_are_counted_until_one_works() -> None:
    """Each with the failed call and its own."""
    found = said(FAILED, call(2, "rtk run test", "error"), call(3, "bun run test"), call(4, "bun run test -x"))

    assert [(one.worked, one.failed_call[0], one.fix_call[0]) for one in found] == [(False, 1, 2), (True, 1, 3)]


def test_a_remedy_needs_two_sessions_and_mostly_works() -> None:
    """And is a fair part of all ways out of that failure."""
    way = said(FAILED, call(2, "bun run test"))
    bad = said(FAILED, call(2, "bun run test", "error"))
    assert choose_remedies({b"1": way}) == []
    (found,) = choose_remedies({b"1": way, b"2": way, b"3": way, b"4": bad})
    assert (found.tried, found.worked, found.sessions) == (4, 3, 3)
    assert choose_remedies({b"1": way, b"2": way, b"3": bad}) == []
    others = {bytes([n]): [way[0]._replace(fix=bytes([n]))] for n in range(20)}
    assert choose_remedies({b"1": way, b"x": way} | others) == []


def test_likeness_is_by_words() -> None:
    """Half of the shorter one's."""
    assert is_similar_command("rtk bun run test", "bun run test 2>&1")
    assert not is_similar_command("git push", "npm test")
