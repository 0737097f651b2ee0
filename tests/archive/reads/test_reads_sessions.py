"""Lists of sessions and timelines, from rows."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from twiceshy.archive.reads.sessions import find_sessions, list_sessions
from twiceshy.archive.reads.timelines import read_timeline
from twiceshy.archive.session_results import encode_result
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records.ids import IdPrefix
from twiceshy.records.outcomes import Correction, SessionResult
from twiceshy.records.views import PromptVerdict, TimelineEntry

if TYPE_CHECKING:
    from tests.archive.reads.conftest import Archive

EVERYTHING = Scope()
QUESTIONS = ("completed", "corrected", "rolled_back", "tests_green")


def test_an_empty_store_has_no_sessions(archive: "Archive") -> None:
    """Nothing stored, nothing listed."""
    found = list_sessions(archive.connection, EVERYTHING, 5)

    assert (found.sessions, found.total) == ([], 0)


def test_counts_are_of_what_people_mean(archive: "Archive") -> None:
    """Only human prompts count, and a call cancelled because another failed is no failure of its own."""
    session = archive.session(archive.project("web-shop"), "ab", title=None)
    archive.prompt(session, "a reminder", kind="meta")
    archive.prompt(session, "please rotate the tokens")
    for failure in (None, "error", "rejected", "cascade"):
        call = archive.call(session, "Bash", command="make")
        archive.result(session, call, failure=failure)
    archive.edit(session, call, "a.py")

    (line,) = list_sessions(archive.connection, EVERYTHING, 5).sessions

    assert (line.prompts, line.calls, line.failures, line.edits) == (1, 4, 2, 1)
    assert (line.id, line.project, line.title) == ("s-ab000000", "web-shop", "please rotate the tokens")
    assert line.last_at == datetime(2026, 11, 12, 15, tzinfo=UTC)


def test_newest_come_first_and_the_rest_is_counted(archive: "Archive") -> None:
    """The limit cuts the list and not the total."""
    project = archive.project("web-shop")
    for uid, day in (("01", "2026-11-10"), ("02", "2026-11-12"), ("03", "2026-11-11")):
        archive.session(project, uid, day)

    found = list_sessions(archive.connection, EVERYTHING, 2)

    assert ([line.id for line in found.sessions], found.total) == (["s-02000000", "s-03000000"], 3)


SCOPES = [
    (Scope(), ["01", "02", "03"]),
    (Scope(project="SHOP"), ["01"]),
    (Scope(project="remote:host/owner/api"), ["02", "03"]),
    (Scope(agent="codex"), ["03"]),
    (Scope(since=datetime(2026, 11, 11, 15, tzinfo=UTC)), ["02", "03"]),
    (Scope(since=datetime(2026, 11, 11, 15, 0, 1, tzinfo=UTC)), ["03"]),
    (Scope(project="api", agent="claude-code"), ["02"]),
    (Scope(project="%"), []),
]


@pytest.mark.parametrize(("scope", "uids"), SCOPES, ids=str)
def test_a_scope_narrows(archive: "Archive", scope: Scope, uids: list[str]) -> None:
    """By a part of the project's name or its identity, by agent, by the time of the last event."""
    shop, api = archive.project("web-shop"), archive.project("api")
    archive.session(shop, "01", "2026-11-10")
    archive.session(api, "02", "2026-11-11")
    archive.session(api, "03", "2026-11-12", agent="codex")

    found = list_sessions(archive.connection, scope, 9)

    assert uids == sorted(line.uid.hex()[:2] for line in found.sessions)
    assert len(uids) == found.total


@pytest.mark.parametrize(
    ("digits", "uids"),
    [("", ["a1", "a2", "b1"]), ("a", ["a1", "a2"]), ("a2", ["a2"]), ("a2000", ["a2"]), ("a21", []), ("c", [])],
)
def test_an_id_is_found_by_its_beginning(archive: "Archive", digits: str, uids: list[str]) -> None:
    """Any number of digits, odd ones too."""
    project = archive.project("web-shop")
    for uid in ("a1", "a2", "b1"):
        archive.session(project, uid)

    found = find_sessions(archive.connection, IdPrefix("s", digits), 9)

    assert uids == [line.uid.hex()[:2] for line in found]


def test_a_timeline_has_everything_in_order(archive: "Archive") -> None:
    """Prompts, replies, calls with result and edits, and marks: by rank, whatever table they stand in."""
    session = archive.session(archive.project("web-shop"), "ab", branch="main", cwd="/code/web-shop", version="2.0")
    archive.prompt(session, "rotate the tokens")
    archive.reply(session, "hm", thinking=1)
    archive.reply(session, "I look")
    call = archive.call(session, "Edit", 3, action="edit", path="a.py")
    archive.edit(session, call, "a.py", 4, created=1)
    failed = archive.call(session, "Bash", 5, command="make", agent_run=b"12345678")
    archive.result(
        session, failed, 6, failure="error", fingerprint=b"\xe1" * 8, message="no rule", exit_code=2, duration_s=1.5
    )
    archive.mark(session, "compaction", "auto", 7)
    (line,) = find_sessions(archive.connection, IdPrefix("s", "ab"), 2)

    found = read_timeline(archive.connection, line, None)

    assert [moment.kind for moment in found.moments] == ["prompt", "thinking", "reply", "call", "call", "mark"]
    assert (found.cwd, found.branch, found.version) == ("/code/web-shop", "main", "2.0")
    edited, ran = found.moments[3:5]
    assert [(edit.path, edit.added, edit.removed, edit.created) for edit in edited.edits] == [("a.py", 2, 1, True)]
    expected = TimelineEntry(
        kind="call",
        uid=failed,
        name=Scrubbed("Bash"),
        at=datetime(2026, 11, 12, 14, 0, 5, tzinfo=UTC),
        agent_run=b"12345678",
        text=Scrubbed("make"),
        failure="error",
        error="e-e1e1e1e1",
        message=Scrubbed("no rule"),
        exit_code=2,
        duration_s=1.5,
    )
    assert expected == ran
    assert found.moments[5].name == "compaction auto"


def test_a_prompt_that_was_judged_to_correct_work_says_so(archive: "Archive") -> None:
    """With the words that decided; other prompts, and those of a session that is not judged, say nothing."""
    session = archive.session(archive.project("web-shop"), "ab")
    archive.prompt(session, "please rotate the tokens")
    archive.prompt(session, "that is still red")
    (line,) = find_sessions(archive.connection, IdPrefix("s", "ab"), 2)
    (uid,) = archive.connection.execute("SELECT uid FROM prompt WHERE text LIKE 'that%'").fetchone()
    before = read_timeline(archive.connection, line, None)
    found = Correction(prompt=uid, why="words", confidence=0.87, words=("still red",))
    archive.connection.execute(
        "INSERT INTO derived VALUES ('results', ?, x'', 1, ?)",
        (line.uid, encode_result(SessionResult(session=line.uid, corrections=(found,)))),
    )

    after = read_timeline(archive.connection, line, None)

    assert [moment.corrects for moment in before.moments] == [None, None]
    assert [moment.corrects for moment in after.moments] == [
        None,
        PromptVerdict(confidence=0.87, why="words", words=[Scrubbed("still red")]),
    ]


def test_whole_texts_come_from_their_bodies(archive: "Archive") -> None:
    """With ``whole`` a shortened text is replaced and a result has its text."""
    session = archive.session(archive.project("web-shop"), "ab")
    archive.prompt(session, "begin…", body=b"1")
    call = archive.call(session, "Bash", command="make")
    archive.result(session, call, text="all good")
    (line,) = find_sessions(archive.connection, IdPrefix("s", "ab"), 2)

    short = read_timeline(archive.connection, line, None)
    full = read_timeline(archive.connection, line, {b"1": Scrubbed("beginning and end")}.__getitem__)

    assert [moment.text for moment in short.moments] == ["begin…", "make"]
    assert [moment.text for moment in full.moments] == ["beginning and end", "make"]
    assert full.moments[1].result == "all good"
    assert short.moments[1] == replace(full.moments[1], result=None)


@pytest.mark.parametrize(
    ("files", "answers", "expected"),
    [
        (0, (1, 0, 0, 1), {}),
        (
            2,
            (None, None, None, None),
            dict.fromkeys(("completed", "corrected", "rolled_back", "tests_green"), "unknown"),
        ),
        (2, (1, None, 0, 0), {"completed": "yes", "corrected": "unknown", "rolled_back": "no", "tests_green": "no"}),
    ],
    ids=["changed no file", "nothing is known", "some answers"],
)
def test_a_judged_session_says_yes_no_or_unknown(
    archive: "Archive", files: int, answers: tuple[int | None, ...], expected: dict[str, str]
) -> None:
    """Unknown is an answer of its own; a session without work and one that is not judged have none."""
    session = archive.session(archive.project("web-shop"), "ab")
    (line,) = list_sessions(archive.connection, EVERYTHING, 5).sessions
    assert read_timeline(archive.connection, line, None).outcomes == {}

    archive.connection.execute(
        """INSERT INTO session_executions (session_id, task_completed, corrections_needed, rollback, tests_green,
          files_modified, tool_call_count, user_message_count, last_modified, tasks, corrections, regeneration_cycles)
        VALUES (?, ?, ?, ?, ?, ?, 1, 1, '2026-11-12', 1, 0, 0)""",
        (session, *answers, files),
    )

    assert read_timeline(archive.connection, line, None).outcomes == expected
