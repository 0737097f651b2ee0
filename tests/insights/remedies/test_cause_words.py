"""insights.remedies.cause_words: the closed list of troubles."""

import pytest

from twiceshy.insights.remedies.cause_words import CAUSES, find_cause
from twiceshy.insights.remedies.instruction_line import explain_refusal

NONE = [
    "ModuleNotFoundError",
    "AssertionError: 1 != 2",
    "FAILED tests/test_a.py::test_b",
    "error TS2339: Property 'x' does not exist on type 'Y'.",
    "settings are not configured. You must either define the environment variable or call configure()",
    "grep: x: Is a directory",
    "fatal: pathspec 'x' did not match any files",
    "WARN could not resolve host: registry.example, using the installed version instead",
    "failed to connect to host: timed out, falling back to the cached index",
    "warning: connection refused, retrying in 2 s",
]
FOUND = [
    ("fatal: unable to access: Could not resolve host: github.com", "network", ""),
    ("curl: (7) Failed to connect to localhost port 80: Connection refused", "no-service", ""),
    ("git@github.com: Permission denied (publickey).", "login", ""),
    ("fatal: Unable to create '/a/.git/index.lock': File exists.", "lock", ""),
    ("fatal: Unable to create '/a/.git/index.lock': Operation not permitted", "no-right", ""),
    ("sqlite3.OperationalError: database is locked", "lock", ""),
    ("Error: listen EADDRINUSE: address already in use :::3000", "port", ""),
    ("OSError: [Errno 28] No space left on device", "disk", ""),
    ("fatal: The current branch x has no upstream branch.", "no-upstream", ""),
    ("remote: error: GH006: Protected branch update failed", "protected-branch", ""),
    ("! [rejected] main -> main (fetch first)", "behind", ""),
    ("The following paths are ignored by one of your .gitignore files:", "ignored-path", ""),
    ("ModuleNotFoundError: No module named 'trustme'", "missing-module", "trustme"),
    ("Error: Cannot find module '@a/b'", "missing-module", "@a/b"),
    ("KeyError: DATABASE_URL is not set", "environment", "DATABASE_URL"),
    ("You have 3 unapplied migration(s).", "migration", ""),
    ('relation "users" does not exist', "unknown-name", "users"),
    ("error: unexpected argument '--branch' found", "option", "--branch"),
    ("stat /a/b/b: directory not found", "wrong-folder", ""),
    ("listen tcp6 [::1]:0: bind: operation not permitted", "no-port-right", ""),
    ("/bin/x: Permission denied", "no-right", ""),
    ("Unknown skill: commit", "unknown-name", "commit"),
]


@pytest.mark.parametrize("message", NONE)
def test_any_other_error_is_of_no_class(message: str) -> None:
    """What tests, compilers and searches say."""
    assert find_cause(message) is None


@pytest.mark.parametrize(("message", "slug", "subject"), FOUND, ids=[f"{row[1]} {row[2]}" for row in FOUND])
def test_a_trouble_is_known_by_its_words(message: str, slug: str, subject: str) -> None:
    """With what it is about, where it says so."""
    found = find_cause(message)

    assert found is not None
    assert (found.kind.slug, found.subject) == (slug, subject)


def test_every_class_can_be_said_in_a_file_that_an_agent_obeys() -> None:
    """Its words are ours, and its advice is no step that is never a remedy."""
    lines = [f"When `git push` fails because {one.words}, {one.advice or 'stop and ask'}." for one in CAUSES]

    assert [(line, why) for line in lines if (why := explain_refusal(line))] == []
