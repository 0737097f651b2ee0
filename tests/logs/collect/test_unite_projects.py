"""A project stays one, whatever its remote is called and wherever its work trees lay; unrelated code stays apart."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.logs.builders import a_session

from twiceshy.advice.recipes import briefing
from twiceshy.archive import lesson_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads.lessons import read_lessons
from twiceshy.base.config import Config, load
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.history.project_here import find_stored_project
from twiceshy.records.lessons import Lesson, LessonState

REMOTE = "https://git.example.test/shop/web-shop.git"


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


def make_repository(folder: Path, text: str = "one") -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    (folder / "total.py").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", f"Add {text}")
    return folder


@dataclass
class Place:
    """A data folder with logs beside it."""

    config: Config
    logs: Path
    number: int = 0

    def work(self, folder: Path | str, times: int = 1) -> None:
        """Have sessions in a folder in which the same test fails, and store them."""
        for _ in range(times):
            self.number += 1
            log = a_session(f"s{self.number}", cwd=str(folder)).prompt("make the total right")
            log.reads(f"{folder}/total.py", "one\n")
            for _ in range(3):
                log.fails("Bash", "Exit code 1\nerror: unknown option '--fast'", command="pytest --fast")
            log.runs("pytest", "1 passed").says("Done.").write(self.logs / f"s{self.number}.jsonl")
        ingest([self.logs], self.config)

    def list_projects(self) -> list[tuple[str, str, int]]:
        """Return identity, name and sessions of each project."""
        with Store.open(self.config.home, readonly=True) as store:
            return store.connection.execute(
                """SELECT p.identity, p.name, count(*) FROM project p JOIN session s ON s.project_id = p.id
                GROUP BY p.id ORDER BY p.id"""
            ).fetchall()

    def name(self, folder: Path) -> tuple[str, str]:
        """Return what a session in the folder would be told of: identity and name."""
        with Store.open(self.config.home, readonly=True) as store:
            found = find_stored_project(store, folder)
            return found.identity, found.name


@pytest.fixture
def place(tmp_path: Path, scratch_home: Path) -> Place:
    (tmp_path / "logs").mkdir()
    env = {**os.environ, "TWICESHY_HOME": str(tmp_path / "data"), "TWICESHY_ADVICE_HELD_BACK_PERCENT": "0"}
    return Place(load({}, env, scratch_home), tmp_path / "logs")


def test_a_project_keeps_its_identity_when_a_remote_comes_and_goes(place: Place, tmp_path: Path) -> None:
    """One row, one name, however it is met; also before the next session is stored."""
    shop = make_repository(tmp_path / "w" / "web-shop")
    place.work(shop)
    root = git(shop, "rev-list", "--max-parents=0", "HEAD")
    known = (f"root:{root}", "web-shop")
    assert place.list_projects() == [(*known, 1)]

    git(shop, "remote", "add", "origin", REMOTE)
    assert place.name(shop) == known
    place.work(shop)
    git(shop, "remote", "set-url", "origin", "git@git.example.test:shop/the-shop.git")
    assert place.name(shop) == known
    place.work(shop)
    git(shop, "remote", "remove", "origin")
    assert place.name(shop) == known
    place.work(shop)
    assert place.list_projects() == [(*known, 4)]


def test_a_project_that_began_with_a_remote_keeps_it(place: Place, tmp_path: Path) -> None:
    """Its name too: not that of the folder, which is another here."""
    shop = make_repository(tmp_path / "w" / "checkout")
    git(shop, "remote", "add", "origin", REMOTE)
    place.work(shop)
    known = ("remote:git.example.test/shop/web-shop", "web-shop")

    git(shop, "remote", "remove", "origin")
    assert place.name(shop) == known
    place.work(shop)
    git(shop, "remote", "add", "origin", "https://git.example.test/shop/renamed")
    place.work(shop)
    assert place.list_projects() == [(*known, 3)]
    assert place.name(shop.parent) == (f"folder:{tmp_path}/w", "w")


def test_work_trees_and_clones_are_one_project(place: Place, tmp_path: Path) -> None:
    """Those that are here, those that are gone, and a clone by its path."""
    shop = make_repository(tmp_path / "w" / "web-shop")
    git(shop, "worktree", "add", "-q", "--detach", str(tmp_path / "elsewhere" / "fix"))
    git(tmp_path, "clone", "-q", str(shop), str(tmp_path / "copy"))
    for folder in (
        shop,
        tmp_path / "elsewhere" / "fix",
        tmp_path / "copy",
        shop / ".worktrees" / "1",
        shop / ".claude" / "worktrees" / "calm-fox",
        f"{shop}-worktrees/fix-it",
    ):
        place.work(folder)

    assert [(name, count) for _, name, count in place.list_projects()] == [("web-shop", 6)]


def test_old_rows_of_work_trees_go_into_their_project(place: Place, tmp_path: Path) -> None:
    """A store of an older version called them `1` and `2`; their lessons are told under the project's name."""
    for number in (1, 2):
        place.work(f"/gone/web-shop/.worktrees/{number}")
    with Store.open(place.config.home) as store, store.begin_writing() as connection:
        for number in (1, 2):  # as they were stored
            identity = f"folder:/gone/web-shop/.worktrees/{number}"
            connection.execute("INSERT INTO project (identity, name) VALUES (?, ?)", (identity, str(number)))
            connection.execute(
                "UPDATE session SET project_id = (SELECT id FROM project WHERE identity = ?) WHERE cwd = ?",
                (identity, identity.removeprefix("folder:")),
            )
        connection.execute("DELETE FROM project WHERE id NOT IN (SELECT project_id FROM session)")
    learn_lessons(place.config)
    with Store.open(place.config.home, readonly=True) as store:
        assert {one.scope for one in read_stored(store)} == {"user"}

    ingest([place.logs], place.config)

    assert place.list_projects() == [("folder:/gone/web-shop", "web-shop", 2)]
    with Store.open(place.config.home, readonly=True) as store:
        assert {(one.scope, one.scope_of, one.projects) for one in read_stored(store)} == {("project", "web-shop", 1)}


def read_stored(store: Store) -> list[Lesson]:
    return list(read_lessons(store.connection))


def test_without_a_remote_lessons_are_told_like_with_one(place: Place, tmp_path: Path) -> None:
    """At the start of a session, and still when a remote was added a moment ago."""
    shop = make_repository(tmp_path / "w" / "web-shop")
    place.work(shop, times=4)
    learn_lessons(place.config)
    with Store.open(place.config.home) as store, store.begin_writing() as connection:
        for one in read_stored(store):
            lesson_rows.set_states(connection, {bytes.fromhex(one.id.partition("-")[2]): LessonState.PROMOTED})
            assert one.scope_of == "web-shop"

    before = briefing.brief_start(place.config, shop).lessons
    git(shop, "remote", "add", "origin", REMOTE)

    assert before
    assert briefing.brief_start(place.config, shop).lessons == before


def test_copies_of_a_template_part_when_each_has_its_own_address(place: Place, tmp_path: Path) -> None:
    """They share the first commit; until then nothing tells them apart."""
    template = make_repository(tmp_path / "template")
    for name in ("app", "bot"):
        git(tmp_path, "clone", "-q", str(template), name)
        git(tmp_path / name, "remote", "remove", "origin")
        place.work(tmp_path / name)
    assert len(place.list_projects()) == 1

    for name in ("app", "bot"):
        git(tmp_path / name, "remote", "add", "origin", f"https://git.example.test/shop/{name}")
    ingest([place.logs], place.config)

    found = sorted((identity.partition(":")[0], name, count) for identity, name, count in place.list_projects())
    assert found == [("remote", "app", 1), ("remote", "bot", 1)]


def test_another_repository_at_an_old_path_is_another_project(place: Place, tmp_path: Path) -> None:
    """It has no commit of the one that was there; nor is a fork beside its original the same."""
    shop = make_repository(tmp_path / "w" / "web-shop")
    git(shop, "remote", "add", "origin", REMOTE)
    place.work(shop)
    git(tmp_path, "clone", "-q", str(shop), "fork")
    git(tmp_path / "fork", "remote", "set-url", "origin", "https://git.example.test/ann/web-shop")
    place.work(tmp_path / "fork")
    shop.rename(tmp_path / "moved")
    make_repository(shop, "other")
    git(shop, "remote", "add", "origin", "https://git.example.test/shop/other")

    assert place.name(shop)[0] == "remote:git.example.test/shop/other"
    place.work(shop)
    assert [(identity.rpartition("test/")[2], count) for identity, _, count in place.list_projects()] == [
        ("shop/web-shop", 1),
        ("ann/web-shop", 1),
        ("shop/other", 1),
    ]
