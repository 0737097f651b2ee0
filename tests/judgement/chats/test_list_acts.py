"""judgement.chats.list_acts: what the agent did, act by act."""

import pytest
from tests.judgement.chats.session_logs import Told

from twiceshy.judgement.chats.list_acts import build_actions

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
