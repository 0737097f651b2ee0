"""twiceshy_data.dataset.seed_score: the first collector's number, part by part."""

import pytest

from twiceshy.records.milestones import Amounts
from twiceshy.records.quality import LengthRange
from twiceshy_data.dataset.seed_score import (
    MILESTONES,
    SeedChat,
    SeedCommit,
    SeedHistory,
    count_progress,
    score_as_seed,
)


def chat(number: int, **values: object) -> SeedChat:
    plain = SeedChat(
        entry=(f"2026-11-02T12:00:{number:02}", "q"),
        complete=True,
        rated=False,
        query_length=10,
        response_length=100,
        empty=False,
        tools=["Read"],
    )
    return plain._replace(**values)  # type: ignore[arg-type]  # fields of the test's own


def commit(number: int, *, checked: bool = False, session: str | None = None, files: int = 1) -> SeedCommit:
    return SeedCommit((f"2026-11-03T12:00:{number:02}", "m"), checked, files, session)


WORKED = SeedHistory(
    chats=[chat(0, rated=True, tools=["Read", "Edit", "Bash", "Grep"]), chat(1, empty=True), *map(chat, range(2, 10))],
    commits=[commit(at, checked=at < 5, session="ab"[at % 2] if at < 4 else None) for at in range(20)],
    sessions=4,
    empty_sessions=0,
    files=25,
)


def test_the_worked_example_scores_72() -> None:
    """Ten chats, twenty commits, four sessions; computed by hand from the formula."""
    found = score_as_seed(WORKED)

    assert found.score == 72
    assert found.completeness == pytest.approx(61)
    assert found.low_anomaly == pytest.approx(94.1, abs=0.05)
    assert found.diversity == 65
    assert found.tools["Read"] == 10


def test_nothing_scores_thirty() -> None:
    """No anomaly is full marks: it is the seed's score, not ours."""
    nothing = score_as_seed(SeedHistory(chats=[], commits=[], sessions=0, empty_sessions=0, files=0))

    assert nothing.score == 30
    assert nothing.query_length == LengthRange(0, 0.0, 0)


def test_what_is_there_twice_is_odd_across_chats_and_commits() -> None:
    """One set for both, as the collector has it; each further copy counts."""
    same = ("2026-11-02T12:00:00", "x")
    history = SeedHistory(
        chats=[chat(0, entry=same), chat(1, entry=same)],
        commits=[SeedCommit(same, checked=False, files=0, session=None)],
        sessions=1,
        empty_sessions=1,
        files=1,
    )

    assert score_as_seed(history).anomalies == {
        "empty_responses": 0,
        "zero_file_commits": 1,
        "empty_sessions": 1,
        "potential_duplicates": 2,
    }


def test_it_never_falls_below_zero_for_anomalies_and_passes_100_for_sessions() -> None:
    """Commits may name more sessions than are stored; the formula lets them."""
    history = SeedHistory(
        chats=[chat(0, empty=True)],
        commits=[commit(0, session="a"), commit(1, session="b", files=0)],
        sessions=1,
        empty_sessions=1,
        files=500,
    )
    found = score_as_seed(history)

    assert found.low_anomaly == 0
    assert found.sessions_with_commits_pct == 200
    assert found.completeness == pytest.approx(40 + 60)
    assert found.diversity == pytest.approx((20 + 100) / 2)


def test_eight_tools_are_named_and_all_are_counted() -> None:
    """The most used first."""
    tools = [f"t{at}" for at in range(10)]
    found = score_as_seed(
        SeedHistory(
            chats=[chat(0, tools=tools), chat(1, tools=["t9"])], commits=[], sessions=0, empty_sessions=0, files=0
        )
    )

    assert next(iter(found.tools)) == "t9"
    assert (len(found.tools), found.tool_count) == (8, 10)


# The first collector's milestones are its own: names, counts, and the percent that it would show.


@pytest.mark.parametrize(
    ("have", "percents"),
    [
        pytest.param(Amounts(0, 0, 0), [0, 0, 0], id="nothing"),
        pytest.param(Amounts(509, 0, 22), [0, 0, 0], id="its own description: no session holds all at 0 %"),
        pytest.param(Amounts(499, 100, 200), [99, 20, 4], id="rounded down"),
        pytest.param(Amounts(10_000, 10_000, 10_000), [100, 100, 100], id="never above 100 %"),
    ],
)
def test_a_milestone_is_as_far_as_its_slowest_count(have: Amounts, percents: list[int]) -> None:
    """Percent of the least, whole numbers."""
    assert [one.percent for one in count_progress(have)] == percents


def test_names_and_counts_are_kept() -> None:
    """Scripts look for them."""
    assert [name for name, _ in MILESTONES] == ["File Prediction", "Commit Messages", "Code Suggestions"]
    assert MILESTONES[0][1] == (500, 100, 200)
