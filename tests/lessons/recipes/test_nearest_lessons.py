"""Lessons that a text is about, from the store."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.lessons.builders import SEEN, a_lesson

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.vectors import ArchiveVectors
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scrubbed
from twiceshy.lessons.recipes import lesson_vectors, nearest_lessons
from twiceshy.lessons.recipes.lesson_reviews import decide, delete, edit
from twiceshy.lessons.recipes.lesson_vectors import SentenceModel, check, refresh
from twiceshy.lessons.recipes.nearest_lessons import find_nearest
from twiceshy.recipes.learn.learn_all import BudgetSpent
from twiceshy.records.lessons import EMBEDDING_MODEL, Lesson, LessonState, SimilarityMethod
from twiceshy.records.upkeep import CheckState as Health
from twiceshy.stats.text.embedding import Floats

NOW = SEEN + timedelta(days=1)


@pytest.fixture
def config(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.delenv("TWICESHY_TOOLS_MINILM", raising=False)
    return load({}, os.environ, scratch_home)


def kept(config: Config, *lessons: Lesson) -> None:
    with Store.open(config.home) as store, store.begin_writing() as connection:
        for lesson in lessons:
            writing.add(connection, lesson, imported=True)


AWAIT = a_lesson(state=LessonState.ACTIVE)
REBASE = a_lesson(
    id="l-00000000000000bb",
    slug="git_rebase_00000000",
    subject="git",
    description=Scrubbed("git rebase stops at unstaged changes"),
    root_cause=Scrubbed(""),
    state=LessonState.ACTIVE,
)


def test_the_lesson_that_a_text_is_about_is_found(config: Config) -> None:
    """Without a model by its letters, and the answer says so."""
    kept(config, AWAIT, REBASE)
    found = find_nearest(config, "the coroutine in fetch was never awaited", now=NOW)

    assert [one.lesson.id for one in found.lessons] == [AWAIT.id, REBASE.id]
    assert found.by is SimilarityMethod.LETTERS


def test_nothing_is_an_answer(config: Config) -> None:
    """Where nothing is like the text at all, and where nothing was ever stored."""
    assert find_nearest(config, "anything", now=NOW).lessons == ()
    kept(config, AWAIT, REBASE)
    assert find_nearest(config, "zzz 123", now=NOW).lessons == ()
    assert find_nearest(config, "", now=NOW).lessons == ()


def test_only_what_is_asked_for(config: Config) -> None:
    """By tool, and by state: shadows are not shown."""
    kept(config, AWAIT, a_lesson(id="l-00000000000000cc", slug="x_async_00000000"))
    text = "a coroutine was never awaited"

    assert [one.lesson.id for one in find_nearest(config, text, now=NOW).lessons] == [AWAIT.id]
    assert find_nearest(config, text, tool="git", now=NOW).lessons == ()
    assert len(find_nearest(config, text, states=frozenset(LessonState), now=NOW).lessons) == 2


class Colours:
    """A model of three words: red is a kind of coroutine, the rest of the world is elsewhere."""

    model = EMBEDDING_MODEL

    def vectors(self, texts: Sequence[str]) -> Floats:
        found = np.zeros((len(texts), 384), np.float32)
        for place, text in enumerate(texts):
            self.asked.append(text)
            found[place, 0] = 1 + 9 * ("coroutine" in text or "red" in text)
            found[place, 1] = 10 * ("rebase" in text)
            found[place, 2] = 10 * ("fence" in text)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found

    def __init__(self) -> None:
        self.asked: list[str] = []


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Colours:
    colours = Colours()
    for module in (lesson_vectors, nearest_lessons):
        monkeypatch.setattr(module, "embedder", lambda _: SentenceModel(colours))
    return colours


def test_with_a_model_by_meaning(config: Config, model: Colours) -> None:
    """Words that share no letter are found, the nearest first, however near the others are."""
    kept(config, AWAIT, REBASE)
    assert find_nearest(config, "red", now=NOW).by is SimilarityMethod.LETTERS
    assert find_nearest(config, "red", now=NOW).missing == nearest_lessons.UNREADY
    assert refresh(config) == 2

    found = find_nearest(config, "red", now=NOW)
    assert ([one.lesson.id for one in found.lessons], found.by, found.missing) == (
        [AWAIT.id, REBASE.id],
        SimilarityMethod.MEANING,
        "",
    )
    assert found.lessons[0].similarity > 0.9
    assert found.lessons[1].similarity < 0.2
    assert all(one.similarity < 0.2 for one in find_nearest(config, "the fence", now=NOW).lessons)
    assert [one.lesson.id for one in find_nearest(config, "red", tool="git", now=NOW).lessons] == [REBASE.id]
    assert model.asked[-1] == "git: red"


def test_vectors_follow_the_words(config: Config, model: Colours) -> None:
    """Only what changed is made again; an edited lesson is found by its new words."""
    kept(config, AWAIT, REBASE)
    assert (refresh(config), refresh(config)) == (2, 0)

    edit(config, REBASE.id, "paint the fence", None, NOW)
    assert refresh(config) == 1
    assert find_nearest(config, "fence", now=NOW).lessons[0].lesson.id == REBASE.id

    delete(config, REBASE.id, NOW)
    assert [one.lesson.id for one in find_nearest(config, "fence", now=NOW).lessons] == [AWAIT.id]


def test_muted_lessons_have_no_vector(config: Config, model: Colours) -> None:
    """It goes with the next refreshing."""
    kept(config, AWAIT, REBASE)
    refresh(config)
    decide(config, AWAIT.id, LessonState.MUTED, NOW)
    refresh(config)

    with Store.open(config.home, readonly=True) as store:
        assert len(ArchiveVectors(store.connection, EMBEDDING_MODEL).marks()) == 1


def test_those_that_fit_are_found_behind_many_that_do_not(
    config: Config, model: Colours, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search goes on until enough fit or nothing more is near."""
    monkeypatch.setattr(nearest_lessons, "LOOKED_AT", 2)
    others = [
        a_lesson(id=f"l-{number:016x}", slug=f"o_{number}", subject="other", state=LessonState.ACTIVE)
        for number in range(1, 40)
    ]
    kept(config, *others, AWAIT)
    refresh(config)

    assert [one.lesson.id for one in find_nearest(config, "red", tool="python", k=1, now=NOW).lessons] == [AWAIT.id]


def test_a_spent_budget_stops_between_groups(config: Config, model: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored stays; the next run goes on."""
    monkeypatch.setattr(lesson_vectors, "AT_ONCE", 1)
    kept(config, AWAIT, REBASE)
    calls = []

    def pause() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise BudgetSpent

    with pytest.raises(BudgetSpent):
        refresh(config, pause)
    assert refresh(config) == 1


def test_doctor_says_by_what(config: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Letters without a model, or without NumPy; meaning with one, and how many are ready; a wrong setting."""
    assert "twiceshy tools install minilm" in check(config).advice
    assert refresh(config) == 0

    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"not read")
    with_model = replace(config, tools_minilm=weights)
    assert check(with_model).words == "found by meaning; 0 are ready for it"
    kept(config, AWAIT)
    assert check(with_model).words == "found by meaning; 0 of 1 are ready for it"
    found = find_nearest(with_model, "a coroutine was never awaited", now=NOW)
    assert (found.by, len(found.lessons)) == (SimilarityMethod.LETTERS, 1)
    assert "not the published model" in found.missing

    weights.unlink()
    assert check(replace(with_model, origins={"tools.minilm": "here"})).state is Health.PROBLEM
    monkeypatch.setattr(lesson_vectors, "find_spec", lambda _: None)
    assert ".[meaning]" in check(config).advice
    assert ".[meaning]" in find_nearest(config, "coroutine", now=NOW).missing


def test_chroma_that_is_not_there_is_said(config: Config, model: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    """And lessons are found by letters all the same."""
    monkeypatch.setitem(sys.modules, "chromadb", None)
    kept(config, AWAIT)
    found = find_nearest(replace(config, lessons_vectors="chroma"), "a coroutine was never awaited", now=NOW)

    assert (found.by, len(found.lessons)) == (SimilarityMethod.LETTERS, 1)
    assert ".[chroma]" in found.missing


def test_of_many_lessons_the_right_one_is_found_by_letters(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those with the text's rarer words are compared; nothing is still an answer."""
    monkeypatch.setattr(nearest_lessons, "FEW", 10)
    monkeypatch.setattr(nearest_lessons, "SAMPLED", 10)
    others = [
        a_lesson(
            id=f"l-{number:016x}",
            slug=f"x_{number}",
            subject="go",
            description=Scrubbed(f"page {number} is gone"),
            root_cause=Scrubbed(""),
            state=LessonState.ACTIVE,
        )
        for number in range(1, 40)
    ]
    kept(config, AWAIT, REBASE, *others)

    assert [one.lesson.id for one in find_nearest(config, "git rebase: unstaged changes", now=NOW).lessons] == [
        REBASE.id
    ]
    assert find_nearest(config, "paint the fence", now=NOW).lessons == ()
    assert find_nearest(config, "git rebase: unstaged changes", tool="go", now=NOW).lessons == ()


def test_where_nothing_can_be_found_no_model_is_loaded(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """No lesson holds in this project, on this tool or in these states."""
    kept(config, replace(AWAIT, scope="project", scope_of="shop"))
    asked: list[Config] = []

    def embedder(config: Config) -> SentenceModel:
        asked.append(config)
        return SentenceModel(None)

    monkeypatch.setattr(nearest_lessons, "embedder", embedder)
    text = "a coroutine was never awaited"

    assert find_nearest(config, text, project="other", now=NOW).lessons == ()
    assert find_nearest(config, text, tool="git", now=NOW).lessons == ()
    assert find_nearest(config, text, states=frozenset({LessonState.SHADOW}), now=NOW).lessons == ()
    assert asked == []
    assert len(find_nearest(config, text, project="shop", now=NOW).lessons) == 1
