"""What is known about a task is gathered within a limit, and what cannot be read is left out."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.lessons.builders import SEEN, a_lesson

from twiceshy.advice.brief_words import is_standing, select_close
from twiceshy.advice.recipes import briefing
from twiceshy.archive.kept_facts import KeptProject
from twiceshy.base.config import Config, load
from twiceshy.base.values import Project
from twiceshy.judgement.outcomes.file_past import describe_past
from twiceshy.records.effects import Observation
from twiceshy.records.kept_knowledge import KeptFact, ProjectFactKind
from twiceshy.records.lessons import LessonState, NearLesson

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def an_edit(session: int, *, bad: bool, unread: bool = False, path: str = "src/api/auth.py", n: int = 1) -> Observation:
    return Observation(
        unit="edit",
        session=bytes([session]),
        project="shop",
        agent="claude-code",
        model="m",
        at=NOW,
        path=path,
        did={"blind-edit": unread},
        became={"failed": False, "corrected": bad},
        n=n,
    )


SEEN_EDITS = [an_edit(1, bad=True, unread=True, n=2), an_edit(2, bad=False, n=5), an_edit(2, bad=True)]


@pytest.mark.parametrize("name", ["src/api/auth.py", "auth.py", "./api/auth.py", "/home/ann/shop/src/api/auth.py"])
def test_a_files_past_is_found_by_any_form_of_its_path(name: str) -> None:
    """Its end, or more than its path."""
    found = describe_past(name, SEEN_EDITS)

    assert found is not None
    assert (found.path, found.edits, found.bad, found.sessions) == ("src/api/auth.py", 8, 3, 2)
    assert (found.unread, found.unread_bad) == (2, 2)


@pytest.mark.parametrize("name", ["th.py", "other.py", "auth.pyc", ""])
def test_another_file_has_another_past(name: str) -> None:
    """A part of a name is no name."""
    assert describe_past(name, SEEN_EDITS) is None


def test_a_name_that_two_files_share_tells_nothing() -> None:
    """Which of them is meant is not known; nor is how edits ended of which nothing is known."""
    assert describe_past("auth.py", [*SEEN_EDITS, an_edit(3, bad=True, path="lib/auth.py")]) is None
    assert describe_past("auth.py", [replace(one, became={}) for one in SEEN_EDITS]) is None


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("fix src/api/auth.py and tests/test_auth.py, please", ["src/api/auth.py", "tests/test_auth.py"]),
        ("what does `auth.py:12` do?", ["auth.py"]),
        ("see https://example.test/a.html", []),
        ("version 1.2.3 e.g. now", []),
    ],
)
def test_files_are_read_from_the_task(prompt: str, found: list[str]) -> None:
    """Paths and names with an ending, no addresses."""
    assert briefing.PATHS.findall(prompt) == found


def test_only_what_is_sure_or_a_persons_stands() -> None:
    """And holds in this project."""
    sure = a_lesson(state=LessonState.ACTIVE, confidence=0.9, scope_of="shop")

    assert is_standing(sure, "shop")
    assert is_standing(replace(sure, confidence=0.5, state=LessonState.PROMOTED), "shop")
    assert is_standing(replace(sure, scope="user", state=LessonState.PROMOTED), "api")
    assert not is_standing(replace(sure, scope="user"), "api")
    assert not is_standing(replace(sure, confidence=0.8), "shop")
    assert not is_standing(replace(sure, state=LessonState.SHADOW), "shop")


def test_the_store_gives_what_it_knows(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The past of named files while there is time for it."""
    monkeypatch.setattr(briefing, "read_project_observations", lambda *_: SEEN_EDITS)

    found = briefing.brief_task(config, Path.cwd(), "rework auth.py", files=["lib/none.py"])
    late = briefing.brief_task(config, Path.cwd(), "rework auth.py", until=time.monotonic() + 0.1)

    assert [past.edits for past in found.pasts] == [8]
    assert found.words
    assert not late.words


def test_what_is_much_less_near_is_not_told() -> None:
    """One thing rather than five."""
    some = [NearLesson(lesson=a_lesson(), similarity=near, score=1.0) for near in (0.9, 0.82, 0.8, 0.5)]

    assert [one.similarity for one in select_close(some)] == [0.9, 0.82]
    assert [one.similarity for one in select_close(some, 0.85)] == [0.9]
    assert select_close(some, 0.95) == select_close([]) == []


def test_nothing_stored_nothing_told(config: Config) -> None:
    """And no store is made."""
    assert briefing.brief_task(config, Path.cwd(), "anything").words == ""
    assert briefing.brief_start(config, Path.cwd()).words == ""
    assert not config.home.exists()


def test_the_surest_of_this_project_stand_first(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at most, a person's before any other."""
    some = [
        a_lesson(
            id=f"l-{number:016x}",
            state=LessonState.ACTIVE,
            confidence=0.85 + number / 100,
            scope_of="shop",
            last_seen=SEEN,
        )
        for number in range(4)
    ]
    mine = replace(some[0], id="l-00000000000000ff", state=LessonState.PROMOTED)
    monkeypatch.setattr(briefing, "has_store", lambda _: True)
    monkeypatch.setattr(briefing, "find_project", lambda _: Project(identity="folder:/shop", name="shop"))
    monkeypatch.setattr(briefing, "list_lessons", lambda *_: [*some, mine])
    kept = KeptFact(ProjectFactKind.TEST, "", "`npm test`", "", 9, 9)
    monkeypatch.setattr(briefing, "_read_known", lambda *_: KeptProject("", "shop", (kept,)))

    found = briefing.brief_start(config, Path.cwd())
    assert [near.lesson.id for near in found.lessons] == [mine.id, some[3].id]
    assert found.words.splitlines()[1] == "Tests: `npm test` (used 9 times)."


def test_what_the_projects_own_file_says_is_not_told_again(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor what it contradicts; where the form in most use stands there, no other of its kind is told."""
    facts = (
        KeptFact(ProjectFactKind.TEST, "Tests run with `mise run test`.", "`mise run test`", "", 9, 9),
        KeptFact(ProjectFactKind.TEST, "Part of the tests runs with `go test`.", "`go test`", "", 9, 9, part=True),
        KeptFact(ProjectFactKind.LINT, "Lint runs with `golangci-lint run`.", "`golangci-lint run`", "", 9, 9),
        KeptFact(ProjectFactKind.BUILD, "The build runs with `go build ./...`.", "`go build ./...`", "", 9, 9),
    )
    monkeypatch.setattr(briefing, "has_store", lambda _: True)
    monkeypatch.setattr(briefing, "list_lessons", lambda *_: [])
    monkeypatch.setattr(briefing, "_read_known", lambda *_: KeptProject("", "shop", facts))
    (tmp_path / ".git").mkdir()
    (tmp_path / "web").mkdir()
    here = tmp_path / "web"
    whole = briefing.brief_start(config, here).words
    assert [name in whole for name in ("mise run test", "golangci-lint run", "go build")] == [True] * 3

    (tmp_path / "CLAUDE.md").write_text("@docs/testing.md\n\nUse mise, not `go build` directly.\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "testing.md").write_text("## Tests\n\n```\nmise test\n```\n")

    assert briefing.brief_start(config, here).words.splitlines()[1:] == ["Lint: `golangci-lint run` (used 9 times)."]
