"""A row knows what was there before its change, and nothing of what came after."""

from random import Random

from wings.git.tests.predict.risk.invented_changes import a_change, name_commit, tell

from twiceshy.records.change_risk import FixLabel
from twiceshy_git.predict.risk.change_rows import describe_changes, list_risk_columns
from twiceshy_git.predict.risk.feature_groups import make_groups

CHANCE = Random(7)  # no secret
FILES = ("a/one.py", "a/two.py", "b/three.py", "top.md")
CHANGES = [
    a_change(
        number,
        *(
            (name, CHANCE.randrange(1, 90), CHANCE.randrange(9))
            for name in CHANCE.sample(FILES, CHANCE.randrange(1, 4))
        ),
        author=CHANCE.choice([b"ann", b"bob"]),
        days=number / 2,
    )
    for number in range(60)
]
LABELS = [
    FixLabel(name_commit(bad), name_commit(by), CHANGES[by].at, "trailer")
    for bad, by in ((3, 9), (8, 12), (20, 55), (9, 31))
]


def describe(changes: int, labels: list[FixLabel]) -> list[list[float]]:
    return [list(row.values) for row in describe_changes(tell(CHANGES[:changes]), labels, make_groups())]


def test_no_value_looks_ahead() -> None:
    """Whatever happens after a change, every value of its row is the same, bit for bit."""
    whole = describe(60, LABELS)
    for until in (1, 10, 13, 32, 56):
        known = [label for label in LABELS if label.known_at < CHANGES[until - 1].at]

        assert repr(describe(until, known)) == repr(whole[:until])


def test_a_label_counts_from_its_fix_on() -> None:
    """Its files had a bug for whoever came later than the fix, and for nobody before."""
    names = [column.name for column in list_risk_columns(make_groups())]
    bugs = names.index("earlier_bugs")
    told, untold = describe(60, LABELS[:1]), describe(60, [])

    assert [one[bugs] for one in untold] == [0] * 60
    assert [one[bugs] for one in told[:10]] == [0] * 10
    assert any(one[bugs] for one in told[10:])


def test_merges_are_no_changes() -> None:
    """They have no files, and no row."""
    rows = list(describe_changes(tell([a_change(0, ("a", 3, 1)), a_change(1)]), [], make_groups()))

    assert [(row.id, row.added, row.removed) for row in rows] == [(name_commit(0), 3, 1)]


def test_columns_have_names_of_their_own() -> None:
    """And say what they count and what may enter them."""
    columns = list_risk_columns(make_groups())

    assert len({column.name for column in columns}) == len(columns)
    assert all(1 <= column.tier <= 6 and column.unit and column.known_at for column in columns)
