"""The journal: sessions in turns, bounded memory, and one look before the cursor."""

import pytest
from tests.logs.contract import SALT

from twiceshy.logs import journal as journals
from twiceshy.logs.call_ids import make_call_uid
from twiceshy.logs.journal import Journal, join_texts, make_session_uid, to_json
from twiceshy.records.events import MarkKind, PromptKind, Session


def a_journal() -> Journal:
    return Journal("codex", SALT, "one")


def test_a_file_may_name_its_sessions_in_turns() -> None:
    """Each event belongs to the session that was at hand, and only sessions that gave something are given."""
    journal = a_journal()
    journal.prompt(journal.uid("a"), PromptKind.TYPED, "a")
    journal.switch_session("two")
    journal.switch_session("three")
    journal.prompt(journal.uid("b"), PromptKind.TYPED, "b")
    journal.switch_session("one")
    journal.prompt(journal.uid("c"), PromptKind.TYPED, "c")
    events = journal.batch_events()

    assert [event.native_id for event in events if isinstance(event, Session)] == ["one", "three"]
    assert [event.stamp.session for event in journal.events if not isinstance(event, Session)] == [
        make_session_uid("codex", name) for name in ("one", "three", "one")
    ]


def test_a_session_keeps_what_was_known_before_it_had_its_name() -> None:
    """Some logs name it behind its folder."""
    journal = a_journal()
    journal.session.start_in("/home/ann/shop")
    journal.name_session("two")
    journal.session.start_in("/elsewhere")

    assert (journal.session.native_id, journal.session.root) == ("two", "/home/ann/shop")
    assert list(journal.sessions) == ["two"]


def test_first_and_last_follow_the_times_in_any_order() -> None:
    """Records of a subagent may stand behind later ones."""
    journal = a_journal()
    for day in ("03", "01", "05", "02"):
        journal.set_time(f"2026-11-{day}T00:00:00Z")
        journal.mark(journal.uid(day), MarkKind.NOTICE, "x", "")
    journal.set_time(None)
    journal.mark(journal.uid("none"), MarkKind.NOTICE, "x", "")

    assert journal.session.first is not None
    assert journal.session.last is not None
    assert (journal.session.first.day, journal.session.last.day) == (1, 5)


def test_a_place_follows_the_session_that_names_it() -> None:
    """The same path is another one in a session with another folder."""
    journal = a_journal()
    journal.session.start_in("/home/ann/shop")
    inside = journal.place("/home/ann/shop/a.py")
    journal.switch_session("two")
    journal.session.start_in("/home/ann/other")
    outside = journal.place("/home/ann/shop/a.py")

    assert inside[0] == "a.py"
    assert outside[0] != "a.py"
    assert inside[1] == outside[1]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes first, and is looked for before the cursor no second time."""
    monkeypatch.setattr(journals, "_KNOWN_CALLS", 2)
    monkeypatch.setattr(journals, "_KNOWN_TEXT_CHARS", 5)
    journal = a_journal()
    looks: list[int] = []
    journal.recall = lambda: looks.append(1)
    for number in range(3):
        journal.remember_call(bytes([number]), "bash", {})
        journal.remember_text(f"/{number}", "abc")

    assert [journal.find_call(bytes([number])) for number in range(3)] == [None, ("bash", {}), ("bash", {})]
    assert [journal.text_of(f"/{number}") for number in range(3)] == [None, None, "abc"]
    assert looks == [1]


def test_an_earlier_text_does_not_come_back_once_it_was_uncertain() -> None:
    """What stood before the cursor is older than what made it uncertain."""
    earlier, journal = a_journal(), a_journal()
    earlier.remember_text("/a", "old")
    earlier.remember_text("/b", "b")
    journal.remember_text("/a", None)
    journal.learn_from(earlier)

    assert (journal.text_of("/a"), journal.text_of("/b")) == (None, "b")


@pytest.mark.parametrize(
    ("native", "prefix", "everywhere"),
    [
        ("call_0123456789abcdef", "", True),
        ("call-1", "", False),
        ("toolu_1", "toolu_", False),
        ("x" * 40, "toolu_", False),
    ],
)
def test_only_ids_that_cannot_repeat_are_the_same_in_every_session(
    native: str, prefix: str, *, everywhere: bool
) -> None:
    """Imitated logs number their calls, each from one."""
    assert (make_call_uid(b"1", native, prefix) == make_call_uid(b"2", native, prefix)) is everywhere


def test_texts_are_joined_and_what_json_cannot_hold_is_spelled_out() -> None:
    """Whatever a log holds, it becomes text."""
    assert join_texts("a") == "a"
    assert join_texts(["a", {"text": "b"}, {"image": 1}]) == "a\nb\n"
    assert join_texts(None) == ""
    assert to_json(1 << 70) == f'"{1 << 70}"'
