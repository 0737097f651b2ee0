"""judgement.sessions.session_chats: a chat, a session's chats and its subagents by the beginnings of ids."""

from pathlib import Path

import pytest
from tests.archive.reads.conftest import Archive
from tests.recipes.sample_store import fill_with_sample

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.judgement.sessions.session_chats import list_chats, show_agents, show_chat
from twiceshy.records.ids import IdPrefix, parse_prefix


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return fill_with_sample(tmp_path_factory.mktemp("sample"))


def test_every_chat_of_a_list_is_shown_by_its_id(config: Config) -> None:
    """The list has beginnings of texts, the chat the whole."""
    with Store.open(config.home, readonly=True) as store:
        ((uid,),) = store.connection.execute(
            """SELECT s.uid FROM session s JOIN prompt ON session_id = s.id AND human = 1
            GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""
        )
    chats = list_chats(config, IdPrefix("s", uid.hex()))

    assert chats
    for one in chats:
        start = parse_prefix(one.id)
        assert start is not None
        found = show_chat(config, start)
        assert (found.uid, found.calls) == (one.uid, one.calls)
        assert found.query.startswith(one.query[:50])
    assert show_agents(config, IdPrefix("s", uid.hex())).session == chats[0].session


def test_what_nobody_has_and_what_several_have_is_said(config: Config) -> None:
    """With what to say more of."""
    with pytest.raises(NotFound, match="nothing has an id that begins with c-"):
        show_chat(config, IdPrefix("c", "f" * 30))
    with pytest.raises(NotFound, match="say more of it"):
        list_chats(config, IdPrefix("s", ""))


def test_a_prompt_that_began_nothing_is_no_chat(tmp_path: Path) -> None:
    """A note of the client has a place in the timeline only."""
    with Store.open(tmp_path) as store:
        archive = Archive(store.connection)
        archive.prompt(archive.session(archive.project("shop"), "aa"), "caveat", kind="meta")
        store.connection.commit()
    with pytest.raises(NotFound, match="began nothing"):
        show_chat(load({"home": str(tmp_path)}, {}, tmp_path), IdPrefix("c", "0000"))
