"""judgement.chats.split_chats: where a chat begins and ends, and what happened in it."""

import pytest
from tests.judgement.chats.session_logs import Told

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.chats.split_chats import build_actions, build_chats, summarize_session
from twiceshy.records.chats import ChatTokens


def test_a_chat_is_a_prompt_with_all_that_follows_until_the_next() -> None:
    """Replies, calls, files and tokens go to the prompt before them; each file and tool is named once."""
    told = Told().prompt("mend the sum").reply("I look").reply("hm", thinking=True).spend(7)
    told.call("Read", "read", "a.py", read=(Scrubbed("a.py"),)).call("Read", "read", "a.py", read=(Scrubbed("a.py"),))
    told.call("Edit", "edit", "a.py", changed=(Scrubbed("a.py"),)).reply("Mended.")
    told.prompt("thanks").reply("You are welcome.")
    first, second = build_chats(told.session)

    assert (first.query, first.response) == ("mend the sum", ("I look", "Mended."))
    assert (first.files_referenced, first.files_modified) == (("a.py",), ("a.py",))
    assert (first.tools_used, first.calls) == (("Read", "Edit"), 3)
    assert (first.tokens, first.model) == (ChatTokens(10, 7, 20, 30), "model-x")
    assert first.duration_seconds == 7.0
    assert (second.query, second.calls, second.tokens) == ("thanks", 0, None)


def test_what_came_before_the_first_prompt_belongs_to_no_chat() -> None:
    """A log may begin in the middle of work."""
    told = Told().call("Read", "read", "a.py").prompt("go on").call("Bash")

    assert [chat.calls for chat in build_chats(told.session)] == [1]


def test_a_prompt_that_nobody_worded_begins_a_chat_only_where_something_followed() -> None:
    """A slash command that only shows a list is none; a program's prompt that sets off work is one, and is marked."""
    told = Told().prompt("/cost", "bare-command", human=False).prompt("do it", "sdk", human=False).reply("Done.")

    assert [(chat.query, chat.human) for chat in build_chats(told.session)] == [("do it", False)]


def test_notes_of_the_client_and_prompts_to_subagents_begin_no_chat() -> None:
    """They stand in the middle of one."""
    told = Told().prompt("go").prompt("caveat", "meta", human=False).call("Bash")
    told.prompt("look there", "subagent", human=False, run=b"12345678").call("Grep", "search", run=b"12345678")

    assert [(chat.query, chat.calls) for chat in build_chats(told.session)] == [("go", 2)]


def test_failures_refusals_and_stops_are_told_apart() -> None:
    """A call that was cancelled because another failed is none of them."""
    told = Told().prompt("go").call("Bash", failure="error").call("Bash", failure="rejected")
    told.call("Bash", failure="cascade").call("Bash", masked=True).call("Bash", seconds=None).mark("interrupt")
    (chat,) = build_chats(told.session)

    assert (chat.failures, chat.refusals, chat.interrupted) == (1, 1, True)
    assert [done.success for done in chat.tool_outputs] == [False, False, False, None, None]


def test_tokens_that_were_counted_too_early_are_a_lower_bound() -> None:
    """One such message is enough."""
    (chat,) = build_chats(Told().prompt("go").spend(3, unended=True).spend(400).session)

    assert chat.tokens == ChatTokens(20, 403, 40, 60, unended=True)


# judgement.chats.list_acts: what the agent did, act by act.

COMMANDS = {
    "cd web && npx jest src | tail -5": "test",
    "ruff check . && pytest -q": "test",
    "ruff check .": "lint",
    "cargo build": "build",
    "git add -A && git commit -m 'mend'": "commit",
    "ls -l": "run",
    "": "run",
}


@pytest.mark.parametrize(("command", "kind"), COMMANDS.items())
def test_a_command_is_named_by_what_it_is_for(command: str, kind: str) -> None:
    """Of several the weightiest counts."""
    (act,) = build_actions(Told().prompt("go").call("Bash", "run", command).session)

    assert act.action_type == kind


def test_an_act_knows_its_chat_and_whether_it_worked() -> None:
    """What came before the first prompt has no chat."""
    told = Told().call("Write", "write", "a.py").prompt("go").call("Read", "read", "b.py", failure="error", text="gone")
    first, second = build_actions(told.session)

    assert (first.action_type, first.chat, first.success) == ("edit", None, True)
    assert (second.target, second.success, second.result_summary) == ("b.py", False, "gone")
    assert second.chat is not None


# judgement.chats.sum_session: what a session did, in short.


def test_a_session_in_short_counts_what_happened() -> None:
    """Prompts of persons, calls by tool, failures and stops; what is not known of its outcome is left out."""
    told = Told().prompt("go").call("Bash", failure="error").call("Bash").mark("interrupt")
    told.prompt("do it", "sdk", human=False).call("Edit", "edit", changed=(Scrubbed("a.py"),)).reply("Done.")
    found = summarize_session(told.session, {"completed": "yes", "tests_green": "unknown"})

    assert (found.exchanges, found.queries, found.calls, found.failures, found.interrupts) == (
        1,
        ("go", "do it"),
        3,
        1,
        1,
    )
    assert (found.tools_used, found.files_modified) == ({"Bash": 2, "Edit": 1}, ("a.py",))
    assert found.outcomes == {"completed": "yes"}
