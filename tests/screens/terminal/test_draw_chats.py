"""A chat, a session's chats and its subagents as a person reads them."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.judgement.chats.session_logs import Told

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.chats.agent_runs import build_orchestration
from twiceshy.judgement.chats.split_chats import build_chats
from twiceshy.records.chats import StoredChat
from twiceshy.screens.terminal.draw_chats import render_agents, render_chat, render_chats
from twiceshy.screens.terminal.page import Page, Pen

PAGE = Page(80, Pen(False), datetime(2026, 9, 2, 12, tzinfo=UTC))  # a page without bold


def a_chat() -> StoredChat:
    told = Told().prompt("mend the sum").reply("I look").call("Read", "read", "a.py", read=(Scrubbed("a.py"),))
    told.call("Edit", "edit", "a.py", changed=(Scrubbed("a.py"),), failure="error").spend(7).reply("Mended.")
    return build_chats(told.session)[0]


def test_a_chat_says_what_was_asked_done_and_answered() -> None:
    """Only what happened has a line."""
    chat = a_chat()
    assert render_chat(chat, PAGE, full=False).splitlines() == [
        f"{chat.id} · in {chat.session} · yesterday, 5.0 s · model-x",
        "2 calls, 1 failed, 60 tokens read, 7 written",
        "",
        "You",
        "  mend the sum",
        "",
        "Answer (the last of 2 messages)",
        "  Mended.",
        "",
        "Read",
        "  a.py",
        "",
        "Changed",
        "  a.py",
        "",
        "Tools  Read, Edit",
    ]


def test_all_of_it_has_every_message_and_output() -> None:
    """What steers a terminal is shown, not sent."""
    text = render_chat(replace(a_chat(), query=Scrubbed("go\x1b[2J")), PAGE, full=True)

    assert "I look" in text
    assert "Edit: FAILED" in text
    assert "\x1b" not in text


def test_a_long_text_is_cut_and_says_so() -> None:
    """Many lines, and many files."""
    paths = tuple(Scrubbed(f"{number}.py") for number in range(20))
    text = render_chat(replace(a_chat(), query=Scrubbed("a\n" * 30), files_referenced=paths), PAGE, full=False)

    assert "… 18 more lines (--full shows them)" in text
    assert "… 12 more files (--full shows them)" in text


def test_a_session_s_chats_are_a_table() -> None:
    """One without any says so."""
    assert "mend the sum" in render_chats([a_chat()], PAGE)
    assert render_chats([], PAGE) == "This session has no prompt of a person or a program."


def test_subagents_stand_batch_by_batch() -> None:
    """How one ended is said where it was seen."""
    told = Told().prompt("look").call("Task", "delegate", given='{"prompt": "read it"}', seconds=3, text="fine")
    told.call("Task", "delegate", given='{"prompt": "try it"}', failure="error", text="no such agent")
    found = build_orchestration(told.session)
    first, second = (one.agent_id[:6] for one in found.agents)

    assert render_agents(found, PAGE).splitlines() == [
        f"{found.session} · 2 subagents · 1 batch · 50 % of those seen to end came back with an answer",
        "",
        "yesterday, 3.0 s: 2 side by side",
        f"  {first}: answered, 3.0 s, its own log is not stored",
        "         read it",
        f"  {second}: FAILED, 0.5 s, its own log is not stored",
        "         no such agent",
    ]
    assert render_agents(build_orchestration(Told().prompt("look").session), PAGE).endswith("sent off no subagent.")
