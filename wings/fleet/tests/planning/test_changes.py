"""What changed: nothing is opened that is the same, and every shard with something new, and no other, has work."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from twiceshy.records.fleet import FleetInput, InputLook, SetAside, ShardMember, ShardReceipt, ShardWork
from twiceshy_fleet.planning.changes import (
    ListedInput,
    add_look,
    compare,
    find_work,
    hash_given,
    keep_aside,
    mark_read,
    order_of,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LOG = FleetInput(
    kind="log", place="/l/a", size=5, stamp="10", group="g1", agent="codex", digest="d1", read_stamp="10", team="t"
)
REPOSITORY = FleetInput(kind="repository", place="/r/a", size=9, stamp="ff", group="g1", read_stamp="ff")
MEMBERS = [ShardMember("g1", "s1"), ShardMember("g2", "s2")]


def listed(one: FleetInput, **more: object) -> ListedInput:
    found = ListedInput(one.kind, one.place, one.size, one.stamp, one.team, one.person)
    return found._replace(**more)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("now", "field"),
    [
        pytest.param(listed(LOG), "same", id="size and stamp as they were"),
        pytest.param(listed(LOG, size=6), "changed", id="another size"),
        pytest.param(listed(LOG, stamp="11"), "changed", id="another stamp"),
        pytest.param(listed(LOG, place="/l/b"), "fresh", id="not there before"),
        pytest.param(listed(LOG, kind="repository"), "fresh", id="another kind of input"),
        pytest.param(listed(REPOSITORY, size=4), "same", id="a repository that git packed"),
        pytest.param(listed(REPOSITORY, stamp="00"), "changed", id="a repository with a new commit"),
    ],
)
def test_an_input_is_the_same_new_or_changed(now: ListedInput, field: str) -> None:
    """Each is exactly one of these."""
    found = compare([now], {LOG.place: LOG, REPOSITORY.place: REPOSITORY})

    assert [one.place for one in getattr(found, field)] == [now.place]
    assert len(found.same) + len(found.fresh) + len(found.changed) == 1


def test_what_is_the_same_is_the_known_record() -> None:
    """Nothing is made anew, but for a team that is said otherwise now; an input listed twice counts once."""
    found = compare([listed(LOG), listed(LOG)], {LOG.place: LOG})
    moved = compare([listed(LOG, team="u")], {LOG.place: LOG})

    assert found.same[0] is LOG
    assert len(found.same) == 1
    assert moved.same == [replace(LOG, team="u")]


def test_what_is_gone_is_kept_and_may_come_back() -> None:
    """With all that is known of it."""
    gone = compare([], {LOG.place: LOG}).gone

    assert gone == [replace(LOG, gone=True)]
    assert compare([], {LOG.place: gone[0]}).gone == gone
    assert compare([listed(LOG)], {LOG.place: gone[0]}).same == [LOG]


@pytest.mark.parametrize(
    ("before", "digest", "read"),
    [
        pytest.param(LOG, "d1", "11", id="a copy with a new time was read"),
        pytest.param(LOG, "d2", "10", id="another content was not"),
        pytest.param(replace(LOG, read_stamp=""), "d1", "", id="a copy of what was never read"),
        pytest.param(replace(LOG, digest=""), "", "10", id="without a hash nobody knows"),
    ],
)
def test_the_hash_says_whether_a_changed_log_was_read(before: FleetInput, digest: str, read: str) -> None:
    """Its stamp is the new one in any case."""
    look = InputLook("/l/a", agent="codex", project="p", session="s", digest=digest)

    found = add_look(replace(before, stamp="11"), before, look)

    assert (found.stamp, found.read_stamp, found.digest) == ("11", read, digest)
    assert (found.agent, found.project, found.session) == ("codex", "p", "s")


def work(
    inputs: list[FleetInput], receipts: dict[str, ShardReceipt], rules: str = "r1", **more: object
) -> list[ShardWork]:
    aside = more.get("aside", set())
    return find_work(inputs, MEMBERS, receipts, aside, output="/out", rules=rules, now=NOW)  # type: ignore[arg-type]


def receipts_of(works: list[ShardWork]) -> dict[str, ShardReceipt]:
    return {one.shard: ShardReceipt(shard=one.shard, given=one.given, state="done") for one in works}


def test_only_shards_with_something_new_have_work() -> None:
    """The second run has none; a new log of one project touches its shard only."""
    other = replace(LOG, place="/l/b", group="g2")
    first = work([LOG, REPOSITORY, other], {})
    grown = replace(other, size=6, stamp="12", digest="")
    second = work([LOG, REPOSITORY, grown], receipts_of(first))

    assert [(one.shard, [one.place for one in one.inputs]) for one in first] == [
        ("s1", ["/l/a", "/r/a"]),
        ("s2", ["/l/b"]),
    ]
    assert work([other, LOG, REPOSITORY], receipts_of(first)) == []
    assert [(one.shard, one.changed) for one in second] == [("s2", ("/l/b",))]


def test_what_was_never_read_is_changed() -> None:
    """Also where another run listed it already, and was killed then."""
    before = receipts_of(work([LOG, REPOSITORY], {}))
    (found,) = work([replace(LOG, read_stamp=""), REPOSITORY], before)

    assert found.changed == ("/l/a",)


def test_without_a_receipt_all_is_read() -> None:
    """Its store may have been removed with it, so that something is forgotten."""
    (found,) = work([LOG, REPOSITORY], {})

    assert found.changed == ("/l/a", "/r/a")


def test_changed_rules_touch_every_shard() -> None:
    """Though nothing is to be read."""
    inputs = [LOG, replace(LOG, place="/l/b", group="g2")]
    found = work(inputs, receipts_of(work(inputs, {})), rules="r2")

    assert [(one.shard, one.changed) for one in found] == [("s1", ()), ("s2", ())]


def test_a_failed_shard_is_tried_again() -> None:
    """With the same inputs."""
    (one,) = work([LOG], {})
    failed = ShardReceipt(shard="s1", given=one.given, state="failed", reason="lost")

    assert work([LOG], {"s1": failed}) == [replace(one, changed=())]


def test_a_gone_log_is_no_work_and_is_not_read() -> None:
    """What was learned of it stays in the shard."""
    gone = replace(LOG, place="/l/0", gone=True)
    before = receipts_of(work([LOG, replace(gone, gone=False)], {}))

    assert work([LOG, gone], before) == []
    assert [one.inputs for one in work([LOG, gone], {})] == [(LOG,)]


def test_a_copy_with_a_new_time_is_no_work() -> None:
    """Its hash stands for it."""
    before = receipts_of(work([LOG], {}))

    assert work([replace(LOG, stamp="99", read_stamp="99")], before) == []


def test_what_is_aside_or_in_no_group_is_left_out() -> None:
    """An input that is aside counts again once it changes."""
    bad = replace(LOG, place="/l/b")
    found = work([LOG, bad, replace(LOG, place="/l/c", group="")], {}, aside={("/l/b", "10")})
    later = work([LOG, replace(bad, stamp="11")], receipts_of(found), aside={("/l/b", "10")})

    assert [one.inputs for one in found] == [(LOG,)]
    assert [one.changed for one in later] == [("/l/b",)]


def test_an_order_changes_no_hash() -> None:
    """A place, its content and whose project it is do."""
    assert hash_given([LOG, REPOSITORY], "r") == hash_given([REPOSITORY, LOG], "r")
    changed = [
        hash_given([one, REPOSITORY], "r")
        for one in (LOG, replace(LOG, place="/l/b"), replace(LOG, digest="x"), replace(LOG, known_as="remote:x"))
    ]
    assert len(set(changed)) == 4


def test_logs_are_read_by_their_time() -> None:
    """As one machine reads them: the earlier one owns what both say; repositories come last."""
    late = replace(LOG, place="/l/0", stamp="200+5.1")
    odd = replace(LOG, place="/l/x", stamp="etag")

    assert sorted([REPOSITORY, late, LOG, odd], key=order_of) == [odd, LOG, late, REPOSITORY]


def test_what_a_shard_was_given_counts_as_read() -> None:
    """Unless it changed since then."""
    new = replace(LOG, read_stamp="")
    later = replace(new, place="/l/b")
    works = work([new, later], {})
    now = [new, replace(later, stamp="11"), replace(new, place="/l/c")]

    assert [one.read_stamp for one in mark_read(now, works)] == ["10", "", ""]


def test_what_changed_is_no_longer_aside() -> None:
    """Nor what is gone."""
    aside = [SetAside("/l/a", "10", "odd"), SetAside("/l/b", "10", "odd"), SetAside("/l/c", "1", "odd")]
    inputs = [LOG, replace(LOG, place="/l/b", stamp="11"), replace(LOG, place="/l/c", stamp="1", gone=True)]

    assert keep_aside(aside, inputs) == [SetAside("/l/a", "10", "odd")]
