"""What was learned and kept goes on as if it had never been written."""

import pytest
from wings.git.tests.predict.risk.test_no_look_ahead import History, invent

from twiceshy.records.change_risk import ChangeRow
from twiceshy_git.predict.risk import kept_blocks
from twiceshy_git.predict.risk.change_rows import describe_changes
from twiceshy_git.predict.risk.feature_groups import make_groups
from twiceshy_git.predict.risk.risk_state import (
    LearnedChanges,
    decode_learned,
    encode_learned,
    find_rows,
    list_times,
)


def learn(history: History, steps: int) -> list[ChangeRow]:
    """Return the rows of a history that is learned in so many steps, written and read after each."""
    stories, labels = history
    known = LearnedChanges("", 0.0, [], (), make_groups())
    for step in range(steps):
        some = stories[len(stories) * step // steps : len(stories) * (step + 1) // steps]
        last = known.rows[-1].at if known.rows else -1.0
        late = [one for one in labels if one.known_at >= last]
        known.rows.extend(describe_changes(some, late, known.groups))
        kept = decode_learned(encode_learned(known) or b"")
        assert kept is not None
        known = kept
    return list(known.rows)


@pytest.mark.parametrize("steps", [2, 9])
@pytest.mark.parametrize("large", [12, 500], ids=["in blocks", "whole"])
def test_rows_do_not_tell_how_often_they_were_kept(steps: int, large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every bit is that of a history that was read at once."""
    monkeypatch.setattr(kept_blocks, "_LARGE", large)
    monkeypatch.setattr(kept_blocks, "_IN_BLOCK", 2)
    history = invent(1)

    assert [*map(repr, learn(history, steps))] == [*map(repr, describe_changes(*history, make_groups()))]


def test_rows_are_found_by_name_whether_they_are_kept_or_not() -> None:
    """And so is when they were made."""
    rows = list(describe_changes(*invent(1), make_groups()))
    kept = decode_learned(encode_learned(LearnedChanges("", 0.0, rows, (), make_groups())) or b"")
    assert kept is not None
    names = {row.id for row in rows[3::9]}

    assert [*map(repr, find_rows(kept.rows, names))] == [*map(repr, find_rows(rows, names))] != []
    assert list_times(kept.rows) == list_times(rows)
