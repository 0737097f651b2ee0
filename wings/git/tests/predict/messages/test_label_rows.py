"""What speaks for a type or a scope."""

import sys

import pytest
from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy.base.errors import StoreCorrupt, ToolMissing
from twiceshy_git.predict.messages.forms import LabelCounts, list_traits
from twiceshy_git.predict.messages.label_rows import (
    LABEL_COLUMNS,
    LabelledChange,
    LabelRows,
    NewestLabel,
    choose_label,
    decode_label_model,
    encode_label_model,
    grow_label_trees,
    list_label_rows,
    load_general_labels,
)
from twiceshy_git.predict.messages.retrieve import CommitIndex, NearCommit

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


# Trees that rank types and scopes, as a file and at work.


def a_row(**known: float) -> tuple[float, ...]:
    return tuple(known.get(name, 0.0) for name in LABEL_COLUMNS)


def test_what_neighbours_and_paths_say_wins() -> None:
    """For a scope; of equal ones the first."""
    model = load_general_labels()
    rows = LabelRows(("lexer", "parser"), (a_row(usual=-1.0), a_row(vote=1.0, vote_of_five=1.0, parts=1.0, usual=-1.0)))

    assert choose_label(model.scope, rows) == "parser"
    assert choose_label(model.scope, LabelRows(("b", "a"), (a_row(), a_row()))) == "b"
    assert choose_label(model.scope, LabelRows((), ())) == ""


def test_a_model_goes_to_a_file_and_back() -> None:
    """One of other columns is refused, and so is what is none."""
    model = load_general_labels()

    assert decode_label_model(encode_label_model(model)) == model
    with pytest.raises(StoreCorrupt, match="another version"):
        decode_label_model(encode_label_model(model).replace(b'"counts_rank"', b'"counts_r"'))
    with pytest.raises(StoreCorrupt, match="cannot be read"):
        decode_label_model(b"[]")


# Growing trees that rank labels.

AT = LABEL_COLUMNS.index("vote")


def a_change(right: int, votes: tuple[float, float]) -> LabelledChange:
    rows = [tuple(vote if at == AT else 0.0 for at in range(len(LABEL_COLUMNS))) for vote in votes]
    return LabelledChange(LabelRows(("a", "b"), rows), "ab"[right])


def test_what_always_tells_the_label_is_learned() -> None:
    """The same changes give the same trees."""
    pytest.importorskip("lightgbm")
    past = [a_change(at % 2, (0.9 - 0.8 * (at % 2), 0.1 + 0.8 * (at % 2))) for at in range(400)]
    trees = grow_label_trees(past)

    assert choose_label(trees, a_change(0, (0.9, 0.1)).found) == "a"
    assert choose_label(trees, a_change(1, (0.1, 0.9)).found) == "b"
    assert grow_label_trees(past) == trees


def test_without_lightgbm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """As every training does."""
    monkeypatch.setitem(sys.modules, "lightgbm", None)

    with pytest.raises(ToolMissing, match="needs LightGBM"):
        grow_label_trees([])
