"""twiceshy_data.dataset.quality_lines: what is good to learn from, and that unknown counts on neither side."""

from typing import Any

import pytest
from wings.data.tests.dataset.quality_builders import DAY, a_chat, a_commit, a_history, a_session, a_task, results_of

from twiceshy.records.outcomes import Answer
from twiceshy.records.quality import EditCounts, HistoryFacts, LineCounts
from twiceshy_data.dataset.odd_records import list_anomalies
from twiceshy_data.dataset.quality_lines import is_bad, is_good, list_lengths, list_lines, list_steps

YES, NO = Answer.YES, Answer.NO


def figures(facts: HistoryFacts) -> dict[str, tuple[int, int]]:
    return {line.name: (line.rate.hits, line.rate.n) for line in list_lines(facts)}


def test_nothing_has_no_line() -> None:
    """A share of nothing says nothing."""
    assert list_lines(a_history()) == []
    assert [one.tenths for one in list_lengths([])] == [[], []]


def test_only_what_is_known_to_be_good_is_to_be_imitated() -> None:
    """Unknown is neither good nor bad; what was complained about or taken back is no example."""
    judged = [
        (a_task(), False, False),
        (a_task(first_pass=YES), True, False),
        (a_task(first_pass=NO, corrected=YES), False, True),
        (a_task(tests=YES), True, False),
        (a_task(tests=NO), False, False),
        (a_task(tests=YES, rejected=YES, first_pass=NO), False, True),
        (a_task(first_pass=YES, rolled_back=YES), False, False),
        (a_task(completed=YES), True, False),
        (a_task(tests=YES, completed=NO), False, False),
    ]

    assert [(is_good(task), is_bad(task)) for task, _, _ in judged] == [(good, bad) for _, good, bad in judged]


def test_rows_need_text_and_label() -> None:
    """A repeated prompt counts once, one that a person interrupted is not imitated, one without an answer never."""
    chats = [
        a_chat(1),
        a_chat(2, prompt=bytes([1] * 8)),
        a_chat(3, interrupted=True),
        a_chat(4, answer_bytes=0, answers=0),
        a_chat(5, answer_bytes=None),
        a_chat(6),
    ]
    tasks = [a_task(at, YES) for at in (1, 2, 3, 4, 5)] + [a_task(6, NO)]
    found = figures(a_history(chats=chats, results=results_of(*tasks)))

    assert found["chats with prompt and answer"] == (4, 6)
    assert found["… no two with the same of both"] == (3, 6)
    assert found["… known to be good, to imitate"] == (1, 6)
    assert found["… known to be bad, to compare"] == (1, 6)


def test_excluded_sessions_are_no_example() -> None:
    """They are told, and what is learned elsewhere stays."""
    tasks = results_of(a_task(1, YES), a_task(2, YES))
    chats = [a_chat(1, session=b"no"), a_chat(2)]
    facts = a_history(sessions=[a_session(1), a_session(2)], chats=chats, results=tasks, excluded={b"no"})

    assert figures(facts)["sessions not to be trained on"] == (1, 2)
    assert figures(facts)["… known to be good, to imitate"] == (1, 2)


def test_unknown_answers_count_on_neither_side() -> None:
    """Of four tasks two are known, one of them yes; tasks that changed nothing are not asked about."""
    tasks = [a_task(1, completed=YES), a_task(2, completed=NO), a_task(3), a_task(4)]
    (line,) = [one for one in list_lines(a_history(results=results_of(*tasks))) if one.name == "completed: yes"]
    found = figures(a_history(results=results_of(*tasks)))

    assert found["completed: known"] == (2, 4)
    assert (line.rate.hits, line.rate.n, line.note) == (1, 2, "evidence is right in 90 %")
    assert "corrected by a person: yes" not in found


def test_repeats_are_counted_with_their_first() -> None:
    """Of three chats two share a prompt, and all a wording. Short prompts mean something else each time."""
    chats = [a_chat(at, prompt=bytes([at // 2] * 8), wording=b"w" * 8) for at in (1, 2, 3)]
    found = figures(a_history(chats=[*chats, *(a_chat(9, words=4) for _ in range(5))]))

    assert found["prompts of fewer than five words"] == (5, 8)
    assert found["longer ones that another chat has too"] == (2, 3)
    assert found["… or one that begins with its words"] == (3, 3)


def test_links_are_asked_where_commits_are_stored() -> None:
    """A session of a project without commits could have none; a linked commit that is not stored does not count."""
    facts = a_history(
        sessions=[a_session(1), a_session(2, project="remote:host/owner/other")],
        results={
            uid: next(iter(results_of(a_task()).values())) for uid in (bytes([1] * 16), bytes([2] * 16), b"gone" * 4)
        },
        commits=[a_commit("a" * 40, checked=True), a_commit("b" * 40)],
        linked={bytes([1] * 16): {"a" * 40, "c" * 40}},
        committed={"remote:host/owner/shop"},
    )
    found = figures(facts)

    assert found["commits with a session"] == (1, 2)
    assert found["working sessions with a commit"] == (1, 1)
    assert found["commits that CI has tried"] == (1, 2)


def test_texts_and_coverage_are_shares() -> None:
    """Each of its own n."""
    facts = a_history(
        sessions=[a_session(1, calls=8, open_calls=2)],
        chats=[a_chat(1, redacted=0.6), a_chat(2, redacted=0.1, answers=0), a_chat(3, tools=frozenset())],
        edits=EditCounts(9, 3, {bytes([at]): 1 for at in range(12)}),
        rated=frozenset({bytes([1] * 16)}),
        log_lines=LineCounts(100, 1, 2),
    )
    found = figures(facts)

    assert found["more than half redacted"] == (1, 3)
    assert found["any of it redacted"] == (2, 3)
    assert found["chats without an answer in words"] == (1, 3)
    assert found["calls whose end nobody saw"] == (2, 8)
    assert found["lines of logs not understood"] == (3, 100)
    assert found["edits known whole"] == (9, 12)
    assert found["edits of the 10 most edited files"] == (10, 12)
    assert found["chats with the most used tool"] == (2, 2)
    assert found["chats that a person rated"] == (1, 3)


def test_tenths_of_lengths_leave_out_what_is_missing() -> None:
    """From the shortest to the longest; empty and unknown texts are no lengths."""
    chats = [a_chat(1, prompt_bytes=size) for size in (5, 1, 4, 2, 3, 11, 10, 9, 8, 7, 6)]
    prompts, answers = list_lengths([*chats, a_chat(2, prompt_bytes=None, answer_bytes=0)])

    assert (prompts.n, prompts.tenths) == (11, list(range(1, 12)))
    assert (answers.n, set(answers.tenths)) == (11, {100})


# twiceshy_data.dataset.quality_steps: each with the command that helps, and only where it does.

JUDGED = {"sessions": [a_session()], "results": results_of()}
GOOD: dict[str, Any] = {
    "sessions": [a_session()],
    "results": results_of(*(a_task(at, Answer.YES) for at in range(200))),
    "chats": [a_chat(at) for at in range(200)],
    "commits": [a_commit()],
}
STEPS: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("nothing is stored", {}, [("problem", "twiceshy ingest")]),
    ("nothing is wrong", GOOD, []),
    ("not judged", {"sessions": [a_session()]}, [("warning", "twiceshy judge"), ("note", "twiceshy lessons")]),
    (
        "hardly one not judged",
        GOOD | {"sessions": [a_session()] * 10, "results": dict.fromkeys(range(9), GOOD["results"][b"\1" * 16])},
        [],
    ),
    ("few chats", JUDGED, [("note", "twiceshy lessons")]),
    ("no commit", GOOD | {"commits": [], "edits": EditCounts(3, 1)}, [("warning", "twiceshy backfill --all")]),
    ("no CI", GOOD | {"commits": [a_commit()] * 30}, [("note", "twiceshy ci set --from-env")]),
    ("few commits, no CI", GOOD | {"commits": [a_commit()] * 29}, []),
    ("CI", GOOD | {"commits": [a_commit()] * 30 + [a_commit(checked=True)]}, []),
    ("unread lines", GOOD | {"log_lines": LineCounts(200, 2, 0)}, [("warning", "twiceshy doctor")]),
    ("hardly an unread line", GOOD | {"log_lines": LineCounts(201, 2, 0)}, []),
    (
        "missing texts",
        GOOD | {"chats": [*GOOD["chats"], a_chat(201, prompt_bytes=None)]},
        [("problem", "twiceshy doctor")],
    ),
    (
        "unknown outcomes",
        GOOD | {"results": results_of(*(a_task(at, Answer.YES) for at in range(200)), *([a_task()] * 201))},
        [("warning", "twiceshy feedback --list")],
    ),
]


@pytest.mark.parametrize(("what", "values", "expected"), STEPS, ids=[row[0] for row in STEPS])
def test_a_step_is_told_where_it_helps(what: str, values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """The worst first."""
    facts = a_history(**values)
    steps = list_steps(facts, list_anomalies(facts, DAY))

    assert [(one.level, one.command) for one in steps] == expected, what


def test_steps_say_how_much() -> None:
    """With the numbers that they are about."""
    (step,) = list_steps(a_history(**GOOD | {"commits": [], "edits": EditCounts(3000, 1)}), [])

    assert step.words == (
        "No commit is stored, so nobody knows what became of 3,001 edits; run this in each repository."
    )
