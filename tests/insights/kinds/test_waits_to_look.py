"""insights.kinds.waits_to_look: commands that only look and waited for an OK."""

from dataclasses import replace

import pytest
from tests.insights.kinds.histories import history, run, session, spend_nothing

from twiceshy.insights.kinds.draft import InsightDraft
from twiceshy.insights.kinds.find_insights import build_insight
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.insights.kinds.waits_to_look import find_waits_to_look, only_looks
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.session_time import KeptTime, PermissionWait

MINUTE = 60_000


def make(*calls: CallAttempt, ms: int = 5 * MINUTE, inferred: bool = True, sessions: int = 3) -> ProjectHistory:
    """Sessions of the same calls, each of which waited so long."""
    some = [
        session(*(one._replace(uid=bytes([day, at])) for at, one in enumerate(calls)), day=day)
        for day in range(sessions)
    ]
    times = {
        one.session: KeptTime(0, 9, 0, {}, tuple(PermissionWait(call.uid, ms, inferred) for call in one.attempts))
        for one in some
    }
    return replace(history(*some), times={**times, b"untimed": None})


def find(found: ProjectHistory) -> list[InsightDraft]:
    return list(find_waits_to_look(found))


def test_looks_that_waited_are_told_with_what_may_be_allowed() -> None:
    """The time is what they waited; only what can do nothing else is named to be allowed."""
    found = make(run("git status"), run("git log -p | head"), run("git push"))
    (draft,) = find(found)
    insight = build_insight(draft, found, spend_nothing)

    assert draft.says == (
        "commands that only look waited for your OK 6 times, in 3 sessions, and always got it (told by how long they "
        "took): `git log` 15 min, `git status` 15 min"
    )
    assert (insight.waited_s, insight.cost_usd, insight.count) == (1800.0, None, 6)
    assert [one.text for one in draft.remedies] == ["allow exactly `git status` in your agent's permissions"]
    (other,) = find(make(run("git log -3"), run("cat a"), inferred=False))
    assert [one.text for one in other.remedies] == ["allow those that you trust in your agent's permissions"]
    assert "told by" not in other.says


QUIET = {
    "short": make(run("git status"), run("git diff"), ms=30_000),
    "seldom": make(run("git status"), ms=9 * MINUTE),
    "one session": make(*(run("git status") for _ in range(6)), sessions=1),
    "writes": make(run("git push"), run("cat a > b"), run("rm x")),
    "refused once": make(run("git status"), run("git status", AttemptEnd.REFUSED), run("git status")),
    "no account": replace(make(run("git status"), run("git status")), times={}),
}


@pytest.mark.parametrize("found", QUIET.values(), ids=QUIET)
def test_what_is_no_habit_or_may_do_harm_is_not_told(found: ProjectHistory) -> None:
    assert find(found) == []


@pytest.mark.parametrize(
    ("command", "looks"),
    [
        ("ls -la src 2>&1 | head -30", True),
        ("git diff main..HEAD 2>/dev/null && wc -l a", True),
        ("git diff --output=/tmp/x", False),
        ("git diff --ext-diff", False),
        ("rg --pre ./run.sh x", False),
        ("git grep -O x", False),
        ("cat a >> b", False),
        ("ls $(rm -r x)", False),
        ("find . -delete", False),
        ("git branch -D x", False),
        ("cat a; curl https://x.example", False),
        ("gh pr merge 3", False),
        ("go list -toolexec x ./...", False),
        ("cat " + "x" * 300, False),
        ("", False),
    ],
)
def test_a_command_only_looks_where_every_part_does(command: str, looks: bool) -> None:  # a case
    assert only_looks(CallAttempt(b"", "run", command=command)) is looks


def test_a_wait_counts_ten_minutes_at_most() -> None:
    """Longer, and the person was away."""
    (draft,) = find(make(run("git status"), run("git diff"), ms=50 * MINUTE))

    assert [case.seconds for case in draft.cases] == [600.0] * 6


def test_looks_into_other_folders_need_the_folder() -> None:
    """No allowed command ends the asking for those; a path within the session's folder is none of them."""
    found = make(run("git -C /b/lib log -3"), run("cat ../b/x"), run("git log -4"))
    there = [one._replace(agent="claude-code", cwd="/b/shop") for one in found.sessions]
    (draft,) = find(replace(found, sessions=tuple(there)))
    (within,) = find(replace(found, sessions=tuple(one._replace(cwd="/b") for one in there)))

    assert "begin such sessions with `--add-dir` and that folder" in draft.remedies[0].text
    assert [one.text for one in within.remedies] == ["allow those that you trust in your agent's permissions"]
