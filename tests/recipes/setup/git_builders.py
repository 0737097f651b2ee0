"""Repositories with hooks of git, and what they noted."""

import os
import subprocess
from pathlib import Path

import orjson

from twiceshy.base.config import Config, load
from twiceshy.recipes.setup.git_hooks import install_git_hooks, plan_git_hooks


def run_git(folder: Path, *words: str, env: dict[str, str] | None = None) -> str:
    """Call git as a person does; it must go well."""
    command = ["git", "-C", str(folder), "-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_repository(top: Path) -> Path:
    """Make one without a commit; so no call of git is needed but one."""
    top.mkdir(parents=True)
    run_git(top, "init", "-q", "--template=")
    return top


def make_commit(top: Path, text: str, *words: str, env: dict[str, str] | None = None) -> str:
    """Commit a file with that text; return the hash."""
    (top / "a.txt").write_text(text)
    run_git(top, "add", "a.txt")
    run_git(top, "commit", "-qm", text, *words, env=env)
    return run_git(top, "rev-parse", "HEAD").strip()


def do_install(top: Path) -> Config:
    """Install the hooks that fit there; return the settings."""
    config = load({}, os.environ, top)
    install_git_hooks(config, plan_git_hooks(config, top))
    return config


def read_notes(config: Config) -> list[dict[str, str]]:
    """The lines of the spool, oldest first."""
    lines = [line for path in (config.home / "spool").glob("git-*.lines") for line in path.read_bytes().split(b"\n")]
    return [orjson.loads(line) for line in lines if line]


def list_files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Rights and bytes of every file below a folder; of a link where it leads."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes(),
        )
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }
