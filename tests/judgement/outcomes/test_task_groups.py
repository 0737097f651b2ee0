"""judgement.outcomes.task_groups: which turns are one task."""

from itertools import count

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.task_groups import TurnRole, group_turns
from twiceshy.judgement.outcomes.turns import Turn
from twiceshy.records.stories import ChangedFile, Moment, Step

NUMBERS = count(1)


def edit() -> Moment:
    changed = ChangedFile(
        path=Scrubbed("a.py"), path_key=b"a", added=(), removed=(), created=False, deleted=False, user_modified=False
    )
    step = Step(kind="call", uid=next(NUMBERS).to_bytes(8, "big"), run=None, name="Edit", action="edit")
    return Moment(step, changed=(changed,))


def turn(words: str | None, *calls: Moment, kind: str = "typed", human: bool = True) -> Turn:
    """One turn; without words it has no prompt."""
    step = Step(kind="prompt", uid=next(NUMBERS).to_bytes(8, "big"), run=None, name=kind)
    prompt = None if words is None else Moment(step, text=words, human=human)
    start = next(NUMBERS)
    return Turn(prompt=prompt, start=start, end=start + 1, calls=calls, replies=(), interrupts=())


def roles(*turns: Turn, correcting: tuple[bytes, ...] = ()) -> list[list[TurnRole]]:
    return [group.roles for group in group_turns(turns, correcting)]


SECOND = [
    ("go on", TurnRole.GO_ON),
    ("continue with the rest", TurnRole.GO_ON),
    ("2)", TurnRole.GO_ON),
    ("thanks, looks good", TurnRole.ACCEPTS),
    ("ok great", TurnRole.ACCEPTS),
    ("commit this", TurnRole.DELIVERS),
    ("please open a PR", TurnRole.DELIVERS),
    ("fine. " + "x" * 60 + " now push", TurnRole.DELIVERS),
]


@pytest.mark.parametrize(("words", "role"), SECOND)
def test_words_that_go_on_accept_or_deliver_belong_to_the_task_before(words: str, role: TurnRole) -> None:
    """Both turns are one task, whatever the second does."""
    assert roles(turn("add a page", edit()), turn(words, edit())) == [[TurnRole.NEW, role]]


OTHERS = [
    "add the export too",
    "thanks, but the header is wrong",
    "thanks to the new parser, add the other page",
    "don't commit, write the test",
    "write the test that we spoke of in the morning, then look at all pages again and push",
    "continue" + " and then write the tests of each module" * 3,
    "write all tests. " + "x" * 240 + " commit",
]


@pytest.mark.parametrize("words", OTHERS)
def test_other_words_start_a_task(words: str) -> None:
    """Also where a yes goes on to object, a delivery is ruled out or comes last, or the words say more."""
    assert roles(turn("add a page", edit()), turn(words, edit())) == [[TurnRole.NEW], [TurnRole.NEW]]


def test_a_correction_belongs_to_what_it_corrects() -> None:
    """Whatever its words are."""
    second = turn("add the export too", edit())
    assert second.prompt is not None

    assert roles(turn("add a page", edit()), second, correcting=(second.prompt.step.uid,)) == [
        [TurnRole.NEW, TurnRole.CORRECTS]
    ]


@pytest.mark.parametrize("kind", ["queued", "rejection"])
def test_words_that_were_queued_or_refuse_go_on(kind: str) -> None:
    """They were said while the agent worked."""
    assert roles(turn("add a page", edit()), turn("the other header first", edit(), kind=kind)) == [
        [TurnRole.NEW, TurnRole.GO_ON]
    ]


def test_a_turn_that_did_nothing_belongs_to_the_work_before_it() -> None:
    """A question about it; where nothing was edited before, it is a task of its own."""
    assert roles(turn("add a page", edit()), turn("where is it?")) == [[TurnRole.NEW, TurnRole.NEW]]
    assert roles(turn("what is this?"), turn("where is it?")) == [[TurnRole.NEW], [TurnRole.NEW]]


def test_the_first_turn_and_what_no_person_said_start_a_task() -> None:
    """Even in words that would go on."""
    assert roles(turn("continue", edit())) == [[TurnRole.NEW]]
    assert roles(turn(None, edit()), turn("continue", edit(), human=False)) == [[TurnRole.NEW], [TurnRole.NEW]]


def test_a_group_spans_its_turns() -> None:
    """From the first moment of the first to the end of the last."""
    first, second = turn("add a page", edit()), turn("go on", edit())
    (group,) = group_turns([first, second])

    assert (group.start, group.end) == (first.start, second.end)


def test_where_every_prompt_is_queued_none_is_a_word_into_the_work() -> None:
    """Some clients put each prompt through their queue."""
    first, second = turn("add a page", edit(), kind="queued"), turn("write the tests", edit(), kind="queued")

    assert roles(first, second) == [[TurnRole.NEW], [TurnRole.NEW]]
    assert roles(turn("add a page", edit()), second) == [[TurnRole.NEW, TurnRole.GO_ON]]
