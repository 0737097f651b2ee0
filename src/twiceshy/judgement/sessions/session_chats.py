"""Show one chat, a session's chats, or its subagents."""

from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store
from twiceshy.archive.reads import session_logs, sessions
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.judgement.chats.agent_runs import build_orchestration
from twiceshy.judgement.chats.split_chats import build_chats
from twiceshy.records import ids
from twiceshy.records.chats import Orchestration, StoredChat, WholeSession

_MOST_NAMED = 10
"""Things that a message names where an id could mean several (guess, 2026-11-21)."""


def show_chat(config: Config, start: ids.IdPrefix) -> StoredChat:
    """Return the chat whose id begins so, with whole texts.

    Raises:
        NotFound: nothing, or more than one thing, has that id.
    """
    with Store.open(config.home, readonly=True) as store:
        found = session_logs.find_chat_prompts(store.connection, start, _MOST_NAMED + 1)
        if len(found) != 1:
            named = [f"{ids.CHAT}-{uid.hex()}  in {ids.shorten(ids.SESSION, session)}" for uid, session in found]
            raise make_id_error(start, named, "twiceshy show s-… --chats")
        prompt, session = found[0]
        (log,) = session_logs.read_whole_sessions(store, [session])
    chat = next((one for one in build_chats(log) if one.uid == prompt), None)
    if chat is None:
        place = ids.shorten(ids.SESSION, session)
        raise NotFound(f"{start.kind}-{start.digits} is a note of the client in {place} that began nothing.")
    return chat


def list_chats(config: Config, start: ids.IdPrefix) -> list[StoredChat]:
    """Return the chats of the session whose id begins so, with the beginnings of their texts.

    Raises:
        NotFound: nothing, or more than one thing, has that id.
    """
    return list(build_chats(_read_log(config, start)))


def show_agents(config: Config, start: ids.IdPrefix) -> Orchestration:
    """Return the subagents of the session whose id begins so.

    Raises:
        NotFound: nothing, or more than one thing, has that id.
    """
    return build_orchestration(_read_log(config, start))


def _read_log(config: Config, start: ids.IdPrefix) -> WholeSession:
    with Store.open(config.home, readonly=True) as store:
        found = sessions.find_sessions(store.connection, start, _MOST_NAMED + 1)
        if len(found) != 1:
            named = [f"{ids.SESSION}-{line.uid.hex()}  {line.project}" for line in found]
            raise make_id_error(start, named, "twiceshy sessions")
        (log,) = session_logs.read_sessions(store, [found[0].uid])
    return log
