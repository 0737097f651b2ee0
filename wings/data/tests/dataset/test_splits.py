"""To which part of the data does a session or commit belong?"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.base.errors import UsageError
from twiceshy.records.exports import Split, SplitCuts, SplitMember, SplitRecord, SplitShares, SplitWay
from twiceshy_data.dataset.splits import (
    ORDER,
    choose_cuts,
    encode_record,
    find_split,
    hash_member,
    join_groups,
    keep_together,
    parse_record,
    parse_shares,
    split_by_project,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
TRAIN, VALIDATION, TEST = Split


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def members(*projects: str) -> list[SplitMember]:
    return [SplitMember(bytes([number]), day(number), name) for number, name in enumerate(projects)]


@pytest.mark.parametrize(
    ("count", "shares", "cuts"),
    [
        (0, SplitShares(), SplitCuts()),
        (1, SplitShares(), SplitCuts()),
        (2, SplitShares(), SplitCuts(None, day(1))),
        (5, SplitShares(), SplitCuts(None, day(4))),
        (10, SplitShares(), SplitCuts(day(8), day(9))),
        (10, SplitShares(1, 0, 1), SplitCuts(None, day(5))),
        (10, SplitShares(90, 10, 0), SplitCuts(day(9), None)),
    ],
)
def test_cuts_give_each_part_its_share(count: int, shares: SplitShares, cuts: SplitCuts) -> None:
    """One session alone is learned from."""
    assert choose_cuts([day(number) for number in range(count)], shares) == cuts


@pytest.mark.parametrize(
    ("at", "cuts", "split"),
    [
        (day(1), SplitCuts(day(2), day(4)), TRAIN),
        (day(2), SplitCuts(day(2), day(4)), VALIDATION),
        (day(4), SplitCuts(day(2), day(4)), TEST),
        (None, SplitCuts(day(2), day(4)), TEST),
        (None, SplitCuts(day(2), None), VALIDATION),
        (None, SplitCuts(), TRAIN),
    ],
)
def test_a_time_belongs_to_the_part_that_has_begun(at: datetime | None, cuts: SplitCuts, split: Split) -> None:
    """What has no time is not learned from where anything is tested."""
    assert find_split(at, cuts) is split


@given(st.lists(st.sampled_from(ORDER), max_size=12), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_a_group_is_whole_in_its_latest_part(splits: list[Split], names: list[int]) -> None:
    """No member moves to an earlier one."""
    found = {bytes([number]): split for number, split in enumerate(splits)}
    groups = {bytes([number]): bytes([99, name]) for number, name in enumerate(names) if name}

    kept = keep_together(found, groups)

    assert all(ORDER.index(kept[key]) >= ORDER.index(found[key]) for key in found)
    assert all(len({kept[key] for key in found if groups.get(key) == group}) <= 1 for group in groups.values())
    assert all(kept[key] is found[key] for key in found if key not in groups)


def test_projects_are_kept_whole() -> None:
    """The smallest are tested on; of one alone everything is learned from."""
    some = members(*"aaaaaaaa", *"bb", "c", "d")
    found = split_by_project(some, {}, SplitShares())
    by_project = {one.project: {found[other.key] for other in some if other.project == one.project} for one in some}

    assert by_project == {"a": {TRAIN}, "b": {TRAIN}, "c": {TEST}, "d": {TEST}} or by_project["b"] == {VALIDATION}
    assert by_project["c"] == {TEST}
    assert set(split_by_project(members(*"aaa"), {}, SplitShares()).values()) == {TRAIN}
    assert split_by_project([], {}, SplitShares()) == {}


def test_projects_that_share_a_group_are_not_parted() -> None:
    """A commit of one that was picked from the other."""
    some = members(*"aaaa", "b", "c")
    found = split_by_project(some, {some[4].key: b"g", some[0].key: b"g"}, SplitShares())

    assert {found[one.key] for one in some if one.project in "ab"} == {TRAIN}
    assert found[some[5].key] is TEST


# `splits.json`: what is written is read again, and nothing else is.

RECORD = SplitRecord(
    way=SplitWay.TIME,
    shares=SplitShares(),
    cuts=SplitCuts(None, datetime(2026, 11, 2, tzinfo=UTC)),
    sessions={Split.TRAIN: ("00aa",), Split.VALIDATION: (), Split.TEST: ("11bb", "22cc")},
)


def test_what_is_written_is_read_again() -> None:
    """Sessions are known by salted hashes."""
    assert parse_record(encode_record(RECORD)) == RECORD
    assert hash_member(b"one", b"salt") != hash_member(b"one", b"pepper")


@pytest.mark.parametrize(
    "change",
    [
        {"cuts": {"validation": None, "test": "2026-11-02T00:00:00"}},
        {"shares": [1, 2]},
        {"sessions": {}},
        {"schema_version": 9},
        {"way": "dice"},
        {"cuts": None},
        {"shares": "x"},
        {"sessions": {"train": 1}},
    ],
)
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    """With what to do."""
    with pytest.raises(UsageError, match="splits"):
        parse_record(json.dumps(json.loads(encode_record(RECORD)) | change))


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "[" * 100_000])
def test_what_is_no_object_is_refused(text: str) -> None:
    """However deep it is."""
    with pytest.raises(UsageError, match=r"this is no splits\.json"):
        parse_record(text)


def test_shares_are_three_numbers() -> None:
    """Of which the first is above 0."""
    assert parse_shares("70/10/20") == SplitShares(70, 10, 20)
    for text in ("80/20", "a/b/c", "-1/1/1", "0/1/1", "1/2/3/4", "9999/1/1"):
        with pytest.raises(UsageError, match="--splits"):
            parse_shares(text)


# Which sessions and commits belong together?


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_what_a_chain_of_joins_connects_is_one_group(joins: list[tuple[int, int]]) -> None:
    """In whatever order they come; nothing else is."""
    groups = join_groups(joins)
    reached = {one: {one} for one in groups}
    for _ in reached:
        for one, other in joins:
            reached[one] |= reached[other]
            reached[other] |= reached[one]

    assert all((groups[one] == groups[other]) == (other in reached[one]) for one in groups for other in groups)


def test_a_long_chain_is_followed() -> None:
    """Without recursion."""
    assert set(join_groups((number, number + 1) for number in range(20_000)).values()) == {0}
