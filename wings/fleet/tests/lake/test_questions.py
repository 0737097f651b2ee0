"""twiceshy_fleet.lake.questions: sums counted by hand on an output of three sessions."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from wings.fleet.tests.lake.small_outputs import (
    CLAUDE,
    GPT,
    a_session,
    calls_of,
    key,
    write_example,
    write_merged,
    write_shard,
)

from twiceshy.account.price_list import load_price_list
from twiceshy.records.fleet import GroupSums
from twiceshy.records.spending import TokenCounts
from twiceshy_fleet.lake import questions
from twiceshy_fleet.lake.lake_database import LakeDatabase, open_lake
from twiceshy_fleet.lake.lake_sessions import ASKED_TABLES, gather_sessions, gather_tokens
from twiceshy_fleet.lake.questions import ASKED_MERGED, list_durations, list_effects

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


@pytest.fixture
def output(tmp_path: Path) -> Path:
    write_example(tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def lake(output: Path) -> Iterator[LakeDatabase]:
    with open_lake(str(output), ASKED_TABLES, ASKED_MERGED) as found:
        yield found


def test_the_whole_is_each_session_once(lake: LakeDatabase) -> None:
    """Waiting and cancelled calls are not tried; the copy and the imitation are in nothing."""
    scale = gather_sessions(lake)

    (found,) = questions.sum_groups(lake, None)

    assert (scale.imitations, scale.copies) == (1, 1)
    assert (found.sessions, found.people, found.teams, found.projects) == (3, 2, 2, 2)
    assert (found.calls, found.tried, found.failed, found.edits) == (10, 8, 2, 1)
    assert (found.corrections, found.corrected, found.corrected_known) == (3, 1, 2)
    assert (found.rolled_back, found.rolled_back_known) == (1, 2)
    assert (found.tasks, found.first_pass, found.tasks_known) == (7, 1, 4)
    assert found.first_at == datetime(2026, 10, 30, 23, 30, tzinfo=UTC)
    assert found.last_at == datetime(2026, 11, 2, 10, tzinfo=UTC)


def test_what_was_to_be_expected_is_of_the_kinds_of_calls(lake: LakeDatabase) -> None:
    """One of 5 runs failed and one of 3 edits: of the first session 3/5 + 1/3, which saw 2; all of them 2."""
    gather_sessions(lake)

    blue, green = questions.sum_groups(lake, "team")
    (whole,) = questions.sum_groups(lake, None)

    assert [blue.key, green.key] == ["blue", "green"]
    assert [blue.expected, green.expected] == pytest.approx([3 / 5 + 1 / 3 + 1 / 5, 1 / 5 + 2 / 3])
    assert whole.expected == pytest.approx(whole.failed)
    assert [blue.failed_squared, blue.failed_expected] == pytest.approx([4, 2 * (3 / 5 + 1 / 3)])
    assert blue.expected_squared == pytest.approx((3 / 5 + 1 / 3) ** 2 + (1 / 5) ** 2)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        pytest.param("team", {"blue": (2, 7, 2), "green": (1, 3, 0)}, id="team"),
        pytest.param("repository", {"shop": (2, 7, 2), "api": (1, 3, 0)}, id="repository, by its name"),
        pytest.param("agent", {"claude-code": (2, 8, 2), "codex": (1, 2, 0)}, id="agent"),
        pytest.param("model", {CLAUDE: (2, 8, 2), GPT: (1, 2, 0)}, id="model, by most replies"),
        pytest.param("month", {"2026-11": (2, 8, 2), "2026-10": (1, 2, 0)}, id="month, in UTC"),
    ],
)
def test_groups_add_up_to_the_whole(lake: LakeDatabase, by: str, expected: dict[str, tuple[int, int, int]]) -> None:
    """Sessions, calls and failures of each."""
    gather_sessions(lake)

    found = questions.sum_groups(lake, by)  # type: ignore[arg-type]  # one of the dimensions

    assert {one.name: (one.sessions, one.calls, one.failed) for one in found} == expected
    assert [one.sessions for one in found] == [2, 1]


def test_tokens_are_of_chosen_sessions(lake: LakeDatabase) -> None:
    """A message with a stated price keeps it; one of the copy is not there."""
    gather_sessions(lake)
    gather_tokens(lake, load_price_list())

    found = {one.model: one for one in questions.sum_tokens(lake, None)}
    by_team = questions.sum_tokens(lake, "team")

    assert found[CLAUDE].tokens == TokenCounts(input=1_000_000, output=1_000)
    assert (found[GPT].is_stated, found[GPT].stated, found[GPT].tokens.output) == (True, 2.5, 1_000_000)
    assert not found["unheard-of"].is_stated
    assert {one.key for one in by_team} == {"blue"}


def test_a_person_s_own_price_stands_above_what_a_log_states(lake: LakeDatabase) -> None:
    """As ``PriceList.charge`` has it."""
    prices = load_price_list()
    gather_sessions(lake)
    gather_tokens(lake, prices.with_own({GPT: prices.prices[GPT]}))

    found = {one.model: one for one in questions.sum_tokens(lake, None)}

    assert not found[GPT].is_stated


def test_lessons_have_their_places_and_people(lake: LakeDatabase) -> None:
    """Within half an hour each time; a copy's occurrences count for nothing."""
    gather_sessions(lake)

    (found,) = questions.list_lessons(lake, 10, 2)

    assert (found.id, found.says) == (f"l-{key('lesson')[:8].hex()}", "Reading before an edit")
    assert (found.times, found.sessions, found.people, found.teams, found.projects) == (3, 2, 1, 1, 1)
    assert (found.seconds, found.seen_gone, found.places) == (60.0, 1, ("shop",))
    assert questions.list_lessons(lake, 10, 3) == []


def test_merged_lessons_say_how_often(output: Path) -> None:
    """Of all teams; one team's counts are its own."""
    row = {"id": f"l-{key('lesson')[:8].hex()}", "description": "Read first", "root_cause": "", "state": "shadow"}
    counts = {"observations": 9, "sessions": 5, "projects": 4, "people": 3, "by_team": '{"blue":[5,2],"green":[4,3]}'}
    write_merged(output, {"lessons": [{**row, **counts}]})

    with open_lake(str(output), ASKED_TABLES, ASKED_MERGED) as lake:
        gather_sessions(lake)
        (whole,) = questions.list_lessons(lake, 10, 2)
        (blue,) = questions.list_lessons(lake, 10, 2, "blue")

    assert (whole.says, whole.times, whole.sessions, whole.people, whole.teams) == ("Read first", 9, 5, 3, 2)
    assert (blue.times, blue.sessions, blue.people, blue.teams) == (3, 2, 1, 1)


def test_troubles_say_where_and_what(lake: LakeDatabase) -> None:
    """A command by its name, a tool by its own; what was cancelled is no call."""
    gather_sessions(lake)

    found = {str(one.name): one for one in questions.list_troubles(lake, 10)}

    make, edit = found["make"], found["Edit"]
    assert set(found) == {"make", "Edit"}
    assert (make.is_command, make.calls, make.failed.hits, make.seconds) == (True, 4, 1, 3.0)
    assert (edit.is_command, edit.calls, edit.failed.hits, edit.place) == (False, 3, 1, "shop")
    assert make.message == "make does not work"


def test_findings_by_rule(lake: LakeDatabase) -> None:
    """What was brought in and what was mended."""
    gather_sessions(lake)

    (found,) = questions.list_findings(lake, 10)

    assert found == ("sql-text", "major", 2, 1, 1, 1, 1, 1)


def test_one_team_alone(lake: LakeDatabase) -> None:
    """A copy counts for the team that has it where the other one is not asked for."""
    gather_sessions(lake, "green")

    (found,) = questions.sum_groups(lake, None)

    assert (found.sessions, found.calls, found.failed) == (2, 5, 1)
    assert questions.list_teams(lake) == ["blue", "green"]


def test_an_output_without_sessions(tmp_path: Path) -> None:
    """No group, and no error."""
    with open_lake(str(tmp_path / "nothing"), ASKED_TABLES, ASKED_MERGED) as lake:
        gather_sessions(lake)
        gather_tokens(lake, load_price_list())

        found: list[list[GroupSums]] = [questions.sum_groups(lake, None), questions.sum_groups(lake, "team")]
        assert found == [[], []]
        assert questions.list_troubles(lake, 10) == []


def test_sessions_without_a_model_or_a_time(tmp_path: Path) -> None:
    """They are a group of their own."""
    session = a_session("s", "", "", "shop", first_at=None, last_at=None)
    write_shard(tmp_path, "a1", {"session": [session], **calls_of(session, "make")})

    with open_lake(str(tmp_path), ASKED_TABLES, ASKED_MERGED) as lake:
        gather_sessions(lake)
        (by_model,) = questions.sum_groups(lake, "model")
        (by_month,) = questions.sum_groups(lake, "month")

    assert (by_model.key, by_model.people, by_model.teams, by_model.first_at) == ("", 0, 0, None)
    assert (by_month.key, by_month.calls) == ("", 1)


# twiceshy_fleet.lake.merged_answers: what a test holds, and what is long.

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


def an_effect(name: str, q: float, **given: Any) -> dict[str, Any]:
    """An effect on corrections in tasks, of 200 cases."""
    told = {"exposure": name, "outcome": "corrected", "unit": "task", "project": "", "words": "", "refusal": ""}
    return {**told, "exposed_n": 150, "other_n": 50, "sessions": 40, "ratio": 1.5, "q": q, **given}


def test_effects_that_a_test_holds(tmp_path: Path) -> None:
    """The surest first; one that was not measured or is not sure is none, and an open end is infinite."""
    rows = [
        an_effect("unsure", 0.051),
        an_effect("second", 0.05, ratio_low=1.1, ratio_high=1.9, words="edits unread files"),
        an_effect("first", 0.001, ratio_low=1.2),
        an_effect("refused", 0.0, refusal="too-few-cases"),
        an_effect("unmeasured", 0.0, ratio=None),
    ]
    write_merged(tmp_path, {"effects": rows})

    with open_lake(str(tmp_path), {}, ASKED_MERGED) as lake:
        found = list_effects(lake, 10)

    assert [(one.says, one.low, one.high) for one in found] == [
        ("first", 1.2, math.inf),
        ("edits unread files", 1.1, 1.9),
    ]
    assert (found[0].cases, found[0].sessions, found[0].ratio) == (200, 40, 1.5)


def test_durations_of_what_ran_often(tmp_path: Path) -> None:
    """By the time that all runs took together."""
    rows = [
        {"kind": "run", "name": name, "times": times, "p50": p50, "p90": 2 * p50, "p99": 3 * p50}
        for name, times, p50 in (("make", 100, 2.0), ("git push", 30, 60.0), ("rare", 29, 900.0))
    ]
    write_merged(tmp_path, {"quantiles": rows})

    with open_lake(str(tmp_path), {}, ASKED_MERGED) as lake:
        assert [one[1:] for one in list_durations(lake, 10)] == [
            ("git push", 30, 60.0, 120.0, 180.0),
            ("make", 100, 2.0, 4.0, 6.0),
        ]
        assert len(list_durations(lake, 1)) == 1
