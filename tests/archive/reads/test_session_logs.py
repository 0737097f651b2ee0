"""archive.reads.session_logs: a session whole, as its log has it."""

from pathlib import Path

from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.archive.reads import session_logs
from twiceshy.base.values import Scope
from twiceshy.records.ids import IdPrefix

UID = bytes.fromhex("aa".ljust(32, "0"))


def fill(store: Store) -> None:
    archive = Archive(store.connection)
    session = archive.session(archive.project("shop"), "aa", cwd="/home/ann/shop")
    archive.prompt(session, "mend  the\nsum " + "x" * 200)
    call = archive.call(session, "Bash", command="cat a.py && make")
    archive.result(session, call, text="\n  first line\nsecond", failure="error", message="it broke")
    archive.edit(session, call, "a.py")
    archive.edit(session, call, "a.py")
    archive.reply(session, "Done.")


def test_a_session_comes_with_all_that_happened(tmp_path: Path) -> None:
    """A call has its result, the files that it read and those that it changed, each once."""
    with Store.open(tmp_path) as store:
        fill(store)
        (found,) = session_logs.read_sessions(store, [UID, b"nobody's........"])

    (prompt,) = found.prompts
    assert (prompt.head[:14], len(prompt.head), prompt.head[-1]) == ("mend the sum x", 100, "…")
    (call,) = found.calls
    assert (call.read, call.changed, call.failure, call.brief) == (("a.py",), ("a.py",), "error", "it broke")
    assert call.about == "cat a.py && make"
    assert [reply.text for reply in found.replies] == ["Done."]


def test_what_came_back_is_cut_with_a_mark(tmp_path: Path) -> None:
    """Two kilobytes say what it was."""
    with Store.open(tmp_path) as store:
        archive = Archive(store.connection)
        session = archive.session(archive.project("shop"), "aa")
        archive.result(session, archive.call(session, "Bash"), text="é" * 3000)
        (found,) = session_logs.read_whole_sessions(store, [UID])

    assert found.calls[0].text == "é" * 1024 + "\n… (cut)"


def test_sessions_are_listed_from_the_oldest_and_prompts_are_found_by_their_beginning(tmp_path: Path) -> None:
    """An id's beginning may fit several."""
    with Store.open(tmp_path) as store:
        fill(store)
        assert session_logs.list_uids(store.connection, Scope(project="shop")) == [UID]
        assert session_logs.list_uids(store.connection, Scope(project="bakery")) == []
        ((prompt, session),) = session_logs.find_chat_prompts(store.connection, IdPrefix("c", "0000"), 5)

    assert session == UID
    assert prompt.hex().startswith("0000")
