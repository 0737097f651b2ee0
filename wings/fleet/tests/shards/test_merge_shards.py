"""Merging shards: what comes out is what one store with everything learned, however its sessions were parted."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.archive.conftest import Log
from wings.fleet.tests.recipes.shard_builders import (
    ask_one_store,
    merge,
    prepare,
    read_merged,
    write_history,
    write_log,
    write_shards,
)

from twiceshy.base.errors import NotFound
from twiceshy_fleet.shards.merge_lessons import LESSON_COLUMNS
from twiceshy_fleet.shards.shard_work import ShardDesk

pytest.importorskip("pyarrow.parquet")
pytest.importorskip("duckdb")
PROJECTS = ("web-shop", "api", "docs", "infra")
COLUMNS = [one.name for one in LESSON_COLUMNS]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> ShardDesk:
    return prepare(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def one_store(desk: ShardDesk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    return ask_one_store(desk, tmp_path_factory.mktemp("one") / "home", write_history())


def part(logs: Sequence[Log], shards: dict[str, str]) -> dict[str, list[Log]]:
    found: dict[str, list[Log]] = {}
    for log in logs:
        found.setdefault(shards[log.project.rpartition("/")[2]], []).append(log)
    return found


def as_read(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return lessons as a file gives them back."""
    times = {COLUMNS.index("first_seen"), COLUMNS.index("last_seen")}
    truth = COLUMNS.index("quoted")
    return [
        tuple(
            datetime.fromisoformat(cell) if place in times and cell else bool(cell) if place == truth else cell
            for place, cell in enumerate(row)
        )
        for row in rows
    ]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.permutations(write_history()),
    st.fixed_dictionaries({project: st.sampled_from(["a", "b", "c"]) for project in PROJECTS}),
)
def test_any_parting_gives_what_one_store_has(
    desk: ShardDesk,
    one_store: dict[str, list[tuple[Any, ...]]],
    tmp_path_factory: pytest.TempPathFactory,
    logs: list[Log],
    shards: dict[str, str],
) -> None:
    """Whole projects in any shards, read in any order: every field of every lesson and effect."""
    output = tmp_path_factory.mktemp("out")
    write_shards(desk, output, part(logs, shards))

    done = merge(desk, output, sorted(set(shards.values())))

    merged = read_merged(output)
    assert merged["lessons"] == as_read(one_store["lessons"])
    assert merged["effects"] == one_store["effects"]
    assert done.rows == {name: len(rows) for name, rows in merged.items()}
    assert done.sessions == len(logs)


def test_a_lesson_says_in_whose_work_it_was_seen(
    desk: ShardDesk, one_store: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    """By team and person; who is not named is in neither."""
    write_shards(desk, tmp_path, part(write_history(), dict.fromkeys(PROJECTS, "a")))
    merge(desk, tmp_path, ["a"])

    lessons = [dict(zip(COLUMNS, row, strict=True)) for row in read_merged(tmp_path)["lessons"]]
    (login,) = [one for one in lessons if one["category"] == "login"]
    assert (login["observations"], login["people"]) == (6, 2)
    assert login["by_team"] == '{"shop":[3,3],"words":[3,3]}'
    assert login["by_person"] == '{"p2":[3,3],"p3":[3,3]}'


def test_counts_and_durations_add_up(desk: ShardDesk, tmp_path: Path) -> None:
    """Of one shard and of three the same to the byte."""
    one, three = tmp_path / "one", tmp_path / "three"
    shards = {"web-shop": "a", "api": "b", "docs": "c", "infra": "a"}
    for output, parted in ((one, dict.fromkeys(PROJECTS, "a")), (three, shards)):
        write_shards(desk, output, part(write_history(), parted))
        merge(desk, output, sorted(set(parted.values())))

    assert read_merged(one) == read_merged(three)
    counts = read_merged(three)["counts"]
    assert sum(row[6] for row in counts) == len(write_history())
    assert {row[0] for row in counts} == {"shop", "words", ""}


def test_calls_that_worked_in_another_shard_take_a_check_away(desk: ShardDesk, tmp_path: Path) -> None:
    """What would refuse good calls anywhere is kept nowhere."""
    refused = [write_log("web-shop", number, (1, 2)) for number in range(3)]
    works = Log("works", "remote:host/owner/docs").opened().prompt("x").reply("y").call("w", "frob list --short")
    works = works.result("w", "fine").call("v", "frob list --short")
    found = {}
    for name, more in (("without", []), ("with", [works.result("v", "fine")])):
        write_shards(desk, tmp_path / name, {"a": refused, **({"b": more} if more else {})})
        merge(desk, tmp_path / name, ["a", "b"])
        lessons = [dict(zip(COLUMNS, row, strict=True)) for row in read_merged(tmp_path / name)["lessons"]]
        found[name] = next(one["steps"] for one in lessons if one["kind"] == "usage")

    assert "'--short' in options" in found["without"]
    assert found["with"] == "[]"


def test_a_session_in_two_shards_counts_once(desk: ShardDesk, tmp_path: Path) -> None:
    """In the shard that knows more of it."""
    long, short = write_log("api", 1, (3, 3, 3)), write_log("api", 1, (3,))
    others = [write_log("api", number, (3,)) for number in (2, 3)]
    write_shards(desk, tmp_path, {"a": [short], "b": [long, *others]})

    assert merge(desk, tmp_path, ["a", "b"]).sessions == 3
    assert sum(row[6] for row in read_merged(tmp_path)["counts"]) == 3
    (lesson,) = [row for row in read_merged(tmp_path)["lessons"] if "missing-program" in row]
    assert lesson[COLUMNS.index("observations")] == 5


def test_a_shard_that_does_not_count_is_left_out_and_a_merge_can_be_done_again(desk: ShardDesk, tmp_path: Path) -> None:
    """Its files may lie there still."""
    write_shards(desk, tmp_path, part(write_history(), dict.fromkeys(PROJECTS, "a") | {"api": "old"}))
    merge(desk, tmp_path, ["a", "old"])
    first = read_merged(tmp_path)

    assert merge(desk, tmp_path, ["a"]).sessions < len(write_history())
    assert not any("api" in row for row in read_merged(tmp_path)["counts"])
    merge(desk, tmp_path, ["a", "old"])
    assert read_merged(tmp_path) == first
    assert [path.name for path in desk.scratch.iterdir()] == [desk.cache.name]


def test_nothing_to_merge_is_said(desk: ShardDesk, tmp_path: Path) -> None:
    """And a table that has no rows any more is removed."""
    with pytest.raises(NotFound, match="holds no sessions"):
        merge(desk, tmp_path, ["a"])

    (tmp_path / "merged").mkdir()
    (tmp_path / "merged" / "lessons.parquet").write_bytes(b"old")
    write_shards(desk, tmp_path, {"a": [Log("quiet", "remote:host/owner/docs").opened().prompt("hello")]})
    assert merge(desk, tmp_path, ["a"]).rows["lessons"] == 0
    assert not (tmp_path / "merged" / "lessons.parquet").exists()
