"""Edits are asked in the order of time, and nothing of the future answers."""

from benchmarks.edits.edit_question import HiddenEdit
from benchmarks.edits.edit_replay import (
    COPY_LAST,
    KEEP,
    AnsweredEdit,
    choose_asked,
    order_edits,
    replay_edits,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.next_edit.invented_edits import hide


def answer(*edits: HiddenEdit) -> dict[str, AnsweredEdit]:
    """Return the answers by question."""
    wanted = {one.question.id for one in edits if not one.left_out}
    return {one.hidden.question.id: one for stream in order_edits(edits) for one in replay_edits(stream, wanted)}


def test_a_later_edit_never_answers() -> None:
    """Not even one of a session that began earlier and comes first in the store."""
    found = answer(
        hide("total = 1", "total = 2", 50.0, uid="late", session="began-first"),
        hide("total = 1", "total = 3", 20.0, uid="early", session="began-second"),
    )

    assert list(found) == ["early", "late"]
    assert found["early"].answers[COPY_LAST] is None
    assert found["late"].answers[COPY_LAST] == "total = 3"


WORDS = st.sampled_from(["a = b", "a = c", "a = load(b)", "a = load(c)", "a = save(b)", "", "x\ny"])
MADE = st.lists(st.tuples(WORDS, WORDS, st.integers(0, 30), st.sampled_from("rst")), min_size=2, max_size=12)


@given(MADE, st.integers(0, 30))
def test_what_comes_later_changes_no_answer(made: list[tuple[str, str, int, str]], end: int) -> None:
    """Whatever it is: with all that was made after a moment taken away, what was before is answered as it was."""
    edits = [
        hide(old, new, float(at), uid=str(number), session=session)
        for number, (old, new, at, session) in enumerate(made)
    ]
    whole, part = answer(*edits), answer(*(one for one in edits if (one.at or 0) <= end))

    assert [uid for uid in whole if uid in part] == list(part)
    for uid, one in part.items():
        assert (whole[uid].answers, whole[uid].since, whole[uid].repeated) == (one.answers, one.since, one.repeated)


def test_a_question_does_not_know_its_own_answer() -> None:
    """It is learned behind it."""
    found = answer(hide("total = 1", "total = 2", 1.0, uid="a"), hide("total = 1", "total = 2", 2.0, uid="b"))

    assert set(found["a"].answers.values()) == {None}
    assert found["b"].answers[COPY_LAST] == "total = 2"
    assert (found["a"].repeated, found["b"].repeated) == (False, True)


def test_projects_know_nothing_of_each_other() -> None:
    """Each is a stream."""
    found = answer(
        hide("total = 1", "total = 2", 1.0, uid="a", project="shop"),
        hide("total = 1", "total = 2", 2.0, uid="b", project="bank"),
    )

    assert found["b"].answers[COPY_LAST] is None
    assert not found["b"].repeated


def test_a_session_without_times_knows_itself_only() -> None:
    """And teaches nobody else."""
    found = answer(
        hide("total = 1", "total = 2", 1.0, uid="dated"),
        hide("total = 1", "total = 3", None, uid="undated", session="u"),
        hide("total = 1", "total = 4", None, uid="again", session="u"),
        hide("total = 1", "total = 5", 9.0, uid="later"),
    )

    assert found["undated"].answers[COPY_LAST] is None
    assert found["again"].answers[COPY_LAST] == "total = 3"
    assert found["later"].answers[COPY_LAST] == "total = 2"


def test_what_is_not_asked_is_learned() -> None:
    """A new file's text too."""
    found = answer(hide("total = 1", "total = 2", 1.0, uid="a", left_out="x"), hide("total = 1", "", 2.0, uid="b"))

    assert list(found) == ["b"]
    assert found["b"].answers == {KEEP: None, COPY_LAST: "total = 2", "n-gram": None}


def test_other_sessions_edits_are_told_once() -> None:
    """To a program that learns: to the first question of any other session."""
    found = answer(
        hide("a", "b", 1.0, uid="1", session="other"),
        hide("c", "d", 2.0, uid="2"),
        hide("e", "f", 3.0, uid="3"),
        hide("g", "h", 4.0, uid="4", session="other"),
    )

    assert [[edit.new for edit in one.since] for one in found.values()] == [[], ["b"], [], ["d", "f"]]


def test_questions_are_spread_evenly() -> None:
    """The same ones each time; what is left out is none."""
    edits = [hide("a", "b", float(at), uid=str(at), left_out="x" if at % 2 else "") for at in range(200)]
    few = choose_asked(edits, 10)

    assert few == choose_asked(edits, 10)
    assert sorted(int(one) // 20 for one in few) == list(range(10))
    assert not any(int(one) % 2 for one in few)
    assert len(choose_asked(edits, 1000)) == 100
