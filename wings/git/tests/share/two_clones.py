"""A made-up project: a bare repository that two clones share, and a data folder for each clone."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.logs.collect.read_commits import read_commits
from twiceshy.logs.projects import find_project
from twiceshy_git.share.kept_repositories import KeptRepository, find_repository, make_scrubber

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def git(folder: Path, *words: str) -> str:
    """Run git there, and return what it printed."""
    ran = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True, text=True)
    return ran.stdout.strip()


class Clone:
    """One clone, with the data folder of its user."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        config = load({"home": str(folder.with_name(f"{folder.name}-data"))}, {}, folder)
        self.config: Config = replace(config, **settings)  # type: ignore[arg-type]  # settings by name
        self.sessions = 0

    def open(self) -> Store:
        """Open its store."""
        return Store.open(self.config.home)

    def find(self, store: Store) -> KeptRepository:
        """Return its repository."""
        return find_repository(store, self.config, self.folder)

    def work(self, prompt: str, text: str = "def pay():\n    return 1\n") -> Log:
        """Record a session here that says and edits something."""
        self.sessions += 1
        with self.open() as store:
            log = self.log(f"{self.folder.name}{self.sessions}", prompt, text)
            stored(store, log)
        return log

    def log(self, name: str, prompt: str, text: str) -> Log:
        """Return a session's log."""
        at = START + timedelta(hours=self.sessions)
        log = Log(name, find_project(self.folder).identity, at)
        log.opened(cwd=str(self.folder)).prompt(prompt).call("look", "make test").result("look", "ok")
        return log.call("write", tool="Edit").edit("write", "", text).reply("done")

    def commit(self, message: str, text: str = "1\n") -> str:
        """Commit a file, read the commits, and return the hash."""
        (self.folder / "shop.py").write_text(text)
        git(self.folder, "add", "shop.py")
        git(self.folder, "commit", "-q", "-m", message)
        with self.open() as store:
            read_commits(store, make_scrubber(store, self.config), [str(self.folder)])
        return git(self.folder, "rev-parse", "HEAD")


class TwoClones:
    """Two clones of one project, with one commit."""

    def __init__(self, root: Path) -> None:
        self.origin = root / "shop.git"
        git(root, "init", "-q", "--bare", "-b", "main", str(self.origin))
        git(root, "clone", "-q", str(self.origin), "ann")
        (root / "ann" / "README.md").write_text("shop\n")
        git(root / "ann", "checkout", "-q", "-b", "main")
        git(root / "ann", "add", "-A")
        git(root / "ann", "commit", "-q", "-m", "Begin the shop")
        git(root / "ann", "push", "-q", "origin", "main")
        git(root, "clone", "-q", str(self.origin), "bob")
        self.ann, self.bob = Clone(root / "ann"), Clone(root / "bob")
