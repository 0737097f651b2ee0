"""judgement.chats.sum_session: what a session did, in short."""

from tests.judgement.chats.session_logs import Told

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.chats.sum_session import summarize_session


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
