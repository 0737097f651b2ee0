"""What speaks for a type or a scope."""

import pytest
from tests.wings.git.predict.messages.invented_examples import a_file, an_example

from twiceshy.wings.git.predict.messages.forms import LabelCounts, list_traits
from twiceshy.wings.git.predict.messages.label_rows import LABEL_COLUMNS, NewestLabel, list_label_rows
from twiceshy.wings.git.predict.messages.retrieve import CommitIndex, NearCommit

PARSER = an_example("parser: Mend it", a_file("src/parser.py"), commit="c1", author="ann")
LEXER = an_example("lexer: Mend it", a_file("src/lexer.py"), commit="c2", author="bo")
NEW = an_example("?", a_file("src/parser/tables.py"), author="bo")


def learned() -> tuple[LabelCounts, list[NearCommit]]:
    counts, index = LabelCounts(), CommitIndex()
    for one in (PARSER, PARSER, LEXER):
        counts.learn(one.subject.partition(":")[0], list_traits(one))
    for one in (PARSER, LEXER):
        index.add(one)
    return counts, index.find(NEW, 20)


def table() -> dict[str, dict[str, float]]:
    counts, near = learned()
    newest = [NewestLabel("ann", "parser"), NewestLabel("ann", "parser"), NewestLabel("bo", "lexer")]
    labels = [one.past.subject.partition(":")[0] for one in near]
    found = list_label_rows(counts, newest, NEW, near, labels)
    return {
        label: dict(zip(LABEL_COLUMNS, row, strict=True)) for label, row in zip(found.labels, found.rows, strict=True)
    }


def test_a_label_is_known_by_paths_people_and_neighbours() -> None:
    """Each in its column."""
    rows = table()

    assert set(rows) == {"parser", "lexer"}
    assert (rows["parser"]["parts"], rows["lexer"]["parts"]) == (1, 0)
    assert (rows["parser"]["last_of_author"], rows["lexer"]["last_of_author"]) == (0, 1)
    assert rows["parser"]["lately"] == pytest.approx(2 / 3)
    assert rows["parser"]["nearest"] == 1
    assert rows["parser"]["vote"] + rows["lexer"]["vote"] == pytest.approx(1)
    assert rows["parser"]["vote"] > rows["lexer"]["vote"]
    assert rows["parser"]["files_known"] == 0
    assert rows["parser"]["folders"] == pytest.approx(2 / 3)
    assert max(row["counts"] for row in rows.values()) == 0


def test_a_label_that_only_a_neighbour_has_is_a_candidate() -> None:
    """It was never counted, and its numbers are finite."""
    counts, near = learned()
    found = list_label_rows(counts, [], NEW, near, ["zebra", ""])

    assert "zebra" in found.labels
    assert "" not in found.labels
    assert all(abs(value) < 1000 for row in found.rows for value in row)
    assert {len(row) for row in found.rows} == {len(LABEL_COLUMNS)}


def test_nothing_learned_gives_no_label() -> None:
    """Even where a neighbour has one."""
    assert list_label_rows(LabelCounts(), [], NEW, [], []).labels == ()
