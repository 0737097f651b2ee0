"""A change of documents alone is held against such changes: its length says little."""

from array import array
from dataclasses import replace

import pytest
from wings.git.tests.predict.risk.invented_tables import DAY

from twiceshy.records.change_risk import ChangeRow, FixLabel, RiskColumn, RiskTable
from twiceshy_git.predict.risk.document_changes import adds_documents_alone, fit_document_steps
from twiceshy_git.predict.risk.risk_answers import RiskAnswers
from twiceshy_git.predict.risk.risk_model import decode_risk_model, encode_risk_model
from twiceshy_git.predict.risk.risk_training import train_risk

NAMES = ("la", "la_docs", "la_generated", "nf_code", "languages")
COLUMNS = tuple(RiskColumn(name, 3, "lines", "the change itself") for name in NAMES)
TEXT, CODE = (400.0, 400.0, 0.0, 0.0, 0.0), (400.0, 0.0, 0.0, 1.0, 1.0)


def a_table(texts: int, *, bad_texts: int = 0) -> RiskTable:
    """Return changes of code, each second of which was bad, with these of documents in their midst."""
    kinds = [(CODE, bool(number % 2)) for number in range(200)]
    kinds += [(TEXT, number < bad_texts) for number in range(texts)]
    kinds += [(CODE, bool(number % 2)) for number in range(200)]
    rows = [
        ChangeRow(f"{number:040x}", 1e9 + number * DAY, 400, 0, array("f", values))
        for number, (values, _) in enumerate(kinds)
    ]
    labels = [
        FixLabel(row.id, "f" * 40, row.at + DAY, "trailer") for row, (_, bad) in zip(rows, kinds, strict=True) if bad
    ]
    return RiskTable(COLUMNS, rows, tuple(labels))


def ask(table: RiskTable, values: tuple[float, ...]) -> str:
    """Return the sentence of one more change, by size alone; the model went through its file."""
    model = train_risk(table, None, table.rows[-1].at + 900 * DAY, grower=None)
    kept = replace(decode_risk_model(encode_risk_model(model)), name="risk-0001")
    added = int(values[0])
    return RiskAnswers(table, kept).answer(ChangeRow("a", 2e9, added, 0, array("f", values))).words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (TEXT, True),
        ((9.0, 0.0, 9.0, 0.0, 0.0), True),
        (CODE, False),
        ((9.0, 8.0, 0.0, 0.0, 0.0), False),
        ((9.0, 9.0, 0.0, 1.0, 1.0), False),
        ((0.0, 0.0, 0.0, 0.0, 0.0), False),
    ],
    ids=["text", "generated", "code", "a setting beside", "code that only loses lines", "nothing added"],
)
def test_documents_alone_are_documents_and_generated_files(values: tuple[float, ...], said: bool) -> None:
    """One line of anything else is a change of that."""
    assert adds_documents_alone(dict(zip(NAMES, values, strict=True))) == said


def test_a_page_of_text_does_not_count_as_a_page_of_code() -> None:
    """Half of the changes of such a length were fixed later, and of those of documents next to none."""
    table = a_table(300, bad_texts=3)
    assert ask(table, TEXT) == (
        "documents alone: 400 lines added; of 300 such changes of like size 1.0 % (0.3-2.9) were fixed later"
    )
    assert "documents" not in ask(table, CODE)


def test_of_too_few_such_changes_nothing_is_said() -> None:
    """The share of all would be wrong, and that of few is chance."""
    assert ask(a_table(30), TEXT) == (
        "documents alone: 400 lines added; too few such changes are known to tell how many are fixed later"
    )


def test_where_none_was_ever_fixed_the_share_is_small_and_not_nothing() -> None:
    """Of 100 good ones the next may still be bad."""
    found = fit_document_steps(NAMES, [(TEXT, False)] * 100 + [(CODE, True)] * 100)
    assert [(one.bad, one.changes) for one in found] == [(0, 100)]
    assert 0 < found[0].probability < 0.01
