"""insights.like_work: a model is compared with the others on the same work, and called worse only with enough proof."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from twiceshy.insights import like_work
from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.insights import InsightCase
from twiceshy.records.outcomes import Answer, Outcome, SessionResult, Task
from twiceshy.records.report import JudgedSession, WorkCase


def case(number: int, session: int, who: str, like: str, *, bad: bool, project: str = "p") -> WorkCase:
    at = datetime.fromtimestamp(1_700_000_000 + number, UTC)
    return WorkCase(InsightCase(b"%d" % number, b"s%d" % session, at), project, project, who, like, bad)


def sessions_of(who: str, like: str, sessions: range, bad: int, n: int, *, project: str = "p") -> list[WorkCase]:
    """So many cases in each session, the first of them bad."""
    return [
        case(1000 * session + number, session, who, like, bad=number < bad, project=project)
        for session in sessions
        for number in range(n)
    ]


def test_nothing_is_compared_with_nothing() -> None:
    """One model alone, two that share no work, two in different projects, and cases without a model."""
    alone = sessions_of("a", "git push", range(9), 3, 10)
    apart = [*alone, *sessions_of("b", "npm test", range(10, 19), 0, 10)]
    elsewhere = [*alone, *sessions_of("b", "git push", range(10, 19), 0, 10, project="q")]
    unnamed = [*alone, *sessions_of("", "git push", range(10, 19), 0, 10)]

    assert [like_work.compare_overall(rows) for rows in ([], alone, apart, elsewhere, unnamed)] == [[]] * 5


def test_a_model_is_not_blamed_for_its_work() -> None:
    """It does more of what fails often; of each sort both fail alike."""
    rows = [
        *sessions_of("a", "hard", range(10), 4, 20),
        *sessions_of("a", "easy", range(10), 0, 5),
        *sessions_of("b", "hard", range(10, 20), 1, 5),
        *sessions_of("b", "easy", range(10, 20), 0, 20),
    ]
    found = like_work.compare_overall(rows)

    assert [one.worse for one in found] == [False, False]
    assert {one.who: round(one.others, 2) for one in found} == {"a": 0.16, "b": 0.04}


def test_a_model_that_is_worse_at_each_sort_of_work_is_told_with_all_its_cases() -> None:
    """Its bad cases are listed newest first, only those that could be compared, and their number is the count."""
    rows = [
        *sessions_of("a", "x", range(6), 5, 20),
        *sessions_of("a", "x", range(6, 12), 6, 20),
        *sessions_of("a", "nobody else's", range(12), 5, 20),
        *sessions_of("b", "x", range(20, 26), 1, 20),
        *sessions_of("b", "x", range(26, 32), 2, 20),
    ]
    worse, better = like_work.compare_overall(rows)

    assert (worse.who, worse.worse, worse.sessions, worse.other_sessions) == ("a", True, 12, 12)
    assert (better.who, better.worse) == ("b", False)
    assert worse.bad[:2] == (66, 240)
    assert len(worse.cases) == worse.bad.hits
    assert [one.at for one in worse.cases] == sorted((one.at for one in worse.cases if one.at), reverse=True)
    assert worse.others == pytest.approx(18 / 240)
    assert worse.ratio.low > 2


def test_few_sessions_call_nobody_worse() -> None:
    """Four sessions of the others are no base, however clear the counts look."""
    rows = [*sessions_of("a", "x", range(12), 15, 20), *sessions_of("b", "x", range(20, 24), 1, 20)]

    assert not any(one.worse for one in like_work.compare_overall(rows))


def test_projects_are_compared_within_themselves_and_pooled() -> None:
    """One project in which all calls fail more does not make the model worse that works there."""
    rows = [
        *sessions_of("a", "x", range(10), 8, 20, project="broken"),
        *sessions_of("b", "x", range(10, 20), 8, 20, project="broken"),
        *sessions_of("b", "x", range(20, 40), 0, 20, project="fine"),
        *sessions_of("a", "x", range(40, 44), 0, 20, project="fine"),
    ]
    a, b = sorted(like_work.compare_overall(rows), key=lambda one: one.who)

    assert (a.worse, b.worse) == (False, False)
    assert (a.project, a.project_name) == ("", "")
    assert abs(a.ratio.estimate - 1) < 0.05


def test_calls_whose_end_says_nothing_of_the_model_are_no_cases() -> None:
    """Prompts, refused, stopped, hidden and unseen ends, subagents, and what tests or checks in this project."""
    lint = AttemptCheck("ruff", "lint", green=False)
    calls = (
        CallAttempt(b"1", "prompt"),
        CallAttempt(b"2", "run", AttemptEnd.REFUSED, head="git push"),
        CallAttempt(b"3", "run", AttemptEnd.STOPPED, head="git push"),
        CallAttempt(b"4", "run", AttemptEnd.HIDDEN, head="git push"),
        CallAttempt(b"5", "run", AttemptEnd.UNSEEN, head="git push"),
        CallAttempt(b"6", "run", AttemptEnd.FAILED, head="git push", subagent="ab"),
        CallAttempt(b"7", "run", AttemptEnd.FAILED, head="ruff check", checks=(lint,)),
        CallAttempt(b"8", "run", AttemptEnd.FAILED, head="ruff check"),
        CallAttempt(b"9", "run", AttemptEnd.FAILED, 12.0, head="git push"),
        CallAttempt(b"10", "edit", tool="Edit"),
    )
    session = SessionAttempts(b"s", "id", "web", "claude-code", "m", None, None, calls)

    assert like_work.list_call_cases([session], lambda one: one.model) == [
        WorkCase(
            InsightCase(b"9", b"s", datetime(1970, 1, 1, 0, 0, 12, tzinfo=UTC)),
            "id",
            "web",
            "m",
            "claude-code: git push",
            bad=True,
        ),
        WorkCase(InsightCase(b"10", b"s", None), "id", "web", "m", "claude-code: Edit", bad=False),
    ]


def test_tasks_of_one_size_are_like_and_unknown_answers_are_no_cases() -> None:
    """A task without edits is none either."""
    yes, no, unknown = (Outcome(answer=answer) for answer in (Answer.YES, Answer.NO, Answer.UNKNOWN))

    def task(prompt: bytes, edits: int, corrected: Outcome) -> Task:
        return Task(
            prompt=prompt,
            description="",
            started_at=None,
            ended_at=None,
            calls=9,
            edits=edits,
            files=(),
            corrected=corrected,
        )

    tasks = (task(b"1", 0, yes), task(b"2", 3, unknown), task(b"3", 3, yes), task(b"4", 9, no))
    session = JudgedSession("id", "web", "codex", "m", SessionResult(session=b"s", tasks=tasks))
    corrected = next(one for one in like_work.TASK_QUESTIONS if one.slug == "corrected")
    found = list(like_work.list_task_cases([session], lambda one: one.agent, corrected.is_bad))

    assert [(one.case.uid, one.who, one.like, one.bad) for one in found] == [
        (b"3", "codex", "2-5", True),
        (b"4", "codex", "6-20", False),
    ]


@pytest.mark.parametrize(
    ("slug", "task"),
    [
        ("not-first-pass", {"first_pass": Answer.NO}),
        ("corrected", {"corrected": Outcome(answer=Answer.YES)}),
        ("rolled-back", {"rolled_back": Outcome(answer=Answer.YES)}),
        ("tests-red", {"tests": Outcome(answer=Answer.NO)}),
    ],
)
def test_each_question_has_a_bad_answer(slug: str, task: dict[str, object]) -> None:
    """The same task without the answer is unknown."""
    question = next(one for one in like_work.TASK_QUESTIONS if one.slug == slug)
    plain = Task(prompt=b"", description="", started_at=None, ended_at=None, calls=1, edits=1, files=())

    assert question.is_bad(plain) is None
    assert question.is_bad(replace(plain, **task)) is True  # type: ignore[arg-type]  # the fields of the row
