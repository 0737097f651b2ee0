"""The hook that offers a message: real commits, with an editor that keeps what it was shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_commit, make_repository, run_git

from twiceshy.base.config import load
from twiceshy.recipes.setup.git_hooks import install_git_hooks, plan_git_hooks, plan_git_removal, remove_git_hooks
from twiceshy_git.githook import offer_message
from twiceshy_git.githook.offer_message import offer_into
from twiceshy_git.message_recipes.offered_repositories import learn_messages

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the hook is a shell's")
PATIENCE_S = 30.0
"""Instead of the hook's .3 s: a loaded machine may start Python slowly."""


@pytest.fixture
def hooked(tmp_path: Path) -> Path:
    """A repository with some commits that were learned, the hook, and a change that is staged."""
    top = make_repository(tmp_path / "my shop's")
    for number in range(4):
        make_commit(top, f"text {number}", "-m", f"body {number}")
    config = load({}, os.environ, top)
    install_git_hooks(config, plan_git_hooks(config, top, messages=True))
    learn_messages(config, top)
    (top / "a.txt").write_text("text again")
    run_git(top, "add", "a.txt")
    return top


def commit(top: Path, *words: str, editor: bool = True) -> str:
    """Commit with an editor that writes "Mine" in front, and return what it was shown; empty without one."""
    shown = top.parent / "shown"
    shown.unlink(missing_ok=True)
    script = f'cp "$1" "{shown}"; printf "Mine\\n" | cat - "{shown}" >"$1"'
    settings = {"GIT_EDITOR": f"f() {{ {script}; }}; f"} if editor else {}
    subprocess.run(["git", "-C", str(top), "commit", "-q", *words], check=True, env=os.environ | settings)
    return shown.read_text(encoding="utf-8") if shown.exists() else ""


@pytest.fixture
def patient(hooked: Path) -> Path:
    """The same, where the hook has all the time it wants."""
    path = hooked / ".git" / "hooks" / "prepare-commit-msg"
    call = f"'{sys.executable}' -c 'import sys; from twiceshy_git.githook import offer_message as one"
    text = path.read_text(encoding="utf-8")
    begin = text.index("TWICESHY_HOME=$ts_home")
    words = f'{call}; one._LIMIT_S = {PATIENCE_S}; one.main(sys.argv[1:])\' "$1" </dev/null\nexit 0\n'
    path.write_text(f"{text[:begin]}TWICESHY_HOME=$ts_home {words}", encoding="utf-8")
    return hooked


def test_an_editor_is_shown_commits_like_it(patient: Path) -> None:
    """As comments, which git drops; the message is what was written."""
    shown = commit(patient)

    assert "# twiceshy" in shown
    assert "text 3" in shown
    assert shown.startswith("\n#")
    assert run_git(patient, "log", "-1", "--format=%B").strip() == "Mine"


@pytest.mark.parametrize("mark", [";", "%"])
def test_the_users_comment_character_is_used(patient: Path, mark: str) -> None:
    """As git itself uses it."""
    run_git(patient, "config", "core.commentChar", mark)

    assert f"{mark} twiceshy" in commit(patient)
    assert run_git(patient, "log", "-1", "--format=%B").strip() == "Mine"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["-m", "Given", "-e"], id="a message that is edited"),
        pytest.param(["--amend"], id="amend"),
        pytest.param(["--cleanup=verbatim"], id="verbatim"),
        pytest.param(["--cleanup=scissors"], id="scissors"),
        pytest.param(["--cleanup=whitespace"], id="whitespace"),
        pytest.param(["-C", "HEAD", "-e"], id="the message of another"),
    ],
)
def test_nothing_is_offered_where_a_message_is_given_or_comments_stay(patient: Path, words: list[str]) -> None:
    """What git drops nothing of, nobody may write into."""
    assert "twiceshy" not in commit(patient, *words)


def test_nothing_is_offered_without_an_editor(patient: Path) -> None:
    """The hook does not even start Python."""
    assert commit(patient, "-m", "Given", editor=False) == ""
    assert run_git(patient, "log", "-1", "--format=%B").strip() == "Given"


def test_only_what_is_committed_is_looked_at(patient: Path) -> None:
    """`git commit FILE` has another index than the one that is staged."""
    (patient / "other.txt").write_text("quite another thing")
    run_git(patient, "add", "other.txt")

    assert "text 3" in commit(patient, "a.txt")


def test_the_hook_that_stood_there_goes_first_and_comes_back(tmp_path: Path) -> None:
    """With its arguments and its refusal."""
    top = make_repository(tmp_path / "shop")
    theirs = top / ".git" / "hooks" / "prepare-commit-msg"
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text('#!/bin/sh\nprintf "%s" "$2" >seen\n[ ! -e refuse ]\n')
    theirs.chmod(0o755)
    before = theirs.read_bytes()
    config = load({}, os.environ, top)
    install_git_hooks(config, plan_git_hooks(config, top, messages=True))

    make_commit(top, "one")
    (top / "refuse").write_text("")

    assert (top / "seen").read_text() == "message"
    assert subprocess.run(["git", "-C", str(top), "commit", "-qm", "x", "--allow-empty"], check=False).returncode == 1
    remove_git_hooks(config, plan_git_removal(config, top))
    assert theirs.read_bytes() == before


def test_it_is_installed_only_when_asked_and_stays_on_an_update(tmp_path: Path) -> None:
    """`init --git` alone neither brings nor takes it."""
    top = make_repository(tmp_path / "shop")
    config = load({}, os.environ, top)
    hook = top / ".git" / "hooks" / "prepare-commit-msg"

    install_git_hooks(config, plan_git_hooks(config, top))
    assert not hook.exists()
    install_git_hooks(config, plan_git_hooks(config, top, messages=True))
    assert hook.exists()
    assert plan_git_hooks(config, top).changes == []
    assert str(hook) in plan_git_hooks(config, top).unchanged


def test_a_file_that_says_nothing_stays_as_it_is(hooked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does anything happen where collecting is switched off."""
    monkeypatch.chdir(hooked)
    path = hooked / ".git" / "COMMIT_EDITMSG"
    path.write_text("")
    assert not offer_into(path)
    path.write_text("\n# Lines starting\n# with '#' will be ignored\n")
    monkeypatch.setenv("TWICESHY_ENABLED", "false")
    assert not offer_into(path)
    assert path.read_text() == "\n# Lines starting\n# with '#' will be ignored\n"
    monkeypatch.setenv("TWICESHY_ENABLED", "true")
    assert offer_into(path)


@pytest.mark.parametrize("name", ["twiceshy.surfaces.githook", "twiceshy.wings.git.githook"])
def test_a_hook_of_an_older_version_is_answered(hooked: Path, name: str) -> None:
    """It starts a module of another name."""
    path = hooked / ".git" / "COMMIT_EDITMSG"
    path.write_text("\n# Lines starting\n# with '#' will be ignored\n")
    source = (
        f"import runpy, sys; from twiceshy_git.githook import offer_message as one; one._LIMIT_S = {PATIENCE_S}; "
        f"sys.argv = ['', {str(path)!r}]; runpy.run_module('{name}.offer_message', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", source], cwd=hooked, check=False, capture_output=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, b"")
    assert "# twiceshy" in path.read_text()


def test_the_time_is_up_in_silence(tmp_path: Path) -> None:
    """Whatever it was doing then."""
    source = (
        "import time; from twiceshy_git.githook import offer_message as one; one._LIMIT_S = .15; "
        "one.offer_into = lambda path: time.sleep(60); one.main(['x'])"
    )
    done = subprocess.run([sys.executable, "-c", source], check=False, capture_output=True, timeout=30)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert offer_message._LIMIT_S == 0.3
