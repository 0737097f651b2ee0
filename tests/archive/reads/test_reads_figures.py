"""archive.reads.figures and steps: the report's questions, asked of a small archive."""

from datetime import UTC, datetime
from typing import Any

import pytest

from twiceshy.archive.reads import figures, stories
from twiceshy.base.values import Scope

EVERYTHING = Scope()
ERROR = b"\x91\xc0\x4f\x2a" * 2


@pytest.fixture
def filled(archive: Any) -> Any:
    """Two sessions of the agent and an imitation; two failures, a refusal, a hidden failure and an edit."""
    web, api = archive.project("web-shop"), archive.project("api")
    first = archive.session(web, "aa01", day="2026-11-10")
    second = archive.session(api, "bb02", day="2026-11-12", agent="codex")
    imitation = archive.session(api, "cc03", real=0)
    archive.prompt(first, "fix the cart", 0)
    archive.prompt(first, "<reminder>", 1, kind="meta")
    call = archive.call(first, "Edit", 2, action="edit", path="src/cart.py")
    archive.result(first, call, 4, failure="error", fingerprint=ERROR, message="String to replace not found in file.")
    call = archive.call(first, "Edit", 6, action="edit", path="src/cart.py")
    archive.result(first, call, 7)
    archive.edit(first, call, "src/cart.py", 7)
    call = archive.call(first, "Bash", 10, command="npm test | tail", head="npm test", masked=1)
    archive.result(first, call, 15, text="FAILED 3 tests\nnpm error Test failed")
    call = archive.call(first, "Bash", 20, command="cat x | tail", head="cat", masked=1)
    archive.result(first, call, 21, text="FAILED in a log")
    call = archive.call(first, "Bash", 30, command="rm -r x", head="rm")
    archive.result(first, call, 31, failure="rejected", words="never do that")
    call = archive.call(second, "Edit", 2, action="edit", path="src/cart.py")
    archive.result(second, call, 4, failure="error", fingerprint=ERROR, message="String to replace not found in file.")
    call = archive.call(second, "Edit", 5, action="edit", path="src/cart.py")
    archive.result(second, call, 6, failure="cascade")
    archive.mark(second, "interrupt", "by user", 9)
    archive.call(imitation, "Edit", 2, action="edit", path="src/cart.py")
    archive.put("usage", uid=b"u", session_id=first, model="a-model", input=1, output=2, cache_write=3, cache_read=4)
    archive.put(
        "usage", uid=b"v", session_id=first, model="<synthetic>", input=0, output=0, cache_write=0, cache_read=0
    )
    return archive


def test_totals_leave_imitations_out(filled: Any) -> None:
    """Only sessions that the agent wrote are counted; how many others there are is told."""
    found = figures.read_totals(filled.connection, EVERYTHING)

    assert (found.sessions, found.imitations, found.prompts, found.calls, found.edits) == (2, 1, 1, 7, 1)
    assert [project.name for project in found.projects] == ["api", "web-shop"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(project="web"), 1),
        (Scope(agent="codex"), 1),
        (Scope(since=datetime(2026, 11, 11, tzinfo=UTC)), 1),
        (Scope(until=datetime(2026, 11, 11, tzinfo=UTC)), 1),
        (Scope(project="other"), 0),
    ],
    ids=["project", "agent", "since", "until", "nothing"],
)
def test_a_scope_narrows_every_number(filled: Any, scope: Scope, expected: int) -> None:
    """Each condition leaves only its sessions."""
    assert figures.read_totals(filled.connection, scope).sessions == expected
    assert sum(error.count for error in figures.read_errors(filled.connection, scope)) == expected


def test_tools_count_calls_failures_and_refusals(filled: Any) -> None:
    """Cascades are no calls, refusals no failures."""
    assert figures.read_tools(filled.connection, EVERYTHING) == [("Bash", 3, 0, 1), ("Edit", 3, 2, 0)]


def test_the_same_error_is_one_row(filled: Any) -> None:
    """Failures with one fingerprint are counted together over sessions."""
    (error,) = figures.read_errors(filled.connection, EVERYTHING)

    assert (error.id, error.count, error.sessions, error.label) == ("e-91c04f2a", 2, 2, "string not found")


def test_a_hidden_failure_is_one_of_a_tool_that_reports_failures(filled: Any) -> None:
    """A masked run whose output shows a failure is hidden; showing such words from a file is not."""
    runs = {run.head: run for run in figures.read_runs(filled.connection, EVERYTHING)}

    assert [runs[head].hidden for head in ("npm test", "cat", "rm")] == [True, False, False]
    assert runs["npm test"].seconds == pytest.approx(5, abs=0.01)
    assert runs["rm"].failure == "rejected"


def test_files_are_apart_by_project(filled: Any) -> None:
    """One path in two projects is two files; tries count, cascades do not."""
    assert [(file.project, file.edits, file.failed) for file in figures.read_files(filled.connection, EVERYTHING)] == [
        ("web-shop", 2, 1),
        ("api", 1, 1),
    ]


def test_tokens_are_summed_by_model(filled: Any) -> None:
    """One row a model; the client's own messages are no model's."""
    (found,) = figures.read_models(filled.connection, EVERYTHING)

    assert (found.model, found.messages, found.input, found.output) == ("a-model", 1, 1, 2)


def test_spellings_of_a_model_are_one_row(filled: Any) -> None:
    """Whatever provider or day stands in its name."""
    for number, model in enumerate(["lab/a-model", "a-model-20260101", "b-model"]):
        counts = {"input": 1, "output": 2, "cache_write": 3, "cache_read": 4}
        filled.put("usage", uid=bytes([number]), session_id=1, model=model, **counts)

    found = figures.read_models(filled.connection, EVERYTHING)

    assert [(one.model, one.messages, one.cache_read) for one in found] == [("a-model", 3, 12), ("b-model", 1, 4)]


def test_refusals_come_with_their_words(filled: Any) -> None:
    """What the user said is told with what it was said about."""
    (found,) = figures.read_rejections(filled.connection, EVERYTHING, 5)

    assert (found.session, found.about, found.words) == ("s-aa010000", "rm", "never do that")


def test_steps_come_in_order_with_what_became_of_them(filled: Any) -> None:
    """Calls carry their result and what they changed, in the session's order; the client's prompts are left out."""
    uid = bytes.fromhex("aa01".ljust(32, "0"))
    first = dict(stories.read_steps(filled.connection, [uid]))[uid]

    assert [step.kind for step in first] == ["prompt", *["call"] * 5]
    assert [step.failure for step in first[1:]] == ["error", None, None, None, "rejected"]
    assert (first[2].edited, first[2].created) == (("src/cart.py",), False)


def test_inputs_change_with_the_steps(filled: Any) -> None:
    """A session's hash changes when something of it is added, and no other's does."""
    before = stories.hash_step_inputs(filled.connection)
    filled.prompt(1, "one more", 50)
    after = stories.hash_step_inputs(filled.connection)

    assert {uid for uid in before if before[uid] != after[uid]} == {bytes.fromhex("aa01".ljust(32, "0"))}


def test_proofs_name_their_session(filled: Any) -> None:
    """A call's uid leads to its session and what became of it."""
    (uid,) = filled.connection.execute("SELECT uid FROM call WHERE head = 'rm'").fetchone()
    (found,) = figures.read_calls(filled.connection, [uid])

    assert (found.session, found.tool, found.about, found.failure) == ("s-aa010000", "Bash", "rm -r x", "rejected")


def test_a_stopped_run_did_not_end_by_itself(archive: Any) -> None:
    """By the user, by a signal, by a time limit; a failure of its own and a success with such a status are not."""
    session = archive.session(archive.project("web-shop"), "aa01")
    ends: dict[str, dict[str, Any]] = {
        "by hand": {"failure": "interrupted"},
        "killed": {"failure": "error", "exit_code": 137},
        "timeout": {"failure": "error", "message": "Command timed out after 2m 0s"},
        "failed": {"failure": "error", "exit_code": 1, "message": "it timed out"},
        "fine": {"exit_code": 130},
    }
    for second, (head, end) in enumerate(ends.items()):
        call = archive.call(session, "Bash", second, command=head, head=head)
        archive.result(session, call, second + 60, **end)
    archive.call(session, "Bash", 90, command="no result", head="no result")

    assert [run.head for run in figures.read_runs(archive.connection, EVERYTHING) if run.stopped] == [
        "by hand",
        "killed",
        "timeout",
    ]
