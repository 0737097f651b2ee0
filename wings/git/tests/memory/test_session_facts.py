"""twiceshy_git.memory.session_facts: what of a session goes into a project's memory, and comes back out of it."""

from collections.abc import Sequence

import pytest
from tests.judgement.chats.session_logs import Told

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.chats.agent_runs import build_orchestration
from twiceshy.judgement.chats.split_chats import build_actions, build_chats, summarize_session
from twiceshy.records.codec import DamagedValue
from twiceshy_git.memory.envelope import decode, encode
from twiceshy_git.memory.session_facts import (
    add_words,
    choose_newest,
    encode_action,
    encode_chat,
    encode_orchestration,
    encode_session,
    list_inside,
    read_chat,
    read_session,
)


def tell() -> Told:
    told = Told().prompt("mend the sum for Ann").reply("I look, Ann")
    told.call("Read", "read", "a.py", read=(Scrubbed("a.py"), Scrubbed("/etc/hosts")))
    told.call("Edit", "edit", "a.py", changed=(Scrubbed("a.py"), Scrubbed("[user:1]/b.py"))).spend(7)
    return told.call("Task", "delegate", given="{}", text="done, Ann")


def test_a_session_s_fact_holds_no_word_that_anybody_said() -> None:
    """Numbers, ids and names of the project's files; other files are counted, never named."""
    told = tell()
    fact = encode_session(summarize_session(told.session, {"completed": "yes", "corrected": "unknown"}))
    assert fact is not None
    line = encode(fact)

    assert b"Ann" not in line
    assert b"hosts" not in line
    assert fact.fields["files_modified"] == ["a.py"]
    assert fact.fields["files_outside"] == 2
    assert fact.fields["outcomes"] == {"completed": "yes"}


def test_a_session_comes_back_as_it_was() -> None:
    """What a clone reads is what this one wrote, but for files outside and the project's name."""
    told = tell()
    summary = summarize_session(told.session, {"completed": "yes"})
    fact = encode_session(summary)
    assert fact is not None
    back = read_session(decode(encode(add_words(fact, summary))))

    for name in ("uid", "agent", "model", "branch", "exchanges", "queries", "chat_uids", "tools_used", "tokens"):
        assert getattr(back, name) == getattr(summary, name)
    assert (back.started_at, back.ended_at) == (summary.started_at, summary.ended_at)
    assert back.files_modified == ("a.py",)


def test_a_chat_comes_back_as_it_was() -> None:
    """Prompt, replies, outputs and counts."""
    told = tell()
    (chat,) = build_chats(told.session)
    fact = encode_chat(chat, told.session.uid)
    assert fact is not None
    back = read_chat(decode(encode(fact)))

    for name in ("id", "session", "query", "response", "tools_used", "calls", "tokens", "duration_seconds", "human"):
        assert getattr(back, name) == getattr(chat, name)
    assert [tuple(one) for one in back.tool_outputs] == [tuple(one) for one in chat.tool_outputs]


def test_agents_are_facts_without_their_words() -> None:
    """Ids, counts and times; a session without agents has no such fact."""
    told = tell()
    summary = summarize_session(told.session, {})
    fact = encode_orchestration(build_orchestration(told.session), summary)
    assert fact is not None

    assert b"Ann" not in encode(fact)
    assert (fact.fields["total_sub_agents"], fact.fields["success_rate"]) == (1, 100.0)
    assert encode_orchestration(build_orchestration(Told().prompt("go").session), summary) is None


def test_an_act_is_a_fact() -> None:
    """What it was about stands in it, so it is shared only with bodies."""
    told = tell()
    fact = encode_action(next(iter(build_actions(told.session))), told.session.uid)

    assert fact is not None
    assert (fact.fields["action_type"], fact.fields["target"]) == ("read", "a.py")


def test_of_a_session_that_went_on_the_newest_fact_counts() -> None:
    """Facts are never changed: the later one says more."""
    told = Told().prompt("go")
    early = encode_session(summarize_session(told.session, {}))
    late = encode_session(summarize_session(told.prompt("on").session, {}))
    assert early is not None
    assert late is not None

    assert choose_newest([late, early]) == [late]


BROKEN = (
    b'{"at":"2026-09-01T12:00:00Z","type":"session","v":1}',
    b'{"at":"2026-09-01T12:00:00Z","type":"session","v":1,"session_id":"zz"}',
    b'{"at":"2026-09-01T12:00:00Z","type":"session","v":1,"session_id":"00"}',
    b'{"at":"2026-09-01T12:00:00Z","type":"ci","v":1}',
)


@pytest.mark.parametrize("line", BROKEN)
def test_a_fact_that_names_no_session_is_damaged(line: bytes) -> None:
    """Whoever reads it says so, and goes on with the next."""
    with pytest.raises(DamagedValue):
        read_session(decode(line))


def test_fields_of_another_form_are_unknown() -> None:
    """Another writer may have another version."""
    line = b'{"at":"2026-09-01T12:00:00Z","type":"session","v":9,"session_id":"%s","calls":"many","tokens":[1]}'
    back = read_session(decode(line % (b"0" * 32)))

    assert (back.calls, back.tokens, back.files_modified) == (0, None, ())


OUTSIDE = [
    "/home/ann/shop/a.py",
    "/etc/passwd",
    "~/notes.md",
    "../other/a.py",
    "[user:67c2c2]/a.py",
    "C:\\Users\\ann\\shop\\a.py",
    "C:/Users/ann/shop/a.py",
    "c:/Users/ann/a.py",
    "d:a.py",
    "\\\\server\\share\\a.py",
    "\\Users\\ann\\a.py",
    "..\\other\\a.py",
    "//server/share/a.py",
]
INSIDE = ["a.py", "src/a.py", "src\\win\\a.py", "..env", "odd:name.py", "a"]


def test_no_path_of_a_machine_travels() -> None:
    """Whatever system wrote it; a name with a colon further on is one of the project."""
    paths = [Scrubbed(path) for path in [*OUTSIDE, *INSIDE]]

    assert list(list_inside(paths)) == INSIDE


def test_files_of_a_machine_are_counted_only() -> None:
    """In what is told of a session and of a chat."""
    told = Told().prompt("mend the sum")
    changed = tuple(Scrubbed(path) for path in [*OUTSIDE, *INSIDE])
    told.call("Edit", "edit", "a.py", changed=changed, read=changed)
    (chat,) = build_chats(told.session)
    facts = [encode_session(summarize_session(told.session, {})), encode_chat(chat, told.session.uid)]

    for fact in facts:
        assert fact is not None
        named = [fact.fields[name] for name in ("files_modified", "files_referenced")]
        assert [sorted(map(str, some)) for some in named if isinstance(some, Sequence)] == [sorted(INSIDE)] * 2
        assert fact.fields["files_outside"] == len(OUTSIDE)
