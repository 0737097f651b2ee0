"""No column of any group knows what came after a change, whatever that was; the same data give the same bits."""

import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from wings.git.tests.predict.risk.invented_changes import START, a_change, name_commit

from twiceshy.records.change_risk import ChangeStory, FixLabel
from twiceshy.records.commits import CommitFile
from twiceshy_git.predict.risk.change_rows import describe_changes, list_risk_columns
from twiceshy_git.predict.risk.feature_groups import make_groups

COLUMNS = list_risk_columns(make_groups())
FILES = ("src/one.py", "src/two.py", "web/a.ts", "tests/test_one.py", "docs/page.md", "top", "deep/er/x.c", "go.sum")
WORDS = ("Fix", "the", "parser", "add", "tests", "revert", "bug", "cache", "speed")
TRAILERS = ("Reviewed-by: Bob", "Cc: Cid <c@c>", "Reported-by: Dan", "Signed-off-by: Ann")
SEEDS = range(3)
LENGTH = 90
"""Changes: some columns say nothing before the fiftieth that is a year old."""
STEP = 30.0
"""Days from each two changes to the next two."""
History = tuple[list[ChangeStory], list[FixLabel]]


def invent(seed: int) -> History:
    """A history with renames, deletions, equal times and measured numbers, and labels at any later time."""
    chance = Random(seed)  # no secret
    stories = [tell(chance, number) for number in range(LENGTH)]
    sources = ("trailer", "revert", "szz", "corrected", "rolled-back")
    labels = []
    for _ in range(LENGTH):
        bad, by = sorted(chance.sample(range(LENGTH), 2))
        at = stories[by].change.at + chance.choice((0.0, 0.0, 3600.0))
        labels.append(FixLabel(name_commit(bad), name_commit(by), at, chance.choice(sources)))
    return stories, labels


def tell(chance: Random, number: int) -> ChangeStory:
    """One change; a tenth are merges."""
    files = []
    for path in chance.sample(FILES, chance.choice((0, 1, 1, 1, 2, 2, 3, 5, 5, 7))):
        old = chance.choice(FILES) if chance.random() < 0.1 else None
        lines = (None, None) if chance.random() < 0.05 else (chance.randrange(300), chance.randrange(90))
        files.append(CommitFile(path=path, old_path=old, added=lines[0], removed=lines[1]))
    change = a_change(
        number,
        days=number // 2 * STEP,
        author=chance.choice([b"ann", b"bob", b"cid"]),
        authored_at=START + timedelta(days=number // 2 * STEP - chance.choice((0, 0, 5))),
        authored_offset_min=chance.choice([0, 120, -480]),
        subject=" ".join(chance.sample(WORDS, 3)),
        body="\n".join(
            [*chance.choices(WORDS, k=chance.randrange(9)), *chance.choices(TRAILERS, k=chance.randrange(4))]
        ),
        files=tuple(files),
    )
    measured = {one.name: chance.uniform(0, 9) for one in COLUMNS if chance.random() < 0.5}
    return ChangeStory(change=change, measured=measured)


def describe(stories: Sequence[ChangeStory], labels: Sequence[FixLabel]) -> list[bytes]:
    """The bits of each row."""
    rows = describe_changes(stories, labels, make_groups())
    return [struct.pack(f"{len(row.values)}f", *row.values) for row in rows]


def shuffle_later(history: History, cut: int, seed: int) -> History:
    """The same up to the change ``cut``; behind it other changes at other times, in a different order."""
    chance = Random(seed + 1000)  # no secret
    stories, labels = history
    edge = stories[cut].change.at
    later = [
        replace(one, measured={name: -value for name, value in one.measured.items()}) for one in stories[cut + 1 :]
    ]
    chance.shuffle(later)
    moved = [replace(one, change=one.change._replace(at=edge + place * 977_000.0)) for place, one in enumerate(later)]
    known = [one for one in labels if one.known_at < edge]
    others = [one._replace(commit=chance.choice(stories).change.commit.hash) for one in labels if one.known_at >= edge]
    return [*stories[: cut + 1], *moved], known + others


def name_unlike(found: Sequence[bytes], whole: Sequence[bytes]) -> set[str]:
    """The columns that differ."""
    return {
        column.name
        for one, other in zip(found, whole, strict=True)
        for place, column in enumerate(COLUMNS)
        if one[4 * place : 4 * place + 4] != other[4 * place : 4 * place + 4]
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_what_comes_after_a_change_moves_no_bit_of_it(seed: int) -> None:
    """Whether it is taken away, shuffled, or other: at every place of one of the histories."""
    history = invent(seed)
    stories, labels = history
    whole = describe(*history)
    for cut in range(seed, LENGTH, len(SEEDS)):
        story = stories[cut]
        rows = sum(bool(one.change.commit.files) for one in stories[: cut + 1])
        known = [one for one in labels if one.known_at < story.change.at]

        assert name_unlike(describe(stories[: cut + 1], known), whole[:rows]) == set()
        if cut % 7 == 0:
            assert name_unlike(describe(*shuffle_later(history, cut, seed))[:rows], whole[:rows]) == set()


def test_the_same_history_gives_the_same_bits() -> None:
    """Whatever the order in which labels come."""
    stories, labels = invent(1)

    assert describe(stories, labels) == describe(stories, labels[::-1])


def test_the_invented_histories_know_and_do_not_know_each_column() -> None:
    """Else the test above says nothing of it: each takes more than one value somewhere."""
    rows = [row for seed in SEEDS for row in describe(*invent(seed))]
    stale = {
        column.name
        for place, column in enumerate(COLUMNS)
        if len({row[4 * place : 4 * place + 4] for row in rows}) == 1
    }

    assert stale == set()


def test_a_look_ahead_would_be_seen() -> None:
    """A row that knows a later change differs from one that does not."""
    stories, labels = invent(2)
    early = [one._replace(known_at=START.timestamp()) for one in labels]

    assert name_unlike(describe(stories, early), describe(stories, labels)) >= {"earlier_bugs"}
