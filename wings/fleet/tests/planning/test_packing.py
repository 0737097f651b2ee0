"""Groups and shards: what belongs together stays together, and what was settled never moves."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from twiceshy.records.fleet import FleetInput, InputLook, ShardMember
from twiceshy_fleet.planning.packing import (
    FleetProject,
    ProjectMatch,
    ProjectMatcher,
    join_groups,
    measure_groups,
    name_shard,
    pack_groups,
)


def log(place: str, project: str, session: str = "", group: str = "") -> FleetInput:
    return FleetInput(kind="log", place=place, size=1, stamp="1", project=project, session=session, group=group)


SHOP = FleetProject("p-shop", "remote:git.test/team/shop", ("team/shop", "shop"), "t")
BARE = FleetProject("p-bare", "root:ff", ("team/api", "api"), "t")


@pytest.mark.parametrize(
    ("look", "team", "remote", "expected"),
    [
        pytest.param(InputLook("l", project="x"), "t", False, ("x", ""), id="no name"),
        pytest.param(InputLook("l", project="p-shop", names=("api",)), "t", True, ("p-shop", ""), id="its remote"),
        pytest.param(
            InputLook("l", project="x", names=("shop",)), "t", False, ("p-shop", SHOP.identity), id="its folder's name"
        ),
        pytest.param(InputLook("l", project="x", names=("shop",)), "u", False, ("x", ""), id="of another team"),
        pytest.param(
            InputLook("l", project="x", names=("me/shop", "shop")), "t", True, ("x", ""), id="a fork with a remote"
        ),
        pytest.param(
            InputLook("l", project="x", names=("team/api", "api")),
            "t",
            True,
            ("p-bare", "root:ff"),
            id="a remote that is served from a bare repository",
        ),
    ],
)
def test_a_log_belongs_to_the_repository_that_it_names(
    look: InputLook, team: str, remote: bool, expected: tuple[str, str]
) -> None:
    """By what it says of its remote; else by a name that is the only one."""
    matcher = ProjectMatcher([SHOP, BARE, SHOP])

    assert matcher.match(look, team, remote=remote) == ProjectMatch(*expected)


def test_a_name_that_two_repositories_have_says_nothing() -> None:
    """The log's folder is its own project then."""
    other = replace_identity(SHOP, "p-other", "remote:git.test/old/shop")
    matcher = ProjectMatcher([SHOP, other])

    assert matcher.match(InputLook("l", project="x", names=("shop",)), "t", remote=False) == ProjectMatch("x", "")


def replace_identity(one: FleetProject, project: str, identity: str) -> FleetProject:
    return one._replace(project=project, identity=identity)


def test_a_project_is_a_group_and_a_session_joins_two() -> None:
    """Through any number of others."""
    inputs = [log("1", "a", "s1"), log("2", "b", "s1"), log("3", "b", "s2"), log("4", "c", "s2"), log("5", "d", "s3")]

    assert join_groups(inputs, []) == {"1": "a", "2": "a", "3": "a", "4": "a", "5": "d"}
    assert join_groups(inputs[::-1], []) == join_groups(inputs, [])


def test_what_is_settled_draws_the_rest_to_itself() -> None:
    """A new log goes where its session is, else where its project is; settled groups are never joined."""
    settled = [log("0", "a", "s1", group="g1"), log("1", "b", "s2", group="g2")]

    assert join_groups([log("2", "a", "s9")], settled) == {"2": "g1"}
    assert join_groups([log("3", "new", "s2")], settled) == {"3": "g2"}
    assert join_groups([log("4", "a", "s2")], settled) == {"4": "g2"}
    assert join_groups([log("5", "a", "s7"), log("6", "new", "s7")], settled) == {"5": "g1", "6": "g1"}
    assert join_groups([log("7", "")], settled) == {}


def fill(members: list[ShardMember], sizes: dict[str, int]) -> Counter[str]:
    loads: Counter[str] = Counter()
    for group, shard in members:
        loads[shard] += sizes[group]
    return loads


def test_shards_are_about_as_large_as_the_limit() -> None:
    """All groups are in one, none is much larger, and there are not many more than are needed."""
    lots = Random(1)
    sizes = {f"{at:04x}": int(lots.lognormvariate(4, 1.5)) for at in range(2_000)}
    members = pack_groups(sizes, [], 5_000)
    loads = fill(members, sizes)
    alone = [group for group, size in sizes.items() if size >= 5_000]

    assert sorted(member.group for member in members) == sorted(sizes)
    assert all(loads[name_shard(group)] == sizes[group] for group in alone)
    small = [load for shard, load in loads.items() if shard not in {name_shard(group) for group in alone}]
    assert max(small) < 5_000 * 1.02
    assert min(small) > 5_000 * 0.9


def test_a_group_stays_and_new_ones_fill_the_newest_shard() -> None:
    """Until it is full; the order in which inputs are listed changes nothing."""
    sizes = {"a": 60, "b": 30, "c": 50}
    first = pack_groups(sizes, [], 100)
    later = pack_groups({"d": 45, "e": 3, **sizes, "a": 500}, first, 100)

    assert later[: len(first)] == first
    assert pack_groups(dict(reversed(sizes.items())), [], 100) == first
    shards = dict(later)
    assert shards["e"] in dict(first).values()
    assert pack_groups(sizes, later, 100) == later


def test_a_large_group_has_a_shard_of_its_own() -> None:
    """And nothing is put to it afterwards."""
    members = pack_groups({"a": 1_000}, [], 100)
    later = dict(pack_groups({"a": 1_000, "b": 1}, members, 100))

    assert members == [ShardMember("a", name_shard("a"))]
    assert later["b"] != later["a"]


def test_no_groups_are_no_shards() -> None:
    """A name has letters and digits only."""
    assert pack_groups({}, []) == []
    assert name_shard("a").isalnum()


def test_a_group_has_the_bytes_of_all_that_is_in_it() -> None:
    """What is in none does not count."""
    assert measure_groups([log("1", "a", group="g"), replace(log("2", "a", group="g"), size=4), log("3", "a")]) == {
        "g": 5
    }
