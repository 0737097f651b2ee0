"""twiceshy_data.dataset.outlined_chats: where chats begin and end, and what makes two prompts the same."""

from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.quality import (
    ChatFacts,
    OutlinedCall,
    OutlinedMark,
    OutlinedPrompt,
    OutlinedReply,
    OutlinedText,
    SessionOutline,
)
from twiceshy_data.dataset.outlined_chats import list_chats, look_at_session

STARTERS = frozenset({"sdk"})


def text(words: str, body: bytes | None = None, *, size: int | None = -1) -> OutlinedText:
    return OutlinedText(Scrubbed(words), body, len(words) if size == -1 else size)


def prompt(rank: int, words: str = "mend it", **values: Any) -> OutlinedPrompt:
    plain = OutlinedPrompt(bytes([rank] * 16), rank, f"2026-11-02T12:00:{rank:02}Z", True, "typed", True, text(words))
    return plain._replace(**values)


def reply(rank: int, words: str = "Done.", **values: Any) -> OutlinedReply:
    return OutlinedReply(rank, True, False, "a-model", text(words))._replace(**values)


def session(**values: Any) -> SessionOutline:
    plain: dict[str, Any] = {"prompts": [], "replies": [], "calls": [], "marks": [], "first_at": None, "last_at": None}
    return SessionOutline(uid=b"s" * 16, project="p", agent="claude-code", **plain | values)


def chats(**values: Any) -> list[ChatFacts]:
    return list(list_chats(session(**values), STARTERS))


def test_a_chat_ends_where_the_next_begins() -> None:
    """Replies and calls belong to the prompt before them; what came before the first belongs to none."""
    first, second = chats(
        prompts=[prompt(2), prompt(6)],
        replies=[reply(1), reply(3), reply(4, thinking=True), reply(5, main=False), reply(7), reply(8)],
        calls=[OutlinedCall(4, "Bash", ended=True), OutlinedCall(9, "Read", ended=False)],
        marks=[OutlinedMark(5, "interrupt"), OutlinedMark(9, "compaction")],
    )

    assert (first.answers, first.answer_bytes, first.calls, first.tools) == (1, 5, 1, frozenset({"Bash"}))
    assert (second.answers, second.answer_bytes, second.calls, second.tools) == (2, 10, 1, frozenset({"Read"}))
    assert (first.interrupted, first.compacted) == (True, False)
    assert (second.interrupted, second.compacted) == (False, True)


BEGINNINGS: list[tuple[str, dict[str, Any], dict[str, Any], int]] = [
    ("a person's, though nothing followed", {}, {}, 1),
    ("a program's with an answer", {"kind": "sdk", "human": False}, {"replies": [reply(2)]}, 1),
    ("a program's that nothing followed", {"kind": "sdk", "human": False}, {}, 0),
    ("the client's own note", {"kind": "meta", "human": False}, {"replies": [reply(2)]}, 0),
    ("one to a subagent", {"main": False}, {"replies": [reply(2)]}, 0),
]


@pytest.mark.parametrize(("what", "of_prompt", "more", "count"), BEGINNINGS, ids=[row[0] for row in BEGINNINGS])
def test_not_every_prompt_begins_a_chat(what: str, of_prompt: dict[str, Any], more: dict[str, Any], count: int) -> None:
    """As in ``judgement.chats.split_chats``."""
    assert len(chats(prompts=[prompt(1, **of_prompt)], **more)) == count, what


SAME = [
    ("fix issue 12 in src/a.py", "fix issue 13 in lib/b.py", False, True),
    ("fix the sum", "fix the sum", True, True),
    ("fix the sum", "fix the difference", False, False),
    ("12", "13", False, False),
]


@pytest.mark.parametrize(("one", "other", "prompt_same", "wording_same"), SAME)
def test_numbers_and_paths_do_not_make_another_request(
    one: str, other: str, prompt_same: bool, wording_same: bool
) -> None:
    """A prompt of no words is compared as it stands."""
    first, second = chats(prompts=[prompt(1, one), prompt(2, other)])

    assert (first.prompt == second.prompt) is prompt_same
    assert (first.wording == second.wording) is wording_same


def test_long_prompts_are_the_same_where_their_bodies_are() -> None:
    """Their beginnings may be equal and the rest not."""
    first, second = chats(
        prompts=[
            prompt(1, text=text("a b", b"1" * 16, size=900)),
            prompt(2, text=text("a b", b"2" * 16, size=None)),
        ]
    )

    assert first.prompt != second.prompt
    assert (first.prompt_bytes, second.prompt_bytes) == (900, None)


def test_an_answer_of_which_a_part_is_missing_has_no_length() -> None:
    """Not 0, and not the rest of it."""
    (found,) = chats(prompts=[prompt(1)], replies=[reply(2), reply(3, text=text("Long", b"1" * 16, size=None))])

    assert (found.answers, found.answer_bytes) == (2, None)


def test_the_worse_text_says_how_much_is_redacted() -> None:
    """Of prompt and answers, by the share of their letters."""
    (found,) = chats(prompts=[prompt(1, "[user:ab12cd]")], replies=[reply(2)])
    (clean,) = chats(prompts=[prompt(1, "see [1] and [note:x]")], replies=[reply(2)])

    assert (found.redacted, clean.redacted) == (1.0, 0.0)


def test_a_session_has_the_model_of_most_replies() -> None:
    """The client's own words for no model are none."""
    outline = session(
        prompts=[prompt(1)],
        replies=[reply(2, model="<synthetic>"), reply(3, model="<synthetic>"), reply(4), reply(5, model=None)],
        calls=[OutlinedCall(2, "Bash", ended=True), OutlinedCall(3, "Bash", ended=False)],
    )
    found = look_at_session(outline, list(list_chats(outline, STARTERS)))

    assert (found.model, found.chats, found.calls, found.open_calls) == ("a-model", 1, 2, 1)
    assert look_at_session(session(), []).model is None
