"""Trees that rank types and scopes, as a file and at work."""

import pytest

from twiceshy.base.errors import StoreCorrupt
from twiceshy.wings.git.predict.messages.label_ranker import (
    choose_label,
    decode_label_model,
    encode_label_model,
    load_general_labels,
)
from twiceshy.wings.git.predict.messages.label_rows import LABEL_COLUMNS, LabelRows


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
