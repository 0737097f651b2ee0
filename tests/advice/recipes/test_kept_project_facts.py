"""advice.recipes.kept_project_facts: what a brief says is kept when sessions are learned from."""

from pathlib import Path

import pytest
from tests.recipes.sample_store import fill_with_sample

from twiceshy.advice.recipes import briefing
from twiceshy.advice.recipes.kept_project_facts import find_facts, keep_project_facts
from twiceshy.archive.db import Store
from twiceshy.archive.kept_facts import read_kept_facts
from twiceshy.base.config import Config
from twiceshy.base.values import Project, Scope
from twiceshy.records.lessons import SpentBudget
from twiceshy.records.project_facts import ProjectFactKind


@pytest.fixture
def sample(tmp_path: Path) -> Config:
    return fill_with_sample(tmp_path)


def test_what_is_kept_is_what_is_found(sample: Config) -> None:
    """By the project's identity; another project, even of that name elsewhere, has none."""
    assert keep_project_facts(sample) == keep_project_facts(sample)
    with Store.open(sample.home, readonly=True) as store:
        found = find_facts(store, Scope())
        first = found[0]
        kept = read_kept_facts(store.connection, first.project_identity, first.project)
        assert [fact.says for fact in kept] == [
            fact.says for fact in found if fact.project_identity == first.project_identity
        ]
        assert read_kept_facts(store.connection, "remote:example.test/other/shop", first.project) == ()


def test_a_brief_says_them_once(sample: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a session's start; a later brief of the session does not say them again."""
    keep_project_facts(sample)
    with Store.open(sample.home, readonly=True) as store:
        test = next(fact for fact in find_facts(store, Scope()) if fact.kind is ProjectFactKind.TEST)
    here = Project(identity=test.project_identity, name=test.project)
    monkeypatch.setattr(briefing, "find_stored_project", lambda *_: here)

    assert test.command in briefing.brief_start(sample, Path()).words
    assert test.command in briefing.brief_task(sample, Path(), "rotate tokens").facts[0]
    assert briefing.brief_task(sample, Path(), "rotate tokens", taken=SpentBudget(size=9)).facts == ()
