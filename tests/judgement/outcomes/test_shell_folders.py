"""judgement.outcomes.shell_folders: where a command ran, by what its call names and where the shell stood by then."""

import pytest

from twiceshy.judgement.outcomes.shell_folders import ShellFolders, split_folder
from twiceshy.records.stories import Moment, Step

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
