"""twiceshy_git.memory_recipes.session_entries: which facts of a project's sessions go into its memory."""

from collections import Counter
from pathlib import Path

import pytest
from tests.recipes.sample_store import fill_with_sample

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy_git.memory.envelope import encode
from twiceshy_git.memory_recipes.memory_entries import (
    SharedWords,
    choose_words,
    hash_sessions,
    list_session_records,
)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return fill_with_sample(tmp_path_factory.mktemp("sample"))


def project_of(store: Store) -> str:
    return str(
        store.connection.execute(
            "SELECT identity FROM project JOIN session ON project_id = project.id GROUP BY 1 ORDER BY count(*) DESC"
        ).fetchone()[0]
    )


def test_words_go_in_only_where_they_are_shared(config: Config) -> None:
    """Light facts hold no prompt; prompts and whole chats are two steps more."""
    with Store.open(config.home, readonly=True) as store:
        project = project_of(store)
        light, prompts, bodies = (
            list(list_session_records(store, project, words))
            for words in (SharedWords(), SharedWords(prompts=True), SharedWords(prompts=True, bodies=True))
        )

    assert {one.type for one in light} <= {"session", "orchestration"}
    assert all("queries" not in one.fields for one in light)
    assert len(prompts) == len(light)
    assert any(one.fields.get("queries") for one in prompts)
    assert Counter(one.type for one in bodies)["chat"] > 0
    assert len({encode(one) for one in bodies}) == len(bodies)


def test_a_session_is_left_out_until_it_changes(config: Config) -> None:
    """What was written down once is not read again."""
    with Store.open(config.home, readonly=True) as store:
        project = project_of(store)
        before = hash_sessions(store, project, SharedWords())
        skipped = list(list_session_records(store, project, SharedWords(), skip=before.__contains__))
        shared = hash_sessions(store, project, SharedWords(prompts=True))

    assert skipped == []
    assert before.keys() == shared.keys()
    assert not set(before.values()) & set(shared.values())


def test_memory_s_own_settings_are_those_of_the_user(tmp_path: Path) -> None:
    """Nothing that was said is shared unless the user says so."""
    assert choose_words(load({}, {}, tmp_path)) == SharedWords(prompts=False, bodies=False)
