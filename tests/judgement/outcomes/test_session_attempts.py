"""judgement.outcomes.session_attempts: a story cut to what insights need."""

from datetime import UTC, datetime
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.check_runs import CheckRun
from twiceshy.judgement.outcomes.session_attempts import ShellFolders, list_attempts, split_folder
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.findings import Verdict
from twiceshy.records.stories import Moment, Step, Story


def moment(command: str = "pytest -q", *, exit_code: int | None = 0, human: bool = False, **step: Any) -> Moment:
    made = Step(kind="call", uid=b"u", run=None, name="Bash", action="run")._replace(**step)
    return Moment(made, command=command if made.action == "run" else "", exit_code=exit_code, human=human)


def make_story(*moments: Moment) -> Story:
    return Story(
        session=b"s",
        agent="pi",
        project=Scrubbed("folder:/home/dev/shop"),
        project_name="shop",
        cwd=Scrubbed("/home/dev/shop"),
        model="m",
        first_at=datetime(2026, 11, 22, tzinfo=UTC),
        last_at=None,
        real=True,
        moments=moments,
    )


def attempts(*moments: Moment, green: bool | None = None) -> tuple[CallAttempt, ...]:
    verdicts = [] if green is None else [Verdict(tool="pytest", kind="test", green=green)]
    return list_attempts(make_story(*moments), [CheckRun(0, b"u", tuple(verdicts))] if verdicts else []).attempts


def test_what_is_no_attempt_is_left_out() -> None:
    """Replies, waits, programs' prompts, and calls that a parallel one took along."""
    left_out = [
        moment(kind="reply"),
        moment(kind="prompt"),
        moment(action="wait"),
        moment(failure="cascade"),
    ]

    assert attempts(*left_out) == ()
    assert [one.action for one in attempts(moment(kind="prompt", human=True), moment())] == ["prompt", "run"]


ENDS = [
    (moment(), None, AttemptEnd.WORKED),
    (moment(action="edit", masked=True), None, AttemptEnd.WORKED),
    (moment(masked=True), True, AttemptEnd.WORKED),
    (moment(exit_code=0), False, AttemptEnd.WORKED),
    (moment(masked=True), None, AttemptEnd.UNSEEN),
    (moment(masked=True), False, AttemptEnd.HIDDEN),
    (moment(exit_code=None), False, AttemptEnd.FAILED),
    (moment(failure="error", exit_code=1), None, AttemptEnd.FAILED),
    (moment(failure="error", exit_code=124), None, AttemptEnd.STOPPED),
    (moment(failure="error", exit_code=1, message="Command timed out after 2m"), None, AttemptEnd.STOPPED),
    (
        moment(
            failure="error",
            exit_code=None,
            message="The last command <command>x</command> timed out and has been killed.",
        ),
        None,
        AttemptEnd.STOPPED,
    ),
    (
        moment(exit_code=0)._replace(text="1 error\nhusky - pre-commit script failed (code 1)"),
        False,
        AttemptEnd.HIDDEN,
    ),
    (moment(failure="error", exit_code=124, action="read"), None, AttemptEnd.FAILED),
    (moment(failure="interrupted"), None, AttemptEnd.STOPPED),
    (moment(failure="rejected"), None, AttemptEnd.REFUSED),
]


@pytest.mark.parametrize(("one", "green", "end"), ENDS)
def test_an_end_is_what_somebody_saw(one: Moment, green: bool | None, end: AttemptEnd) -> None:
    """A failure behind a pipe is hidden only where the output shows it."""
    assert attempts(one, green=green)[0].end is end


def test_times_and_places_are_those_of_the_project() -> None:
    """Folders and paths are relative to it; a clock that went back gives no time."""
    run, back, edit = attempts(
        moment("cd /home/dev/shop/web && npm test", at=10.0, done_at=12.54, head="npm test"),
        moment(at=10.0, done_at=9.0),
        moment(action="edit", path="/home/dev/shop/src/a.py"),
    )

    assert (run.folder, run.command, run.head, run.seconds) == ("web", "npm test", "npm test", 2.5)
    assert back.seconds is None
    assert (edit.path, edit.head) == ("src/a.py", "")


@pytest.mark.parametrize(
    ("line", "folder", "rest"),
    [
        ("npm test", "", "npm test"),
        ("cd web", "", "cd web"),
        ("cd $HOME && ls", "", "cd $HOME && ls"),
        ("cd web && cd src; npm test", "web/src", "npm test"),
        ("cd 'my app' && cd /srv && ls", "/srv", "ls"),
    ],
)
def test_a_change_of_folder_is_no_part_of_the_command(line: str, folder: str, rest: str) -> None:
    """Only one whose place is written down, and that something follows."""
    assert split_folder(line) == (folder, rest)


def test_a_call_that_asks_for_rights_is_marked() -> None:
    """Its input begins as the agent's reader says; without such beginnings nothing is."""
    story = make_story(moment()._replace(input='{"wish":true,"cmd":"ls"}'), moment()._replace(input='{"cmd":"ls"}'))

    assert [one.asked for one in list_attempts(story, [], ('{"wish":true',)).attempts] == [True, False]
    assert [one.asked for one in list_attempts(story, []).attempts] == [False, False]


# judgement.outcomes.shell_folders: where a command ran, by what its call names and where the shell stood by then.

ROOT = "/home/dev/shop"


def call(command: str, *, text: str = "", folder: str = "", **step: object) -> Moment:
    made = Step("call", b"u", None, name="Bash", action="run")._replace(**step)  # type: ignore[arg-type]  # as named
    return Moment(made, text=text, command=command, folder=folder)


def follow(*calls: Moment, keeps: bool | None = True, root: str = ROOT) -> list[str]:
    shell = ShellFolders(root, keeps=keeps)
    return [shell.follow(one, split_folder(one.command)[0]) for one in calls]


TEST = call("npm test")
KEPT = [
    ([call("ls web"), TEST], ""),
    ([call("cd web"), TEST], "web"),
    ([call("cd web && ls"), TEST], "web"),
    ([call("cd web"), call("cd src && ls"), TEST], "web/src"),
    ([call("cd web"), call("cd .. && ls"), TEST], ""),
    ([call(f"cd {ROOT}/web"), call(f"cd {ROOT}"), TEST], ""),
    ([call("cd /tmp && ls"), TEST], "/tmp"),
    ([call("(cd web && ls)"), TEST], ""),
    ([call("cd web", failure="error", message="cd: web: No such file or directory"), TEST], ""),
    ([call("cd web && npm test", failure="error"), TEST], ""),
    ([call("cd web", failure="rejected"), TEST], ""),
    ([call("cd web && npm run dev", text="Command running in background with ID: a1"), TEST], ""),
    ([call("cd /tmp", text=f"Shell cwd was reset to {ROOT}"), TEST], ""),
    ([call("cd $WEB"), TEST], "?"),
    ([call("Set-Location web"), TEST], "?"),
    ([call("cd $WEB"), call(f"cd {ROOT}/web && npm test")], "web"),
    ([call("cd web", run=b"sub"), TEST], ""),
    ([call("cd web"), call("npm test", run=b"sub")], "?"),
    ([call("cd web", at=0.0), call("npm test", at=60.0)], "web"),
    ([call("cd web", at=0.0), call("npm test", at=9_000.0)], "?"),
    ([call("ls", at=0.0), call("npm test", at=9_000.0)], ""),
]


@pytest.mark.parametrize(("calls", "folder"), KEPT, ids=[" ; ".join(one.command for one in row[0]) for row in KEPT])
def test_a_shell_that_is_kept_stays_where_it_was_left(calls: list[Moment], folder: str) -> None:
    """Nothing is claimed where the line does not show the folder, or the shell may be another one."""
    assert follow(*calls)[-1] == folder


def test_a_shell_that_begins_anew_is_in_its_own_folder() -> None:
    """Where that is not known of an agent, nothing is claimed after it changed the folder."""
    assert follow(call("cd web && ls"), TEST, keeps=False) == ["web", ""]
    assert follow(TEST, call("cd web && ls"), TEST, call("cd /home/dev/shop/api && ls"), keeps=None) == [
        "",
        "web",
        "?",
        "api",
    ]


def test_the_folder_that_a_call_names_is_its_own() -> None:
    """Absolute, relative, and in another spelling of the same drive."""
    assert follow(call("npm test", folder=f"{ROOT}/web"), call("npm test", folder="web"), keeps=False) == ["web", "web"]
    windows = [call("npm test", folder="/c/Users/dev/shop/web"), call("cd /mnt/c/Users/dev/shop/web && npm test")]
    assert follow(*windows, keeps=False, root="C:\\Users\\dev\\shop") == ["web", "web"]
