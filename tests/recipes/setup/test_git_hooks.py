"""Hooks of git come into a repository and go again: what stood there is called meanwhile, and stands there again."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import do_install, list_files, make_commit, make_repository, read_notes, run_git

from twiceshy.base.config import load
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.recipes.setup.git_hooks import plan_git_hooks, plan_git_removal, remove_git_hooks
from twiceshy.records.git_hooks import GitHookPlan

HOOK = b"#!/bin/sh\n# theirs\nprintf '%s\\n' \"$@\" >args\ncat >stdin\nexit 3"
EVENTS = ["post-commit", "post-merge", "post-rewrite", "pre-push"]


def do_remove(top: Path) -> list[GitHookPlan]:
    config = load({}, os.environ, top)
    plans = plan_git_removal(config, top)
    remove_git_hooks(config, plans)
    return plans


def put_hook(top: Path, name: str, data: bytes = HOOK, mode: int = 0o755) -> Path:
    path = top / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_a_commit_and_its_amendment_are_noted(tmp_path: Path) -> None:
    """With the hashes that git itself says, and nothing that is text."""
    top = make_repository(tmp_path / "my shop's")
    config = do_install(top)

    first = make_commit(top, "one")
    second = make_commit(top, "two", "--amend")

    notes = [(note["e"], note["h"], note["w"], note["x"]) for note in read_notes(config)]
    assert notes == [
        ("post-commit", first, "", ""),
        ("post-commit", second, "", ""),
        ("post-rewrite", second, "amend", f"{first}:{second}"),
    ]


@pytest.mark.skipif(not Path("/proc/sys/kernel/random/boot_id").exists(), reason="the system has no such files")
def test_a_note_names_the_processes_above_it(tmp_path: Path) -> None:
    """This one is among them, with its start: so an agent's commit is known from its terminal's."""
    top = make_repository(tmp_path / "shop")
    config = do_install(top)
    start = Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()[19]

    make_commit(top, "one")

    assert f"{os.getpid()}.{start}" in read_notes(config)[0]["p"].split()


def test_without_files_about_processes_there_are_seconds(tmp_path: Path) -> None:
    """As on macOS: a note without ancestors is still a note."""
    top = make_repository(tmp_path / "shop")
    config = do_install(top)
    hook = top / ".git" / "hooks" / "post-merge"
    hook.write_text(hook.read_text().replace("/proc/", "/nowhere/"))

    subprocess.run([hook, "1"], cwd=top, check=True)

    (note,) = read_notes(config)
    assert (note["w"], note["p"], "t" in note) == ("squash", "", False)
    assert abs(int(note["s"]) - time.time()) < 60


def test_a_hook_that_stood_there_is_called_as_before(tmp_path: Path) -> None:
    """With its arguments, what git writes to it, and its exit status."""
    top = make_repository(tmp_path / "shop")
    put_hook(top, "post-rewrite")
    put_hook(top, "pre-push")
    do_install(top)
    folder = top / ".git" / "hooks"

    done = [
        subprocess.run([folder / "post-rewrite", "rebase"], input=b"a b\nc d extra\n", cwd=top, check=False),
        subprocess.run([folder / "pre-push", "origin", "an url"], input=b"no pair\0\n", cwd=top, check=False),
    ]

    assert [one.returncode for one in done] == [3, 3]
    assert (top / "args").read_text() == "origin\nan url\n"
    assert (top / "stdin").read_bytes() == b"no pair\0\n"
    subprocess.run([folder / "post-rewrite", "rebase"], input=b"a b\nc d extra\n", cwd=top, check=False)
    assert ((top / "args").read_text(), (top / "stdin").read_bytes()) == ("rebase\n", b"a b\nc d extra\n")


def test_everything_is_as_before_after_a_removal(tmp_path: Path) -> None:
    """Bytes, rights, links, and folders that were not there; even a hook that git would not call."""
    top = make_repository(tmp_path / "shop")
    before_all = list_files(top)
    do_install(top)
    do_remove(top)
    assert list_files(top) == before_all
    assert not (top / ".git" / "hooks").exists()
    put_hook(top, "post-commit", b"#!/bin/sh\r\nexit 0\xff", 0o750)
    put_hook(top, "pre-push", b"", 0o600)
    (top / ".git" / "hooks" / "post-merge").symlink_to("../../nowhere")
    before = list_files(top)

    do_install(top)
    do_install(top)
    do_remove(top)

    assert list_files(top) == before
    assert do_remove(top) == []


@pytest.mark.parametrize(("setting", "there"), [("", True), ("none", False)])
def test_a_repository_with_hooks_has_a_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, there: bool
) -> None:
    """Unless the settings say that none is kept; a removal takes an empty one away."""
    monkeypatch.setenv("TWICESHY_MEMORY_KEEP", setting)
    top = make_repository(tmp_path / "shop")

    do_install(top)

    assert (top / ".git" / "twiceshy").is_dir() == there
    do_remove(top)
    assert not (top / ".git" / "twiceshy").exists()


def test_installing_again_changes_nothing(tmp_path: Path) -> None:
    """Each file is as it should be, and the repository keeps its id."""
    top = make_repository(tmp_path / "shop")
    config = do_install(top)
    before = list_files(top)

    plan = plan_git_hooks(config, top)

    assert (plan.changes, plan.refusals, len(plan.unchanged)) == ([], [], 4)
    assert list_files(top) == before


def test_hooks_whose_record_is_lost_are_known_again(tmp_path: Path) -> None:
    """By what they write to: installing again remembers them, so that they can be removed."""
    top = make_repository(tmp_path / "shop")
    put_hook(top, "post-merge")
    before = list_files(top)
    config = do_install(top)
    key = plan_git_hooks(config, top).repository.id
    (config.home / "git-hooks.json").unlink()
    assert do_remove(top) == []

    do_install(top)

    assert plan_git_hooks(config, top).repository.id == key
    do_remove(top)
    assert list_files(top) == before


def test_a_hook_that_was_changed_since_is_left_and_named(tmp_path: Path) -> None:
    """A person's words are a person's."""
    top = make_repository(tmp_path / "shop")
    put_hook(top, "post-commit")
    do_install(top)
    path = top / ".git" / "hooks" / "post-commit"
    path.write_bytes(path.read_bytes() + b"echo mine\n")

    (plan,) = do_remove(top)

    assert [refusal.path for refusal in plan.refusals] == [str(path)]
    assert path.read_bytes().endswith(b"echo mine\n")
    assert (top / ".git" / "hooks" / "post-commit.before-twiceshy").exists()
    assert not (top / ".git" / "hooks" / "post-merge").exists()


@pytest.mark.parametrize("word", ["0", "off", "False", "NO"])
def test_switched_off_it_notes_nothing(tmp_path: Path, word: str) -> None:
    """And still calls what stood there."""
    top = make_repository(tmp_path / "shop")
    put_hook(top, "post-merge")
    config = do_install(top)
    hook = top / ".git" / "hooks" / "post-merge"

    done = subprocess.run([hook, "1"], env=os.environ | {"TWICESHY_ENABLED": word}, stdin=-3, cwd=top, check=False)

    assert (done.returncode, read_notes(config)) == (3, [])


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ("enabled = false\n", 0),
        ('# mine\n\n"enabled"=false # for now', 0),
        ("enabled = true\n", 1),
        ("[report]\nenabled = false\n", 1),
        ("enabled_not = false\n", 1),
    ],
)
def test_a_persons_settings_switch_it_off(tmp_path: Path, settings: str, count: int) -> None:
    """As far as the plain first lines tell, as for the hooks of agents."""
    top = make_repository(tmp_path / "shop")
    config = do_install(top)
    config.user_file.parent.mkdir(parents=True, exist_ok=True)
    config.user_file.write_text(settings)

    subprocess.run([top / ".git" / "hooks" / "post-merge", "0"], cwd=top, check=True)

    assert len(read_notes(config)) == count


def test_a_data_folder_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    """Whoever deletes it wants no more of it, and commits go on."""
    top = make_repository(tmp_path / "shop")
    config = do_install(top)
    shutil.rmtree(config.home)

    make_commit(top, "one")

    assert not config.home.exists()


def test_a_full_or_closed_spool_costs_no_commit(tmp_path: Path) -> None:
    """A folder stands where the file should be: nothing is said, and git goes on."""
    top = make_repository(tmp_path / "shop")
    config = do_install(top)
    boot = Path("/proc/sys/kernel/random/boot_id")
    name = boot.read_text().strip() if boot.exists() else "none"
    (config.home / "spool" / f"git-{name}.lines").mkdir()

    done = subprocess.run([top / ".git" / "hooks" / "post-merge", "0"], cwd=top, capture_output=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_in_a_bare_repository_it_says_that_nobody_commits_there(tmp_path: Path) -> None:
    """And outside of any that there is none."""
    run_git(tmp_path, "init", "-q", "--bare", "shop.git")
    config = load({}, os.environ, tmp_path)

    with pytest.raises(UsageError, match="bare repository"):
        plan_git_hooks(config, tmp_path / "shop.git")
    with pytest.raises(SourceError, match="not inside a git repository"):
        plan_git_hooks(config, tmp_path)
