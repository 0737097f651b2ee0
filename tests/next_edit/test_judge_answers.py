"""All ways of answering, on stored sessions."""

import sys
from pathlib import Path

import pytest
from benchmarks.edits.judge_answers import evaluate_edits
from tests.next_edit.stored_edits import begin, rename_everywhere, store_sessions

from twiceshy.base.errors import UsageError
from twiceshy.base.values import Scope

EVERYTHING = Scope()


def test_a_renaming_is_copied_and_keeping_is_no_merit(tmp_path: Path) -> None:
    """All but the first of twelve edits of one kind; the old text is four fifths right and counts for nothing."""
    found = evaluate_edits(store_sessions(tmp_path, [rename_everywhere(12)]), EVERYTHING)
    keep, copied, ngram = found.answerers

    assert [one.name for one in found.answerers] == ["keep", "copy-last", "n-gram"]
    assert (found.asked, found.sessions, found.projects, found.repeated, found.fit) == (12, 1, 1, 0, 12)
    assert (found.best_baseline, found.left_out, found.program, found.inserted) == ("copy-last", {}, None, 0)
    assert (keep.exact, keep.near, keep.lines, keep.answered, keep.gain) == (0, 0, 0, 0, None)
    assert keep.similarity > 0.8
    assert copied.exact == copied.near == copied.lines == copied.answered == pytest.approx(11 / 12)
    assert copied.lead is None
    assert ngram.lead is not None
    assert ngram.lead[0] < 0
    assert ngram.near_lead is not None
    assert ngram.near_lead[0] == pytest.approx(-11 / 12)


def test_a_later_session_answers_no_earlier_one(tmp_path: Path) -> None:
    """Though it is stored first; the earlier one has nothing to copy but its own."""
    late, early = rename_everywhere(10, "late", minutes=60), begin("early", 0)
    early.edits("part_x.py", "item_7 = load_cart(shop)", "item_7 = open_cart(shop)")
    found = evaluate_edits(store_sessions(tmp_path, [late, early]), EVERYTHING)

    assert (found.asked, found.sessions) == (11, 2)
    # Of the late session the first is answered by the early one, and so wrongly; the early one by nothing.
    assert found.answerers[1].answered == pytest.approx(10 / 11)
    assert found.answerers[1].exact == pytest.approx(8 / 11)


def test_at_most_so_many_are_asked(tmp_path: Path) -> None:
    """And it says of how many."""
    found = evaluate_edits(store_sessions(tmp_path, [rename_everywhere(30)]), EVERYTHING, most=15)

    assert (found.asked, found.fit) == (15, 30)


def test_a_program_is_asked_beside_them(tmp_path: Path) -> None:
    """Until it stops; then all but its figures are there."""
    config = store_sessions(tmp_path, [rename_everywhere(12)])
    answer = "print(json.dumps({'id': json.loads(line)['id'], 'new': None}), flush=True)"
    once = f'{sys.executable} -c "import json, sys; line = sys.stdin.readline(); {answer}"'
    ever = f'{sys.executable} -c "import json, sys\nfor line in sys.stdin: {answer}"'
    silent = evaluate_edits(config, EVERYTHING, program=ever)
    dying = evaluate_edits(config, EVERYTHING, program=once)

    assert [one.name for one in silent.answerers] == ["keep", "copy-last", "n-gram", "program"]
    assert (silent.answerers[-1].answered, silent.answerers[-1].near) == (0, 0)
    assert dying.answerers == silent.answerers[:-1]
    assert dying.program is not None
    assert dying.program.stopped.endswith("ended with 0 at question 2")


def test_too_few_edits_are_an_error(tmp_path: Path) -> None:
    """It says how many there are."""
    config = store_sessions(tmp_path, [rename_everywhere(3)])

    with pytest.raises(UsageError, match="3 of 3 stored edits"):
        evaluate_edits(config, EVERYTHING)
