"""Figures of all ways, with intervals by session."""

import math

from benchmarks.edits.edit_evaluation import compare_answers, find_best, mark_edit, sum_up
from benchmarks.edits.edit_replay import COPY_LAST, KEEP, NGRAM, AnsweredEdit
from tests.next_edit.invented_edits import hide


def marked_by(session: str, said: str | None, *, repeated: bool = False) -> AnsweredEdit:
    """Return a question about `a = b` that became `a = c`."""
    hidden = hide("a = b", "a = c", 1.0, uid="q", session=session)
    return AnsweredEdit(hidden, {KEEP: None, COPY_LAST: said, NGRAM: None}, repeated, ())


def test_figures_are_means_over_questions() -> None:
    """What is not answered is what keeping gives."""
    marked = [mark_edit(one) for one in (marked_by("s", "a = c", repeated=True), marked_by("t", None))]
    found = sum_up(marked, COPY_LAST, COPY_LAST)

    assert (found.answered, found.exact, found.exact_new, found.near, found.lines) == (0.5, 0.5, 0.0, 0.5, 0.5)
    assert math.isclose(found.similarity, 5 / 6)
    assert found.gain is not None
    assert math.isclose(found.gain[0], 1 / 6)
    assert found.lead is None
    assert sum_up(marked, KEEP, COPY_LAST).gain is None
    assert find_best(marked, [KEEP, COPY_LAST, NGRAM]) == COPY_LAST
    assert find_best([mark_edit(marked_by("s", "x"))], [KEEP, COPY_LAST]) == KEEP


def test_a_session_is_drawn_whole() -> None:
    """Many questions of one session say little more than one."""
    apart = [mark_edit(marked_by(str(at), "a = c" if at % 2 else None)) for at in range(40)]
    lumped = [mark_edit(marked_by(str(at // 20), "a = c" if at // 20 else None)) for at in range(40)]
    wide, narrow = (compare_answers(rows, COPY_LAST, KEEP) for rows in (lumped, apart))

    assert math.isclose(wide.estimate, narrow.estimate)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_a_programs_answers_stand_beside_the_baselines() -> None:
    """Under its name."""
    marked = mark_edit(marked_by("s", None), {"program": "a = c"})

    assert marked.marks["program"].exact
    assert marked.answered == {"program"}
